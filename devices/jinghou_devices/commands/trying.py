"""What `doctor`, and a kiosk's service mode, do with a device of each kind to see it work: a real command, and what a
technician has to do for it. It opens no door that was not asked for, and prints nothing but a test page."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, assert_never

from jinghou_devices.commands.common import first_only
from jinghou_devices.commands.paper import TEST_PAGE
from jinghou_devices.kinds.common import Kind, Lease, Link
from jinghou_devices.kinds.locker_board import Door, LockerBoard, LockState, Opened
from jinghou_devices.kinds.receipt_printer import Printed
from jinghou_devices.station import Station

_DISPLAY: Final = 1  # the address a display has when it leaves its maker


@dataclass(frozen=True)
class Trial:
    """Whether the device did what it is for, and what there is to say of it."""

    well: bool
    said: str


def tried(
    kind: Kind, station: Station, patience_s: float, lock: int | None, tell: Callable[[str], None], lease: Lease
) -> Trial:
    """Use the device; `tell` hears what the technician must do now. `lock` is the one to open, none without.

    A card or a code is waited for under `lease`. Raises DeviceError.
    """
    match kind:
        case Kind.ID_READER:
            assert station.id_reader is not None
            tell(f"put an ID card down, within {patience_s:.0f} seconds")
            card = station.id_reader.wait_for_card(lease, patience_s).result()
            return Trial(True, f"read a card ({card.kind.value}) of {first_only(card.name)}")
        case Kind.CODE_SCANNER:
            assert station.code_scanner is not None
            tell(f"show it a code, within {patience_s:.0f} seconds")
            code = station.code_scanner.wait_for_code(lease, patience_s).result()
            return Trial(True, f"read a code of {len(code.raw)} bytes{f', {code.format}' if code.format else ''}")
        case Kind.RECEIPT_PRINTER:
            assert station.receipt_printer is not None
            tell("prints a test page")
            result = station.receipt_printer.print(TEST_PAGE, patience_s).result()
            return Trial(result.printed is Printed.DONE, outcome(f"test page {result.printed.value}", result.reason))
        case Kind.CHIP_CARD_READER:
            assert station.chip_card_reader is not None
            tell(f"put a staff card on or in, within {patience_s:.0f} seconds")
            station.chip_card_reader.wait_for_card(lease, patience_s).result()
            return Trial(True, "read a card")
        case Kind.LOCKER:
            assert station.locker is not None
            return _locker(station.locker, lock, tell)
        case Kind.DOCUMENT_PRINTER:
            assert station.document_printer is not None
            printer = station.document_printer.check_health().result()
            return Trial(printer.link is Link.ONLINE, ", ".join(printer.reasons) or "says that it is well")
        case Kind.WINDOW_DISPLAY:
            assert station.window_display is not None
            tell(f"shows 8888 at address {_DISPLAY}")
            station.window_display.show(_DISPLAY, "8888").result()
            return Trial(True, f"took 8888 at address {_DISPLAY}: look whether it is there")
        case _:
            assert_never(kind)


def outcome(what: str, reason: str) -> str:
    """What became of an order, and why if that is known."""
    return f"{what}. {reason}".strip(". ")


def _locker(locker: LockerBoard, lock: int | None, tell: Callable[[str], None]) -> Trial:
    if lock is not None:
        tell(f"opens lock {lock} of board {locker.boards[0]}")
        result = locker.open(locker.boards[0], lock).result()
        if result.opened is not Opened.OPENED:
            return Trial(False, outcome(f"lock {lock} {result.opened.value}", result.reason))
    boards = [(board, locker.look(board).result().locks) for board in locker.boards]
    said = [f"board {board}: {len(locks)} locks, {_open(locks)} open" for board, locks in boards]
    return Trial(True, "; ".join(said))


def _open(locks: tuple[LockState, ...]) -> int:
    return sum(state.door is Door.OPEN for state in locks)
