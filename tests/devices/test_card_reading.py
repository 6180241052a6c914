"""Cards, from the reader's simulator through a pty to the session that waits."""

import time
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import wait as wait_for

import pytest
from devices.simulators import Sim, Watched, until

from jinghou_devices.errors import Cancelled, DeviceError, DeviceOffline, DeviceRefused, DeviceSilent, ProtocolError
from jinghou_devices.kinds.common import Kind, Lease, Link, Tri
from jinghou_devices.kinds.id_reader import CardKind, IdCard, IdReader

Open = Callable[..., Watched]
Start = Callable[..., Sim]


def reader_of(watched: Watched) -> IdReader:
    watched.station.wait_online(Kind.ID_READER)
    assert watched.station.id_reader is not None
    return watched.station.id_reader


@pytest.fixture
def reader(sam_sim: Sim, open_station: Open) -> IdReader:
    return reader_of(open_station(reader=sam_sim.port))


def is_still_waiting(future: Future[IdCard], looks: int, sim: Sim) -> bool:
    """Whether nothing was delivered while the reader was asked `looks` more times."""
    asked = sim.ask("status")["commands"]
    until(lambda: sim.ask("status")["commands"] >= asked + looks)
    return not future.done()


@pytest.mark.parametrize("kind", ["resident", "hmt", "foreigner", "foreigner_2023"])
def test_a_card_put_down_is_read_in_every_layout(reader: IdReader, sam_sim: Sim, kind: str) -> None:
    future = reader.wait_for_card(Lease("a"), 10)
    person = sam_sim.ask("place", kind=kind)["person"]
    card = future.result(10)
    assert card.kind is CardKind(kind.removesuffix("_2023"))
    assert (card.name, card.number, card.address) == (person["name"], person["number"], person["address"])
    assert card.birth is not None
    assert card.birth.strftime("%Y%m%d") == person["birth"]
    assert card.sex == {"1": "男", "2": "女"}[person["sex"]]
    assert (card.chinese_name, card.permit_number) == (person["chinese_name"], person["permit_number"])
    assert card.long_term == (person["valid_to"] == "长期")


def test_a_card_that_lay_there_before_the_session_began_is_read(reader: IdReader, sam_sim: Sim) -> None:
    person = sam_sim.ask("place")["person"]
    assert reader.wait_for_card(Lease("a"), 5).result(5).number == person["number"]


@pytest.mark.parametrize("finds_again", ["on", "off"])
def test_within_one_session_a_card_is_delivered_once_per_placing(
    reader: IdReader, sam_sim: Sim, finds_again: str
) -> None:
    sam_sim.fault("finds_again", finds_again)
    lease = Lease("a")
    first = sam_sim.ask("place")["person"]
    assert reader.wait_for_card(lease, 5).result(5).number == first["number"]
    again = reader.wait_for_card(lease, 10)
    assert is_still_waiting(again, 3, sam_sim)
    sam_sim.ask("lift")
    assert is_still_waiting(again, 3, sam_sim)
    second = sam_sim.ask("place")["person"]
    assert again.result(5).number == second["number"]


def test_a_lifting_that_nobody_waited_through_is_noticed(reader: IdReader, sam_sim: Sim) -> None:
    sam_sim.fault("finds_again")
    lease = Lease("a")
    sam_sim.ask("place")
    reader.wait_for_card(lease, 5).result(5)
    asked = sam_sim.ask("lift") and sam_sim.ask("status")["commands"]
    until(lambda: sam_sim.ask("status")["commands"] > asked)
    second = sam_sim.ask("place")["person"]
    assert reader.wait_for_card(lease, 5).result(5).number == second["number"]


def test_a_card_left_lying_is_not_the_next_persons(reader: IdReader, sam_sim: Sim) -> None:
    sam_sim.fault("finds_again")  # such readers find a card again that was read and not lifted
    sam_sim.ask("place")
    earlier = Lease("a")
    reader.wait_for_card(earlier, 5).result(5)
    earlier.end()
    future = reader.wait_for_card(Lease("b"), 5)
    assert is_still_waiting(future, 2, sam_sim)
    sam_sim.ask("lift")
    assert is_still_waiting(future, 2, sam_sim)
    person = sam_sim.ask("place")["person"]
    assert future.result(5).number == person["number"]


def test_a_card_never_reaches_a_session_that_has_ended(reader: IdReader, sam_sim: Sim) -> None:
    lease = Lease("a")
    future = reader.wait_for_card(lease)
    assert is_still_waiting(future, 1, sam_sim)
    lease.end()
    sam_sim.ask("place")
    with pytest.raises(Cancelled):
        future.result(5)
    with pytest.raises(Cancelled):
        reader.wait_for_card(lease).result(5)
    assert sam_sim.ask("status")["reads"] == 0


def test_a_session_that_ends_while_its_card_is_on_the_wire_gets_nothing(start_sim: Start, open_station: Open) -> None:
    sim = start_sim("sam", "--baud", "9600")  # the card takes 1.35 s
    reader = reader_of(open_station(reader=sim.port, baud=9600))
    lease, following = Lease("a"), Lease("b")
    future = reader.wait_for_card(lease)
    sim.ask("place")
    until(lambda: sim.ask("status")["reads"] == 1)
    lease.end()
    after = reader.wait_for_card(following)
    with pytest.raises(Cancelled):
        future.result(5)
    assert is_still_waiting(after, 2, sim)


def test_a_new_wait_takes_the_place_of_the_one_before(reader: IdReader, sam_sim: Sim) -> None:
    first = reader.wait_for_card(Lease("a"))
    second = reader.wait_for_card(Lease("b"), 5)
    with pytest.raises(Cancelled, match="took its place"):
        first.result(5)
    sam_sim.ask("place")
    assert second.result(5).kind is CardKind.RESIDENT


