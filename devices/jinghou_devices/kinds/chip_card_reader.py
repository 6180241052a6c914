"""Readers of chip cards: staff cards by their number, and cards that answer commands (APDUs)."""

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Protocol

from jinghou_devices.kinds.common import Lease, Link, Tri


@dataclass(frozen=True)
class ChipCard:
    """A card that answers. `uid` is None for a card that tells none; `atr` says what kind of card it is."""

    atr: bytes
    uid: bytes | None = field(repr=False)


@dataclass(frozen=True)
class ChipCardReaderStatus:
    """Health of a reader, `model` as the system names it. `left_behind`: whether a card lies there whose session is
    over."""

    link: Link
    model: str
    left_behind: Tri | None = None


class ChipCardReader(Protocol):
    """A reader of chip cards, with contacts or without."""

    def wait_for_card(self, lease: Lease, deadline_s: float | None = None) -> Future[ChipCard]:
        """The next card put in or on, under `lease`. Fails as IdReader.wait_for_card."""

    def watch_left_behind(self, on_change: Callable[[bool], None]) -> None:
        """As IdReader.watch_left_behind."""

    def exchange(self, apdu: bytes, lease: Lease, deadline_s: float = 2.0) -> Future[bytes]:
        """Send a command to the card that `lease` was given; the answer with its two status bytes.

        What a card was told in a session, such as a PIN, ends with the session. Fails with DeviceRefused when the
        card does not lie there any more, Cancelled when the lease has ended.
        """

    def check_health(self) -> Future[ChipCardReaderStatus]:
        """Ask the reader with a real command."""
