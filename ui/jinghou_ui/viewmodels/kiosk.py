"""The kiosk's view model: shows a session's state to QML, and turns taps into events. Lives on Qt's thread."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final

import segno
from PySide6.QtCore import Property, QObject, QTimer, Signal, Slot

from jinghou_config.colour import accents_of
from jinghou_kiosk.booking_events import BookingsTapped, BookTapped, DayTapped, MoveTapped, TimeTapped
from jinghou_kiosk.events import (
    Aid,
    AidTapped,
    ArriveTapped,
    AudienceTapped,
    BackTapped,
    CheckInTapped,
    ConfirmTapped,
    DeleteTapped,
    DigitTapped,
    FindNumberTapped,
    GiveBackTapped,
    HomeTapped,
    Language,
    LanguageTapped,
    NextNumberTapped,
    PrintTapped,
    RetryTapped,
    SearchTapped,
    SearchTyped,
    ServiceTapped,
    StaffNotNeededTapped,
    StaffReadTapped,
    StaffTapped,
    StartTapped,
    StayTapped,
    ThemeTapped,
    Touch,
    TypeCodeTapped,
)
from jinghou_kiosk.pages import Booked, Done, PhoneCode, Printing, PrintingBooking
from jinghou_kiosk.phone_events import BindPhoneTapped, PhoneTapped, WhoseTapped
from jinghou_kiosk.state import Session
from jinghou_queue.contract.messages import Audience
from jinghou_ui.keyboard import Keyboard
from jinghou_ui.viewmodels.clock import date_words, hall_time, seconds_until
from jinghou_ui.viewmodels.taps import Taps
from jinghou_ui.viewmodels.visit import (
    choice_values,
    first_values,
    opening_words,
    shown_page,
    visit_values,
)
from jinghou_ui.words import speech, words

_KEYS: Final = frozenset({"digit", "delete"})

_TOUCHES: Final[dict[str, Callable[[str, Session], Touch]]] = {
    "start": lambda _argument, _session: StartTapped(),
    "arrive": lambda _argument, _session: ArriveTapped(),
    "type_code": lambda _argument, _session: TypeCodeTapped(),
    "digit": lambda argument, _session: DigitTapped(argument),
    "delete": lambda _argument, _session: DeleteTapped(),
    "service": lambda argument, _session: ServiceTapped(argument),
    "audience": lambda argument, _session: AudienceTapped(Audience(argument)),
    "theme": lambda argument, _session: ThemeTapped(argument),
    "confirm": lambda _argument, _session: ConfirmTapped(),
    "print": lambda _argument, _session: PrintTapped(),
    "retry": lambda _argument, _session: RetryTapped(),
    "back": lambda _argument, _session: BackTapped(),
    "home": lambda _argument, _session: HomeTapped(),
    "aid": lambda argument, _session: AidTapped(Aid(argument)),
    "search": lambda _argument, _session: SearchTapped(),
    "find_number": lambda _argument, _session: FindNumberTapped(),
    "next_number": lambda _argument, _session: NextNumberTapped(),
    "check_in": lambda _argument, _session: CheckInTapped(),
    "give_back": lambda _argument, _session: GiveBackTapped(),
    "book": lambda _argument, _session: BookTapped(),
    "day": lambda argument, _session: DayTapped(argument),
    "time": lambda argument, _session: TimeTapped(int(argument)),
    "bookings": lambda _argument, _session: BookingsTapped(),
    "move": lambda _argument, _session: MoveTapped(),
    "phone": lambda _argument, _session: PhoneTapped(),
    "bind_phone": lambda _argument, _session: BindPhoneTapped(),
    "whose": lambda argument, _session: WhoseTapped(relative=argument == "relative"),
    "staff": lambda _argument, _session: StaffTapped(),
    "staff_read": lambda _argument, _session: StaffReadTapped(),
    "staff_not_needed": lambda _argument, _session: StaffNotNeededTapped(),
    "stay": lambda _argument, _session: StayTapped(),
    "language": lambda _argument, session: LanguageTapped(_other_languages(session)[0]),
}


class KioskModel(QObject):
    """Properties for QML, and one slot for every tap.

    `monotonic` gives seconds that never go back; `now` the current time, with its zone; `emblem` is a picture's file;
    without `keyboard` there are only letters to type.
    """

    session_changed = Signal()
    hall_changed = Signal()
    language_changed = Signal()
    aids_changed = Signal()
    look_changed = Signal()
    clock_changed = Signal()
    seconds_changed = Signal()
    touched = Signal(object)

    def __init__(
        self,
        session: Session,
        *,
        monotonic: Callable[[], float],
        now: Callable[[], datetime],
        emblem: Path | None = None,
        keyboard: Keyboard | None = None,
    ) -> None:
        super().__init__()
        self._keyboard = keyboard
        self._session = session
        self._emblem = emblem
        self._monotonic = monotonic
        self._now = now
        self._taps = Taps(monotonic)
        self._deadline: float | None = None
        self._qr_code = _qr_code(session)
        self._second = QTimer(self, interval=1000)
        self._second.timeout.connect(self._tick)
        self._second.start()

    def show(self, session: Session) -> None:
        """Show this state from now on."""
        before, self._session = self._session, session
        if _surface(before) != _surface(session):
            self._taps.page_came()
        if _address(before) != _address(session):
            self._qr_code = _qr_code(session)
        if before.aids != session.aids:
            self.aids_changed.emit()
        if before.language != session.language:
            self.language_changed.emit()
        if before.look != session.look:
            self.look_changed.emit()
        if _surroundings(before) != _surroundings(session):
            self.hall_changed.emit()
        self.session_changed.emit()
        self.clock_changed.emit()  # the time is told in the hall's zone and the visit's language

    def count_down(self, seconds: float | None) -> None:
        """A timer of `seconds` was started; None: stopped."""
        self._deadline = None if seconds is None else self._monotonic() + seconds
        self.seconds_changed.emit()

    @Slot(str, result=bool)
    @Slot(str, str, result=bool)
    def tap(self, what: str, argument: str = "") -> bool:
        """A finger has tapped `what`, of which `argument` tells which one. Whether the tap counts."""
        if not self._taps.counts(is_key=what in _KEYS):
            return False
        self.touched.emit(_TOUCHES[what](argument, self._session))
        return True

    @Slot(str)
    def typed(self, text: str) -> None:
        """What stands in the field of the search now."""
        self.touched.emit(SearchTyped(text))

    def _tick(self) -> None:
        self.clock_changed.emit()
        if self._deadline is not None:
            self.seconds_changed.emit()

    def _hall_time(self) -> datetime:
        return hall_time(self._now(), self._session.hall)

    def _hall_name(self) -> str:
        hall, brand, chinese = self._session.hall, self._session.look.brand, self._session.language.in_chinese
        own = brand.name if chinese else brand.name_en
        if own or hall is None:
            return own or "静候"
        return hall.name if chinese else hall.name_en

    def _elsewhere(self) -> str:
        look = self._session.look
        return look.elsewhere if self._session.language.in_chinese else look.elsewhere_en

    def _staff_away(self) -> str:
        staff = self._session.look.staff
        return staff.away if self._session.language.in_chinese else staff.away_en

    def _input_methods(self) -> list[dict[str, str]]:
        if self._keyboard is None:
            return []
        language = self._session.language
        return [
            {
                "name": method.name if language.in_chinese else method.name_en,
                "locale": method.locale,
                "layouts": method.layouts.as_uri(),
            }
            for method in self._keyboard.methods_for(language)
        ]

    page = Property(str, lambda self: shown_page(self._session), notify=session_changed)
    visit = Property(dict, lambda self: visit_values(self._session), notify=session_changed)
    qrCode = Property(str, lambda self: self._qr_code, notify=session_changed)  # noqa: N815
    askingPresence = Property(bool, lambda self: self._session.asking_presence, notify=session_changed)  # noqa: N815
    staff = Property(str, lambda self: self._session.staff.call.value, notify=session_changed)
    tellingStaff = Property(bool, lambda self: self._session.staff.is_told, notify=session_changed)  # noqa: N815
    staffAway = Property(str, _staff_away, notify=language_changed)  # noqa: N815
    words = Property(dict, lambda self: words(self._session.language), notify=language_changed)
    latin = Property(bool, lambda self: not speech(self._session.language).hanzi, notify=language_changed)
    rightToLeft = Property(  # noqa: N815
        bool, lambda self: speech(self._session.language).right_to_left, notify=language_changed
    )
    otherLanguages = Property(  # noqa: N815
        str,
        lambda self: " · ".join(speech(other).own_name for other in _other_languages(self._session)),
        notify=session_changed,
    )
    inputMethods = Property(list, _input_methods, notify=language_changed)  # noqa: N815
    large = Property(bool, lambda self: Aid.LARGE in self._session.aids, notify=aids_changed)
    contrast = Property(bool, lambda self: Aid.CONTRAST in self._session.aids, notify=aids_changed)
    lowered = Property(bool, lambda self: Aid.LOWERED in self._session.aids, notify=aids_changed)
    place = Property(str, lambda self: self._session.look.place, notify=look_changed)
    layout = Property(str, lambda self: self._session.look.layout, notify=look_changed)
    accents = Property(dict, lambda self: accents_of(self._session.look.brand.accent), notify=look_changed)
    emblem = Property(str, lambda self: self._emblem.resolve().as_uri() if self._emblem else "", constant=True)
    elsewhere = Property(str, _elsewhere, notify=session_changed)
    online = Property(bool, lambda self: self._session.online, notify=hall_changed)
    enrolled = Property(bool, lambda self: self._session.enrolled, notify=session_changed)
    serves = Property(bool, lambda self: self._session.serves, notify=hall_changed)
    givesPhoneNumbers = Property(  # noqa: N815
        bool, lambda self: self._session.gives_phone_numbers, notify=hall_changed
    )
    givesNumbers = Property(bool, lambda self: self._session.gives_numbers, notify=hall_changed)  # noqa: N815
    closed = Property(bool, lambda self: self._session.closed is not None, notify=hall_changed)
    opensAt = Property(str, lambda self: opening_words(self._session, self._now()), notify=clock_changed)  # noqa: N815
    readerReady = Property(bool, lambda self: self._session.reader_ready, notify=hall_changed)  # noqa: N815
    scannerReady = Property(bool, lambda self: self._session.scanner_ready, notify=hall_changed)  # noqa: N815
    offered = Property(int, lambda self: len(self._session.services), notify=session_changed)
    first = Property(list, lambda self: first_values(self._session), notify=session_changed)
    choice = Property(dict, lambda self: choice_values(self._session), notify=session_changed)
    hallName = Property(str, _hall_name, notify=session_changed)  # noqa: N815
    clockTime = Property(str, lambda self: f"{self._hall_time():%H:%M}", notify=clock_changed)  # noqa: N815
    clockDate = Property(  # noqa: N815
        str, lambda self: date_words(self._hall_time(), self._session.language), notify=clock_changed
    )
    secondsLeft = Property(  # noqa: N815
        int,
        lambda self: seconds_until(self._deadline, self._monotonic()),
        notify=seconds_changed,
    )


def _other_languages(session: Session) -> tuple[Language, ...]:
    """Those to choose from, beginning after the one that is spoken."""
    offered = session.languages
    at = offered.index(session.language) if session.language in offered else -1
    return (*offered[at + 1 :], *offered[: max(at, 0)])


def _surface(session: Session) -> tuple[str, bool, bool]:
    """What lies under a finger: the page, and what may stand over it."""
    return shown_page(session), session.asking_presence, session.staff.is_told


def _surroundings(session: Session) -> tuple[object, ...]:
    ready = session.reader_ready, session.scanner_ready
    return session.hall, session.online, session.at_hand, session.closed, session.look, *ready


def _address(session: Session) -> str | None:
    """What the page's code leads to, if it has one."""
    match session.page:
        case Printing(ticket=ticket) | Done(ticket=ticket):
            return ticket.url
        case PrintingBooking(booking=booking) | Booked(booking=booking):
            return booking.url
        case PhoneCode():
            return session.phone_code
        case _:
            return None


def _qr_code(session: Session) -> str:
    """The page's code as a picture that QML can load, one pixel a module; "" on pages without one."""
    address = _address(session)
    return segno.make_qr(address, error="m").png_data_uri(scale=1, border=0, dark="#1D2B36") if address else ""
