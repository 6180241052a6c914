"""What a kiosk is told to be: the settings of its file, what the server set over them, and the hall's hours."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import tzinfo
from typing import Any

from pydantic import ValidationError

from jinghou_config.log import get_logger
from jinghou_config.settings import ConfigError, faults
from jinghou_config.terminal import KioskProfile, VisitSettings
from jinghou_kiosk.events import Closed, Event, HoursSeen, Language, SettingsSeen
from jinghou_kiosk.hours import closed_at, of_the_week
from jinghou_queue.contract.terminals import OpenHours, TerminalConfig

log = get_logger(__name__)


class Told:
    """Turns settings into what the session has to know. What cannot be used is said in the log, and changes nothing."""

    def __init__(
        self,
        file: VisitSettings,
        post: Callable[[Event], None],
        *,
        language_of: Callable[[str], Language],
        now: Callable[[], int],
    ) -> None:
        """`language_of` a code raises ConfigError when there are no words; `now` gives Unix time in milliseconds.

        Raises ConfigError when the file's own settings cannot be used.
        """
        self._file = file
        self._post = post
        self._language_of = language_of
        self._now = now
        self._hours: tuple[OpenHours, ...] | None = None
        self._closed: Closed | None = None
        self.seen = self._read({})

    def config_seen(self, config: TerminalConfig) -> None:
        """The server told this. Called from any thread."""
        self._hours = config.hours
        try:
            seen = replace(self._read(config.profile), terminal=config.terminal)
        except ConfigError as fault:
            log.error("profile refused, the one before stays", reason=str(fault))
            return
        if seen != self.seen:
            self.seen = seen
            self._post(seen)

    def look_at_clock(self, zone: tzinfo | None) -> None:
        """Tell the session when the hall closes or opens. `zone`: the hall's, None while it is not known."""
        now = self._now()
        settings = self.seen.settings
        hours = self._hours
        if hours is None and settings.hours:
            hours = of_the_week(settings.hours, zone, now)
        closed = None
        if hours is not None and not settings.always_open:
            closed = closed_at(hours, now, settings.early_minutes)
        if closed != self._closed:
            self._closed = closed
            self._post(HoursSeen(closed))

    def _read(self, profile: Mapping[str, Any]) -> SettingsSeen:
        settings = met_by(self._file, profile)
        codes = dict.fromkeys((settings.language, *settings.languages))
        return SettingsSeen(settings, tuple(self._language_of(code) for code in codes))


def met_by(file: VisitSettings, profile: Mapping[str, Any]) -> VisitSettings:
    """The settings of `file` with those of `profile` over them. Raises ConfigError, which names the key."""
    try:
        KioskProfile.model_validate(profile)  # by itself first: what is wrong in it is named as it stands there
        return VisitSettings.model_validate(_over(file.model_dump(include=set(VisitSettings.model_fields)), profile))
    except ValidationError as invalid:
        raise ConfigError(faults(invalid, "profile")) from None


def _over(file: Mapping[str, Any], profile: Mapping[str, Any]) -> dict[str, Any]:
    """Sections key by key, everything else as a whole."""
    sections = {key: _over(file[key], value) for key, value in profile.items() if isinstance(value, Mapping)}
    return {**file, **profile, **sections}
