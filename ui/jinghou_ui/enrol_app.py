"""The window of a machine that is no terminal yet, kiosk or board alike: it stays until the machine is one."""

import time
from contextlib import ExitStack, closing
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from jinghou_config.devices import CodeScannerSettings, DevicesSettings
from jinghou_config.terminal import ScreenSettings, ServerLink, ServerSettings
from jinghou_devices.station import Station
from jinghou_kiosk.enrolling.asking import Enroller
from jinghou_kiosk.enrolling.keeping import link_of
from jinghou_kiosk.enrolling.runner import EnrolRunner
from jinghou_kiosk.enrolling.state import begin
from jinghou_kiosk.events import Language
from jinghou_queue.contract.terminals import TerminalKind
from jinghou_ui import qt
from jinghou_ui.mailbox import Mailbox, unix_ms
from jinghou_ui.remote import Remote
from jinghou_ui.viewmodels.enrol import EnrolModel

_DONE: Final = 64
"""How the window ends when the terminal is to begin."""


def enrolled(
    app: QGuiApplication,
    kind: TerminalKind,
    server: ServerSettings,
    file: Path,
    screen: ScreenSettings,
    *,
    language: Language = Language.ZH,
    scanner: CodeScannerSettings | None = None,
    remote: Path | None = None,
) -> ServerLink | None:
    """Whom this machine speaks to, as whom: what is known already, or what a technician makes it at its glass.

    `file` keeps it. None when the window was closed instead. Raises PortBusy when another program holds the scanner.
    """
    link = link_of(server, file)
    if link is None and _at_the_glass(app, kind, server, file, screen, language, scanner, remote):
        link = link_of(server, file)
    return link


def _at_the_glass(
    app: QGuiApplication,
    kind: TerminalKind,
    server: ServerSettings,
    file: Path,
    screen: ScreenSettings,
    language: Language,
    scanner: CodeScannerSettings | None,
    remote: Path | None,
) -> bool:
    """Show the window; whether a technician let the terminal begin."""
    first = begin(kind, language, server.url, server.hall)
    model = EnrolModel(first, monotonic=time.monotonic)
    mailbox = Mailbox()
    enroller = Enroller(file, server.timeout_s, unix_ms)
    runner = EnrolRunner(first, enroller, post=mailbox.post, on_change=model.show, begin=partial(app.exit, _DONE))
    mailbox.arrived.connect(runner.handle, Qt.ConnectionType.QueuedConnection)
    model.touched.connect(runner.handle)
    devices = DevicesSettings.model_validate({"code_scanner": scanner})
    with ExitStack() as ending:
        station = ending.enter_context(closing(Station.open(devices, runner.scanner_changed)))
        ending.callback(runner.close)
        window = ending.enter_context(qt.window_of("enrol/Enrol.qml", screen, enrol=model))
        if remote is not None:
            Remote(window, remote, model.describe)
        runner.start(station.code_scanner)
        qt.show(window, screen)
        return qt.run(app) == _DONE
