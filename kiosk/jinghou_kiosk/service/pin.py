"""The staff's PINs: what they may be, their Argon2id hashes, whose they are, the pauses after wrong ones.

A PIN is short, so the hash alone would not save it from whoever reads `kiosk.toml`; the waiting saves it at the glass.
"""

from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from pydantic import SecretStr

from jinghou_config.settings import ConfigError
from jinghou_config.terminal import ServiceSettings
from jinghou_kiosk.service.pages import Role

LEAST: Final = 6
MOST: Final = 12

_FREE: Final = 2  # wrong ones in a row that cost nothing: fingers slip
_FIRST_S: Final = 30.0
_LONGEST_S: Final = 900.0
_UP: Final = "01234567890123456789"


def weakness(pin: str) -> str | None:
    """What is wrong with a new PIN, in words that do not repeat it; None when it will do."""
    if not (pin.isascii() and pin.isdecimal() and LEAST <= len(pin) <= MOST):
        return f"a PIN has {LEAST} to {MOST} digits"
    if len(set(pin)) < 3 or pin in _UP or pin in _UP[::-1]:
        return "this PIN is among the first that anybody guesses"
    return None


def hashed(pin: str) -> str:
    """What stands in the settings. Takes about 0.1 s."""
    return PasswordHasher().hash(pin)


def is_right(pin: str, pin_hash: str) -> bool:
    """Whether this is the PIN. Takes as long as `hashed`."""
    try:
        return PasswordHasher().verify(pin_hash, pin)
    except (VerificationError, InvalidHashError):
        return False


def check_hashes(settings: ServiceSettings) -> None:
    """Raise ConfigError unless these are hashes: a PIN itself in the settings would open nothing."""
    for key in ("pin_hash", "manager_pin_hash"):
        pin_hash: SecretStr | None = getattr(settings, key)
        try:
            if pin_hash is not None:
                PasswordHasher().check_needs_rehash(pin_hash.get_secret_value())
        except InvalidHashError:
            raise ConfigError(f"service.{key}: is not what `jinghou-kiosk pin` prints") from None


def roles_of(pin: str, settings: ServiceSettings) -> frozenset[Role]:
    """Who has this PIN; nobody when it is wrong. Every hash is tried, so that the time tells nothing of whose it is."""
    if settings.manager_pin_hash is None:
        rights = [(settings.pin_hash, frozenset(Role))]
    else:
        rights = [
            (settings.pin_hash, frozenset({Role.TECHNICIAN})),
            (settings.manager_pin_hash, frozenset({Role.MANAGER})),
        ]
    fitting = [roles for each, roles in rights if each is not None and is_right(pin, each.get_secret_value())]
    return frozenset().union(*fitting)


def pause_s(wrong: int) -> float:
    """How long after the last of so many wrong PINs in a row the next is looked at, in seconds."""
    if wrong <= _FREE:
        return 0.0
    return min(_FIRST_S * 2.0 ** min(wrong - _FREE - 1, 32), _LONGEST_S)
