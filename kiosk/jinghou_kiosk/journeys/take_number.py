"""Take a number (取号): card or none, choose a service, check, number on screen and paper."""

from dataclasses import replace

from jinghou_kiosk.booking_events import WaitSeen
from jinghou_kiosk.choice import choice_of
from jinghou_kiosk.effects import AskWait, TakeNumber
from jinghou_kiosk.events import (
    AudienceTapped,
    BackTapped,
    CardRead,
    CardUnreadable,
    ConfirmTapped,
    Event,
    Holder,
    NumberNotTaken,
    NumberTaken,
    RetryTapped,
    ServiceTapped,
    StartTapped,
    TakeFault,
    ThemeTapped,
)
from jinghou_kiosk.journeys.number import print_number
from jinghou_kiosk.pages import (
    AskCard,
    ChooseService,
    Confirm,
    Done,
    Home,
    NoNumber,
    NotArrived,
    Printing,
    Search,
    Taking,
    Trouble,
)
from jinghou_kiosk.state import Session, Step, go_home
from jinghou_queue.contract.messages import ServiceView


def step(state: Session, event: Event) -> Step | None:
    """What `event` means on this journey's pages; None when it means nothing."""
    match state.page, event:
        case Home() | NotArrived() | NoNumber(), StartTapped() if state.gives_numbers:
            return Step(replace(state, page=ChooseService()))
        case Home(), CardRead(holder=holder) if state.closed is None:
            return Step(replace(state, page=ChooseService(), holder=holder))
        case ChooseService() | Search() | Confirm(), CardRead(holder=holder) if state.holder is None:
            return Step(replace(state, holder=holder))
        case ChooseService() | Search() | Confirm() | Trouble() | Done(), CardRead(holder=holder) if (
            holder != state.holder
        ):
            return next_person(state, holder)
        case Home(), CardUnreadable():
            return Step(replace(state, page=Home(unreadable=True)))
        case Home() | ChooseService() | Search(), ServiceTapped(service_id):
            return _choose(state, service_id)
        case ChooseService(), AudienceTapped(audience) if choice_of(state).asks_audience:
            return Step(replace(state, audience=None if audience is state.audience else audience))
        case ChooseService(), ThemeTapped(theme) if theme in {each.name for each in choice_of(state).themes}:
            return Step(replace(state, theme=theme))
        case AskCard(service=service, to_book=False), CardRead(holder=holder):
            return _check(replace(state, holder=holder), service)
        case AskCard() as page, CardUnreadable():
            return Step(replace(state, page=replace(page, unreadable=True)))
        case Confirm() as page, WaitSeen(service=service_id, wait=wait) if page.service.id == service_id:
            return Step(replace(state, page=replace(page, wait=wait)))
        case Confirm(service=service), ConfirmTapped():
            return _take(state, service, presses=state.presses + 1)
        case Trouble(service=service), RetryTapped():
            return _take(state, service, presses=state.presses)
        case (
            Taking(service=service) | Trouble(service=service, fault=TakeFault.SERVER_LOST),
            NumberTaken(ticket=ticket, again=again, offline=offline),
        ):  # an answer that comes late is a number all the same
            return print_number(state, Printing(service, ticket, again, offline=offline))
        case Taking(service=service), NumberNotTaken(fault=fault):
            return Step(replace(state, page=Trouble(service, fault)))
        case AskCard(to_book=False) | Confirm() | Trouble(fault=TakeFault.REFUSED), BackTapped():
            return Step(replace(state, page=ChooseService()))
        case ChooseService(), BackTapped() if choice_of(state).opened is not None:
            return Step(replace(state, theme=None))
        case ChooseService(), BackTapped():
            return go_home(state)
        case _:
            return None


def _choose(state: Session, service_id: str) -> Step:
    service = next((service for service in state.services if service.id == service_id), None)
    if service is None or not state.offers(service_id):
        return Step(state)
    needs_card = service.identity == "required" and state.holder is None
    return Step(replace(state, page=AskCard(service))) if needs_card else _check(state, service)


def _check(state: Session, service: ServiceView) -> Step:
    """Check before a number is taken. Where there may be a better time, how long the wait is now is asked for."""
    better = state.online and service.bookable
    return Step(replace(state, page=Confirm(service)), (AskWait(state.id, service.id),) if better else ())


def _take(state: Session, service: ServiceView, presses: int) -> Step:
    pressed = replace(state, page=Taking(service), presses=presses)
    arrived_alone = state.code is not None or state.lost_press is not None
    ask = TakeNumber(
        session=state.id,
        key=pressed.key,
        service=service.id,
        holder=state.holder,
        code=state.code,
        instead_of=state.lost_press,
        box_first=arrived_alone or not state.online,
    )
    return Step(pressed, (ask,))


def next_person(state: Session, holder: Holder) -> Step:
    """Another person puts a card down before this one's page has gone: this visit ends, theirs begins."""
    fresh = go_home(state)
    return Step(replace(fresh.state, page=ChooseService(), holder=holder), fresh.effects)
