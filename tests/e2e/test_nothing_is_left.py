"""Nothing of a citizen is left a second after the visit: real window, server and reader, and markers to look for.

The simulators are not the kiosk: what they know of the cards they play is no part of it.
"""

import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from kiosk_staff import enter, go, leave, touch_until
from traces import in_bytes, in_files, in_text

from jinghou_devices.control import ask
from jinghou_devices.errors import DeviceRefused
from jinghou_ui.demo.hall import DemoHall, Glass, wait_for
from jinghou_ui.demo.tour import Tour
from jinghou_ui.screens import BOARD_55, KIOSK_32

pytestmark = pytest.mark.timeout(240)

SOON_S = 1.0
NAME = "欧阳听雨"
NUMBER = "119999195512310027"
ADDRESS = "云溪市静候区听雨路九百八十七号"
CODE = "0471108152"
SEARCH = "青何"
TYPED = "qinghe"
MARKERS = (NAME, NUMBER, ADDRESS, CODE, SEARCH, TYPED)


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Whatever the kiosk's user has: home, and where programs keep settings, caches, data and temporary files."""
    own = tmp_path_factory.mktemp("own")
    for name in ("config", "cache", "data", "state", "run", "tmp"):
        (own / name).mkdir(mode=0o700)
    return own


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory, own: Path) -> Iterator[DemoHall]:
    """A kiosk that soon takes somebody to have left."""
    there = {
        "QT_QPA_PLATFORM": "offscreen",
        "HOME": str(own),
        "TMPDIR": str(own / "tmp"),
        "XDG_RUNTIME_DIR": str(own / "run"),
        **{f"XDG_{name.upper()}_HOME": str(own / name) for name in ("config", "cache", "data", "state")},
    }
    with DemoHall(tmp_path_factory.mktemp("hall"), Glass(KIOSK_32, there), Glass(BOARD_55, there)) as running:
        running.programs["kiosk"].stop()
        settings = running.folder / "kiosk.toml"
        settings.write_text(
            settings.read_text("utf-8") + "\n[session]\nidle_s = 5\nwarning_s = 5\ndone_s = 3\n", "utf-8"
        )
        running.start_kiosk()
        Tour(running, say=lambda _line: None).wait_page("home", online=True, reader_ready=True)
        yield running


@pytest.fixture
def visit(hall: DemoHall) -> Tour:
    """Somebody before a kiosk that nobody uses."""
    tour = Tour(hall, say=lambda _line: None)
    tour.wait_page("home", reader_ready=True)
    return tour


def looked_through(hall: DemoHall, own: Path) -> list[str]:
    """Where a marker is, in all that the kiosk has: window and models, its log, box and other files."""
    window = [
        f"{sorted(found)} in the window: {text[:80]}"
        for text in hall.kiosk.contents()
        if (found := in_text(text, MARKERS))
    ]
    files = [path for pattern in ("kiosk.*", "*.json", "logs/kiosk.log") for path in hall.folder.glob(pattern)]
    return [*window, *in_files([hall.usb, own, *files], MARKERS)]


def nothing_is_left(hall: DemoHall, own: Path, page: str) -> None:
    """Within a second of the visit's end."""
    ended = float(wait_for(f"the page {page}", lambda: _since(hall, page)))
    while found := looked_through(hall, own):
        assert time.monotonic() - ended < SOON_S, found


def _since(hall: DemoHall, page: str) -> float | None:
    state = hall.kiosk.state()
    return state["since"] if state["page"] == page else None


def types(visit: Tour, hall: DemoHall) -> None:
    """A search by sound, of which hanzi are chosen one by one, as a learning engine would like it."""
    visit.touch("search")
    visit.wait_page("search")
    wait_for("the letters", lambda: _reads(hall, "letter-q"))
    for letter in TYPED:
        hall.kiosk.touch(f"letter-{letter}")
    for hanzi in SEARCH:
        hall.kiosk.touch(f"candidate-{wait_for(hanzi, partial(_offered, hall, hanzi))}")
    wait_for("what was typed", lambda: SEARCH in " ".join(hall.kiosk.contents()))


def _reads(hall: DemoHall, item: str) -> str | None:
    """What stands on it; None when it is not on the glass."""
    try:
        return hall.kiosk.read(item)
    except DeviceRefused:
        return None


