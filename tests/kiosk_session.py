"""A kiosk's session in tests: events in, pages and effects out."""

from hall_samples import hall, service, ticket

from jinghou_config.terminal import SessionSettings, VisitSettings
from jinghou_devices.kinds.receipt_printer import Printed
from jinghou_kiosk.effects import Effect, TakeNumber
from jinghou_kiosk.events import (
    CardRead,
    ConfirmTapped,
    Event,
    HallSeen,
    Holder,
    Language,
    NumberTaken,
    PrintEnded,
    ReaderSeen,
    ServiceTapped,
    SettingsSeen,
)
from jinghou_kiosk.pages import Page
from jinghou_kiosk.session import begin, step
from jinghou_kiosk.state import Session
from jinghou_queue.contract.bookings import Booking, BookingState, SlotView
from jinghou_queue.contract.identity import Identity, IdentityKind
from jinghou_queue.contract.messages import Audience

SETTINGS = SessionSettings(idle_s=60, warning_s=30, done_s=15)
MET = SettingsSeen(VisitSettings(session=SETTINGS), (Language.ZH, Language.EN))


PROPERTY = service("property", identity="required")
TAX = service("tax")
HALL = hall(PROPERTY, TAX)
MANY = tuple(
    service(f"{audience}-{place}", audience=audience, theme=theme, theme_en=theme and "T")
    for audience in Audience
    for place, theme in enumerate((*["不动产"] * 3, *["税费"] * 3, ""))
)
"""21 services, of which somebody has to find one: seven for each audience, in two themes and in none."""
TICKET = ticket()
SLOTS = tuple(
    SlotView(starts_at=1_795_449_600_000 + n * 900_000, ends_at=1_795_450_500_000 + n * 900_000, left=1, quiet=n == 1)
    for n in (0, 1, 96)
)  # 2026-11-24 at 00:00 and 00:15 in the hall, and a day later
BOOKING = Booking(
    id="b1", hall="yunxi", service="property", starts_at=SLOTS[0].starts_at, ends_at=SLOTS[0].ends_at,
    check_in_from=SLOTS[0].starts_at - 1_800_000, in_time_until=SLOTS[0].starts_at + 900_000,
    state=BookingState.CONFIRMED, code="9302217845", token="booked", url="http://hall.invalid/b/booked",
)  # fmt: skip
NEXT_PERSON = Holder(Identity(IdentityKind.RESIDENT, "119999196001010027"), "李*")
PERSON = Holder(Identity(IdentityKind.RESIDENT, "119999195512310027"), "张*")


class Kiosk:
    """A session with the effects of its last event."""

    def __init__(self) -> None:
        first = begin("boot", MET)
        self.state: Session = first.state
        self.effects: tuple[Effect, ...] = first.effects
        self.does(HallSeen(HALL), ReaderSeen(ready=True))

    def does(self, *events: Event) -> "Kiosk":
        for event in events:
            outcome = step(self.state, event)
            self.state, self.effects = outcome.state, outcome.effects
        return self

    def page(self) -> Page:
        return self.state.page

    def card(self, holder: Holder = PERSON) -> CardRead:
        return CardRead(self.state.id, holder)

    def asked(self) -> TakeNumber:
        (ask,) = [effect for effect in self.effects if isinstance(effect, TakeNumber)]
        return ask

    def at_confirm(self) -> "Kiosk":
        return self.does(self.card(), ServiceTapped("property"))

    def at_printing(self) -> "Kiosk":
        self.at_confirm().does(ConfirmTapped())
        return self.does(NumberTaken(self.state.id, TICKET, again=False))

    def at_done(self, printed: Printed | None = Printed.DONE) -> "Kiosk":
        self.at_printing()
        return self.does(PrintEnded(self.state.id, printed))
