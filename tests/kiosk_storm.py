"""A storm over a kiosk's session in tests: touches, and what devices, server and clock would do, in any order."""

import random
from collections.abc import Callable, Iterator

from kiosk_session import BOOKING, HALL, MANY, MET, NEXT_PERSON, PERSON, SLOTS, TICKET
from msgspec import structs

from jinghou_devices.kinds.receipt_printer import Printed
from jinghou_kiosk.booking_events import (
    BookFault,
    BookingFailed,
    BookingGivenUp,
    BookingsFound,
    BookingsTapped,
    BookTapped,
    DayTapped,
    MoveTapped,
    PlaceBooked,
    SlotsFound,
    TimeTapped,
    WaitSeen,
)
from jinghou_kiosk.booking_pages import AskGiveUp, ChooseDay, ChooseTime, ConfirmBooking, MyBooking
from jinghou_kiosk.effects import (
    AskPhoneCode,
    AskStaff,
    AskWait,
    BindPhone,
    BookingEffect,
    BookPlace,
    CheckIn,
    Effect,
    EndLease,
    FindBookings,
    FindNumbers,
    FindServices,
    FindSlots,
    GiveNumberBack,
    GiveUpBooking,
    MoveBooking,
    PrintBooking,
    PrintTicket,
    RenewLease,
    StartTimer,
    StopTimer,
    TakeNumber,
)
from jinghou_kiosk.events import (
    Aid,
    AidTapped,
    ArriveFault,
    ArriveTapped,
    AudienceTapped,
    BackTapped,
    CardLeftBehind,
    CardRead,
    CardUnreadable,
    CheckInTapped,
    Closed,
    CodeShown,
    ConfirmTapped,
    DeleteTapped,
    DigitTapped,
    Event,
    FindFault,
    FindNumberTapped,
    GiveBackTapped,
    HallRemembered,
    HallSeen,
    HomeTapped,
    HoursSeen,
    Language,
    LanguageTapped,
    NextNumberTapped,
    NotCheckedIn,
    NumberGivenBack,
    NumberNotGivenBack,
    NumberNotTaken,
    NumbersAtHand,
    NumbersFound,
    NumbersNotFound,
    NumberTaken,
    Pinned,
    PinnedSeen,
    PrintEnded,
    PrintTapped,
    ReaderSeen,
    RetryTapped,
    ScannerSeen,
    SearchTapped,
    SearchTyped,
    ServerLost,
    ServicesFound,
    ServiceTapped,
    SettingsSeen,
    StaffAsked,
    StaffNotAsked,
    StaffNotNeededTapped,
    StaffReadTapped,
    StaffTapped,
    StartTapped,
    StayTapped,
    TakeFault,
    TerminalRefused,
    ThemeTapped,
    TimerFired,
    TypeCodeTapped,
    UsedSeen,
)
from jinghou_kiosk.pages import AskGiveBack, Confirm, MyNumber, NoNumber, NotArrived, TypePhone
from jinghou_kiosk.phone_events import (
    BindPhoneTapped,
    PhoneBound,
    PhoneCodeLost,
    PhoneCodeSeen,
    PhoneFault,
    PhoneNotBound,
    PhoneTapped,
    WhoseTapped,
)
from jinghou_kiosk.session import begin, step
from jinghou_kiosk.state import Session
from jinghou_queue.contract.bookings import OwnNumber
from jinghou_queue.contract.messages import Audience, Estimate, HelpState, LegState, OwnPhone, OwnTicket, TicketState

CODE = "0471108152"
OWN = OwnNumber(
    ticket=TICKET.id,
    own=OwnTicket(
        hall=HALL.id, number=TICKET.number, service="tax", state=TicketState.ACTIVE, leg=LegState.WAITING, ahead=1
    ),
)
MISSED = structs.replace(OWN, own=structs.replace(OWN.own, leg=LegState.MISSED))
HALL_OF_PHONES = structs.replace(
    HALL,
    services=tuple(structs.replace(each, bookable=True) for each in HALL.services),
    phone_numbers=True,
)
PHONE = "13800005678"
PHONE_CODE = "http://hall.invalid/h/yunxi?code=now"
OWN_PHONE = OwnPhone(masked="138****5678", relative=False)
TRACES = (
    *("119999195512310027", "119999196001010027", "张*", "李*", "张静候", CODE, TICKET.number, TICKET.url),
    *(BOOKING.code, BOOKING.url, OWN_PHONE.masked, PHONE, PHONE_CODE),
)
"""What would tell of somebody who was here."""

