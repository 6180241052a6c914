"""The state of a session, and what every journey may do with it: answer with a step, or end the visit."""

from dataclasses import dataclass, field

from jinghou_config.terminal import SessionSettings
from jinghou_kiosk.effects import Effect, GiveBack, RenewLease
from jinghou_kiosk.events import Aid, Holder, Language, TakeFault
from jinghou_kiosk.pages import Home, Page, Trouble
from jinghou_queue.contract.messages import HallView


@dataclass(frozen=True)
class Session:
    """All that a kiosk knows at one moment. `boot` is random for each start of the program; `visit` counts visits.

    `at_hand` are the services that the box has numbers for. `code` and `lost_press` are of somebody who arrived while
    the server was away: what they showed of a booking, and the key of a check-in that was never answered.
    """

    boot: str
    settings: SessionSettings
    home_language: Language
    language: Language
    aids: frozenset[Aid] = frozenset()
    visit: int = 1
    presses: int = 0
    page: Page = field(default_factory=Home)
    holder: Holder | None = None
    code: str | None = field(default=None, repr=False)
    lost_press: str | None = None
    hall: HallView | None = None
    online: bool = False
    at_hand: frozenset[str] = frozenset()
    reader_ready: bool = False
    scanner_ready: bool = False
    asking_presence: bool = False

    @property
    def key(self) -> str:
        """The idempotency key of the latest press: trying again after a fault keeps it."""
        return f"{self.id}-{self.presses}"

    @property
    def id(self) -> str:
        """Unique over all kiosks and restarts; what a device's data and a server's answer are matched with."""
        return f"{self.boot}-{self.visit}"

    @property
    def serves(self) -> bool:
        """Whether there is any number to be had here."""
        return self.online or (self.hall is not None and bool(self.at_hand))

    def offers(self, service: str) -> bool:
        """Whether there is a number of that service to be had here."""
        return self.online or service in self.at_hand


@dataclass(frozen=True)
class Step:
    """The state after an event, and what to do."""

    state: Session
    effects: tuple[Effect, ...] = ()


def go_home(state: Session) -> Step:
    """End the visit: whatever was the citizen's is forgotten, and the devices' lease with it."""
    fresh = Session(
        boot=state.boot,
        settings=state.settings,
        home_language=state.home_language,
        language=state.home_language,
        visit=state.visit + 1,
        hall=state.hall,
        online=state.online,
        at_hand=state.at_hand,
        reader_ready=state.reader_ready,
        scanner_ready=state.scanner_ready,
    )
    return Step(fresh, (RenewLease(fresh.id), *_left_behind(state)))


def _left_behind(state: Session) -> tuple[Effect, ...]:
    """A number that nobody holds would be called in vain."""
    match state.page:
        case Trouble(service=service, fault=TakeFault.SERVER_LOST):
            return (GiveBack(state.key, service.id, known_person=state.holder is not None),)
        case _:
            return ()
