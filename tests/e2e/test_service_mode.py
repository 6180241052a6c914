"""Service mode at a real kiosk with a real server and devices: in, about, and out, with a citizen before and after."""

import json

import pytest
from kiosk_staff import enter, go, leave, touch_until

from jinghou_devices.errors import DeviceRefused
from jinghou_ui.demo.hall import STAFF_PIN, DemoHall, wait_for
from jinghou_ui.demo.tour import Tour


@pytest.fixture(scope="module")
def hall(hall: DemoHall) -> DemoHall:
    """One whose kiosk is ready."""
    Tour(hall, say=lambda _line: None).wait_page("home", online=True, reader_ready=True)
    return hall


def read(hall: DemoHall, item: str) -> str:
    """What is on the glass there; "" for nothing."""
    try:
        return hall.kiosk.read(item)
    except DeviceRefused:
        return ""


def is_out_of_service(hall: DemoHall) -> bool:
    file = hall.folder / "service.json"
    return file.exists() and bool(json.loads(file.read_bytes())["out_of_service"])


def test_staff_end_a_visit_try_devices_and_the_card_they_tried_is_no_citizens(hall: DemoHall) -> None:
    hall.place_card()
    wait_for("a visit", lambda: hall.kiosk.state()["page"] == "choose_service")
    hall.lift_card()
    enter(hall)
    assert hall.kiosk.state()["page"] == "staff"

    go(hall, "way-devices", "devices")
    go(hall, "device-id_reader", "device")
    wait_for("the reader", lambda: "正常" in hall.kiosk.read("deviceName"))
    touch_until(hall, "try", lambda: "放一张卡" in read(hall, "trying"))
    hall.place_card()
    wait_for("the card", lambda: "通过" in read(hall, "verdict"))
    assert hall.kiosk.read("said").endswith("*")
    assert hall.kiosk.state()["page"] == "staff"
    hall.lift_card()

    go(hall, "serviceBack", "devices")
    go(hall, "device-receipt_printer", "device")
    touch_until(hall, "try", lambda: "通过" in read(hall, "verdict"))
    assert "打印机测试页" in hall.printed()[-1]["text"]

    leave(hall)
    wait_for("home", lambda: hall.kiosk.state()["page"] == "home")
    hall.place_card()
    wait_for("the next visit", lambda: hall.kiosk.state()["page"] == "choose_service")
    hall.lift_card()
    hall.kiosk.touch("back")


def test_out_of_service_survives_a_power_cut_and_the_log_goes_to_the_stick(hall: DemoHall) -> None:
    enter(hall)
    touch_until(hall, "switch", lambda: is_out_of_service(hall))
    leave(hall)
    wait_for("the page of a kiosk out of service", lambda: hall.kiosk.state()["page"] == "out_of_service")
    hall.programs["kiosk"].kill()
    hall.start_kiosk()
    wait_for("out of service after the cut", lambda: hall.kiosk.state().get("page") == "out_of_service")
    hall.place_card()
    hall.lift_card()

    enter(hall)
    go(hall, "way-network", "network")
    wait_for("the server's answer", lambda: "毫秒应答" in read(hall, "verdict"))
    go(hall, "serviceBack", "menu")
    go(hall, "way-logs", "logs")
    touch_until(hall, "folder-0", lambda: "已导出" in read(hall, "verdict"))
    (copy,) = hall.usb.iterdir()
    lines = [json.loads(line) for line in copy.read_text("utf-8").splitlines()]
    assert {"service page"} <= {line["event"] for line in lines}
    assert STAFF_PIN not in copy.read_text("utf-8")

    go(hall, "serviceBack", "menu")
    touch_until(hall, "switch", lambda: not is_out_of_service(hall))
    leave(hall)
    wait_for("home", lambda: hall.kiosk.state()["page"] == "home")


def test_what_the_manager_pins_is_what_citizens_find_first_also_after_a_power_cut(hall: DemoHall) -> None:
    enter(hall)
    go(hall, "way-hot", "hot")
    touch_until(hall, "service-enquiries", lambda: "综合咨询" in read(hall, "hotChosen"))
    touch_until(hall, "pin", lambda: read(hall, "hotFirst") == "1 综合咨询")
    leave(hall)
    wait_for("home", lambda: hall.kiosk.state()["page"] == "home")
    hall.programs["kiosk"].kill()
    hall.start_kiosk()
    wait_for("home with its hall", lambda: hall.kiosk.state().get("online") is True)
    touch_until(hall, "service-enquiries", lambda: hall.kiosk.state()["page"] == "confirm")
    touch_until(hall, "back", lambda: hall.kiosk.state()["page"] == "choose_service")
    touch_until(hall, "back", lambda: hall.kiosk.state()["page"] == "home")
    with pytest.raises(DeviceRefused, match="service-property: no such item on show"):
        hall.kiosk.touch("service-property")
    enter(hall)
    go(hall, "way-hot", "hot")
    assert hall.kiosk.read("hotFirst") == "1 综合咨询"
    touch_until(hall, "as_set", lambda: read(hall, "hotFirst") == "")
    leave(hall)
    wait_for("home", lambda: hall.kiosk.state()["page"] == "home")
    kept = json.loads((hall.folder / "service.json").read_bytes())
    assert kept["pinned"] is None


def test_a_printer_is_swapped_for_another_and_prints_the_next_ticket(hall: DemoHall) -> None:
    enter(hall)
    go(hall, "way-devices", "devices")
    go(hall, "device-receipt_printer", "device")
    go(hall, "replace", "replace")
    hall.programs["printer"].kill()
    hall.start_printer()
    touch_until(hall, "look", lambda: "请选用哪一个" in read(hall, "replaceHow"))
    go(hall, "candidate-0", "device")
    assert "通过" in read(hall, "verdict")
    (change,) = json.loads((hall.folder / "kiosk.changes").read_bytes())["history"]
    assert (change["kind"], change["now"]["driver"]) == ("receipt_printer", "escpos")
    assert "technician" in change["by"]
    papers = len(hall.printed())
    touch_until(hall, "try", lambda: len(hall.printed()) > papers)
    leave(hall)
    wait_for("home", lambda: hall.kiosk.state()["page"] == "home")
