"""The numbers that somebody holds, asked of the server and given back to it. Blocks: on worker threads only.

Answers are events; what fails has to be said to the person, so nothing is raised.
"""

from typing import Final, Protocol

from jinghou_config.log import get_logger
from jinghou_kiosk.effects import FindNumbers, GiveNumberBack
from jinghou_kiosk.events import FindFault, NumberGivenBack, NumberNotGivenBack, NumbersFound, NumbersNotFound
from jinghou_kiosk.server import ServerRefused, ServerUnreachable
from jinghou_queue.contract import bookings, messages

_FAULTS: Final = {
    "check-in-needed": FindFault.NOT_CHECKED_IN,
    "booking-unknown": FindFault.UNKNOWN,
    "invalid-request": FindFault.UNKNOWN,  # a code of something else altogether
}

log = get_logger(__name__)


class OwnNumbersServer(Protocol):
    """Who knows the numbers; a ServerClient."""

    def find_numbers(self, request: bookings.FindNumbers) -> list[bookings.OwnNumber]:
        """What belongs to a code or a document today."""

    def cancel(self, ticket: str, key: str) -> messages.TicketStatus:
        """Give a number back."""


def find_numbers(server: OwnNumbersServer, ask: FindNumbers) -> NumbersFound | NumbersNotFound:
    """What belongs to what was shown, or why there is nothing."""
    try:
        request = bookings.FindNumbers(code=ask.code, identity=ask.holder.identity if ask.holder else None)
        return NumbersFound(ask.session, tuple(server.find_numbers(request)))
    except ServerUnreachable as fault:
        log.warning("numbers not found: server lost", reason=str(fault))
        return NumbersNotFound(ask.session, FindFault.SERVER_LOST)
    except ServerRefused as refused:
        log.info("numbers not found", reason=refused.slug)
        booked_for = refused.problem.booked_for or None
        return NumbersNotFound(ask.session, _FAULTS.get(refused.slug, FindFault.GONE), booked_for)
    except Exception:
        log.exception("numbers not found: a fault of this program")
        return NumbersNotFound(ask.session, FindFault.SERVER_LOST)


def give_back(server: OwnNumbersServer, ask: GiveNumberBack) -> NumberGivenBack | NumberNotGivenBack:
    """Cancel a number as its holder wishes."""
    try:
        server.cancel(ask.ticket, ask.key)
    except ServerUnreachable as fault:
        log.warning("number not given back: server lost", reason=str(fault))
    except ServerRefused as refused:
        log.info("number not given back", reason=refused.problem.type)
        return NumberNotGivenBack(ask.session, refused=True)
    except Exception:
        log.exception("number not given back: a fault of this program")
    else:
        return NumberGivenBack(ask.session)
    return NumberNotGivenBack(ask.session, refused=False)
