"""A storm over a kiosk's session in tests: touches, and what devices, server and clock would do, in any order."""

import random
from collections.abc import Callable, Iterator

from kiosk_session import HALL, MANY, MET, NEXT_PERSON, PERSON, TICKET
from msgspec import structs

from jinghou_devices.kinds.receipt_printer import Printed
from jinghou_kiosk.effects import (
    AskStaff,
    CheckIn,
    Effect,
    EndLease,
    FindNumbers,
    GiveNumberBack,
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
    ServerLost,
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
from jinghou_kiosk.session import begin, step
from jinghou_kiosk.state import Session
from jinghou_queue.contract.bookings import OwnNumber
from jinghou_queue.contract.messages import Audience, HelpState, LegState, OwnTicket, TicketState

CODE = "0471108152"
OWN = OwnNumber(
    ticket=TICKET.id,
    own=OwnTicket(
        hall=HALL.id, number=TICKET.number, service="tax", state=TicketState.ACTIVE, leg=LegState.WAITING, ahead=1
    ),
)
MISSED = structs.replace(OWN, own=structs.replace(OWN.own, leg=LegState.MISSED))
TRACES = ("119999195512310027", "119999196001010027", "张*", "李*", CODE, TICKET.number, TICKET.url)
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
    *[FindNumberTapped()] * 3,
    NextNumberTapped(),
    CheckInTapped(),
    *[GiveBackTapped()] * 4,
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


class Storm:
    """A session, a clock that may run out, and everything that was asked for and may be answered, or never."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        first = begin("boot", MET)
        self.state: Session = first.state
        self.asked: list[TakeNumber | CheckIn | FindNumbers | GiveNumberBack | AskStaff | PrintTicket] = []
        self.timer = False
        self.leases: list[str] = []
        self.papers: list[str] = []
        self._note(first.effects)

    def touches(self) -> Event:
        """Any touch, whether or not the page has it."""
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
                case TakeNumber() | CheckIn() | FindNumbers() | GiveNumberBack() | AskStaff():
                    self.asked.append(effect)
                case PrintTicket():
                    self.asked.append(effect)
                    self.papers.append(effect.session)
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
            case PrintTicket():
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
            case GiveNumberBack():
                well = NumberGivenBack(ask.session)
                badly = NumberNotGivenBack(ask.session, refused=self.dice.random() < 0.5)
            case AskStaff():
                well = StaffAsked("kiosk", choose(list(HelpState)), HALL.seq)
                badly = StaffNotAsked()
        return choose([well, badly])