def test_a_wait_that_its_caller_cancelled_is_forgotten(reader: IdReader, sam_sim: Sim) -> None:
    future = reader.wait_for_card(Lease("a"))
    assert future.cancel()
    asked = sam_sim.ask("status")["commands"]
    person = sam_sim.ask("place")["person"]
    assert reader.wait_for_card(Lease("b"), 5).result(5).number == person["number"]
    assert sam_sim.ask("status")["commands"] > asked


def test_no_card_before_the_deadline_is_told(reader: IdReader) -> None:
    begun = time.monotonic()
    with pytest.raises(DeviceSilent, match="no card"):
        reader.wait_for_card(Lease("a"), 0.35).result(5)
    assert 0.3 < time.monotonic() - begun < 2


@pytest.mark.parametrize(
    ("fault", "why"),
    [("card_removed", "lifted"), ("unreadable", "could not be selected"), ("not_genuine", "authentication")],
)
def test_a_card_that_cannot_be_read_is_refused_in_words(reader: IdReader, sam_sim: Sim, fault: str, why: str) -> None:
    sam_sim.fault(fault)
    future = reader.wait_for_card(Lease("a"), 10)
    sam_sim.ask("place")
    with pytest.raises(DeviceRefused, match=why):
        future.result(10)


@pytest.mark.parametrize("fault", ["garbage", "split"])
def test_a_bad_line_does_not_keep_a_card_from_being_read(reader: IdReader, sam_sim: Sim, fault: str) -> None:
    sam_sim.fault(fault)
    person = sam_sim.ask("place")["person"]
    assert reader.wait_for_card(Lease("a"), 10).result(10).number == person["number"]


def test_a_reader_that_falls_silent_goes_offline_and_comes_back(sam_sim: Sim, open_station: Open) -> None:
    watched = open_station(reader=sam_sim.port)
    reader = reader_of(watched)
    future = reader.wait_for_card(Lease("a"))
    sam_sim.fault("silent")
    with pytest.raises(DeviceOffline):
        future.result(10)
    assert Link.DEGRADED in watched.links
    begun = time.monotonic()
    with pytest.raises(DeviceOffline):
        reader.wait_for_card(Lease("b")).result(1)
    assert time.monotonic() - begun < 0.2
    sam_sim.fault("silent", "off")
    until(lambda: watched.links[-1] is Link.ONLINE)
    sam_sim.ask("place")
    assert reader.wait_for_card(Lease("c"), 5).result(5).kind is CardKind.RESIDENT


def test_a_reader_at_another_speed_is_not_taken_for_online(start_sim: Start, open_station: Open) -> None:
    sim = start_sim("sam", "--baud", "9600")
    watched = open_station(reader=sim.port, baud=115200)
    with pytest.raises((DeviceSilent, ProtocolError)):
        watched.station.wait_online(Kind.ID_READER)
    assert Link.ONLINE not in watched.links
    assert sim.ask("status")["wrong_baud_bytes"] > 0


def test_an_unplugged_reader_works_again_when_it_is_plugged_in(
    start_sim: Start, open_station: Open, tmp_path: object
) -> None:
    link = f"{tmp_path}/reader"
    first = start_sim("sam", "--link", link)
    watched = open_station(reader=link)
    reader = reader_of(watched)
    future = reader.wait_for_card(Lease("a"))
    first.kill()
    with pytest.raises(DeviceError):
        future.result(5)
    until(lambda: watched.links[-1] is Link.ABSENT)
    second = start_sim("sam", "--link", link)
    until(lambda: watched.links[-1] is Link.ONLINE)
    person = second.ask("place")["person"]
    assert reader.wait_for_card(Lease("b"), 5).result(5).number == person["number"]


def test_a_failed_security_module_is_a_complaint_and_not_silence(sam_sim: Sim, open_station: Open) -> None:
    sam_sim.fault("self_test")
    watched = open_station(reader=sam_sim.port)
    reader = reader_of(watched)
    until(lambda: watched.links[-1] is Link.DEGRADED)
    assert "self-test" in watched.seen[-1].reason
    assert reader.check_health().result(5).sam_ready is Tri.NO
    sam_sim.fault("self_test", "off")
    assert reader.check_health().result(5).sam_ready is Tri.YES


def test_a_silent_reader_cannot_say_whether_it_is_well(reader: IdReader, sam_sim: Sim) -> None:
    sam_sim.fault("silent")
    assert reader.check_health().result(5).sam_ready is Tri.UNKNOWN


def test_closing_the_station_ends_a_wait_at_once(sam_sim: Sim, open_station: Open) -> None:
    watched = open_station(reader=sam_sim.port)
    future = reader_of(watched).wait_for_card(Lease("a"))
    begun = time.monotonic()
    watched.station.close()
    assert time.monotonic() - begun < 2
    done, _ = wait_for([future], timeout=0)
    assert done
    assert isinstance(future.exception(0), Cancelled)


def test_nothing_of_a_card_is_in_the_trace(sam_sim: Sim, open_station: Open) -> None:
    watched = open_station(reader=sam_sim.port)
    person = sam_sim.ask("place")["person"]
    reader_of(watched).wait_for_card(Lease("a"), 5).result(5)
    shown = " ".join(str(exchange) for exchange in watched.station.trace(Kind.ID_READER).exchanges())
    assert "‹1284 bytes hidden›" in shown
    for field in ("name", "number", "birth", "address"):
        assert person[field].encode("utf-16-le").hex(" ").upper() not in shown
    assert all(len(exchange.text) < 60 for exchange in watched.station.trace(Kind.ID_READER).exchanges())
