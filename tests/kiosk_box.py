"""A kiosk's box in tests: one with numbers in it; and, run as a program, a kiosk that gives them until it is killed."""

import sys
from pathlib import Path

from hall_samples import hall, service

from jinghou_kiosk.box.box import Box
from jinghou_queue.contract.identity import Identity, IdentityKind
from jinghou_queue.contract.messages import PrintOutcome
from jinghou_queue.contract.offline import Lease, LeasedNumber, NumberGiven, NumberPrinted

TOKEN = "yunxi.a-terminals-secret"
AT_9_24 = 1_795_397_040_000  # 2026-11-23 09:24 in the hall
DAY = "2026-11-23"
MINUTE = 60_000
TAX = service("tax")
HALL = hall(TAX)
PERSON = Identity(IdentityKind.RESIDENT, "119999195512310027")


def open_box(folder: Path, token: str = TOKEN) -> Box:
    """The box in that folder."""
    return Box(folder / "kiosk.box", token, now=lambda: AT_9_24)


def full_box(folder: Path, count: int = 3) -> Box:
    """One that knows the hall and has numbers of the tax office for today."""
    box = open_box(folder)
    box.keep_hall(HALL)
    box.keep_lease(lease(count))
    return box


def lease(count: int, day: str = DAY, epoch: str = "first", service_: str = "tax", first: int = 601) -> Lease:
    """That many numbers, from B601 on."""
    numbers = tuple(
        LeasedNumber(
            number=f"B{place}",
            ticket=f"{service_}-{place}",
            token=f"token-{place}",
            url=f"http://hall.invalid/t/token-{place}",
        )
        for place in range(first, first + count)
    )
    return Lease(day=day, service=service_, epoch=epoch, numbers=numbers)


def wish(key: str, at: int = AT_9_24, **other: object) -> NumberGiven:
    """Somebody's press for a number of the tax office."""
    return NumberGiven(key=key, at=at, ticket="", **{"service": "tax", **other})  # type: ignore[arg-type]


def give_one_a_minute(box: Box, since: int, first: int, last: int) -> None:
    """Visitors `first` to `last`, each shown the number (a line on standard output) and then given the paper."""
    for visitor in range(first, last + 1):
        at = since + visitor * MINUTE
        given = box.give(wish(f"{first}-{visitor}", at))
        assert given is not None
        sys.stdout.write(f"{visitor} {given.number.number} {at}\n")
        sys.stdout.flush()
        ticket = given.number.ticket
        box.put(NumberPrinted(key=f"p{first}-{visitor}", at=at, ticket=ticket, outcome=PrintOutcome.PRINTED))


if __name__ == "__main__":
    path, token, *numbers = sys.argv[1:]
    give_one_a_minute(Box(Path(path), token, now=lambda: AT_9_24), *map(int, numbers))
