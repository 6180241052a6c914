"""The state of a session, and what every journey may do with it: answer with a step, or end the visit."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum

from jinghou_config.terminal import VisitSettings
from jinghou_kiosk.effects import Effect, EndLease, GiveBack, RenewLease, ReportPrinted
from jinghou_kiosk.events import Aid, Closed, Holder, Language, Pinned, TakeFault
from jinghou_kiosk.pages import Home, OutOfService, Page, Printing, Staff, Taking, Trouble
from jinghou_queue.contract.messages import Audience, HallView, PrintOutcome, ServiceView


class StaffCall(Enum):
    """How far calling staff has got."""

    NONE = "none"
    ASKING = "asking"
    ASKED = "asked"
    COMING = "coming"
    FAILED = "failed"


@dataclass(frozen=True)
class CalledStaff:
    """Staff as called from this kiosk, which is `terminal` in the hall; it was asked as of the hall's event `seq`.

    `is_told`: what became of it stands over the page. `visit` is the session in which it was asked.
    """

    call: StaffCall = StaffCall.NONE
    is_told: bool = False
    visit: str = ""
    terminal: str = ""
    seq: int = 0


@dataclass(frozen=True)
class Session:
    """All that a kiosk knows at one moment. `boot` is random for each start of the program; `visit` counts visits.

    `audience`, for whom somebody comes, and `theme`, the one that is open, narrow for the visit what there is to choose
    from. `phone_code` is the address that phones scan, while it is on show. `at_hand` are the services that the box has
    numbers for. `code` and `lost_press` are of somebody who arrived while the server was away: what they showed of a
    booking, and the key of a check-in that was never answered. `look` is how people are met here, `languages` what they
    may choose from. `pinned` is what the kiosk's staff put first instead of what `look` says, `used` counts the numbers
    given here lately, by service. `staff` is of the kiosk and outlasts visits. `enrolled` is false from when the server
    knows this terminal no more; `terminal` is its name in the hall, "" while it is not known.
    """

    boot: str
    look: VisitSettings
    languages: tuple[Language, ...]
    language: Language
    aids: frozenset[Aid] = frozenset()
    visit: int = 1
    presses: int = 0
    page: Page = field(default_factory=Home)
    holder: Holder | None = None
    audience: Audience | None = None
    theme: str | None = None
    code: str | None = field(default=None, repr=False)
    lost_press: str | None = None
    phone_code: str | None = field(default=None, repr=False)
    hall: HallView | None = None
    online: bool = False
    at_hand: frozenset[str] = frozenset()
    closed: Closed | None = None
    pinned: Pinned | None = None
    used: Mapping[str, int] = field(default_factory=dict)
    reader_ready: bool = False
    scanner_ready: bool = False
    asking_presence: bool = False
    staff: CalledStaff = CalledStaff()
    card_lies: bool = False
    out_of_service: bool = False
    enrolled: bool = True
    terminal: str = ""

    @property
    def key(self) -> str:
        """The idempotency key of the latest press: trying again after a fault keeps it."""
        return f"{self.id}-{self.presses}"

    @property
    def id(self) -> str:
        """Unique over all kiosks and restarts; what a device's data and a server's answer are matched with."""
        return f"{self.boot}-{self.visit}"

    @property
    def home_language(self) -> Language:
        """In which every visit begins."""
        return self.languages[0]

    @property
    def serves(self) -> bool:
        """Whether anybody can be served here: when the hall is closed, those who booked, by the server alone."""
        return self.online or (self.closed is None and self.hall is not None and bool(self.at_hand))

    @property
    def gives_numbers(self) -> bool:
        """Whether somebody without a booking can begin to take a number here, now."""
        return self.serves and self.closed is None

    @property
    def gives_phone_numbers(self) -> bool:
        """Whether somebody can take a number with their phone here, now."""
        return self.online and self.closed is None and self.hall is not None and self.hall.phone_numbers

    @property
    def services(self) -> tuple[ServiceView, ...]:
        """The hall's services that are offered here, in the order that was set; all, if none was."""
        there = {service.id: service for service in (self.hall.services if self.hall else ())}
        return tuple(there[chosen] for chosen in self.look.services or there if chosen in there)

    @property
    def hot(self) -> tuple[ServiceView, ...]:
        """What people come for most here, if it is offered: what was put first, else what was used most lately."""
        return self._put_first or tuple(service for service in self._by_use if self.used.get(service.id, 0) > 0)

    @property
    def first(self) -> tuple[ServiceView, ...]:
        """The services of the first page: those that were put first, else all, the most used before the others."""
        return self._put_first or self._by_use

    @property
    def _put_first(self) -> tuple[ServiceView, ...]:
        offered = {service.id: service for service in self.services}
        chosen = self.look.hot if self.pinned is None else self.pinned.services
        return tuple(offered[each] for each in chosen if each in offered)

    @property
    def _by_use(self) -> tuple[ServiceView, ...]:
        return tuple(sorted(self.services, key=lambda service: -self.used.get(service.id, 0)))  # stable: ties stay

    @property
    def card_left_behind(self) -> bool:
        """Whether a card lies on the reader whose visit is over, as far as the reader can tell now."""
        return self.card_lies and self.reader_ready

    @property
    def waits_for_staff(self) -> bool:
        """Whether the person of this visit asked for staff, and is still to be helped."""
        open_ = self.staff.call in {StaffCall.ASKING, StaffCall.ASKED, StaffCall.COMING}
        return open_ and self.staff.visit == self.id

    def offers(self, service: str) -> bool:
        """Whether there is a number of that service to be had here, now."""
        return self.closed is None and (self.online or service in self.at_hand)


