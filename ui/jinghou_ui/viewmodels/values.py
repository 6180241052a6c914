"""What several pages show of the same thing, as plain values for QML. Pure."""

from datetime import UTC, datetime
from itertools import islice
from typing import Final

from jinghou_kiosk.state import Session
from jinghou_queue.contract.messages import Estimate, HallView, ServiceView
from jinghou_ui.viewmodels.clock import hall_time

QmlValue = str | int | bool | None | dict[str, "QmlValue"] | list["QmlValue"]
QmlMap = dict[str, QmlValue]

CODE_GROUPS: Final = 3, 3, 4
"""How the ten digits of a booking stand on the screen."""
PHONE_GROUPS: Final = 3, 4, 4


def service_values(service: ServiceView, session: Session) -> QmlMap:
    """A service, with whether there is a number of it now."""
    return {
        "id": service.id,
        "name": service.name if session.language.in_chinese else service.name_en,
        "offered": session.offers(service.id),
        "zone": service.zone,
        "waiting": service.waiting,
        "needsCard": service.identity == "required",
    }


def minutes(estimate: Estimate | None) -> str:
    """Half wait at most the first, nine of ten at most the second; "" while nobody can say."""
    if estimate is None:
        return ""
    return f"{estimate.p50}" if estimate.p50 == estimate.p90 else f"{estimate.p50}–{estimate.p90}"


def in_hall(milliseconds: int, hall: HallView | None) -> datetime:
    """A Unix time, in the hall's zone."""
    return hall_time(datetime.fromtimestamp(milliseconds / 1000, UTC), hall)


def grouped(digits: str, lengths: tuple[int, ...]) -> str:
    """Digits in groups of those lengths, as people read them aloud; a dash for each that is still to come."""
    signs = iter(digits.ljust(sum(lengths), "–"))
    return " ".join("".join(islice(signs, length)) for length in lengths)
