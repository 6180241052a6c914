"""Service mode on the glass: the corner that nobody sees, and that citizens and staff are never there together."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from kiosk_window import Clock, KioskWindow, StaffGlass, commonest_colour, contrast
from pydantic import SecretStr
from PySide6.QtCore import QPoint
from PySide6.QtGui import QGuiApplication, QPointingDevice

from jinghou_config.terminal import ServiceSettings
from jinghou_devices.kinds.common import Kind
from jinghou_kiosk.events import Aid, DigitTapped, Language, ServiceTapped
from jinghou_kiosk.pages import Home, Staff
from jinghou_kiosk.service.events import (
    AsSetTapped,
    CornerTapped,
    DoorTapped,
    FieldTapped,
    PinTapped,
    ServiceSwitched,
    StepTapped,
    WayTapped,
)
from jinghou_kiosk.service.pages import Menu, PinPad, Way
from jinghou_kiosk.service.pin import check_hashes, is_right
from jinghou_kiosk.state import Session
from jinghou_ui import qt
from jinghou_ui.gallery import MORNING, sample_sessions
from jinghou_ui.gallery_service import sample_model, sample_services
from jinghou_ui.screens import KIOSK_32
from jinghou_ui.viewmodels.kiosk import KioskModel

Show = Callable[..., KioskWindow]
CITIZENS = sample_sessions(Language.ZH)
STAFFS = sample_services(Language.ZH)
CORNER = "staffCorner"


@pytest.fixture
def show_both(qapp: QGuiApplication, finger: QPointingDevice) -> Iterator[Callable[[Session], KioskWindow]]:
    """A citizen's page at a kiosk that has a staff's PIN."""
    with ExitStack() as windows:

        def open_window(session: Session) -> KioskWindow:
            clock = Clock()
            model = KioskModel(session, monotonic=clock, now=lambda: MORNING)
            staff = sample_model(replace(STAFFS["menu"], page=None), clock)
            window = windows.enter_context(qt.window_of("kiosk/Kiosk.qml", KIOSK_32, kiosk=model, service=staff))
            kiosk = KioskWindow(window, model, finger, clock)
            model.touched.connect(kiosk.touches.append)
            staff.touched.connect(kiosk.staff_touches.append)
            kiosk.staff = staff
            window.show()
            qapp.processEvents()
            return kiosk

        yield open_window


LOWERED = sample_sessions(Language.ZH, Aid.LOWERED)["home"]


@pytest.mark.parametrize(
    "session", [*CITIZENS.values(), pytest.param(LOWERED, id="lowered")], ids=[*CITIZENS, "lowered"]
)
def test_the_corner_answers_on_every_page_and_no_citizen_can_tell(
    show_both: Callable[[Session], KioskWindow], session: Session
) -> None:
    kiosk = show_both(session)
    assert CORNER not in {button.name for button in kiosk.buttons()}
    kiosk.finger_at(kiosk.place(CORNER))
    kiosk.finger_at(kiosk.place(CORNER))
    assert kiosk.staff_touches == [CornerTapped(), CornerTapped()]
    assert kiosk.touches == []


def test_a_kiosk_without_a_pin_has_no_corner(show: Show) -> None:
    assert CORNER not in show(CITIZENS["home"]).names()


@pytest.mark.parametrize("name", STAFFS)
def test_with_the_staff_nothing_of_a_citizen_is_on_the_glass(show: Show, name: str) -> None:
    kiosk = show(StaffGlass(STAFFS[name]))
    assert not kiosk.names() & {"language", "aid-large", "start", "arrive", "headline", "home", "back", "confirm"}
    for button in kiosk.buttons():
        kiosk.finger(button.name)
    assert kiosk.touches == []
    assert kiosk.staff_touches or not kiosk.buttons()


def test_after_the_staff_nothing_of_theirs_is_on_the_glass(show_both: Callable[[Session], KioskWindow]) -> None:
    kiosk = show_both(CITIZENS["home"])
    before = kiosk.names()
    assert kiosk.staff is not None
    kiosk.model.show(replace(CITIZENS["home"], page=Staff()))
    kiosk.staff.show(STAFFS["menu"])
    assert "switch" in kiosk.names()
    kiosk.staff.show(replace(STAFFS["menu"], page=None))
    kiosk.model.show(replace(CITIZENS["home"], page=Home()))
    assert kiosk.names() == before


def test_the_keypad_shows_how_many_digits_were_typed_and_none_of_them(show: Show) -> None:
    kiosk = show(StaffGlass(replace(STAFFS["pin"], page=PinPad("8888"))))
    on_keys = [text.text for text in kiosk.texts() if text.button]
    assert sorted(text for text in on_keys if text.isdecimal()) == sorted("1234567890")
    assert not any("88" in text.text for text in kiosk.texts())
    kiosk.finger("key-7")
    kiosk.finger_at(kiosk.button("key-7").frame.center().toPoint())
    assert kiosk.staff_touches == [DigitTapped("7"), DigitTapped("7")], "a PIN may hold a digit twice"


def test_one_finger_takes_two_quick_taps_on_a_door_for_one(show: Show) -> None:
    kiosk = show(StaffGlass(STAFFS["device-door"]))
    kiosk.finger("door")
    kiosk.finger_at(kiosk.button("door").frame.center().toPoint())
    assert kiosk.staff_touches == [DoorTapped()]


def test_the_second_tap_reads_the_doors_name_first(show: Show) -> None:
    assert show(StaffGlass(STAFFS["device-door"])).read("door") == "打开 2 号板 3 号门"
    assert show(StaffGlass(STAFFS["device-door-armed"])).read("door") == "再点一次：打开 2 号板 3 号门"


def test_each_field_of_the_touch_grid_feels_the_finger_that_is_on_it(show: Show) -> None:
    kiosk = show(StaffGlass(STAFFS["touch"]))
    glass = kiosk.glass
    for place in ((0.99, 0.01), (0.01, 0.99)):
        kiosk.finger_at(QPoint(int(glass.width() * place[0]), int(glass.height() * place[1])))
    assert set(kiosk.staff_touches) == {FieldTapped(5), FieldTapped(48)}


def test_menu_leads_to_each_page_and_switches_the_kiosk(show: Show) -> None:
    kiosk = show(StaffGlass(STAFFS["menu"]))
    for way in Way:
        kiosk.finger(f"way-{way}")
    kiosk.finger("switch")
    assert kiosk.staff_touches == [*map(WayTapped, Way), ServiceSwitched()]
    assert isinstance(STAFFS["menu"].page, Menu)


@pytest.mark.parametrize("name", ["menu-technician", "menu-manager"])
def test_each_menu_has_the_ways_of_its_owner_and_no_other(show: Show, name: str) -> None:
    kiosk = show(StaffGlass(STAFFS[name]))
    ways = {button.name for button in kiosk.buttons() if button.name.startswith("way-")}
    assert ways == {f"way-{way}" for way in STAFFS[name].ways}
    assert ("switch" in [button.name for button in kiosk.buttons()]) == (name == "menu-manager")


def test_what_stands_first_is_chosen_pinned_moved_and_given_back_by_taps(
    show_both: Callable[[Session], KioskWindow],
) -> None:
    kiosk = show_both(replace(CITIZENS["home"], page=Staff()))
    assert kiosk.staff is not None
    kiosk.staff.show(STAFFS["hot"])
    assert kiosk.read("hotFirst") == "1 税务"
    kiosk.finger("service-property")
    kiosk.staff.show(STAFFS["hot-chosen"])
    assert kiosk.read("hotChosen") == "选中：不动产登记"
    kiosk.finger("pin")
    pinned = replace(STAFFS["hot-chosen"].offer, pinned=("tax", "property"))
    kiosk.staff.show(replace(STAFFS["hot-chosen"], offer=pinned))
    assert kiosk.read("hotFirst") == "1 税务   2 不动产登记"
    assert kiosk.read("service-property") == "2  不动产登记"
    assert not kiosk.read("step1", "enabled"), "it is the last"
    kiosk.finger("step-1")
    kiosk.finger("as_set")
    assert kiosk.staff_touches == [ServiceTapped("property"), PinTapped(), StepTapped(-1), AsSetTapped()]


def test_with_nothing_put_first_the_page_says_what_the_order_is_made_of(show: Show) -> None:
    kiosk = show(StaffGlass(STAFFS["hot-by-use"]))
    assert "近 14 天" in str(kiosk.read("hotSource"))
    assert not kiosk.read("as_set", "enabled")
    before = {button.name for button in kiosk.buttons() if button.name.startswith("service-")}
    kiosk.finger("nextPage")
    after = {button.name for button in kiosk.buttons() if button.name.startswith("service-")}
    assert before & after == set()


def test_the_ruler_is_as_wide_as_its_figure_says(show: Show) -> None:
    kiosk = show(StaffGlass(STAFFS["ruler"]))
    assert kiosk.read("card", "width") == 232
    assert "2.710" in str(kiosk.read("pxPerMm"))


def test_a_device_that_fails_says_so_while_its_page_is_open(show_both: Callable[[Session], KioskWindow]) -> None:
    kiosk = show_both(replace(CITIZENS["home"], page=Staff()))
    assert kiosk.staff is not None
    kiosk.staff.show(STAFFS["device"])
    assert kiosk.read("deviceName") == "号票打印机 · 正常"
    status = STAFFS["device"].device(Kind.LOCKER)
    broken = tuple(
        replace(status, name=one.name) if one.name == Kind.RECEIPT_PRINTER else one for one in STAFFS["device"].devices
    )
    kiosk.staff.show(replace(STAFFS["device"], devices=broken))
    assert kiosk.read("deviceName") == "号票打印机 · 没有应答"
    assert kiosk.read("deviceReason") == "no answer within 1.0 s"


@pytest.mark.parametrize("name", STAFFS)
def test_staffs_text_stands_out_from_what_it_is_painted_on(show: Show, name: str) -> None:
    kiosk = show(StaffGlass(STAFFS[name]))
    picture = kiosk.window.grabWindow()
    for text in kiosk.texts():
        ratio = contrast(text.colour, commonest_colour(picture, text.frame))
        assert ratio >= (3 if text.type_px >= 12 * KIOSK_32.px_per_mm else 4.5), f"{text}: {ratio:.1f}"


def run_pin(typed: str, *flags: str) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).parent / "jinghou-kiosk"), "pin", *flags]
    return subprocess.run(command, input=typed, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize(("flags", "key"), [((), "pin_hash"), (("--manager",), "manager_pin_hash")])
def test_command_makes_what_stands_in_the_settings(flags: tuple[str, ...], key: str) -> None:
    done = run_pin("314159\n", *flags)
    assert done.returncode == 0
    section, line = done.stdout.splitlines()
    assert section == "[service]"
    made = line.removeprefix(f'{key} = "').removesuffix('"')
    check_hashes(ServiceSettings(pin_hash=SecretStr(made)))
    assert is_right("314159", made)


def test_command_refuses_a_pin_that_anybody_guesses_in_a_line() -> None:
    done = run_pin("123456\n")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "this PIN is among the first that anybody guesses\n"
