"""A made-up hall, its services and its tickets, for tests: say only what the test is about."""

from jinghou_queue.contract.messages import CounterView, HallView, ServiceView, Ticket, TicketState


def service(id_: str, **other: object) -> ServiceView:
    """A service of that id."""
    values = {"prefix": "A", "name": id_, "name_en": id_, "zone": "A 厅", "identity": "optional", "waiting": 3}
    return ServiceView(id=id_, **{**values, **other})  # type: ignore[arg-type]  # msgspec checks nothing here, tests do


def hall(*services: ServiceView, counters: tuple[CounterView, ...] = (), **other: object) -> HallView:
    """A hall with those services."""
    values = {"name": "云溪市民服务中心", "name_en": "Yunxi Centre", "seq": 1, "epoch": "first", "calls": ()}
    day, zone = "2026-11-23", "Asia/Shanghai"
    return HallView(id="yunxi", day=day, timezone=zone, services=services, counters=counters, **{**values, **other})  # type: ignore[arg-type]


def ticket(**other: object) -> Ticket:
    """A ticket just taken."""
    values = {"number": "A023", "service": "property", "ahead": 3, "taken_at": 0, "url": "http://hall.invalid/t/secret"}
    values |= {"state": TicketState.RESERVED}
    return Ticket(id="t1", token="secret", **{**values, **other})  # type: ignore[arg-type]
