"""The scripted visit: card down, number printed, called, shown on the board, served; with pictures and times."""

import shutil
import time
from collections.abc import Callable
from typing import Any

from jinghou_ui.demo.contact_sheet import contact_sheet
from jinghou_ui.demo.hall import DemoFault, DemoHall, wait_for

PATIENCE_S = 15.0
LOOK_S = 0.6
SERVICE = "property"
COUNTER = "c1"


class Tour:
    """One visit through the running hall. `say` gets each line of the transcript as it happens."""

    def __init__(self, hall: DemoHall, say: Callable[[str], None]) -> None:
        self._hall = hall
        self._say = say
        self._pictures = hall.folder / "tour"
        self._lines: list[str] = []

    def run(self) -> None:
        """The whole visit. Raises ProgramFault, DeviceError or OSError at the first thing that is not so."""
        self._pictures.mkdir(exist_ok=True)
        try:
            self.wait_page("home", online=True, reader_ready=True)
            self._shoot("1-home")
            number = self.take_number()
            self._call(number)
            self._hall.lift_card()
            self.touch("home")
            self.wait_page("home")
            self._tell("the kiosk is ready for the next person")
            contact_sheet(self._pictures)
        finally:
            (self._pictures / "transcript.txt").write_text("\n".join(self._lines) + "\n", "utf-8")

    def take_number(self) -> str:
        """Card down to ticket in hand; the number."""
        card_down = self._hall.place_card()
        page = self.wait_page("choose_service")
        self._time("card down → read, next page", card_down, page["since"])
        self._shoot("2-choose-service")

        tapped = self.touch(f"service-{SERVICE}")
        page = self.wait_page("confirm")
        self._time("tap → next page", tapped, page["since"])
        self._shoot("3-confirm")

        papers_before = len(self._hall.printed())
        tapped = self.touch("confirm")
        page = self.wait_page("done")
        self._shoot("4-ticket")
        number = self._hall.kiosk.read("number")
        papers = self._hall.printed()
        if len(papers) != papers_before + 1:
            raise DemoFault(f"one press made {len(papers) - papers_before} papers")
        paper = papers[-1]
        if number not in str(paper["text"]):
            raise DemoFault(f"the paper does not show {number}")
        shutil.copy(str(paper["png"]), self._pictures / "5-paper.png")
        self._time("tap → paper cut", tapped, float(paper["at"]))
        self._tell(f"number {number}, on the screen and on paper")
        return number

    def _call(self, number: str) -> None:
        clerk = self._hall.clerk(COUNTER)
        clerk.open()
        called = clerk.next()
        if called is None or called.number != number:
            raise DemoFault(f"expected {number} to be called, not {called.number if called else 'nobody'}")
        board = self._wait_board(lambda current: current.get("number") == number)
        self._time("next → board", called.pressed_at, board["since"])
        self._tell(f"counter {COUNTER} calls {number}: {called.reason}")
        self._shoot_board("6-board-calling")
        clerk.start()
        self._wait_board(lambda current: not current)
        clerk.finish()
        self._shoot_board("7-board-quiet")
        self._tell(f"{number} is served")

    def wait_page(self, page: str, **also: object) -> dict[str, Any]:
        """The kiosk's state once it shows `page`, and `also` holds."""

        def look() -> dict[str, Any] | None:
            state = self._hall.kiosk.state()
            return state if state.items() >= {"page": page, **also}.items() else None

        return wait_for(f"the kiosk's page {page}", look, PATIENCE_S)

    def _wait_board(self, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        def look() -> dict[str, Any] | None:
            state = self._hall.board.state()
            return state if wanted(state["current"]) else None

        return wait_for("the board to follow", look, PATIENCE_S)

    def touch(self, item: str) -> float:
        """As a person does: look at the page for a moment, then touch. (A page that has just come takes no tap.)"""
        shown_since = float(self._hall.kiosk.state()["since"])
        wait_for("a moment to look", lambda: time.monotonic() - shown_since > LOOK_S)
        return self._hall.kiosk.touch(item)

    def _shoot(self, name: str) -> None:
        self._hall.kiosk.shot(self._pictures / f"{name}.png")

    def _shoot_board(self, name: str) -> None:
        self._hall.board.shot(self._pictures / f"{name}.png")

    def _time(self, what: str, begin: float, end: float) -> None:
        self._tell(f"{what}: {(end - begin) * 1000:.0f} ms")

    def _tell(self, line: str) -> None:
        self._lines.append(line)
        self._say(line)
