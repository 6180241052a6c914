"""Enrolling: `step(state, event)` gives the next state and what to do. Pure, as the session is."""

import re
from dataclasses import dataclass, field, replace
from typing import Final

from jinghou_kiosk.enrolling.state import (
    AskAddress,
    AskCode,
    Asking,
    Enrolment,
    Fault,
    NotEnrolled,
    Page,
    Welcome,
)
from jinghou_kiosk.events import (
    BackTapped,
    ConfirmTapped,
    DeleteTapped,
    DigitTapped,
    LanguageTapped,
    RetryTapped,
)

CODE_LENGTH: Final = 10
"""Letters of a code, without its hyphen (queue/jinghou_queue/rules/codes.py)."""
_LONGEST_ADDRESS: Final = 60
_ADDRESS: Final = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?")
_LINK: Final = re.compile(r"(https?://[^/\s#]+)/enrol#(\S+)")
TYPED_AGAIN: Final = frozenset(
    {Fault.CODE_UNKNOWN, Fault.CODE_USED, Fault.CODE_OLD, Fault.OTHER_HALL, Fault.OTHER_KIND}
)
"""Faults after which the same code is of no use."""


@dataclass(frozen=True)
class SchemeTapped:
    """With TLS, or without after all."""


@dataclass(frozen=True)
class CodeScanned:
    """The scanner read that: a code, or a link with one."""

    text: str = field(repr=False)


Touch = BackTapped | ConfirmTapped | DeleteTapped | DigitTapped | LanguageTapped | RetryTapped | SchemeTapped


@dataclass(frozen=True)
class EnrolEnded:
    """What came of asking the server."""

    outcome: Welcome | NotEnrolled


Event = Touch | CodeScanned | EnrolEnded


@dataclass(frozen=True)
class AskServer:
    """Ask the server at `url` to make this machine what the code is for, and keep what it gives."""

    url: str
    code: str = field(repr=False)


@dataclass(frozen=True)
class BeginAsEnrolled:
    """Let the program begin as the terminal that this machine is now."""


Effect = AskServer | BeginAsEnrolled


@dataclass(frozen=True)
class Step:
    """The state after an event, and what to do."""

    state: Enrolment
    effects: tuple[Effect, ...] = ()


def step(state: Enrolment, event: Event) -> Step:
    """What `event` makes of `state`. One that means nothing on this page changes nothing."""
    match state.page, event:
        case _, LanguageTapped(language):
            return Step(replace(state, language=language))
        case _, EnrolEnded(Welcome() as welcome):
            return _on(state, welcome)  # whatever was looked at meanwhile
        case Asking(), EnrolEnded(outcome):
            return _on(state, outcome)
        case Asking(), _:
            return Step(state)
        case Welcome(), ConfirmTapped():
            return Step(state, (BeginAsEnrolled(),))
        case Welcome(), _:
            return Step(state)
        case _, CodeScanned(text):
            return _scanned(state, text)
        case AskAddress() as page, _:
            return _at_address(state, page, event)
        case AskCode() as page, _:
            return _at_code(state, page, event)
        case NotEnrolled(fault=fault, code=code), RetryTapped():
            return _on(state, AskCode()) if fault in TYPED_AGAIN else _ask(state, code)
        case NotEnrolled(), BackTapped():
            return _on(state, AskCode())
        case _:
            return Step(state)


def is_address(typed: str) -> bool:
    """Whether it has the form of a host, with or without a port."""
    return _ADDRESS.fullmatch(typed) is not None


def _at_address(state: Enrolment, page: AskAddress, event: Event) -> Step:
    match event:
        case DigitTapped(key) if len(page.typed) < _LONGEST_ADDRESS:
            return _on(state, replace(page, typed=page.typed + key.lower()))
        case DeleteTapped():
            return _on(state, replace(page, typed=page.typed[:-1]))
        case SchemeTapped():
            return _on(state, replace(page, secure=not page.secure))
        case ConfirmTapped() if is_address(page.typed):
            address = f"{'https' if page.secure else 'http'}://{page.typed}"
            return _on(replace(state, address=address), AskCode())
        case _:
            return Step(state)


def _at_code(state: Enrolment, page: AskCode, event: Event) -> Step:
    match event:
        case DigitTapped(key) if len(page.typed) < CODE_LENGTH:
            return _on(state, AskCode(page.typed + key.upper()))
        case DeleteTapped():
            return _on(state, AskCode(page.typed[:-1]))
        case ConfirmTapped() if len(page.typed) == CODE_LENGTH:
            return _ask(state, page.typed)
        case BackTapped() if state.url is None:
            scheme, _, typed = state.address.partition("://")
            return _on(state, AskAddress(typed, secure=scheme == "https"))
        case _:
            return Step(state)


def _scanned(state: Enrolment, text: str) -> Step:
    """A link brings the server's address with it, unless the settings say another."""
    link = _LINK.fullmatch(text.strip())
    url, code = link.groups() if link else ("", text.strip())
    known = replace(state, address=state.url or url or state.address)
    letters = code.replace("-", "").replace(" ", "")
    if not known.address or len(letters) != CODE_LENGTH:
        return Step(state)
    return _ask(known, code)


def _ask(state: Enrolment, code: str) -> Step:
    return Step(replace(state, page=Asking(code)), (AskServer(state.address, code),))


def _on(state: Enrolment, page: Page) -> Step:
    return Step(replace(state, page=page))
