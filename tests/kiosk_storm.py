"""A storm over a kiosk's session in tests: touches, and what devices, server and clock would do, in any order."""

import random
from collections.abc import Callable, Iterator

from kiosk_session import HALL, MET, NEXT_PERSON, PERSON, TICKET
from msgspec import structs

from jinghou_devices.kinds.receipt_printer import Printed
from jinghou_kiosk.effects import CheckIn, Effect, PrintTicket, RenewLease, StartTimer, StopTimer, TakeNumber
from jinghou_kiosk.events import (
    Aid,
    AidTapped,
    ArriveFault,
    ArriveTapped,
    BackTapped,
    CardRead,
    CardUnreadable,
    Closed,
    CodeShown,
    ConfirmTapped,
    DeleteTapped,
    DigitTapped,
    Event,
    HallRemembered,
    HallSeen,
    HomeTapped,
    HoursSeen,
    Language,
    LanguageTapped,
    NotCheckedIn,
    NumberNotTaken,
    NumbersAtHand,
    NumberTaken,
    PrintEnded,
    PrintTapped,
    ReaderSeen,
    RetryTapped,
    ScannerSeen,
    ServerLost,
    ServiceTapped,
    SettingsSeen,
    StartTapped,
    StayTapped,
    TakeFault,
    TimerFired,
    TypeCodeTapped,
)
from jinghou_kiosk.session import begin, step
from jinghou_kiosk.state import Session

CODE = "0471108152"
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
    *[ConfirmTapped()] * 4,
    PrintTapped(),
    RetryTapped(),
    BackTapped(),
    HomeTapped(),
    StayTapped(),
    LanguageTapped(Language.EN),
    LanguageTapped(Language.ZH),
    *(AidTapped(aid) for aid in Aid),
)
NEWS: tuple[Event, ...] = (
    *[HallSeen(HALL)] * 4,
    HallRemembered(HALL),
    HallSeen(structs.replace(HALL, services=())),
    NumbersAtHand(frozenset({"tax"})),
    NumbersAtHand(frozenset()),
    ServerLost(),
    *(ReaderSeen(ready) for ready in (True, False)),
    *(ScannerSeen(ready) for ready in (True, False)),
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
        self.asked: list[TakeNumber | CheckIn | PrintTicket] = []
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
                case TakeNumber() | CheckIn():
                    self.asked.append(effect)
                case PrintTicket():
                    self.asked.append(effect)
                    self.papers.append(effect.session)
                case StartTimer():
                    self.timer = True
                case StopTimer():
                    self.timer = False
                case RenewLease(session):
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
        number: Event = NumberTaken(ask.session, TICKET, again=self.dice.random() < 0.3)
        match ask:
            case PrintTicket():
                return PrintEnded(ask.session, self.dice.choice([None, *Printed]))
            case TakeNumber():
                refused: Event = NumberNotTaken(ask.session, self.dice.choice(list(TakeFault)))
            case CheckIn():
                refused = NotCheckedIn(ask.session, self.dice.choice(list(ArriveFault)))
        return self.dice.choice([number, refused])
