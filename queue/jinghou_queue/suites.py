"""The two suites of algorithms that an installation chooses from: a keyed hash and an authenticated cipher each.

`cryptography` does the work; the secret, and what goes in, is for `keys` to say.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import BlockCipherAlgorithm, Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES, SM4
from cryptography.hazmat.primitives.ciphers.modes import GCM
from cryptography.hazmat.primitives.hmac import HMAC

NONCE_BYTES: Final = 12
_TAG_BYTES: Final = 16


class Algorithms(StrEnum):
    """Whose algorithms an installation keeps people's data with."""

    INTERNATIONAL = "international"
    NATIONAL = "national"  # 国密


class NotSealed(Exception):
    """This was not sealed with this key for this place, or was changed since."""


@dataclass(frozen=True)
class Suite:
    """A keyed hash of 32 bytes (RFC 2104), and a cipher in GCM whose keys have `key_bytes`."""

    digest: hashes.HashAlgorithm
    cipher: Callable[[bytes], BlockCipherAlgorithm]
    key_bytes: int

    def keyed_hash(self, key: bytes, data: bytes) -> bytes:
        """HMAC of `data`."""
        mac = HMAC(key, self.digest)
        mac.update(data)
        return mac.finalize()

    def seal(self, key: bytes, nonce: bytes, data: bytes, bound: bytes) -> bytes:
        """`data` made unreadable, and a tag over it and `bound`. A nonce must never come twice with one key."""
        sealing = Cipher(self.cipher(key), GCM(nonce)).encryptor()
        sealing.authenticate_additional_data(bound)
        return sealing.update(data) + sealing.finalize() + sealing.tag

    def open(self, key: bytes, nonce: bytes, sealed: bytes, bound: bytes) -> bytes:
        """What was sealed. Raises NotSealed."""
        opening = Cipher(self.cipher(key), GCM(nonce, sealed[-_TAG_BYTES:])).decryptor()
        opening.authenticate_additional_data(bound)
        try:
            return opening.update(sealed[:-_TAG_BYTES]) + opening.finalize()
        except InvalidTag:
            raise NotSealed("this was not sealed here, or was changed since") from None


SUITES: Final[Mapping[Algorithms, Suite]] = {
    Algorithms.INTERNATIONAL: Suite(hashes.SHA256(), AES, 32),  # HMAC-SHA-256, AES-256-GCM
    Algorithms.NATIONAL: Suite(hashes.SM3(), SM4, 16),  # GM/T 0004 (SM3), RFC 8998 (SM4-GCM)
}
