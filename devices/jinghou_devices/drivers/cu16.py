"""KERONG CU16 lock boards, as a driver."""

from dataclasses import replace
from typing import Annotated, Final, Literal

from pydantic import Field

from jinghou_config.devices import LockerSettings
from jinghou_devices.codecs.cu16 import Cu16
from jinghou_devices.driver import Driver, Plan
from jinghou_devices.drivers.locker import ADDRESSES, AS_TEXT, BOARDS, CLOSED_IS, LOCKS, Locker, LockerOptions, plan
from jinghou_devices.drivers.panel import Panel, Timing
from jinghou_devices.kinds.common import Kind
from jinghou_devices.transports import Transport

_BAUD: Final = 19200


class Cu16Options(LockerOptions):
    """Boards of 16 locks that count from 0."""

    boards: Annotated[tuple[Annotated[int, Field(ge=0, le=15)], ...], ADDRESSES] = Field(
        (0,), description=f"{BOARDS}: 0 to 15, as on their switches"
    )
    locks: int = Field(16, ge=1, le=16, description=LOCKS)
    closed_is: Annotated[Literal["0", "1"], AS_TEXT] = Field("1", description=CLOSED_IS)
    unlock_time_ms: int | None = Field(
        None, ge=100, le=1000, description="tell the boards to pulse for so long; none: as they are set"
    )

    def timing(self) -> Timing:
        """See LockerOptions. Boards that are told how long to pulse do so."""
        usual = super().timing()
        return usual if self.unlock_time_ms is None else replace(usual, pulse_s=self.unlock_time_ms / 1000)


def _plan(settings: LockerSettings, options: Cu16Options) -> Plan[Transport, Locker]:
    dialect = Cu16(options.locks, int(options.closed_is), options.unlock_time_ms)
    return plan(settings, options, _BAUD, lambda doors: Panel(dialect, options.boards, options.timing(), doors))


DRIVER = Driver(
    Kind.LOCKER,
    "KERONG CU16 lock boards, which also see items",
    _plan,
    Cu16Options,
    baud=_BAUD,
    asks_strangers=True,
    speeds=(9600, 57600, 115200),
)
