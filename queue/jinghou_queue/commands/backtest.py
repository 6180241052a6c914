"""`backtest`: how good the estimates are, on recorded days or on made-up ones."""

import argparse
from collections.abc import Iterable
from random import Random

import msgspec

from jinghou_config.queue import QueueSettings
from jinghou_queue.backtest.days import Day
from jinghou_queue.backtest.generate import made_up_hall, wishes
from jinghou_queue.backtest.recorded import day_of, days_of, records_of
from jinghou_queue.backtest.replay import Guess, Past, replay
from jinghou_queue.backtest.report import as_text, report
from jinghou_queue.backtest.truth import play
from jinghou_queue.commands import Commands, WrongCall, command, opened, whole_number
from jinghou_queue.store import statements as st
from jinghou_queue.store.databases import connect

_LEARN = 20  # recorded days before the judged ones that are learned from


def add(commands: Commands) -> None:
    """Add this area's commands."""
    testing = command(commands, "backtest", "hold the estimates against what happened", _backtest)
    testing.add_argument("--generated", action="store_true", help="made-up days instead of those in a database")
    testing.add_argument("--seed", type=whole_number, default=1, help="of the made-up hall and days (1)")
    testing.add_argument("--days", type=whole_number, default=3, help="how many made-up days to judge (3)")
    testing.add_argument("--learn", type=whole_number, default=5, help="made-up days before them, not judged (5)")
    testing.add_argument("--counters", type=whole_number, default=54, help="of the made-up hall (54)")
    testing.add_argument("--services", type=whole_number, default=20, help="of the made-up hall (20)")
    testing.add_argument("--hall", help="id of the recorded hall; needed when there is more than one")
    testing.add_argument("--day", action="append", metavar="DATE", help="a recorded day; again for more")
    testing.add_argument(
        "--people", type=whole_number, default=400, help="judge at most so many a day, by chance (400)"
    )
    testing.add_argument("--json", action="store_true", help="the figures as JSON")


def _backtest(arguments: argparse.Namespace, settings: QueueSettings) -> None:
    if arguments.generated:
        source = f"seed {arguments.seed}, {arguments.counters} counters, {arguments.services} services"
        made = report(source, generated(arguments))
    else:
        days, judged, hall = _recorded(arguments, settings)
        made = report(f"hall {hall}", guesses(days, judged, arguments.people, arguments.seed))
    if made is None:
        raise WrongCall("nobody was called on these days: there is nothing to judge")
    print(msgspec.json.encode(made).decode() if arguments.json else as_text(made))


def generated(arguments: argparse.Namespace) -> list[Guess]:
    """What people were told on made-up days."""
    random = Random(arguments.seed)  # noqa: S311  # a simulation
    hall = made_up_hall(random, max(1, arguments.counters), max(1, arguments.services))
    last = arguments.learn + arguments.days
    days = (play(hall, wishes(hall, number, random), random) for number in range(last))
    return guesses(days, range(arguments.learn, last), arguments.people, arguments.seed)


def guesses(days: Iterable[Day], judged: Iterable[int], people: int, seed: int) -> list[Guess]:
    """What people were told on the days with these places in `days`; the others are only learned from."""
    past, random, chosen = Past(), Random(seed), set(judged)  # noqa: S311  # a simulation
    return [
        guess for place, day in enumerate(days) for guess in replay(day, past, random, people if place in chosen else 0)
    ]


def _recorded(arguments: argparse.Namespace, settings: QueueSettings) -> tuple[list[Day], set[int], str]:
    """The days to play back, the places of those to judge among them, and the hall."""
    with opened(settings) as connection:
        halls = connection.all(st.HALL_IDS)
        hall = arguments.hall or (halls[0] if len(halls) == 1 else None)
        if hall not in halls:
            raise WrongCall(f"name one of these halls with --hall: {', '.join(halls) or 'there is none'}")
        names = days_of(connection, hall)
    wanted = set(arguments.day or names)
    if unknown := sorted(wanted - set(names)):
        raise WrongCall(f"nothing was recorded on {', '.join(unknown)}")
    first = min((names.index(name) for name in wanted), default=0)
    days = [_read(settings, hall, name) for name in names[max(0, first - _LEARN) :] if name <= max(wanted)]
    return days, {place for place, day in enumerate(days) if day.name in wanted}, hall


def _read(settings: QueueSettings, hall: str, day: str) -> Day:
    """In a transaction of its own: a hall at work is not held up."""
    with connect(settings.db) as connection:
        records = records_of(connection, hall, day)
    assert records is not None
    return day_of(records)
