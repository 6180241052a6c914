"""Asking the server to make this machine a terminal, and keeping what it gives. Blocks: on worker threads only."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from pydantic import SecretStr

from jinghou_config.log import get_logger
from jinghou_config.terminal import ServerLink
from jinghou_kiosk.enrolling.keeping import Kept, keep, try_to_keep
from jinghou_kiosk.enrolling.state import Enrolment, Fault, NotEnrolled, Welcome
from jinghou_kiosk.enrolling.step import AskServer
from jinghou_kiosk.server import ServerClient, ServerRefused, ServerUnreachable, enrol
from jinghou_queue.contract.terminals import Enrol

_FAULTS: Final = {
    "code-unknown": Fault.CODE_UNKNOWN,
    "enrol-code-used": Fault.CODE_USED,
    "enrol-code-old": Fault.CODE_OLD,
    "enrol-code-hall": Fault.OTHER_HALL,
    "enrol-code-kind": Fault.OTHER_KIND,
    "too-many-codes": Fault.TOO_MANY,
}
_ANOTHERS_ANSWER: Final = frozenset({"DecodeError", "ValidationError", "InvalidURL"})

log = get_logger(__name__)


class Enroller:
    """Enrols this machine. `file` keeps what comes of it; `now` gives Unix time in milliseconds."""

    def __init__(self, file: Path, timeout_s: float, now: Callable[[], int]) -> None:
        self._file = file
        self._timeout_s = timeout_s
        self._now = now

    def ask(self, enrolment: Enrolment, ask: AskServer) -> Welcome | NotEnrolled:
        """What comes of it. Never raises: what fails has to be said to the technician."""
        try:
            try_to_keep(self._file)
            return self._enrol(enrolment, ask)
        except ServerRefused as refused:
            fault = _FAULTS.get(refused.slug, Fault.NO_SERVER)
            said = refused.problem.detail if fault in {Fault.OTHER_HALL, Fault.OTHER_KIND} else refused.slug
        except ServerUnreachable as unreachable:
            fault, said = self._unreachable(str(unreachable), ask.url)
        except OSError as failed:
            fault, said = Fault.NOT_KEPT, f"{self._file}: {failed.strerror}"
        except Exception as ours:
            log.exception("not enrolled: a fault of this program")
            fault, said = Fault.NO_SERVER, type(ours).__name__
        log.warning("not enrolled", host=ask.url, reason=fault.value)
        return NotEnrolled(fault, said, ask.code)

    def _enrol(self, enrolment: Enrolment, ask: AskServer) -> Welcome:
        request = Enrol(code=ask.code, hall=enrolment.hall, kind=enrolment.kind)
        enrolled, server_time = enrol(ask.url, request, self._timeout_s)
        kept = Kept(
            url=ask.url, hall=enrolled.hall, terminal=enrolled.terminal, name=enrolled.name, token=enrolled.token
        )
        keep(self._file, kept)
        log.info("enrolled", host=ask.url, reason=f"terminal {kept.terminal} of {kept.hall}")
        here = datetime.fromtimestamp(self._now() / 1000, UTC)
        ahead = None if server_time is None else round((here - server_time).total_seconds())
        return Welcome(self._hall_name(kept), kept.name, ahead)

    def _hall_name(self, kept: Kept) -> str:
        """As people call it, where the server tells at once."""
        link = ServerLink(kept.url, kept.hall, SecretStr(kept.token), self._timeout_s)
        try:
            return ServerClient(link).hall().name
        except (ServerUnreachable, ServerRefused):
            return kept.hall

    def _unreachable(self, why: str, url: str) -> tuple[Fault, str]:
        """A certificate that is not valid yet, or any more, is most often a clock that went wrong."""
        if why == "SSLError":
            return Fault.CERTIFICATE, f"{datetime.fromtimestamp(self._now() / 1000).astimezone():%Y-%m-%d %H:%M %Z}"
        if why.startswith("status 5"):
            return Fault.BUSY, why
        if why.startswith("status") or why in _ANOTHERS_ANSWER:
            return Fault.NO_SERVER, f"{url}: {why}"
        return Fault.UNREACHABLE, f"{url}: {why}"
