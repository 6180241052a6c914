"""What a phone shows to take a number in the hall: the rotating code it scanned, then the claim it got for it.

Both are derived from the installation's key, so that nothing is stored before a number is taken.
"""

from collections.abc import Callable
from dataclasses import dataclass
from hmac import compare_digest
from typing import Final

from jinghou_queue.desk.refused import Refusal, Refused
from jinghou_queue.keys import Keys
from jinghou_queue.rules.rotating import steps_accepted

CLAIM_MS: Final = 5 * 60 * 1000
"""How long somebody who scanned may take to choose a service and type a number."""
_ID_BYTES: Final = 9
_SCAN_AGAIN: Final = "scan the code on the hall's screen again"


@dataclass(frozen=True)
class Claim:
    """One number, for whoever scanned the code of step `shown_at`, until `until`. Times are Unix times in ms."""

    id: str
    shown_at: int
    until: int


def hall_code(keys: Keys, hall: str, step: int) -> str:
    """The code that the screens of a hall show in a step."""
    return keys.stamp("screen", hall, str(step))


def exchange(keys: Keys, hall: str, code: str, at: int, step_ms: int, random: Callable[[int], bytes]) -> Claim:
    """A claim for a code that counts at `at`. Raises Refused CODE_EXPIRED."""
    for step in steps_accepted(at, step_ms):
        if _same(code, hall_code(keys, hall, step)):
            return Claim(random(_ID_BYTES).hex(), step, at + CLAIM_MS)
    raise Refused(Refusal.CODE_EXPIRED, _SCAN_AGAIN)


def claim_text(keys: Keys, hall: str, claim: Claim) -> str:
    """A claim as the phone keeps it, signed."""
    signed = f"{claim.id}.{claim.shown_at}.{claim.until}"
    return f"{signed}.{keys.stamp('claim', hall, signed)}"


def read_claim(keys: Keys, hall: str, text: str, at: int) -> Claim:
    """A claim that was given out and still counts at `at`. Raises Refused CODE_EXPIRED."""
    signed, _, stamp = text.rpartition(".")
    if _same(stamp, keys.stamp("claim", hall, signed)):
        name, shown_at, until = signed.split(".")
        if at < int(until):
            return Claim(name, int(shown_at), int(until))
    raise Refused(Refusal.CODE_EXPIRED, _SCAN_AGAIN)


def _same(given: str, right: str) -> bool:
    """In the same time wherever they differ."""
    return compare_digest(given.encode(), right.encode())
