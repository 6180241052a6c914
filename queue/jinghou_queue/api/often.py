"""How often strangers may use the routes that need no token, by the address that asks; counted in one process."""

from collections import Counter as Tally
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address
from typing import Any, Final

from litestar.connection import ASGIConnection
from litestar.exceptions import TooManyRequestsException
from litestar.handlers import BaseRouteHandler
from litestar.types import Guard

REQUESTS_PER_MINUTE: Final = 240
"""A hall's own network can have one address for all phones in it."""


class Often:
    """Counts requests of the present minute by address; `now` is a monotonic time in s. Forgets all with the minute."""

    def __init__(self, now: Callable[[], float], most: int = REQUESTS_PER_MINUTE) -> None:
        self._now = now
        self._most = most
        self._minute = 0
        self._asked: Tally[str] = Tally()

    def allows(self, address: str) -> bool:
        """Count one more from there; whether it is not too many."""
        minute = int(self._now() // 60)
        if minute != self._minute:
            self._minute = minute
            self._asked.clear()
        asking = whose(address)
        self._asked[asking] += 1
        return self._asked[asking] <= self._most


def whose(address: str) -> str:
    """What one subscriber has: an IPv4 address, or a whole IPv6 network of 64 bits."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    of_a_network = isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is None
    return parsed.exploded[:19] if of_a_network else address


def not_too_often(often: Often) -> Guard:
    """A guard for routes that strangers may use."""

    def guard(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
        if connection.client is not None and not often.allows(connection.client.host):
            raise TooManyRequestsException("too many requests from this address: wait a minute")

    return guard