TOUCHES: tuple[Event, ...] = (
    StartTapped(),
    ArriveTapped(),
    TypeCodeTapped(),
    *(DigitTapped(digit) for digit in "0123456789"),
    DeleteTapped(),
    ServiceTapped("property"),
    ServiceTapped("tax"),
    ServiceTapped("nonsense"),
    *(AudienceTapped(audience) for audience in Audience),
    *(ThemeTapped(theme) for theme in ("不动产", "", "nonsense")),
    *[ConfirmTapped()] * 4,
    PrintTapped(),
    RetryTapped(),
    SearchTapped(),
    SearchTyped("卖房 张静候"),
    *[FindNumberTapped()] * 3,
    NextNumberTapped(),
    CheckInTapped(),
    *[GiveBackTapped()] * 4,
    *[BookTapped()] * 6,
    *[DayTapped("2026-11-24")] * 4,
    *[TimeTapped(SLOTS[0].starts_at)] * 4,
    *[BookingsTapped()] * 3,
    MoveTapped(),
    *[PhoneTapped()] * 2,
    *[BindPhoneTapped()] * 3,
    WhoseTapped(relative=True),
    StaffTapped(),
    StaffReadTapped(),
    StaffNotNeededTapped(),
    BackTapped(),
    HomeTapped(),
    StayTapped(),
    LanguageTapped(Language.EN),
    LanguageTapped(Language.ZH),
    *(AidTapped(aid) for aid in Aid),
)
NEWS: tuple[Event, ...] = (
    TerminalRefused(),
    *[HallSeen(HALL)] * 4,
    *[HallSeen(HALL)] * 2,
    *[HallSeen(HALL_OF_PHONES)] * 4,
    HallRemembered(HALL),
    HallSeen(structs.replace(HALL, services=())),
    HallSeen(structs.replace(HALL, services=(*HALL.services, *MANY))),
    *(PinnedSeen(pinned) for pinned in (Pinned(("tax",), ()), None)),
    *(UsedSeen(counts) for counts in ({"tax": 3}, {})),
    NumbersAtHand(frozenset({"tax"})),
    NumbersAtHand(frozenset()),
    ServerLost(),
    *(ReaderSeen(ready) for ready in (True, False)),
    *(ScannerSeen(ready) for ready in (True, False)),
    *(CardLeftBehind(lies) for lies in (True, False)),
    HoursSeen(Closed(None)),
    *[HoursSeen(None)] * 3,
    SettingsSeen(MET.settings.model_copy(update={"services": ("tax",)}), (Language.EN, Language.ZH)),
    MET,
)


Ask = (
    TakeNumber
    | CheckIn
    | FindNumbers
    | FindServices
    | GiveNumberBack
    | AskStaff
    | PrintTicket
    | PrintBooking
    | BookingEffect
    | AskPhoneCode
    | BindPhone
)
"""What is answered, or never."""


