"""Hashing and checking passwords with Argon2id, in threads of their own: one takes as long as a hundred presses.

What a password must be is in `rules.passwords`; whose it is, in `desk`.
"""

import asyncio
import contextlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from secrets import token_urlsafe
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from jinghou_queue.desk.refused import Refusal, Refused
from jinghou_queue.rules.passwords import plain

_AT_ONCE: Final = 1  # each works on four cores at once already, and takes 64 MiB
_TURNS: Final = 32  # who comes when so many wait would have given up before the turn came


@dataclass(frozen=True)
class Checked:
    """Whether a password was right; and if it was, its new hash when the old one was made with other parameters."""

    right: bool
    renewed: str | None = None


class Passwords:
    """One server's. `hasher` is for tests; its own parameters are the low-memory profile of RFC 9106."""

    def __init__(self, hasher: PasswordHasher | None = None, turns: int = _TURNS) -> None:
        self._hasher = hasher or PasswordHasher()
        self._turns = turns
        self._threads = ThreadPoolExecutor(_AT_ONCE, "jinghou-password")
        self._nobodys = self._hasher.hash(token_urlsafe())

    @contextlib.contextmanager
    def turn(self) -> Iterator[None]:
        """A place among those whose password is being looked at. Raises Refused TOO_MANY_TRIES when all are taken."""
        if self._turns == 0:
            raise Refused(Refusal.TOO_MANY_TRIES, "too many people log in at this moment: wait a moment", 2000)
        self._turns -= 1
        try:
            yield
        finally:
            self._turns += 1

    def hash(self, password: str) -> str:
        """What is stored of a password. Takes about 0.1 s."""
        return self._hasher.hash(plain(password))

    async def hash_in_thread(self, password: str) -> str:
        """`hash`, while the event loop goes on."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self.hash, password)

    async def check(self, password: str, stored: str | None) -> Checked:
        """Whether this is the password. With nothing stored it takes as long, so that nobody learns who has a login."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._check, password, stored)

    def _check(self, password: str, stored: str | None) -> Checked:
        try:
            self._hasher.verify(stored or self._nobodys, plain(password))
        except VerifyMismatchError:
            return Checked(right=False)
        if stored is None:
            return Checked(right=False)
        return Checked(right=True, renewed=self.hash(password) if self._hasher.check_needs_rehash(stored) else None)
