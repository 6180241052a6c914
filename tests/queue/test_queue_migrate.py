"""A hall that was made by an earlier version goes on as it was."""

from pathlib import Path

from queue_house import HALL, NINE, Desk, rows

from jinghou_queue.desk import views
from jinghou_queue.keys import Keys
from jinghou_queue.store.databases import connect
from jinghou_queue.store.migrate import Form, form_of, migrate

A_HALL_OF_THE_FIRST_VERSION = [
    f"INSERT INTO hall VALUES ('{HALL}', '云溪', 'Yunxi', 'Asia/Shanghai', '2026-03-02', 3, 'key')",
    f"INSERT INTO service VALUES ('{HALL}', 'tax', 0, 'B', '税务', 'Tax', 'A 厅', 'optional')",
    f"INSERT INTO counter VALUES ('{HALL}', 'c1', 0, '1', 'open')",
    f"INSERT INTO counter_service VALUES ('{HALL}', 'c1', 'tax', 0, 1)",
    f"INSERT INTO numbering VALUES ('{HALL}', '2026-03-02', 'tax', 1)",
    f"INSERT INTO tally VALUES ('{HALL}', '2026-03-02', 'tax', 3, 1)",
    f"INSERT INTO ticket VALUES ('{HALL}', 't1', '2026-03-02', 'B001', 'tax', 'kiosk', 'active', 0, NULL, NULL, 'h1')",
    f"INSERT INTO leg VALUES ('{HALL}', 't1', 1, '2026-03-02', 'tax', 3, {NINE}, 3, {NINE}, 'waiting', NULL, NULL)",
]


def test_a_hall_of_the_first_version_gets_the_plan_it_stood_for_and_calls_on(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/hall.db"
    migrate(url, to="0001")
    with connect(url) as connection:
        for text in A_HALL_OF_THE_FIRST_VERSION:
            rows(connection, text)
    assert form_of(url) is Form.OLD
    migrate(url)
    assert form_of(url) is Form.CURRENT
    with connect(url) as connection:
        version, plan = views.plan_in_force(connection, HALL)
        assert (version, plan.name, plan.services[0].prefix, plan.counters[0].services) == (1, "云溪", "B", ("tax",))
        desk = Desk(connection, Keys(bytes(32)))
        called = desk.next("c1")
        assert called is not None
        assert called.leg.number == "B001"
        desk.serve("c1")
        assert desk.take("tax").number == "B002"
