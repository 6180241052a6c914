"""Relay boards on Modbus RTU, as a driver: what others end by themselves, a pulse, may have to be ended from here.

A coil that stays powered burns its solenoid. So power is taken away also when the program is being closed or the order
fails, and a board is asked nothing, on a new connection or after a pulse, before all its coils are seen without power.
"""

from typing import Annotated, Final, Literal

from pydantic import Field

from jinghou_config.devices import LockerSettings
from jinghou_devices.codecs.locker import Coils, Report, Said
from jinghou_devices.codecs.relays import Relays
from jinghou_devices.driver import Driver, Plan
from jinghou_devices.drivers.doors import Doors
from jinghou_devices.drivers.locker import ADDRESSES, AS_TEXT, BOARDS, CLOSED_IS, LOCKS, Locker, LockerOptions, plan
from jinghou_devices.drivers.panel import Panel
from jinghou_devices.errors import DeviceRefused
from jinghou_devices.kinds.common import Kind
from jinghou_devices.kinds.locker_board import Door, LockState
from jinghou_devices.transports import Transport

_BAUD: Final = 9600


class RelayOptions(LockerOptions):
    """Boards with a coil for each lock, and mostly an input for each door."""

    boards: Annotated[tuple[Annotated[int, Field(ge=1, le=247)], ...], ADDRESSES] = Field(
        (1,), description=f"{BOARDS}: 1 to 247, their Modbus addresses"
    )
    locks: int = Field(8, ge=1, le=64, description=LOCKS)
    closed_is: Annotated[Literal["0", "1"], AS_TEXT] = Field("1", description=CLOSED_IS)
    sensors: bool = Field(True, description="whether inputs tell of the doors; without, no door is ever seen open")
    first_coil: int = Field(0, ge=0, le=0xFFFF, description="the coil of lock 1, counted from 0")
    first_sensor: int = Field(0, ge=0, le=0xFFFF, description="the input of door 1, counted from 0")
    pulse_by: Literal["host", "board"] = Field(
        "host", description="who ends a pulse: this program, or the board by its flash function, as Waveshare's do"
    )


class RelayPanel(Panel):
    """Boards whose coils are switched from here, or that flash them by themselves."""

    dialect: Relays

    def __init__(self, dialect: Relays, options: RelayOptions, doors: Doors) -> None:
        super().__init__(dialect, options.boards, options.timing(), doors)
        self.dialect = dialect
        self._sensors = options.sensors

    def pulse(self, line: Transport, board: int, lock: int) -> None:
        """See Panel."""
        if self.dialect.flash_ms is not None:
            super().pulse(line, board, lock)
            return
        self._unprepared.add(board)
        try:
            super().pulse(line, board, lock)
            self.rest(line, self._free_at - self.timing.gap_s)
        finally:
            self._write(line, self.dialect.release(board, lock))
            self._free_at = self._clock() + self.timing.gap_s

    def _prepare(self, line: Transport, board: int) -> None:
        """Take the power from all coils, and see that it is gone. Raises DeviceRefused when it is not."""
        self._order(line, self.dialect.release_all(board))
        for lock in sorted(self._powered(line, board)):  # a board may not know the order for all
            self._order(line, self.dialect.release(board, lock))
        if still := self._powered(line, board):
            raise DeviceRefused(f"board {board}: the coil of lock {min(still)} stays powered: cut its power")

    def _powered(self, line: Transport, board: int) -> frozenset[int]:
        def fits(said: Said) -> frozenset[int] | None:
            return said.powered if isinstance(said, Coils) else None

        return self._exchange(line, board, self.dialect.ask_coils(board), fits)

    def _ask_doors(self, line: Transport, board: int) -> Report:
        if self._sensors:
            return super()._ask_doors(line, board)
        self._powered(line, board)  # it answers, at least
        return Report(board, tuple(LockState(lock, Door.UNKNOWN, None) for lock in range(1, self.dialect.locks + 1)))


def _plan(settings: LockerSettings, options: RelayOptions) -> Plan[Transport, Locker]:
    flash_ms = options.pulse_ms if options.pulse_by == "board" else None
    dialect = Relays(options.locks, int(options.closed_is), options.first_coil, options.first_sensor, flash_ms)
    return plan(settings, options, _BAUD, lambda doors: RelayPanel(dialect, options, doors))


# not asks_strangers: its probe switches coils off
DRIVER = Driver(Kind.LOCKER, "relay boards on Modbus RTU", _plan, RelayOptions, baud=_BAUD)
