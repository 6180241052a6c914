"""Routes for whoever keeps the server running: is it alive, is it ready, what does it measure."""

from collections import Counter as Tally
from collections.abc import Iterator
from functools import partial

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.plugins.prometheus import PrometheusConfig
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import REGISTRY, GaugeMetricFamily
from prometheus_client.registry import Collector

from jinghou_queue.api.office import Office
from jinghou_queue.api.problems import described
from jinghou_queue.contract.messages import HallView
from jinghou_queue.desk import views
from jinghou_queue.store import Connection
from jinghou_queue.store import statements as st

REQUESTS = PrometheusConfig(app_name="jinghou", prefix="jinghou", group_path=True, exclude_unhandled_paths=True)
"""Counts requests by route, never by address: addresses hold the holders' tokens."""


class Health(msgspec.Struct, frozen=True):
    """The server is ready: its database answers, with so many halls."""

    halls: int


class Alive(msgspec.Struct, frozen=True):
    """The process answers."""

    alive: bool = True


@get(
    "/livez",
    operation_id="alive",
    summary="Is the process alive?",
    tags=["operations"],
    responses=described(needs_token=False),
    security=[{}],
)
async def alive() -> Alive:
    """200 as long as the process answers at all, whatever its database does: restart it when this fails."""
    return Alive()


@get(
    "/healthz",
    operation_id="health",
    summary="Is the server ready?",
    tags=["operations"],
    responses=described(needs_token=False),
    security=[{}],
)
async def health(office: NamedDependency[Office]) -> Health:
    """200 when the database answers, else 503: send nobody here meanwhile, and do not restart it for that."""
    halls = await office.store.read(lambda connection: connection.all(st.HALL_IDS))
    return Health(len(halls))


@get("/metrics", include_in_schema=False)
async def metrics(office: NamedDependency[Office]) -> Response[bytes]:
    """What Prometheus collects: requests by route, and each hall's queues and counters. Numbers only, nobody's data."""
    halls = await office.store.read(partial(_halls, at=office.now()))
    registry = CollectorRegistry()
    registry.register(_Halls(halls, office.feeds.readers))
    return Response(generate_latest(REGISTRY) + generate_latest(registry), media_type=CONTENT_TYPE_LATEST)


def _halls(connection: Connection, at: int) -> list[HallView]:
    return [views.hall_view(connection, hall, at) for hall in connection.all(st.HALL_IDS)]


class _Halls(Collector):
    """The halls as gauges."""

    def __init__(self, halls: list[HallView], readers: int) -> None:
        self._halls = halls
        self._readers = readers

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Waiting people, counters by state, events, readers."""
        waiting = GaugeMetricFamily("jinghou_waiting", "People in a queue", labels=["hall", "service"])
        counters = GaugeMetricFamily("jinghou_counters", "Counters in a state", labels=["hall", "state"])
        events = GaugeMetricFamily("jinghou_feed_events", "Number of the feed's last event", labels=["hall"])
        for hall in self._halls:
            events.add_metric([hall.id], hall.seq)
            for service in hall.services:
                waiting.add_metric([hall.id, service.id], service.waiting)
            for state, count in Tally(counter.state for counter in hall.counters).items():
                counters.add_metric([hall.id, state], count)
        yield from (waiting, counters, events)
        yield GaugeMetricFamily("jinghou_feed_readers", "Open feeds of this process", value=self._readers)
