"""What there is to choose from on the page of services: all of few; of many, by audience and theme. Pure.

How much of it stands on one glass is the page's business.
"""

from dataclasses import dataclass
from typing import Final

from jinghou_kiosk.state import Session
from jinghou_queue.contract.messages import Audience, ServiceView

FEW: Final = 12
"""So many services are shown as they are: two pages at most, which is as quick as a theme."""


@dataclass(frozen=True)
class Theme:
    """What services are found under, by its names, both "" for those without a theme, and how many they are."""

    name: str
    name_en: str
    count: int


@dataclass(frozen=True)
class Choice:
    """With `themes`, `services` are those that stand first; else all there are, of the theme `opened` if one is.

    `asks_audience`: some are for people, others for companies, and somebody may say which.
    """

    services: tuple[ServiceView, ...]
    themes: tuple[Theme, ...] = ()
    opened: Theme | None = None
    asks_audience: bool = False


def choice_of(state: Session) -> Choice:
    """What the person of `state` has to choose from. The themes of what stands first come first, each in its order."""
    if len(state.services) <= FEW:
        return Choice(state.services)
    for_all = {service.audience for service in state.services}
    asks = {Audience.PERSONAL, Audience.COMPANY} <= for_all
    wanted = {state.audience, Audience.BOTH} if asks and state.audience else for_all
    hot = tuple(service for service in state.hot if service.audience in wanted)
    others = (service for service in state.services if service.audience in wanted)
    services = tuple(dict.fromkeys((*hot, *others)))
    themes = _themes(services, hot)
    opened = next((theme for theme in themes if theme.name == state.theme), None)
    if len(themes) < 2:
        return Choice(services, asks_audience=asks)
    if opened is not None:
        return Choice(tuple(service for service in services if service.theme == opened.name), opened=opened)
    return Choice(hot, themes, asks_audience=asks)


def _themes(services: tuple[ServiceView, ...], hot: tuple[ServiceView, ...]) -> tuple[Theme, ...]:
    """Those of `services`, in the order in which they come; what has none comes last, unless it is hot."""
    found: dict[str, list[ServiceView]] = {}
    for service in services:
        found.setdefault(service.theme, []).append(service)
    if "" in found and all(service.theme for service in hot):
        found[""] = found.pop("")
    return tuple(Theme(name, its[0].theme_en, len(its)) for name, its in found.items())
