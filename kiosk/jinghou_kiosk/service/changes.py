"""What staff changed at the glass, in a file that goes over the settings: which devices were replaced, and when."""

from pathlib import Path
from typing import Any, Final

import msgspec
from pydantic import ValidationError

from jinghou_config.devices import DeviceSettings, DevicesSettings
from jinghou_config.files import replace_file
from jinghou_config.log import get_logger
from jinghou_config.settings import ConfigError
from jinghou_devices import driver
from jinghou_devices.kinds.common import Kind

ENDING: Final = ".changes"
_HISTORY: Final = 50

log = get_logger(__name__)


class Replaced(msgspec.Struct, frozen=True, kw_only=True):
    """One device that took another's place, at a Unix time in milliseconds; each as its settings are written.

    `by` are the roles of whoever put it in.
    """

    at: int
    kind: str
    was: dict[str, Any]
    now: dict[str, Any]
    by: tuple[str, ...] = ()


class _Kept(msgspec.Struct, frozen=True):
    """`devices` are those in force, each with the settings of the kiosk's file that it stands in for."""

    devices: dict[str, Replaced] = {}
    history: tuple[Replaced, ...] = ()


class Changes:
    """One kiosk's. Used by one thread at a time. A file that is damaged changes nothing, and is begun anew."""

    def __init__(self, file: Path, settings: DevicesSettings) -> None:
        """`settings` are those of the kiosk's own file."""
        self._file = file
        self._settings = settings
        self._kept = _read(file)

    @property
    def history(self) -> tuple[Replaced, ...]:
        """What was replaced, the oldest first."""
        return self._kept.history

    def devices(self) -> DevicesSettings:
        """Those of the kiosk's file, with those that took their place.

        What was put in holds for as long as the file says of that device what it said then: whoever writes another one
        into the file means that. What no driver can use any more is said in the log and left out.
        """
        replaced = {}
        for name, change in self._kept.devices.items():
            if self._in_file(name) != change.was:
                log.warning("a device that was replaced is set otherwise since: the settings hold", device=name)
                continue
            try:
                now = driver.settings_of(Kind(name), change.now)
                driver.plan(Kind(name), now)
            except (ConfigError, ValidationError, ValueError) as fault:
                log.error(
                    "a device that was replaced cannot be used: the settings hold", device=name, reason=str(fault)
                )
            else:
                replaced[name] = now
        return self._settings.model_copy(update=replaced)

    def replace(self, kind: Kind, was: DeviceSettings, now: DeviceSettings, at: int, by: tuple[str, ...] = ()) -> None:
        """Keep that `now` took the place of `was`. Raises OSError, and nothing changes."""
        change = Replaced(at=at, kind=kind.value, was=_written(was), now=_written(now), by=by)
        kept = _Kept(
            devices={**self._kept.devices, kind.value: msgspec.structs.replace(change, was=self._in_file(kind.value))},
            history=(*self._kept.history, change)[-_HISTORY:],
        )
        replace_file(self._file, msgspec.json.encode(kept))
        self._kept = kept

    def _in_file(self, name: str) -> dict[str, Any]:
        """What the kiosk's own file says of the device."""
        return _written(getattr(self._settings, name, None))


def _written(settings: DeviceSettings | None) -> dict[str, Any]:
    return {} if settings is None else settings.model_dump(mode="json")


def _read(file: Path) -> _Kept:
    try:
        return msgspec.json.decode(file.read_bytes(), type=_Kept)
    except FileNotFoundError:
        return _Kept()
    except (OSError, msgspec.MsgspecError) as fault:
        log.error("the file of changes cannot be read: the settings hold", reason=type(fault).__name__)
        return _Kept()
