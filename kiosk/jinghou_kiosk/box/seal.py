"""Makes what the box holds unreadable to whoever copies its file: AES-256-GCM under keys made from the token.

The token itself stands in the kiosk's settings; who has both files can read the box.
"""

import hmac
from collections.abc import Callable
from hashlib import sha256
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_NONCE_BYTES: Final = 12
_KEY_BYTES: Final = 32


class NotSealed(Exception):
    """This was not sealed with this token for this place, or was changed since."""


class Seal:
    """Seals and opens under the keys of one token. `random` gives that many random bytes."""

    def __init__(self, token: str, random: Callable[[int], bytes]) -> None:
        self._cipher = AESGCM(_derive(token, b"jinghou kiosk box: sealed"))
        self._marking = _derive(token, b"jinghou kiosk box: marks")
        self._random = random

    def seal(self, data: bytes, place: str) -> bytes:
        """`data` made unreadable, good for `place` in the box alone."""
        nonce = self._random(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, data, place.encode())

    def open(self, sealed: bytes, place: str) -> bytes:
        """What was sealed for `place`. Raises NotSealed."""
        try:
            return self._cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], place.encode())
        except (InvalidTag, ValueError):  # ValueError: too short to be anything
            raise NotSealed(f"{place}: was not sealed here, or was changed since") from None

    def mark(self, text: str) -> bytes:
        """The same for the same text, by which it is known again and cannot be read (HMAC-SHA-256)."""
        return hmac.digest(self._marking, text.encode(), sha256)


def _derive(token: str, purpose: bytes) -> bytes:
    """A key of its own for each purpose (RFC 5869). The token is random: it needs no salt and no stretching."""
    return HKDF(hashes.SHA256(), _KEY_BYTES, salt=None, info=purpose).derive(token.encode())
