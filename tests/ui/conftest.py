"""Real windows, drawn in memory."""

import os

os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ["QT_QUICK_BACKEND"] = "software"

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace

import pytest
from kiosk_window import Clock, EnrolGlass, KioskWindow, StaffGlass
from PySide6.QtGui import QGuiApplication, QPointingDevice
from PySide6.QtTest import QTest

from jinghou_config.terminal import ScreenSettings
from jinghou_kiosk.events import Language
from jinghou_kiosk.pages import Staff
from jinghou_kiosk.state import Session
from jinghou_ui import qt
from jinghou_ui.gallery import MORNING, sample_sessions
from jinghou_ui.gallery_service import sample_model
from jinghou_ui.keyboard import Keyboard, keyboard_of_process
from jinghou_ui.screens import KIOSK_32
from jinghou_ui.viewmodels.enrol import EnrolModel
from jinghou_ui.viewmodels.kiosk import KioskModel

HOME = sample_sessions(Language.ZH)["home"]


@pytest.fixture(scope="session")
def keyboard() -> Iterator[Keyboard]:
    """The process's keyboard, which has to be there before Qt is."""
    with keyboard_of_process() as there:
        assert there is not None
        yield there


@pytest.fixture(scope="session")
def qapp_cls(keyboard: Keyboard) -> type:
    """pytest-qt's application: ours has no widgets."""
    return QGuiApplication


@pytest.fixture(scope="session")
def finger(qapp: QGuiApplication) -> QPointingDevice:
    """One touch screen for all windows."""
    return QTest.createTouchDevice()


@pytest.fixture
def show(qapp: QGuiApplication, finger: QPointingDevice, keyboard: Keyboard) -> Iterator[Callable[..., KioskWindow]]:
    """Shows a session in a real window."""
    with ExitStack() as windows:

        def open_window(
            shown: Session | StaffGlass | EnrolGlass, screen: ScreenSettings = KIOSK_32, with_keyboard: bool = True
        ) -> KioskWindow:
            clock = Clock()
            if isinstance(shown, EnrolGlass):
                enrol = EnrolModel(shown.enrolment, monotonic=clock)
                window = windows.enter_context(qt.window_of("enrol/Enrol.qml", screen, enrol=enrol))
                kiosk = KioskWindow(window, KioskModel(HOME, monotonic=clock, now=lambda: MORNING), finger, clock)
                enrol.touched.connect(kiosk.enrol_touches.append)
                window.show()
                qapp.processEvents()
                return kiosk
            staff = sample_model(shown.service, clock) if isinstance(shown, StaffGlass) else None
            session = replace(HOME, page=Staff()) if isinstance(shown, StaffGlass) else shown
            model = KioskModel(
                session, monotonic=clock, now=lambda: MORNING, keyboard=keyboard if with_keyboard else None
            )
            values = {"kiosk": model} if staff is None else {"kiosk": model, "service": staff}
            window = windows.enter_context(qt.window_of("kiosk/Kiosk.qml", screen, **values))
            kiosk = KioskWindow(window, model, finger, clock)
            model.touched.connect(kiosk.touches.append)
            if staff is not None:
                staff.touched.connect(kiosk.staff_touches.append)
            window.show()
            qapp.processEvents()
            return kiosk

        yield open_window
