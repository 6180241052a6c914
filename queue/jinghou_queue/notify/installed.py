"""The channels that the settings name: those of this package by their section, those of others by their entry point."""

import secrets
import time
from collections.abc import Mapping
from importlib.metadata import EntryPoint, entry_points
from typing import Any, Final

from pydantic import ValidationError

from jinghou_config.notify import NotifySettings
from jinghou_config.settings import ConfigError, faults
from jinghou_queue.api.office import unix_ms
from jinghou_queue.notify import aliyun, console, gateway, webhook, wechat, wecom
from jinghou_queue.notify.channel import ENTRY_POINTS, ChannelKind, Installed, NoOptions, Outside

_OWN: Final[Mapping[str, ChannelKind[Any]]] = {
    "console": console.KIND,
    "aliyun": aliyun.KIND,
    "gateway": gateway.KIND,
    "wechat": wechat.KIND,
    "wecom": wecom.KIND,
    "webhook": webhook.KIND,
}
OUTSIDE: Final = Outside(unix_ms, time.monotonic, lambda: secrets.token_hex(16))


def installed(settings: NotifySettings, outside: Outside = OUTSIDE) -> dict[str, Installed]:
    """Every channel that is set up, by name. Raises ConfigError for one that there is not, or its settings."""
    return {name: install(name, settings, outside) for name in settings.names}


def install(name: str, settings: NotifySettings, outside: Outside) -> Installed:
    """One channel. Raises ConfigError."""
    kind = _OWN.get(name)
    if kind is not None:
        return _made(kind, getattr(settings, name, NoOptions()), settings, outside)
    kind = _of_others(name)
    try:
        options = kind.options.model_validate(settings.plugins[name])
    except ValidationError as invalid:
        raise ConfigError(f"notify.plugins.{name}: {faults(invalid, 'settings')}") from None
    return _made(kind, options, settings, outside)


def _made(kind: ChannelKind[Any], options: object, settings: NotifySettings, outside: Outside) -> Installed:
    return Installed(kind.title, kind.make(options, outside, settings.deadline_s), kind.repeatable)


def _of_others(name: str) -> ChannelKind[Any]:
    offers: list[EntryPoint] = list(entry_points(group=ENTRY_POINTS, name=name))
    if len(offers) != 1:
        how_many = "several packages offer it, uninstall all but one" if offers else "no installed package offers it"
        raise ConfigError(f"notify.plugins.{name}: {how_many}")
    try:
        kind = offers[0].load()
    except Exception as fault:  # another's code: whatever it raises, the operator hears which
        raise ConfigError(
            f"notify.plugins.{name}: {offers[0].value} cannot be loaded: {type(fault).__name__}"
        ) from fault
    if not isinstance(kind, ChannelKind):
        raise ConfigError(f"notify.plugins.{name}: {offers[0].value} is not a ChannelKind")
    return kind
