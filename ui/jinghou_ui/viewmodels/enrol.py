"""Enrolling's view model: its pages as plain values for QML, and taps turned into events. Lives on Qt's thread."""

from collections.abc import Callable
from typing import Final, assert_never

from PySide6.QtCore import Property, QObject, Signal, Slot

from jinghou_kiosk.enrolling.state import AskAddress, AskCode, Asking, Enrolment, NotEnrolled, Welcome
from jinghou_kiosk.enrolling.step import CODE_LENGTH, TYPED_AGAIN, SchemeTapped, Touch, is_address
from jinghou_kiosk.events import (
    BackTapped,
    ConfirmTapped,
    DeleteTapped,
    DigitTapped,
    Language,
    LanguageTapped,
    RetryTapped,
)
from jinghou_ui.viewmodels.taps import Taps
from jinghou_ui.viewmodels.values import QmlMap
from jinghou_ui.words import speech, words

WRONG_CLOCK_S: Final = 120
"""How far a clock may be off before the technician is told to set it."""
_KEYS: Final = frozenset({"digit", "delete"})

_TOUCHES: Final[dict[str, Callable[[str, Language], Touch]]] = {
    "digit": lambda argument, _language: DigitTapped(argument),
    "delete": lambda _argument, _language: DeleteTapped(),
    "scheme": lambda _argument, _language: SchemeTapped(),
    "confirm": lambda _argument, _language: ConfirmTapped(),
    "try": lambda _argument, _language: RetryTapped(),
    "back": lambda _argument, _language: BackTapped(),
    "language": lambda _argument, language: LanguageTapped(Language.EN if language.in_chinese else Language.ZH),
}


class EnrolModel(QObject):
    """Properties for QML, and one slot for every tap. `monotonic` gives seconds that never go back."""

    changed = Signal()
    language_changed = Signal()
    touched = Signal(object)

    def __init__(self, enrolment: Enrolment, *, monotonic: Callable[[], float]) -> None:
        super().__init__()
        self._enrolment = enrolment
        self._taps = Taps(monotonic)

    def show(self, enrolment: Enrolment) -> None:
        """Show this state from now on."""
        before, self._enrolment = self._enrolment, enrolment
        if type(before.page) is not type(enrolment.page):
            self._taps.page_came()
        if before.language != enrolment.language:
            self.language_changed.emit()
        self.changed.emit()

    @Slot(str, result=bool)
    @Slot(str, str, result=bool)
    def tap(self, what: str, argument: str = "") -> bool:
        """A finger has tapped `what`, of which `argument` tells which one. Whether the tap counts."""
        if not self._taps.counts(is_key=what in _KEYS):
            return False
        self.touched.emit(_TOUCHES[what](argument, self._enrolment.language))
        return True

    def describe(self) -> dict[str, object]:
        """Where it is, for the remote: nothing of a code."""
        return {"page": "enrol", "enrol": enrol_values(self._enrolment)["page"]}

    values = Property(dict, lambda self: enrol_values(self._enrolment), notify=changed)
    words = Property(dict, lambda self: words(self._enrolment.language), notify=language_changed)
    latin = Property(bool, lambda self: not speech(self._enrolment.language).hanzi, notify=language_changed)


def enrol_values(enrolment: Enrolment) -> QmlMap:
    """What the page of `enrolment` shows; `canGoBack` within enrolling."""
    page = enrolment.page
    match page:
        case AskAddress(typed, secure):
            scheme = "https" if secure else "http"
            return {
                "page": "address",
                "typed": f"{scheme}://{typed}",
                "complete": is_address(typed),
                "secure": secure,
                "canGoBack": False,
            }
        case AskCode(typed):
            return {
                "page": "code",
                "typed": _grouped(typed),
                "complete": len(typed) == CODE_LENGTH,
                "address": enrolment.address,
                "canGoBack": enrolment.url is None,
            }
        case Asking():
            return {"page": "asking", "canGoBack": False}
        case NotEnrolled(fault, said):
            fault_values: QmlMap = {"fault": fault.value, "said": said, "typedAgain": fault in TYPED_AGAIN}
            return fault_values | {"page": "fault", "canGoBack": True}
        case Welcome(hall, name, ahead):
            wrong = ahead is not None and abs(ahead) > WRONG_CLOCK_S
            values: QmlMap = {"page": "welcome", "hall": hall, "name": name, "canGoBack": False}
            return values | {"ahead": f"{ahead:+d}" if wrong else ""}
        case _:
            assert_never(page)


def _grouped(typed: str) -> str:
    """The code as the manager has it, a dash for each letter that is still to come."""
    shown = typed.ljust(CODE_LENGTH, "–")
    return f"{shown[:5]} {shown[5:]}"
