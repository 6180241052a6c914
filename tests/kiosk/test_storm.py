"""Ten thousand things in any order, with what devices and a server would answer: a session bears and forgets them."""

import random
from collections.abc import Callable

import pytest
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
from jinghou_kiosk.pages import Home
from jinghou_kiosk.session import begin, step
from jinghou_kiosk.state import Session

EVENTS = 10_000
CODE = "0471108152"
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

    def blows(self) -> Event:
        """Anything that can happen now."""
        kinds: list[Callable[[], Event]] = [
            *[lambda: self.dice.choice(TOUCHES)] * 12,
            *[self._device] * 4,
            *[lambda: self.dice.choice(NEWS)] * 2,
            *[self._answer] * (6 if self.asked else 0),
            *[TimerFired] * (1 if self.timer else 0),
        ]
        return self.dice.choice(kinds)()

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


@pytest.mark.parametrize("seed", range(4))
def test_a_storm_of_touches_answers_and_news_leaves_nothing_of_anybody(seed: int) -> None:
    storm = Storm(seed)
    pages = set()
    for _ in range(EVENTS):
        before = storm.state
        event = storm.blows()
        storm.takes(event)
        state = storm.state
        pages.add(type(state.page).__name__)
        somebody = not isinstance(state.page, Home) or state.aids or state.language != state.home_language
        assert storm.timer or not somebody, f"{event} leaves {state.page} open for ever"
        if state.id != before.id:
            assert storm.leases[-1] == state.id, "the next person has devices of their own"
        if isinstance(state.page, Home):
            assert (state.holder, state.code, state.lost_press) == (None, None, None), event
    assert len(pages) == 12, f"the storm never got to the others than {pages}"
    for _ in range(4):  # nobody is there any more: what is under way runs out, then the question, then the page
        if storm.timer:
            storm.takes(TimerFired())
    assert isinstance(storm.state.page, Home)
    assert not storm.timer
    for trace in (PERSON.identity.number, NEXT_PERSON.identity.number, "张*", "李*", CODE, TICKET.number, TICKET.url):
        assert trace not in repr(storm.state)
    assert storm.state.code is None