class Storm:
    """A session, a clock that may run out, and everything that was asked for and may be answered, or never."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        first = begin("boot", MET)
        self.state: Session = first.state
        self.asked: list[Ask] = []
        self.timer = False
        self.leases: list[str] = []
        self.papers: list[str] = []
        self._note(first.effects)

    def touches(self) -> Event:
        """Any touch, whether or not the page has it; who has come far mostly goes on."""
        return self._on() if self.dice.random() < 0.6 else self.dice.choice(TOUCHES)

    def _on(self) -> Event:
        """What brings somebody on who has come far."""
        match self.state.page:
            case Confirm():
                return BookTapped() if self.dice.random() < 0.5 else ConfirmTapped()
            case ChooseDay():
                return DayTapped("2026-11-24")
            case ChooseTime():
                return TimeTapped(SLOTS[0].starts_at)
            case ConfirmBooking() | AskGiveBack() | AskGiveUp():
                return ConfirmTapped()
            case NoNumber() | NotArrived():
                return BookingsTapped()
            case MyNumber() | MyBooking():
                return GiveBackTapped()
            case TypePhone(digits=digits) if PHONE.startswith(digits):
                return DigitTapped(PHONE[len(digits)]) if digits != PHONE else ConfirmTapped()
            case _:
                return self.dice.choice(TOUCHES)

    def happens(self) -> Event:
        """Anything but a touch that can happen now."""
        kinds: list[Callable[[], Event]] = [
            *[self._device] * 4,
            *[lambda: self.dice.choice(NEWS)] * 2,
            *[self._answer] * (6 if self.asked else 0),
            *[TimerFired] * (1 if self.timer else 0),
        ]
        return self.dice.choice(kinds)()

    def ends(self) -> Iterator[Event]:
        """Nobody is there any more: what is under way runs out, then the question, then the page."""
        yield HallSeen(HALL)  # the server knows this terminal, should it have refused it
        for _ in range(4):
            if self.timer:
                yield TimerFired()

    def takes(self, event: Event) -> None:
        if isinstance(event, TimerFired):
            self.timer = False
        outcome = step(self.state, event)
        self.state = outcome.state
        self._note(outcome.effects)

    def _note(self, effects: tuple[Effect, ...]) -> None:
        for effect in effects:
            match effect:
                case PrintTicket() | PrintBooking():
                    self.asked.append(effect)
                    self.papers.append(effect.session)
                case _ if isinstance(effect, Ask):
                    self.asked.append(effect)
                case StartTimer():
                    self.timer = True
                case StopTimer():
                    self.timer = False
                case RenewLease(session) | EndLease(session):
                    self.leases.append(session)
                case _:
                    pass

    def _device(self) -> Event:
        """Under the lease that holds, or one that a slow device still thinks so."""
        session = self.dice.choice(self.leases[-3:])
        events: list[Event] = [
            CardRead(session, PERSON),
            CardRead(session, NEXT_PERSON),
            CardUnreadable(session),
            CodeShown(session, CODE),
            CodeShown(session, TICKET.url),
        ]
        return self.dice.choice(events)

    def _answer(self) -> Event:
        """To anything that was asked, in any order, perhaps long after; half of them come twice."""
        ask = self.dice.choice(self.asked[-4:])
        if self.dice.random() < 0.5:
            self.asked.remove(ask)
        choose = self.dice.choice
        match ask:
            case PrintTicket() | PrintBooking():
                return PrintEnded(ask.session, choose([None, *Printed]))
            case TakeNumber():
                well: Event = NumberTaken(ask.session, TICKET, again=self.dice.random() < 0.3)
                badly: Event = NumberNotTaken(ask.session, choose(list(TakeFault)))
            case CheckIn():
                well = NumberTaken(ask.session, TICKET, again=self.dice.random() < 0.3)
                badly = NotCheckedIn(ask.session, choose(list(ArriveFault)))
            case FindNumbers():
                well = NumbersFound(ask.session, choose([(OWN,), (MISSED,), (MISSED, OWN)]))
                badly = NumbersNotFound(ask.session, choose(list(FindFault)))
            case FindServices():
                return ServicesFound(ask.session, ask.typed, choose([(), ("tax",), ("tax", "property", "gone")]))
            case GiveNumberBack():
                well = NumberGivenBack(ask.session)
                badly = NumberNotGivenBack(ask.session, refused=self.dice.random() < 0.5)
            case AskWait(session, service):
                well, badly = WaitSeen(session, service, Estimate(p50=40, p90=60)), WaitSeen(session, service, None)
            case AskPhoneCode(session):
                well = PhoneCodeSeen(session, PHONE_CODE, 30)
                badly = PhoneCodeLost(session, choose(list(PhoneFault)))
            case BindPhone(session):
                well, badly = PhoneBound(session, OWN_PHONE), PhoneNotBound(session, choose(list(PhoneFault)))
            case FindSlots() | BookPlace() | MoveBooking() | FindBookings() | GiveUpBooking():
                well = self._about_booking(ask)
                badly = choose([well, BookingFailed(ask.session, choose(list(BookFault)))])
            case AskStaff():
                well = StaffAsked("kiosk", choose(list(HelpState)), HALL.seq)
                badly = StaffNotAsked()
        return choose([well, badly])

    def _about_booking(self, ask: FindSlots | BookPlace | MoveBooking | FindBookings | GiveUpBooking) -> Event:
        match ask:
            case FindSlots(session):
                return SlotsFound(session, self.dice.choice([*[SLOTS] * 5, ()]))
            case BookPlace(session) | MoveBooking(session):
                return PlaceBooked(session, BOOKING)
            case FindBookings(session):
                return BookingsFound(session, self.dice.choice([(BOOKING,), (BOOKING, BOOKING)]))
            case GiveUpBooking(session):
                return BookingGivenUp(session)
