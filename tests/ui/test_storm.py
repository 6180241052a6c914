"""Fingers all over the real window, while devices, server and clock do what they may: it bears that, ends at home."""

from collections.abc import Callable
from typing import Any

import pytest
from kiosk_storm import TRACES, Storm
from kiosk_window import KioskWindow
from PySide6.QtCore import QPoint

from jinghou_kiosk.pages import Home


def rage(kiosk: KioskWindow, storm: Storm, touches: int) -> set[str]:
    """That many touches, two of three on something that can be touched; the pages that came."""
    pages = set()
    kiosk.model.touched.connect(storm.takes)
    for _ in range(touches):
        kiosk.clock.now += storm.dice.choice([0.1, 0.6, 0.6])
        buttons = kiosk.buttons()
        if buttons and storm.dice.random() < 0.67:
            point = storm.dice.choice(buttons).frame.center().toPoint()
        else:
            point = QPoint(storm.dice.randrange(kiosk.window.width()), storm.dice.randrange(kiosk.window.height()))
        kiosk.finger_at(point)
        kiosk.model.show(storm.state)
        if storm.dice.random() < 0.6:
            storm.takes(storm.happens())
            kiosk.model.show(storm.state)
        pages.add(str(kiosk.model.property("page")))
    return pages


@pytest.mark.parametrize("touches", [500, pytest.param(10_000, marks=[pytest.mark.soak, pytest.mark.timeout(3600)])])
def test_a_storm_of_fingers_on_the_window_ends_on_the_first_page_with_nothing_of_anybody(
    show: Callable[..., KioskWindow], touches: int, qtlog: Any
) -> None:
    storm = Storm(touches)
    kiosk = show(storm.state)
    pages = rage(kiosk, storm, touches)
    assert [record.message for record in qtlog.records] == [], "a page complains"
    assert len(pages) >= 8, pages
    for event in storm.ends():
        storm.takes(event)
        kiosk.model.show(storm.state)
    assert isinstance(storm.state.page, Home)
    assert not kiosk.model.property("askingPresence")
    everything = " ".join(text.text for text in kiosk.texts()) + repr(storm.state)
    assert [trace for trace in TRACES if trace in everything] == []
    assert kiosk.model.property("qrCode") == ""
