"""One press is one number, whichever of server and box answers first, second, late or never."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path

import pytest
from hall_samples import ticket
from kiosk_box import AT_9_24, PERSON, full_box, open_box
from msgspec import structs

from jinghou_kiosk.box.box import Box
from jinghou_kiosk.box.entries import LostPress
from jinghou_kiosk.box.file import BoxFault
from jinghou_kiosk.effects import GiveBack, TakeNumber
from jinghou_kiosk.events import Holder, NumberNotTaken, NumberTaken, TakeFault
from jinghou_kiosk.numbers import Numbers
from jinghou_kiosk.server import ServerRefused, ServerUnreachable
from jinghou_queue.contract.messages import Problem, Ticket
from jinghou_queue.contract.messages import TakeNumber as Asked
from jinghou_queue.contract.offline import NumberCancelled, NumberGiven

TICKET = ticket(service="tax", number="B001")
PRESS = TakeNumber(session="boot-1", key="boot-1-1", service="tax", holder=None)
ALONE = TakeNumber(session="boot-1", key="boot-1-1", service="tax", holder=None, box_first=True)


class FakeServer:
    """Does with a press whatever `answer` does."""

    def __init__(self) -> None:
        self.answer: Callable[[], Ticket] = lambda: TICKET
        self.keys: list[str] = []

    def take_number(self, request: Asked, key: str) -> tuple[Ticket, bool]:
        self.keys.append(key)
        return self.answer(), False

    def is_lost(self) -> None:
        def lost() -> Ticket:
            raise ServerUnreachable("ConnectionError")

        self.answer = lost


class World:
    def __init__(self, box: Box | None) -> None:
        self.server = FakeServer()
        self.box = box
        self.here = "boot-1"
        names = count()
        self.numbers = Numbers(
            self.server,
            box,
            is_here=lambda session: session == self.here,
            now=lambda: AT_9_24,
            draw=lambda: f"n{next(names)}",
        )

    def takes(self, ask: TakeNumber = PRESS) -> str | TakeFault:
        answer = self.numbers.take(ask)
        return answer.ticket.number if isinstance(answer, NumberTaken) else answer.fault

    def outbox(self) -> list[object]:
        assert self.box is not None
        return list(self.box.oldest(100))


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(full_box(tmp_path))


def test_while_the_server_answers_the_box_is_left_alone(world: World) -> None:
    assert world.takes() == "B001"
    assert world.outbox() == []


def test_a_press_that_the_server_does_not_answer_gets_its_number_from_the_box(world: World) -> None:
    world.server.is_lost()
    answer = world.numbers.take(TakeNumber(**{**vars(PRESS), "holder": Holder(PERSON, "张*"), "code": "0471108152"}))
    assert isinstance(answer, NumberTaken)
    assert (answer.ticket.number, answer.ticket.url, answer.offline) == (
        "B601",
        "http://hall.invalid/t/token-601",
        True,
    )
    (told,) = world.outbox()
    assert told == NumberGiven(
        key="boot-1-1",
        at=AT_9_24,
        ticket="tax-601",
        service="tax",
        identity=PERSON,
        masked_name="张*",
        code="0471108152",
        instead_of="boot-1-1",
    ), "the server takes back what it may have given for the same press"


def test_known_to_be_alone_the_kiosk_waits_for_no_server(world: World) -> None:
    assert world.takes(ALONE) == "B601"
    assert world.server.keys == []


def test_without_a_number_in_the_box_the_server_is_asked_all_the_same(tmp_path: Path) -> None:
    world = World(open_box(tmp_path))
    assert world.takes(ALONE) == "B001"
    world.numbers.forget()
    world.server.is_lost()
    assert world.takes() is TakeFault.SERVER_LOST


def test_a_check_in_that_was_never_answered_is_what_the_number_is_instead_of(world: World) -> None:
    world.takes(TakeNumber(**{**vars(ALONE), "instead_of": "boot-1-0"}))
    (told,) = world.outbox()
    assert isinstance(told, NumberGiven)
    assert told.instead_of == "boot-1-0"


def test_trying_again_after_a_number_from_the_box_gives_the_same_also_when_the_server_is_back(world: World) -> None:
    world.server.is_lost()
    assert world.takes() == "B601"
    assert world.takes() == "B601"
    world.server.answer = lambda: TICKET
    assert world.takes() == "B601"
    assert len(world.outbox()) == 1


def test_trying_again_after_a_number_from_the_server_gives_the_same_also_when_the_server_has_gone(world: World) -> None:
    assert world.takes() == "B001"
    world.server.is_lost()
    assert world.takes() == "B001"
    assert world.takes(ALONE) == "B001"
    assert world.outbox() == []


def test_two_questions_about_one_press_at_once_get_one_number(world: World) -> None:
    """The first hangs at the server; the person tries again, which gets the box's number; then the first comes back."""
    hangs, goes_on = threading.Event(), threading.Event()

    def slow() -> Ticket:
        hangs.set()
        assert goes_on.wait(10)
        return TICKET

    world.server.answer = slow
    with ThreadPoolExecutor() as pool:
        first = pool.submit(world.takes)
        assert hangs.wait(10)
        world.server.is_lost()
        assert world.takes() == "B601"
        goes_on.set()
        assert first.result(10) == "B601"
    given, back = world.outbox()
    assert isinstance(given, NumberGiven)
    assert back == NumberCancelled(key="n0", at=AT_9_24, ticket="t1"), "the server's number has been seen by nobody"


