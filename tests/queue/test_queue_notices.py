"""Messages on their way: claimed by one server, sent at most once, tried again when nobody took them."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from functools import partial

import pytest
from queue_house import NINE, Desk, House, an_office, change, replan, rows
from queue_ladder import MESSAGE, SECOND, Hall

from jinghou_config.hall import LadderPlan
from jinghou_config.notify import NotifySettings
from jinghou_queue.api.office import Office
from jinghou_queue.contract.messages import CallState
from jinghou_queue.desk import notices, tickets
from jinghou_queue.desk.ladder import Reach
from jinghou_queue.desk.notices import UNKNOWN, Claimed, Later, Outcome, Taken
from jinghou_queue.notify.channel import InDoubt, Installed, Message, Never, Receipt, SlowDown, TryAgain
from jinghou_queue.notify.sending import Sender
from jinghou_queue.store import Store
from jinghou_queue.store.databases import connect, open_store

PHONE = "13800000001"


@dataclass
class Outbox:
    """A hall in which somebody with a phone was called 20 seconds ago, so that a message is queued."""

    hall: Hall
    who: str

    @property
    def desk(self) -> Desk:
        return self.hall.desk

    def claim(self, most: int = 8, *, repeatable: bool = False) -> list[Claimed]:
        """As a server does that looks now, and has 30 seconds."""
        work = partial(
            notices.claim,
            press=self.desk.press(),
            channel="sms",
            most=most,
            until=self.desk.at + 30 * SECOND,
            repeatable=repeatable,
        )
        return self.desk.do(work)

    def settle(self, claimed: Claimed, outcome: Outcome) -> None:
        self.desk.do(partial(notices.settle, press=self.desk.press(), notice=claimed.notice, outcome=outcome))

    def report(self, claimed: Claimed, fault: str = "") -> None:
        self.desk.do(partial(notices.confirm, press=self.desk.press(), notice=claimed.notice, fault=fault))

    def told(self) -> list[object]:
        """How the message stands: its state, why it failed, and how far the call got by it."""
        row = rows(self.desk.connection, "SELECT state, fault FROM notice WHERE kind = 'called'")[0]
        return [*row, self.hall.channels(self.who)[MESSAGE]]


@pytest.fixture
def outbox(desk: Desk) -> Outbox:
    desk.open("c1")
    hall = Hall(desk)
    who = hall.take(PHONE)
    desk.next("c1")
    hall.after(20)
    return Outbox(hall, who)


def test_what_is_claimed_says_what_to_send_and_is_nobody_elses(outbox: Outbox) -> None:
    (claimed,) = outbox.claim()
    assert (claimed.number, claimed.service, claimed.counter, claimed.tries) == ("B001", "税务", "1", 1)
    assert claimed.waited_ms == 20 * SECOND
    assert claimed.phone_sealed is not None
    assert PHONE not in repr(rows(outbox.desk.connection, "SELECT * FROM notice"))
    outbox.desk.at += 29 * SECOND
    assert outbox.claim() == []


def test_a_message_that_was_taken_is_sent_and_then_delivered(outbox: Outbox) -> None:
    (claimed,) = outbox.claim()
    outbox.settle(claimed, Taken("biz-1"))
    assert outbox.told() == [CallState.SENT, "", CallState.SENT]
    outbox.report(claimed)
    assert outbox.told() == [CallState.DELIVERED, "", CallState.DELIVERED]
    outbox.report(claimed)
    assert [state for *_, state, _ in outbox.hall.events()] == ["queued", "sent", "delivered"], "told once"


def test_a_report_that_is_faster_than_the_answer_counts(outbox: Outbox) -> None:
    (claimed,) = outbox.claim()
    outbox.report(claimed)
    outbox.settle(claimed, Taken("biz-1"))
    assert outbox.told() == [CallState.DELIVERED, "", CallState.DELIVERED]


def test_a_report_that_it_did_not_reach_the_phone_fails_it(outbox: Outbox) -> None:
    (claimed,) = outbox.claim()
    outbox.settle(claimed, Taken("biz-1"))
    outbox.report(claimed, "UNDELIV")
    assert outbox.told() == [CallState.FAILED, "UNDELIV", CallState.FAILED]


def test_what_nobody_took_is_tried_again_at_its_time(outbox: Outbox) -> None:
    (claimed,) = outbox.claim()
    outbox.settle(claimed, Later(outbox.desk.at + 5 * SECOND, counts=True))
    outbox.desk.at += 4 * SECOND
    assert outbox.claim() == []
    outbox.desk.at += SECOND
    (again,) = outbox.claim()
    assert (again.notice, again.tries) == (claimed.notice, 2)
    outbox.settle(again, Later(outbox.desk.at, counts=False))
    assert [each.tries for each in outbox.claim()] == [2], "a gateway that is busy costs no try"


def test_what_a_server_claimed_and_never_told_of_is_not_sent_again(outbox: Outbox) -> None:
    (claimed,) = outbox.claim()
    outbox.desk.at += 30 * SECOND
    assert outbox.claim() == []
    assert outbox.told() == [CallState.FAILED, UNKNOWN, CallState.FAILED]
    outbox.settle(claimed, Taken("biz-1"))
    assert outbox.told() == [CallState.FAILED, UNKNOWN, CallState.FAILED], "too late"
    outbox.report(claimed)
    assert outbox.told() == [CallState.DELIVERED, "", CallState.DELIVERED], "but the gateway knows better"


def test_over_a_channel_that_knows_a_message_it_is(outbox: Outbox) -> None:
    (claimed,) = outbox.claim(repeatable=True)
    outbox.desk.at += 30 * SECOND
    assert [each.notice for each in outbox.claim(repeatable=True)] == [claimed.notice]


@pytest.mark.parametrize("what", ["undo", "start", "seen", "no phone"])
def test_what_is_not_needed_any_more_is_dropped_before_it_is_sent(outbox: Outbox, what: str) -> None:
    match what:
        case "undo":
            outbox.desk.button("undo", "c1")
        case "start":
            outbox.desk.start("c1")
        case "seen":
            outbox.desk.do(partial(tickets.call_seen, press=outbox.desk.press(), ticket=outbox.who))
        case _:
            change(outbox.desk.connection, "UPDATE ticket SET phone_sealed = NULL")
    assert outbox.claim() == []
    assert outbox.told() == [CallState.DROPPED, "", CallState.DROPPED]


def test_a_word_before_the_turn_says_how_many_are_ahead_by_now_and_is_dropped_once_called(desk: Desk) -> None:
    desk.open("c1")
    hall = Hall(desk)
    for _ in range(3):
        hall.take()
    outbox = Outbox(hall, hall.take(PHONE))
    hall.after(1)
    desk.next("c1")
    (claimed,) = outbox.claim()
    assert (claimed.ahead, claimed.counter) == (2, "")
    outbox.settle(claimed, Later(desk.at, counts=True))
    desk.serve("c1")
    for _ in range(2):
        desk.next("c1")
        desk.serve("c1")
    desk.next("c1")
    assert outbox.claim() == []


def test_messages_are_forgotten_after_some_days(outbox: Outbox) -> None:
    outbox.claim()
    for days, left in ((2, 1), (4, 0)):
        outbox.desk.at = NINE + days * 24 * 3600 * SECOND
        outbox.desk.take("enquiries")
        assert rows(outbox.desk.connection, "SELECT count(*) FROM notice")[0][0] == left


# One server's sending, with a channel of the test's own


@dataclass
class Channel:
    """Does what it is told with each message, in turn, and then takes all that come."""

    does: list[Exception | threading.Event] = field(default_factory=list)
    sent: list[Message] = field(default_factory=list)

    def send(self, message: Message) -> Receipt:
        self.sent.append(message)
        match self.does.pop(0) if self.does else None:
            case Exception() as fault:
                raise fault
            case threading.Event() as held:
                held.wait(20)
        return Receipt()


@dataclass
class Server:
    """One server that looks when it is told to. `at` is its clock."""

    office: Office
    sender: Sender
    channel: Channel
    clock: list[int]

    async def look(self, after_s: float = 0) -> None:
        """Time passes, the server looks, and every message it began with ends."""
        self.clock[0] += int(after_s * SECOND)
        await self.sender.look(self.office)
        await asyncio.gather(*self.sender._tasks)


def called(house: House, people: int = 1, phone: Callable[[int], str] = "138000000{:02}".format) -> None:
    """So many people with a phone each, of whom the first two are called, and the others wait."""
    with connect(house.url) as connection:
        hall = Hall(Desk(connection, house.keys))
        for person in range(people):
            hall.take(phone(person))
        for counter in ("c1", "c3"):
            hall.desk.open(counter, "tax")
            hall.desk.next(counter)


@pytest.fixture
async def store(house: House) -> AsyncIterator[Store]:
    store = open_store(house.url, lambda _: None)
    yield store
    store.close()


def a_server(house: House, store: Store, channel: Channel, *, repeatable: bool = False, **settings: object) -> Server:
    clock = [NINE]
    known = NotifySettings.model_validate({"people": "console", **settings})
    channels = {"console": Installed("console", channel, repeatable)}
    return Server(an_office(store, house.keys, lambda: clock[0]), Sender(channels, known, lambda: 0.5), channel, clock)


def stands(house: House) -> list[tuple[object, ...]]:
    with connect(house.url) as connection:
        return rows(connection, "SELECT state, fault, tries FROM notice ORDER BY notice")


async def test_a_message_goes_to_the_persons_phone_in_its_language(house: House, store: Store) -> None:
    called(house, phone=lambda _: "+447700900123")
    server = a_server(house, store, Channel())
    await server.look(20)
    (message,) = server.channel.sent
    assert (message.to, message.language, message.service) == ("+447700900123", "en", "Tax")
    assert stands(house) == [("sent", "", 1)]
    await server.look(30)
    assert len(server.channel.sent) == 1


async def test_nobody_took_it_so_it_is_sent_again_later_each_time_and_given_up(house: House, store: Store) -> None:
    called(house)
    server = a_server(house, store, Channel([TryAgain("no-connection")] * 9), tries=3)
    for after_s, tries in ((20, 1), (1, 1), (1, 2), (5, 2), (1, 3), (600, 3)):
        await server.look(after_s)
        assert len(server.channel.sent) == tries
    assert stands(house) == [("failed", "no-connection", 3)]
    assert len({message.id for message in server.channel.sent}) == 1


@pytest.mark.parametrize("fault", [InDoubt("no-answer"), RuntimeError("a plug-in of somebody's")])
@pytest.mark.parametrize("repeatable", [False, True])
async def test_what_may_have_been_sent_is_sent_again_only_where_that_does_no_harm(
    house: House, store: Store, fault: Exception, repeatable: bool
) -> None:
    called(house)
    server = a_server(house, store, Channel([fault]), repeatable=repeatable)
    await server.look(20)
    await server.look(60)
    assert len(server.channel.sent) == 1 + repeatable
    assert [state for state, *_ in stands(house)] == ["sent" if repeatable else "failed"]


async def test_what_nobody_will_take_is_not_sent_again(house: House, store: Store) -> None:
    called(house)
    server = a_server(house, store, Channel([Never("isv.MOBILE_NUMBER_ILLEGAL")]))
    await server.look(20)
    await server.look(60)
    assert stands(house) == [("failed", "isv.MOBILE_NUMBER_ILLEGAL", 1)]


async def test_a_gateway_that_is_too_busy_is_left_alone_for_as_long_as_it_asks(house: House, store: Store) -> None:
    called(house)
    server = a_server(house, store, Channel([SlowDown("http-429", 30)]), tries=1)
    for after_s, sent in ((20, 1), (29, 1), (4, 2)):
        await server.look(after_s)
        assert len(server.channel.sent) == sent
    assert stands(house) == [("sent", "", 1)], "and that costs no try"


async def test_a_channel_takes_so_many_a_minute_and_the_rest_wait(house: House, store: Store) -> None:
    called(house, people=5)
    server = a_server(house, store, Channel(), per_minute=2)
    await server.look(20)
    assert len(server.channel.sent) == 2
    await server.look(1)
    assert len(server.channel.sent) == 2
    await server.look(60)
    assert len(server.channel.sent) == 4


async def test_one_phone_gets_so_many_an_hour_whoever_named_it(house: House, store: Store) -> None:
    called(house, people=5, phone=lambda _: PHONE)
    server = a_server(house, store, Channel(), per_phone_hour=2)
    await server.look(20)
    assert len(server.channel.sent) == 2
    assert sorted(str(fault) for _, fault, _ in stands(house)) == ["", "", *["phone-limit"] * 3]


async def test_a_gateway_that_does_not_answer_is_given_up_at_the_deadline(house: House, store: Store) -> None:
    called(house)
    held = threading.Event()
    server = a_server(house, store, Channel([held]), deadline_s=0.1)
    await server.look(20)
    assert stands(house) == [("failed", "deadline", 1)]
    held.set()


async def test_a_dead_gateway_holds_so_many_threads_and_no_more(house: House, store: Store) -> None:
    held = threading.Event()
    with connect(house.url) as connection:
        hall = Hall(Desk(connection, house.keys))
        replan(hall.desk, ladder=LadderPlan(notices=(12,)))
        for person in range(12):
            hall.take(f"138000000{person:02}")
    server = a_server(house, store, Channel([held] * 12), deadline_s=0.05)
    for _ in range(3):
        await server.look(1)
    assert len(server.channel.sent) == 8
    held.set()


async def test_two_servers_that_look_at_once_send_one_message(house: House, store: Store) -> None:
    called(house, people=3)
    other = open_store(house.url, lambda _: None)
    channel = Channel()
    servers = [a_server(house, each, channel) for each in (store, other)]
    try:
        await asyncio.gather(*(server.look(20) for server in servers))
        await asyncio.gather(*(server.look(1) for server in servers))
    finally:
        other.close()
    assert len({message.id for message in channel.sent}) == len(channel.sent) == 3


async def test_after_a_gateways_bad_hour_who_is_called_now_is_written_to_and_the_rest_is_dropped(
    house: House, store: Store
) -> None:
    called(house, people=2)
    server = a_server(house, store, Channel([SlowDown("http-429", 600)] * 2))
    await server.look(20)
    with connect(house.url) as connection:
        desk = Desk(connection, house.keys, at=server.clock[0], _made=10)
        replan(desk, ladder=LadderPlan(notices=()))
        hall = Hall(desk, Reach("console"))
        for _ in range(20):
            desk.serve("c1")
            hall.take("13800000099")
            desk.next("c1")
            desk.at += 21 * SECOND
            hall.after(0)
    server.channel.sent.clear()
    server.clock[0] = desk.at
    await server.look(300)
    assert {message.number for message in server.channel.sent} == {"B002", "B022"}
    assert {state for state, *_ in stands(house)} == {"sent", "dropped"}