def _offered(hall: DemoHall, hanzi: str) -> str | None:
    """Which of the words that the keyboard offers is that one."""
    return next((str(place) for place in range(14) if _reads(hall, f"candidate-{place}") == hanzi), None)


def lays_card(hall: DemoHall) -> None:
    ask(hall.reader_control, "place", name=NAME, number=NUMBER, address=ADDRESS)


def cancelled(visit: Tour, hall: DemoHall) -> str:
    visit.touch("back")
    return "home"


def timed_out(visit: Tour, hall: DemoHall) -> str:
    return "home"


def staff_came(visit: Tour, hall: DemoHall) -> str:
    enter(hall)
    return "staff"


def finished(visit: Tour, hall: DemoHall) -> str:
    visit.touch("start")
    visit.wait_page("choose_service")
    visit.touch("service-tax")
    visit.wait_page("confirm")
    visit.touch("confirm")
    visit.wait_page("done")
    visit.touch("home")
    return "home"


@pytest.mark.parametrize("end", [cancelled, timed_out, finished, staff_came])
def test_of_a_card_and_a_search_nothing_is_left(
    hall: DemoHall, own: Path, visit: Tour, end: Callable[[Tour, DemoHall], str]
) -> None:
    lays_card(hall)
    visit.wait_page("choose_service")
    hall.lift_card()
    types(visit, hall)
    assert in_text(" ".join(hall.kiosk.contents()), [SEARCH]), "else there was nothing to find"
    nothing_is_left(hall, own, end(visit, hall))
    if end is staff_came:
        go(hall, "way-logs", "logs")
        touch_until(hall, "folder-0", lambda: any(hall.usb.iterdir()))
        nothing_is_left(hall, own, "staff")
        leave(hall)


def test_of_a_code_typed_and_staff_called_nothing_is_left(hall: DemoHall, own: Path, visit: Tour) -> None:
    visit.touch("arrive")
    visit.wait_page("arrive")
    visit.touch("typeCode")
    visit.wait_page("type_code")
    moment = time.monotonic() + 0.6
    wait_for("the keypad to take taps", lambda: time.monotonic() > moment)
    for digit in CODE:
        hall.kiosk.touch(f"key-{digit}")
    visit.touch("confirm")
    visit.wait_page("not_arrived")
    visit.touch("staff")
    wait_for("the call", lambda: hall.kiosk.state()["staff"] == "asked")
    visit.touch("staffNotNeeded")
    wait_for("nobody to come", lambda: hall.kiosk.state()["staff"] == "none")
    nothing_is_left(hall, own, "home")


def test_of_a_number_out_of_the_box_nothing_is_left(hall: DemoHall, own: Path, visit: Tour) -> None:
    wait_for("numbers in the box", lambda: hall.kiosk.state()["at_hand"])
    hall.programs["server"].stop()
    visit.wait_page("home", online=False)
    lays_card(hall)
    visit.wait_page("choose_service")
    hall.lift_card()
    visit.touch("service-tax")
    visit.wait_page("confirm")
    visit.touch("confirm")
    visit.wait_page("done")
    nothing_is_left(hall, own, "home")
    hall.start_server()
    visit.wait_page("home", online=True)


@pytest.mark.parametrize("marker", [NAME, NUMBER, SEARCH])
@pytest.mark.parametrize("code", ["utf-8", "utf-16-le", "utf-16-be", "gbk"])
def test_the_search_would_find_what_was_left(tmp_path: Path, marker: str, code: str) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "file").write_bytes(b"\x00\xff" + marker.encode(code) + b"\x01")
    assert next(iter(in_files([tmp_path], MARKERS))).startswith(f"{marker} in ")
    assert in_bytes(f"said {marker}".encode(code), MARKERS) >= {marker}


@pytest.mark.parametrize("left", ["ouyangtingyu", "Ou Yang Ting Yu", "ou'yang'ting'yu"])
def test_the_search_would_find_how_it_sounds(tmp_path: Path, left: str) -> None:
    assert in_text(left, MARKERS) == {NAME}
    (tmp_path / left).touch()
    assert list(in_files([tmp_path], MARKERS)) == [f"{NAME} in {tmp_path / left}"]
