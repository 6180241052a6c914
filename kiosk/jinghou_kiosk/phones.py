"""The phones' side of a kiosk, asked of the server: the code they scan, and one that is told of a number.

Answers are events, and nothing is raised. No phone's number is kept here, or in any log.
"""

import threading
from collections.abc import Callable
from typing import Final, Protocol

from jinghou_config.log import get_logger
from jinghou_kiosk.effects import AskPhoneCode, BindPhone
from jinghou_kiosk.phone_events import PhoneBound, PhoneCodeLost, PhoneCodeSeen, PhoneFault, PhoneNotBound, PhoneResult
from jinghou_kiosk.server import ServerRefused, ServerUnreachable
from jinghou_queue.contract import messages, people

AFTER_S: Final = 0.5
"""So long after the code has changed another is asked for: at the very moment it might still be the one before. It
counts for as long again as it is shown."""

log = get_logger(__name__)


class PhoneServer(Protocol):
    """Who knows codes and phones; a ServerClient."""

    def phone_code(self) -> people.HallCode:
        """What phones scan now."""

    def bind_phone(self, token: str, request: people.BindPhone) -> messages.OwnTicket:
        """Let a phone be told of a ticket."""


class PhoneCodes:
    """Asks for the code when the session wants it, on a thread of its own. Its calls are for the owner's thread."""

    def __init__(self, server: PhoneServer, post: Callable[[PhoneResult], None]) -> None:
        self._server = server
        self._post = post
        self._timer: threading.Timer | None = None

    def ask(self, ask: AskPhoneCode) -> None:
        """Ask after so many seconds, and forget what was to be asked before."""
        self.stop()
        self._timer = threading.Timer(ask.after_s, self._ask, (ask.session,))
        self._timer.daemon = True
        self._timer.start()

    def stop(self) -> None:
        """Ask no more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _ask(self, session: str) -> None:
        try:
            code = self._server.phone_code()
        except ServerUnreachable as fault:
            log.warning("no code for phones: server lost", reason=str(fault))
            self._post(PhoneCodeLost(session, PhoneFault.SERVER_LOST))
        except ServerRefused as refused:
            log.warning("no code for phones: refused", reason=refused.slug)
            self._post(PhoneCodeLost(session, PhoneFault.REFUSED))
        except Exception:
            log.exception("no code for phones: a fault of this program")
            self._post(PhoneCodeLost(session, PhoneFault.SERVER_LOST))
        else:
            self._post(PhoneCodeSeen(session, code.url, code.next_in_ms / 1000 + AFTER_S))


def bind_phone(server: PhoneServer, ask: BindPhone) -> PhoneBound | PhoneNotBound:
    """Let a phone be told of a number, or say why it is not."""
    try:
        own = server.bind_phone(ask.token, people.BindPhone(phone=ask.phone, relative=ask.relative))
    except ServerUnreachable as fault:
        log.warning("phone not told: server lost", reason=str(fault))
        return PhoneNotBound(ask.session, PhoneFault.SERVER_LOST)
    except ServerRefused as refused:
        log.info("phone not told", reason=refused.slug)
        too_often = refused.slug == "too-many-phones"
        return PhoneNotBound(ask.session, PhoneFault.TOO_OFTEN if too_often else PhoneFault.REFUSED)
    except Exception:
        log.exception("phone not told: a fault of this program")
        return PhoneNotBound(ask.session, PhoneFault.SERVER_LOST)
    if own.phone is None:  # dropped again at this very moment, from the holder's own page
        return PhoneNotBound(ask.session, PhoneFault.REFUSED)
    return PhoneBound(ask.session, own.phone)
