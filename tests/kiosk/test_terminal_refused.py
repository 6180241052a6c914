"""A kiosk that the server knows no more: out of service, without anybody losing what they are doing."""

import pytest
from kiosk_session import HALL, TICKET, Kiosk

from jinghou_kiosk.effects import EndLease, PrintTicket, RenewLease
from jinghou_kiosk.events import (
    HallSeen,
    HomeTapped,
    NumberTaken,
    ServerLost,
    StaffCame,
    StaffLeft,
    StartTapped,
    TerminalRefused,
)
from jinghou_kiosk.pages import Confirm, Done, Home, OutOfService, Printing, Staff


def test_nobody_begins_a_visit_at_a_kiosk_that_is_refused() -> None:
    kiosk = Kiosk().does(TerminalRefused())
    assert kiosk.page() == OutOfService()
    assert any(isinstance(effect, EndLease) for effect in kiosk.effects)
    visit = kiosk.state.id
    kiosk.does(TerminalRefused(), ServerLost(), kiosk.card(), StartTapped())
    assert (kiosk.page(), kiosk.state.id) == (OutOfService(), visit), "each try of the line tells it again"


def test_whoever_stands_there_goes_on_and_the_next_one_reads_it() -> None:
    kiosk = Kiosk().at_confirm().does(TerminalRefused())
    assert isinstance(kiosk.page(), Confirm)
    assert kiosk.does(HomeTapped()).page() == OutOfService()


def test_a_number_that_is_on_its_way_is_printed_all_the_same() -> None:
    kiosk = Kiosk().at_printing().does(TerminalRefused())
    assert isinstance(kiosk.page(), Printing)
    kiosk = Kiosk().at_done().does(TerminalRefused())
    assert isinstance(kiosk.page(), Done)
    late = Kiosk().at_confirm()
    late.does(TerminalRefused(), NumberTaken(late.state.id, TICKET, again=False))
    assert not any(isinstance(effect, PrintTicket) for effect in late.effects), "nobody had asked for it"


def test_a_server_that_knows_it_again_brings_the_first_page_back() -> None:
    kiosk = Kiosk().does(TerminalRefused(), ServerLost(), HallSeen(HALL))
    assert kiosk.page() == Home()
    assert RenewLease(kiosk.state.id) in kiosk.effects
    visit = kiosk.state.id
    assert kiosk.does(HallSeen(HALL)).state.id == visit, "news of the hall end no visit"


@pytest.mark.parametrize("out", [True, False])
def test_what_staff_set_is_kept_apart_from_what_the_server_says(out: bool) -> None:
    kiosk = Kiosk().does(StaffCame(), TerminalRefused())
    assert kiosk.page() == Staff(), "staff are not disturbed"
    assert kiosk.does(StaffLeft(out_of_service=out)).page() == OutOfService()
    kiosk.does(HallSeen(HALL))
    assert kiosk.page() == (OutOfService() if out else Home())
