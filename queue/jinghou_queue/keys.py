"""The secret of one installation, and everything that is derived from it: hashed and sealed people, holders' tokens.

Nothing of it is stored in clear: an identity number as a keyed hash and sealed, a phone sealed, a token as a hash.
"""

import hashlib
import os
import stat
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from pathlib import Path
from typing import Final, TypeVar

import msgspec

from jinghou_queue.contract.identity import Identity
from jinghou_queue.contract.phone import Phone
from jinghou_queue.rules.codes import as_meant, code_of
from jinghou_queue.suites import NONCE_BYTES, SUITES, Algorithms, NotSealed

Personal = TypeVar("Personal", Identity, Phone)

_SECRET_BYTES: Final = 32
_CODE_DIGITS: Final = 10
_STAMP_BYTES: Final = 18  # 144 bits, 24 characters without padding
_SEALED_FORM: Final = b"\x01"  # of what is sealed: another key or suite one day takes another
_FIELDS: Final[Mapping[type, str]] = {Identity: "identity", Phone: "phone"}  # are part of each seal: never change them


class KeyFileError(Exception):
    """The key file cannot be used. The text names the file and what to do, never the key."""


class Keys:
    """Derives from one secret. Each purpose has its own label, so that no result can stand in for another."""

    def __init__(self, secret: bytes, algorithms: Algorithms = Algorithms.INTERNATIONAL) -> None:
        self._secret = secret
        self.algorithms = algorithms
        self._suite = SUITES[algorithms]

    def __repr__(self) -> str:
        return "Keys(‹hidden›)"

    def _derive(self, *parts: str) -> bytes:
        return self._suite.keyed_hash(self._secret, "\x00".join(parts).encode())

    def identity_hash(self, hall: str, identity: Identity) -> str:
        """Keyed hash of a document number: the same for the same person in the same hall, useless elsewhere."""
        return self._derive("identity", hall, identity.kind.value, identity.number).hex()

    def stamp(self, purpose: str, hall: str, *parts: str) -> str:
        """144 bits that nobody can guess or forge, as 24 characters: what they stand for is `parts`."""
        return urlsafe_b64encode(self._derive(purpose, hall, *parts)[:_STAMP_BYTES]).decode()

    def holder_token(self, hall: str, ticket: str) -> str:
        """What a ticket's holder shows: the hall and a stamp. The same each time."""
        return f"{hall}.{self.stamp('holder', hall, ticket)}"

    def booking_token(self, hall: str, booking: str) -> str:
        """What opens a booking on its holder's phone, made as a ticket's."""
        return f"{hall}.{self.stamp('booking', hall, booking)}"

    def booking_code(self, hall: str, booking: str) -> str:
        """Ten digits to type or show at the hall. The same each time; two bookings may be given the same ones."""
        return f"{int.from_bytes(self._derive('booking code', hall, booking)) % 10**_CODE_DIGITS:0{_CODE_DIGITS}d}"

    def code_hash(self, code: str) -> str:
        """What is stored of a booking's code. Keyed, because so few digits could be tried out."""
        return self._derive("code", code).hex()

    def enrol_code(self, hall: str, terminal: str, until: int) -> str:
        """What enrols a terminal until a Unix time in milliseconds. The same each time, and never stored."""
        return code_of(self._derive("enrol", hall, terminal, str(until)))

    def enrol_hash(self, code: str) -> str:
        """What is stored of a code that enrols, as it was typed. Keyed, because 50 bits could be tried out."""
        return self._derive("enrol hash", as_meant(code)).hex()

    def seal(self, value: Identity | Phone, nonce: bytes, hall: str, record: str) -> str:
        """Something of a person, to be stored with that record only; `nonce` are NONCE_BYTES fresh random bytes."""
        bound = self._bound(type(value), hall, record)
        sealed = self._suite.seal(self._sealing_key(hall), nonce, msgspec.json.encode(value), bound)
        return urlsafe_b64encode(_SEALED_FORM + nonce + sealed).decode()

    def open(self, kind: type[Personal], sealed: str, hall: str, record: str) -> Personal:
        """What was sealed for that record. Raises NotSealed when it was for another, or with another key."""
        form, nonce, rest = (raw := urlsafe_b64decode(sealed))[:1], raw[1 : 1 + NONCE_BYTES], raw[1 + NONCE_BYTES :]
        if form != _SEALED_FORM:
            raise NotSealed("this was sealed by another version of jinghou")
        opened = self._suite.open(self._sealing_key(hall), nonce, rest, self._bound(kind, hall, record))
        return msgspec.json.decode(opened, type=kind)

    def _sealing_key(self, hall: str) -> bytes:
        return self._derive("seal", hall)[: self._suite.key_bytes]

    @staticmethod
    def _bound(kind: type, hall: str, record: str) -> bytes:
        """What a seal holds fast to: moved to another row or column it does not open."""
        return _SEALED_FORM + "\x00".join((hall, record, _FIELDS[kind])).encode()

    def login_hash(self, hall: str, login: str) -> str:
        """Names what was given as login without telling it: it can be a password in the wrong field."""
        return self._derive("login", hall, login).hex()

    def fingerprint(self, *request: str) -> str:
        """What a request asked for. Keyed, because a request can hold an identity number."""
        return self._derive("request", *request).hex()

    def check(self) -> str:
        """A public value that tells whether this is the key a database was made with."""
        return self._derive("check").hex()[:16]


def token_of(hall: str, secret: bytes) -> str:
    """A token of a hall, made of random bytes."""
    return f"{hall}.{urlsafe_b64encode(secret).decode().rstrip('=')}"


def token_hash(token: str) -> str:
    """What is stored of a token. Tokens are long and random, so a plain SHA-256 is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


def hall_of_token(token: str) -> str:
    """The hall a token names. Nothing is proven by it: look the hash up in that hall."""
    return token.partition(".")[0]


def create_key_file(file: Path, secret: bytes, algorithms: Algorithms = Algorithms.INTERNATIONAL) -> Keys:
    """Write a new key for its owner's eyes only. Raises KeyFileError when the file exists or cannot be written."""
    if len(secret) != _SECRET_BYTES:
        raise ValueError(f"the secret must have {_SECRET_BYTES} bytes")
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as stream:
            stream.write(f"{algorithms.value} {secret.hex()}\n")
            stream.flush()
            os.fsync(stream.fileno())
    except OSError as fault:
        raise KeyFileError(f"{file}: the key file cannot be written: {fault.strerror}") from None
    return Keys(secret, algorithms)


def load_key_file(file: Path) -> Keys:
    """Read a key, which names its algorithms. Raises KeyFileError when it is missing, open to others, or not a key."""
    try:
        mode = file.stat().st_mode
        name, _, text = file.read_text(encoding="ascii").strip().rpartition(" ")
        algorithms = Algorithms(name or Algorithms.INTERNATIONAL)  # the first version named none
        secret = bytes.fromhex(text)
    except OSError as fault:
        raise KeyFileError(f"{file}: the key file cannot be read: {fault.strerror}") from None
    except ValueError:
        raise KeyFileError(f"{file}: is not a key file made by `jinghou-queue init`") from None
    if len(secret) != _SECRET_BYTES:
        raise KeyFileError(f"{file}: is not a key file made by `jinghou-queue init`")
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise KeyFileError(f"{file}: the key file is open to others; run: chmod 600 {file}")
    return Keys(secret, algorithms)
