"""What became of the estimates, in figures: each service, the whole, and the same for the usual formula."""

import math
import statistics
from collections import defaultdict
from collections.abc import Sequence
from typing import Final

import msgspec

from jinghou_queue.backtest.replay import Guess

_MINUTE: Final = 60_000
_COLUMNS: Final = (
    *("service", "people", "waited", "error: median", "mean", "p90", "bias", "≤ p90", "≤ p50"),
    *("usual formula: median", "mean", "p90", "bias"),
)
_UNSURE: Final = 0.02  # a smaller advantage is none


class Errors(msgspec.Struct, frozen=True, kw_only=True):
    """How far what was said lay from what happened, in minutes; `bias` is negative when it said too little."""

    median: float
    mean: float
    p90: float
    bias: float


class Score(msgspec.Struct, frozen=True, kw_only=True):
    """The estimates of some people. `people` were told a time and are counted, `untold` were not.

    `within_p90` and `within_p50` are the shares who waited no longer than that: 0.9 and 0.5 would be exact.
    """

    people: int
    untold: int
    waited: float
    ours: Errors
    usual: Errors
    within_p90: float
    within_p50: float


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """The estimates of some days. `verdict` is a line for people."""

    source: str
    days: tuple[str, ...]
    services: dict[str, Score]
    whole: Score
    verdict: str


def report(source: str, guesses: Sequence[Guess]) -> Report | None:
    """The figures; None when nobody was told a time."""
    by_service = defaultdict[str, list[Guess]](list)
    for guess in guesses:
        by_service[guess.service].append(guess)
    whole = _score(guesses)
    if whole is None:
        return None
    scores = {service: _score(theirs) for service, theirs in sorted(by_service.items())}
    return Report(
        source=source,
        days=tuple(sorted({guess.day for guess in guesses})),
        services={service: score for service, score in scores.items() if score is not None},
        whole=whole,
        verdict=_verdict(whole),
    )


def _score(guesses: Sequence[Guess]) -> Score | None:
    told = [(guess, guess.told.p50) for guess in guesses if guess.told.p50 is not None]
    if not told:
        return None
    return Score(
        people=len(told),
        untold=len(guesses) - len(told),
        waited=statistics.fmean(guess.waited for guess, _ in told) / _MINUTE,
        ours=_errors([p50 - guess.waited for guess, p50 in told]),
        usual=_errors([guess.usual - guess.waited for guess, _ in told]),
        within_p90=statistics.fmean(guess.told.p90 is None or guess.waited <= guess.told.p90 for guess, _ in told),
        within_p50=statistics.fmean(guess.waited <= p50 for guess, p50 in told),
    )


def _errors(errors_ms: Sequence[float]) -> Errors:
    errors = sorted(abs(error) / _MINUTE for error in errors_ms)
    return Errors(
        median=statistics.median(errors),
        mean=statistics.fmean(errors),
        p90=errors[math.ceil(0.9 * len(errors)) - 1],
        bias=statistics.fmean(errors_ms) / _MINUTE,
    )


def _verdict(whole: Score) -> str:
    ours, usual = whole.ours.mean, whole.usual.mean
    figures = f"mean error {ours:.1f} min against {usual:.1f} min of the usual formula, over {whole.people} people"
    if not usual or abs(ours - usual) <= _UNSURE * usual:
        return f"neither is better: {figures}"
    if ours < usual:
        return f"our estimates are better by {1 - ours / usual:.0%}: {figures}"
    return f"the usual formula is better by {1 - usual / ours:.0%}: {figures}"


def as_text(given: Report) -> str:
    """The report as a Markdown table with the verdict below it."""
    lines = [
        f"{given.source}: {len(given.days)} days, {given.days[0]} to {given.days[-1]}; minutes",
        "",
        f"| {' | '.join(_COLUMNS)} |",
        f"|---{'|--:' * (len(_COLUMNS) - 1)}|",
        *(_row(service, score) for service, score in given.services.items()),
        _row("**all**", given.whole),
        "",
    ]
    if given.whole.untold:
        lines.append(f"{given.whole.untold} people could not be told a time.")
    return "\n".join([*lines, given.verdict])


def _row(name: str, score: Score) -> str:
    ours, usual = (
        f"{errors.median:.1f} | {errors.mean:.1f} | {errors.p90:.1f} | {errors.bias:+.1f}"
        for errors in (score.ours, score.usual)
    )
    shares = f"{score.within_p90:.0%} | {score.within_p50:.0%}"
    return f"| {name} | {score.people} | {score.waited:.1f} | {ours} | {shares} | {usual} |"
