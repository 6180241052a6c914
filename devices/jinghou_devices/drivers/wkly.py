"""WKLY lock boards, as a driver."""

from typing import Annotated, Final, Literal

from pydantic import Field

from jinghou_config.devices import LockerSettings
from jinghou_devices.codecs.locker import Report, Said
from jinghou_devices.codecs.wkly import Wkly
from jinghou_devices.driver import Driver, Plan
from jinghou_devices.drivers.doors import Doors
from jinghou_devices.drivers.locker import ADDRESSES, AS_TEXT, BOARDS, CLOSED_IS, LOCKS, Locker, LockerOptions, plan
from jinghou_devices.drivers.panel import Panel
from jinghou_devices.kinds.common import Kind
from jinghou_devices.kinds.locker_board import LockState
from jinghou_devices.transports import Transport

_BAUD: Final = 9600


class WklyOptions(LockerOptions):
    """Boards of any address and number of locks."""

    boards: Annotated[tuple[Annotated[int, Field(ge=0, le=255)], ...], ADDRESSES] = Field(
        (10,), description=f"{BOARDS}: 0 to 255, in decimal or as 0x0A"
    )
    locks: int = Field(12, ge=1, le=64, description=LOCKS)
    closed_is: Annotated[Literal["00", "01"], AS_TEXT] = Field("00", description=CLOSED_IS)
    ask: Literal["each", "all"] = Field(
        "each", description="whether a board is asked about each lock, or about all at once, which not all boards know"
    )
    answer_ms: int = Field(1000, ge=50, le=3000, description="how long a board gets to answer, in milliseconds")


class EachLockPanel(Panel):
    """Boards that are asked about one lock at a time."""

    dialect: Wkly

    def __init__(self, dialect: Wkly, options: WklyOptions, doors: Doors) -> None:
        super().__init__(dialect, options.boards, options.timing(), doors)
        self.dialect = dialect

    def _ask_doors(self, line: Transport, board: int) -> Report:
        return Report(board, tuple(self._ask_one(line, board, lock) for lock in range(1, self.dialect.locks + 1)))

    def _ask_one(self, line: Transport, board: int, lock: int) -> LockState:
        def fits(said: Said) -> LockState | None:
            if not isinstance(said, Report) or not said.asked or [one.lock for one in said.locks] != [lock]:
                return None
            return said.locks[0]

        return self._exchange(line, board, self.dialect.ask_one(board, lock), fits)


def _plan(settings: LockerSettings, options: WklyOptions) -> Plan[Transport, Locker]:
    dialect = Wkly(options.locks, int(options.closed_is))
    if options.ask == "each":
        return plan(settings, options, _BAUD, lambda doors: EachLockPanel(dialect, options, doors))
    return plan(settings, options, _BAUD, lambda doors: Panel(dialect, options.boards, options.timing(), doors))


DRIVER = Driver(Kind.LOCKER, "WKLY lock boards", _plan, WklyOptions, baud=_BAUD, asks_strangers=True, speeds=(19200,))
