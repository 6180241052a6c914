"""Lock boards of the CU48 class, as a driver."""

from typing import Annotated, Final, Literal

from pydantic import Field

from jinghou_config.devices import LockerSettings
from jinghou_devices.codecs.cu48 import Cu48
from jinghou_devices.driver import Driver, Plan
from jinghou_devices.drivers.locker import ADDRESSES, AS_TEXT, BOARDS, CLOSED_IS, LOCKS, Locker, LockerOptions, plan
from jinghou_devices.drivers.panel import Panel
from jinghou_devices.kinds.common import Kind
from jinghou_devices.transports import Transport

_BAUD: Final = 19200


class Cu48Options(LockerOptions):
    """Boards of up to 48 locks."""

    boards: Annotated[tuple[Annotated[int, Field(ge=0, le=255)], ...], ADDRESSES] = Field(
        (0,), description=f"{BOARDS}: 0 to 255, as on their switches"
    )
    locks: int = Field(48, ge=1, le=48, description=LOCKS)
    closed_is: Annotated[Literal["0", "1"], AS_TEXT] = Field("1", description=CLOSED_IS)


def _plan(settings: LockerSettings, options: Cu48Options) -> Plan[Transport, Locker]:
    dialect = Cu48(options.locks, int(options.closed_is))
    return plan(settings, options, _BAUD, lambda doors: Panel(dialect, options.boards, options.timing(), doors))


DRIVER = Driver(
    Kind.LOCKER,
    "lock boards of the CU48 class",
    _plan,
    Cu48Options,
    baud=_BAUD,
    asks_strangers=True,
    speeds=(9600, 57600, 115200),
)
