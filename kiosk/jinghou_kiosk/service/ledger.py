"""What a kiosk did lately, what its staff put first, whether it is out of service, and a pause after wrong PINs.

All of that is in a file that survives the power; nobody is in it.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Final

import msgspec

from jinghou_config.files import replace_file
from jinghou_config.log import get_logger
from jinghou_kiosk.events import Pinned
from jinghou_kiosk.pages import Done, Home, OutOfService, Paper, Printing, Staff
from jinghou_kiosk.service.pages import Figures
from jinghou_kiosk.service.pin import pause_s
from jinghou_kiosk.state import Session

LATELY_DAYS: Final = 14

log = get_logger(__name__)


class _Kept(msgspec.Struct, frozen=True):
    """`given` counts numbers, by day and service."""

    out_of_service: bool = False
    figures: Figures = Figures()
    pinned: Pinned | None = None
    given: Mapping[str, Mapping[str, int]] = {}
    wrong: int = 0
    wrong_at: int = 0


_NOTHING: Final = _Kept()


class Ledger:
    """One kiosk's. Used by one thread at a time. What cannot be written is logged, and holds until the program ends."""

    def __init__(self, file: Path | None) -> None:
        self._file = file
        self._kept = _read(file) if file else _NOTHING

    @property
    def out_of_service(self) -> bool:
        """How the staff left the kiosk."""
        return self._kept.out_of_service

    def switch(self, *, out: bool) -> None:
        """The staff leave it so."""
        self._keep(msgspec.structs.replace(self._kept, out_of_service=out))

    def wrong_pins(self, wrong: int, at: int) -> None:
        """So many in a row were wrong, the last at `at`, in Unix milliseconds."""
        self._keep(msgspec.structs.replace(self._kept, wrong=wrong, wrong_at=at))

    def pause(self, now: int) -> tuple[int, float]:
        """How many PINs in a row were wrong, and the seconds that are left of the pause after them at `now`.

        A clock that was set back makes it no longer than it is.
        """
        whole = pause_s(self._kept.wrong)
        return self._kept.wrong, min(whole, max(0.0, whole - (now - self._kept.wrong_at) / 1000))

    @property
    def pinned(self) -> Pinned | None:
        """What the staff put first."""
        return self._kept.pinned

    def pin(self, pinned: Pinned | None) -> None:
        """That stands first from now on."""
        if pinned != self._kept.pinned:
            self._keep(msgspec.structs.replace(self._kept, pinned=pinned))

    def add(self, more: Figures, service: str | None = None) -> None:
        """Count what happened on the day of `more`; with another day all begins at nothing.

        `service` is what a number was given of, if one was.
        """
        before = self.figures(more.day)
        given = self._kept.given
        if service is not None:
            today = given.get(more.day, {})
            days = {day: given[day] for day in _days_before(more.day) if day in given}
            given = {**days, more.day: {**today, service: today.get(service, 0) + 1}}
        self._keep(
            msgspec.structs.replace(
                self._kept,
                given=given,
                figures=Figures(
                    more.day,
                    before.visits + more.visits,
                    before.numbers + more.numbers,
                    before.papers + more.papers,
                ),
            )
        )

    def figures(self, day: str) -> Figures:
        """Those of `day`; nothing for any but the last."""
        return self._kept.figures if self._kept.figures.day == day else Figures(day)

    def used(self, day: str) -> Mapping[str, int]:
        """Numbers given of each service in the fourteen days before `day`.

        Without that day's own: what stands on the first page moves over night, not under people's fingers.
        """
        counts = Counter[str]()
        for each in _days_before(day):
            counts.update(self._kept.given.get(each, {}))
        return dict(counts)

    def _keep(self, kept: _Kept) -> None:
        self._kept = kept
        if self._file is None:
            return
        try:
            replace_file(self._file, msgspec.json.encode(kept))
        except OSError as fault:
            log.error("the service file cannot be written", reason=fault.strerror)


def counted(before: Session, after: Session, day: str) -> Figures | None:
    """What a step of the session adds to the figures of `day`; None when it adds nothing."""
    nobody = Home | Staff | OutOfService
    came = not isinstance(after.page, nobody) and (isinstance(before.page, nobody) or after.visit != before.visit)
    printing = isinstance(before.page, Printing)
    number = given(before, after) is not None
    paper = printing and isinstance(after.page, Done) and after.page.paper is Paper.PRINTED
    return Figures(day, int(came), int(number), int(paper)) if came or number or paper else None


def given(before: Session, after: Session) -> str | None:
    """The service of which a step of the session gave a number, if it gave one."""
    page = after.page
    is_new = isinstance(page, Printing) and not isinstance(before.page, Printing) and not page.again
    return page.service.id if is_new and isinstance(page, Printing) else None


def _days_before(day: str) -> list[str]:
    last = date.fromisoformat(day)
    return [(last - timedelta(days=before)).isoformat() for before in range(LATELY_DAYS, 0, -1)]


def _read(file: Path) -> _Kept:
    """What is in the file; nothing when it is not there or was damaged."""
    try:
        return msgspec.json.decode(file.read_bytes(), type=_Kept)
    except FileNotFoundError:
        return _NOTHING
    except (OSError, msgspec.DecodeError) as fault:
        log.error("the service file cannot be read: begun anew", reason=type(fault).__name__)
        return _NOTHING
