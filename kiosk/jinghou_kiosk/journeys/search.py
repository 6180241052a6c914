"""Search (搜索): which service, by typing a little of what people call it. Where it leads to is taking a number."""

from dataclasses import replace

from jinghou_kiosk.effects import FindServices
from jinghou_kiosk.events import Event, SearchTapped, SearchTyped, ServicesFound, StartTapped
from jinghou_kiosk.pages import ChooseService, Home, Search
from jinghou_kiosk.state import Session, Step


def step(state: Session, event: Event) -> Step | None:
    """What `event` means on this journey's page; None when it means nothing."""
    match state.page, event:
        case Home(), SearchTapped() if state.gives_numbers:
            return Step(replace(state, page=Search()))
        case ChooseService(), SearchTapped():
            return Step(replace(state, page=Search()))
        case Search(), SearchTyped(text) if not text.strip():
            return Step(replace(state, page=Search()))
        case Search(typed), SearchTyped(text) if text != typed:
            ask = FindServices(state.id, text, state.services)
            return Step(replace(state, page=replace(state.page, typed=text)), (ask,))
        case Search(typed), ServicesFound(typed=looked_for, services=services) if looked_for == typed:
            return Step(replace(state, page=replace(state.page, found=services)))
        case Search(), StartTapped():
            return Step(replace(state, page=ChooseService()))
        case _:
            return None