def test_a_refusal_that_comes_while_the_person_tries_again_is_the_answer(world: World) -> None:
    def refuses() -> Ticket:
        raise ServerRefused(Problem(type="urn:x", title="no", status=409))

    world.server.answer = refuses
    assert world.takes() is TakeFault.REFUSED
    world.server.is_lost()
    assert world.takes() is TakeFault.REFUSED
    assert world.takes(ALONE) is TakeFault.REFUSED
    assert world.outbox() == []


def test_two_answers_of_the_server_to_one_press_are_one_number_although_others_were_called_meanwhile(
    world: World,
) -> None:
    both = threading.Barrier(2, timeout=10)
    ahead = iter((3, 2))

    def answer() -> Ticket:
        both.wait()
        return structs.replace(TICKET, ahead=next(ahead))

    world.server.answer = answer
    with ThreadPoolExecutor(2) as pool:
        assert [asked.result(10) for asked in [pool.submit(world.takes) for _ in range(2)]] == ["B001", "B001"]
    assert world.outbox() == []


def test_many_questions_about_one_press_at_once_use_one_number_of_the_box(world: World) -> None:
    world.server.is_lost()
    with ThreadPoolExecutor(8) as pool:
        answers = [asked.result(10) for asked in [pool.submit(world.takes) for _ in range(24)]]
    assert set(answers) == {"B601"}
    assert len(world.outbox()) == 1


def test_nobody_gets_a_number_after_having_left(world: World) -> None:
    world.server.is_lost()
    world.here = "boot-2"
    assert world.takes() is TakeFault.SERVER_LOST
    assert world.outbox() == []


@pytest.mark.parametrize("known_person", [True, False])
def test_a_number_from_the_box_that_came_too_late_is_given_back(world: World, known_person: bool) -> None:
    world.server.is_lost()
    world.takes()
    world.here = "boot-2"
    world.numbers.forget()
    assert world.numbers.give_back(GiveBack("boot-1-1", "tax", known_person))
    given, back = world.outbox()
    assert isinstance(given, NumberGiven)
    assert back == NumberCancelled(key="n0", at=AT_9_24, ticket="tax-601")


def test_a_number_that_the_person_has_on_paper_already_is_not_given_back(world: World) -> None:
    world.server.is_lost()
    holder = Holder(PERSON, "张*")
    world.takes(TakeNumber(**{**vars(PRESS), "holder": holder}))
    second = TakeNumber(session="boot-2", key="boot-2-1", service="tax", holder=holder)
    world.here = "boot-2"
    answer = world.numbers.take(second)
    assert isinstance(answer, NumberTaken)
    assert (answer.ticket.number, answer.again) == ("B601", True)
    world.numbers.give_back(GiveBack("boot-2-1", "tax", known_person=True))
    assert [type(entry) for entry in world.outbox()] == [NumberGiven]


def test_a_press_that_nobody_answered_is_kept_to_be_found_out(tmp_path: Path) -> None:
    world = World(open_box(tmp_path))
    world.server.is_lost()
    world.takes()
    assert world.numbers.give_back(GiveBack("boot-1-1", "tax", known_person=True))
    assert world.outbox() == [], "its person gets the number again"
    assert world.numbers.give_back(GiveBack("boot-1-1", "tax"))
    assert world.outbox() == [LostPress(key="n0", at=AT_9_24, press="boot-1-1", service="tax")]


def test_without_a_box_who_is_nobody_known_is_found_out_by_whoever_asks(tmp_path: Path) -> None:
    numbers = World(None).numbers
    assert not numbers.give_back(GiveBack("boot-1-1", "tax"))
    assert numbers.give_back(GiveBack("boot-1-1", "tax", known_person=True))


def test_a_box_that_cannot_write_gives_no_number_and_what_is_online_goes_on(world: World) -> None:
    class FullBox:
        def give(self, wish: object) -> None:
            raise BoxFault("SQLITE_FULL")

        take_back = put = give

    numbers = Numbers(world.server, FullBox(), is_here=lambda _: True, now=lambda: AT_9_24, draw=str)
    answer = numbers.take(ALONE)
    assert isinstance(answer, NumberTaken)
    assert not answer.offline
    numbers.forget()
    world.server.is_lost()
    assert numbers.take(ALONE) == NumberNotTaken("boot-1", TakeFault.SERVER_LOST)
    assert not numbers.give_back(GiveBack("boot-1-1", "tax"))


def test_after_the_visit_nothing_of_its_answers_is_kept(world: World) -> None:
    world.takes(ALONE)
    world.numbers.forget()
    assert "token-601" not in repr(vars(world.numbers))
