"""The lock boards whose orders begin with 8A, as a driver."""

from typing import Annotated, Final, Literal

from pydantic import Field

from jinghou_config.devices import LockerSettings
from jinghou_devices.codecs.board_8a import Board8a
from jinghou_devices.driver import Driver, Plan
from jinghou_devices.drivers.locker import ADDRESSES, AS_TEXT, BOARDS, CLOSED_IS, LOCKS, Locker, LockerOptions, plan
from jinghou_devices.drivers.panel import Panel
from jinghou_devices.kinds.common import Kind
from jinghou_devices.transports import Transport

_BAUD: Final = 9600


class Board8aOptions(LockerOptions):
    """Boards of 24 or 32 locks that count from 1."""

    boards: Annotated[tuple[Annotated[int, Field(ge=1, le=255)], ...], ADDRESSES] = Field(
        (1,), description=f"{BOARDS}: from 1, as on their switches"
    )
    locks: int = Field(24, ge=1, le=32, description=f"{LOCKS}; from 25 on they are boards of 32")
    closed_is: Annotated[Literal["00", "11"], AS_TEXT] = Field("11", description=CLOSED_IS)
    pulse_ms: int = Field(300, ge=100, le=1000, description="how long a pulse of the board lasts, in milliseconds")


def _plan(settings: LockerSettings, options: Board8aOptions) -> Plan[Transport, Locker]:
    dialect = Board8a(options.locks, int(options.closed_is == "11"))
    return plan(settings, options, _BAUD, lambda doors: Panel(dialect, options.boards, options.timing(), doors))


DRIVER = Driver(
    Kind.LOCKER,
    "24- and 32-lock boards with orders 8A",
    _plan,
    Board8aOptions,
    baud=_BAUD,
    asks_strangers=True,
    speeds=(19200,),
)