@dataclass(frozen=True)
class Step:
    """The state after an event, and what to do."""

    state: Session
    effects: tuple[Effect, ...] = ()


def service_of(state: Session, service_id: str) -> ServiceView:
    """A service of the hall; one that its plan got a moment ago, or lost, is known by its id alone."""
    services = state.hall.services if state.hall else ()
    unheard_of = ServiceView(
        id=service_id, prefix="", name=service_id, name_en=service_id, zone="", identity="", waiting=0
    )
    return next((service for service in services if service.id == service_id), unheard_of)


def go_home(state: Session) -> Step:
    """End the visit: whatever was the citizen's is forgotten, and the devices' lease with it."""
    return _end_visit(state, Home() if state.enrolled and not state.out_of_service else OutOfService())


def make_way(state: Session) -> Step:
    """End the visit as well, for staff: no other one begins until they have left."""
    return _end_visit(state, Staff())


def _end_visit(state: Session, page: Page) -> Step:
    fresh = Session(
        boot=state.boot,
        look=state.look,
        languages=state.languages,
        language=state.home_language,
        visit=state.visit + 1,
        page=page,
        hall=state.hall,
        online=state.online,
        at_hand=state.at_hand,
        closed=state.closed,
        pinned=state.pinned,
        used=state.used,
        reader_ready=state.reader_ready,
        scanner_ready=state.scanner_ready,
        staff=CalledStaff() if state.staff.call is StaffCall.FAILED else replace(state.staff, is_told=False),
        card_lies=state.card_lies,
        out_of_service=state.out_of_service,
        enrolled=state.enrolled,
        terminal=state.terminal,
    )
    lease = RenewLease(fresh.id) if isinstance(page, Home) else EndLease(fresh.id)
    return Step(fresh, (lease, *_left_behind(state)))


def _left_behind(state: Session) -> tuple[Effect, ...]:
    """A number that nobody holds would be called in vain; one whose paper is under way is somebody's."""
    match state.page:
        case Taking(service=service) | Trouble(service=service, fault=TakeFault.SERVER_LOST):
            return (GiveBack(state.key, service.id, known_person=state.holder is not None),)
        case Printing(ticket=ticket):
            return (ReportPrinted(ticket.id, PrintOutcome.FAILED),)
        case _:
            return ()
