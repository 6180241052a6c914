"""What a kiosk did today, and whether it is out of service, in a file that survives the power. Nobody is in it."""

from pathlib import Path
from typing import Final

import msgspec

from jinghou_config.files import replace_file
from jinghou_config.log import get_logger
from jinghou_kiosk.pages import Done, Home, OutOfService, Paper, Printing, Staff
from jinghou_kiosk.service.pages import Figures
from jinghou_kiosk.state import Session

log = get_logger(__name__)


class _Kept(msgspec.Struct, frozen=True):
    out_of_service: bool = False
    figures: Figures = Figures()


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

    def add(self, more: Figures) -> None:
        """Count what happened on the day of `more`; with another day all begins at nothing."""
        before = self.figures(more.day)
        self._keep(
            msgspec.structs.replace(
                self._kept,
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
    number = isinstance(after.page, Printing) and not printing and not after.page.again
    paper = printing and isinstance(after.page, Done) and after.page.paper is Paper.PRINTED
    return Figures(day, int(came), int(number), int(paper)) if came or number or paper else None


def _read(file: Path) -> _Kept:
    """What is in the file; nothing when it is not there or was damaged."""
    try:
        return msgspec.json.decode(file.read_bytes(), type=_Kept)
    except FileNotFoundError:
        return _NOTHING
    except (OSError, msgspec.DecodeError) as fault:
        log.error("the service file cannot be read: begun anew", reason=type(fault).__name__)
        return _NOTHING
