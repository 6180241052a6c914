"""The day of each hall ends at its own midnight, whoever presses and whichever server is running then."""

from functools import partial

from queue_house import HALL, MINUTE, NINE, Desk, House, rows

from jinghou_config.hall import SAMPLE_HALL, HallPlan
from jinghou_queue.contract.messages import TicketState
from jinghou_queue.desk.book import Press
from jinghou_queue.desk.setup import add_hall
from jinghou_queue.desk.upkeep import keep_hall
from jinghou_queue.store.databases import connect

WEST = "kashgar"
HOUR = 60 * MINUTE
MIDNIGHT = NINE + 15 * HOUR  # in Shanghai; two hours later in the west


def keep(desk: Desk, at: int) -> None:
    """The server's upkeep of all its halls."""
    desk.at = at
    for hall in (HALL, WEST):
        desk.do(partial(keep_hall, press=Press(hall, "server", at)))


def tickets(desk: Desk) -> dict[str, str]:
    """The state of the only ticket of each hall on the first day."""
    found = rows(desk.connection, "SELECT hall, state FROM ticket WHERE day = '2026-03-02'")
    return {str(hall): str(state) for hall, state in found}


def test_each_hall_ends_its_day_at_its_own_midnight_also_over_restarts(house: House) -> None:
    with connect(house.url) as connection:
        plan = HallPlan.load(SAMPLE_HALL).model_copy(update={"id": WEST, "timezone": "Asia/Urumqi"})
        add_hall(connection, plan, key_check=house.keys.check(), epoch="west", at=NINE)
        desk = Desk(connection, house.keys, at=MIDNIGHT - 2 * HOUR)
        assert [desk.take("tax", hall=hall).number for hall in (HALL, WEST)] == ["B001", "B001"]
    with connect(house.url) as connection:  # each time a server that was started anew
        desk = Desk(connection, house.keys, _made=10)
        keep(desk, MIDNIGHT + HOUR)
        assert tickets(desk) == {HALL: TicketState.CLOSED, WEST: TicketState.RESERVED}
        assert [desk.take("tax", hall=hall).number for hall in (HALL, WEST)] == ["B001", "B002"]
    with connect(house.url) as connection:
        desk = Desk(connection, house.keys, _made=20)
        keep(desk, MIDNIGHT + 3 * HOUR)
        assert set(tickets(desk).values()) == {TicketState.CLOSED}
        assert [desk.take("tax", hall=hall).number for hall in (HALL, WEST)] == ["B002", "B001"]


def test_days_on_which_no_server_ran_are_passed_over(house: House) -> None:
    with connect(house.url) as connection:
        desk = Desk(connection, house.keys)
        desk.take("tax")
        mine = desk.book(NINE + 24 * HOUR + 30 * MINUTE, 1)
        desk.open("c1")
    with connect(house.url) as connection:
        desk = Desk(connection, house.keys, at=NINE + 5 * 24 * HOUR, _made=10)
        assert desk.take("tax").number == "B001"
        days = rows(connection, "SELECT state FROM feed WHERE kind = 'day' ORDER BY seq")
        assert days == [("2026-03-02",), ("2026-03-07",)]
        assert rows(connection, f"SELECT state, missed FROM booking WHERE booking = '{mine.id}'") == [("expired", 0)]
