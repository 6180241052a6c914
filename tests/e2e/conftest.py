"""A whole hall of real processes for each module, and somebody who stands before its kiosk."""

from collections.abc import Iterator

import pytest

from jinghou_ui.demo.hall import DemoHall, Glass, wait_for
from jinghou_ui.demo.tour import Tour
from jinghou_ui.screens import BOARD_55, KIOSK_32

UNSEEN = {"QT_QPA_PLATFORM": "offscreen"}


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoHall]:
    with DemoHall(tmp_path_factory.mktemp("hall"), Glass(KIOSK_32, UNSEEN), Glass(BOARD_55, UNSEEN)) as running:
        yield running


@pytest.fixture
def visit(hall: DemoHall) -> Iterator[Tour]:
    """A visitor before a kiosk that is ready; afterwards the card is lifted and the kiosk is home again."""
    (hall.folder / "tour").mkdir(exist_ok=True)
    tour = Tour(hall, say=lambda _line: None)
    tour.wait_page("home", online=True, reader_ready=True)
    yield tour
    hall.lift_card()
    wait_for("the card to be seen gone", lambda: hall.kiosk.state()["page"] != "card_left")
    if hall.kiosk.state()["page"] != "home":
        tour.touch("home")
    tour.wait_page("home")
