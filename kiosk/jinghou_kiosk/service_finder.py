"""Finds services for whoever types, with an index of those that are offered now. On one worker thread only."""

from jinghou_config.log import get_logger
from jinghou_kiosk.effects import FindServices
from jinghou_kiosk.events import ServicesFound
from jinghou_kiosk.search import Entry, Index
from jinghou_queue.contract.messages import ServiceView

log = get_logger(__name__)


class ServiceFinder:
    """Makes the index anew when a service, its name or its words are other ones, not when somebody waits."""

    def __init__(self) -> None:
        self._index = Index(())

    def know(self, services: tuple[ServiceView, ...]) -> None:
        """These are offered now."""
        entries = tuple(Entry(each.id, each.name, each.name_en, each.words) for each in services)
        if entries != self._index.entries:
            self._index = Index(entries)

    def find(self, ask: FindServices) -> ServicesFound:
        """Those that were meant; none when that cannot be told."""
        try:
            self.know(ask.services)
            return ServicesFound(ask.session, ask.typed, self._index.find(ask.typed))
        except Exception:
            log.exception("no search: a fault of this program")
            return ServicesFound(ask.session, ask.typed, ())
