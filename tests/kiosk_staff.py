"""Staff at a real kiosk in tests: the rhythm and the PIN that let them in, touches, and out again."""

import time
from collections.abc import Callable
from contextlib import suppress

from jinghou_devices.errors import DeviceRefused
from jinghou_ui.demo.hall import STAFF_PIN, DemoHall, wait_for

PAUSE_S = 1.2


def wait_service(hall: DemoHall, page: str) -> None:
    wait_for(f"service page {page!r}", lambda: hall.kiosk.state()["service"] == page)


def touch_until(hall: DemoHall, item: str, done: Callable[[], bool]) -> None:
    """Touch as a person does, who touches again when a page that has just come did not take it."""

    def touched() -> bool:
        with suppress(DeviceRefused):  # not on the glass just now
            if not done():
                hall.kiosk.touch(item)
        return done()

    wait_for(f"{item} to be taken", touched)


def go(hall: DemoHall, item: str, page: str) -> None:
    touch_until(hall, item, lambda: hall.kiosk.state()["service"] == page)


def enter(hall: DemoHall) -> None:
    for _ in range(5):
        hall.kiosk.touch("staffCorner")
    silent_until = time.monotonic() + PAUSE_S
    wait_for("the pause of the rhythm", lambda: time.monotonic() > silent_until)
    for _ in range(2):
        hall.kiosk.touch("staffCorner")
    wait_service(hall, "pin")
    typed_from = time.monotonic() + 0.6  # a page that has just come takes no tap
    wait_for("the keypad to take taps", lambda: time.monotonic() > typed_from)
    for digit in STAFF_PIN:
        hall.kiosk.touch(f"key-{digit}")
    go(hall, "pinEnter", "menu")


def leave(hall: DemoHall) -> None:
    go(hall, "serviceLeave", "")
