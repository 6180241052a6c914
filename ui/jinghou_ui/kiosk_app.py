"""The kiosk program: settings in, its window on the glass; then what works behind the pages is loaded and joined."""

import secrets
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtGui import QGuiApplication, QImage

from jinghou_config.log import configure_logging
from jinghou_config.programs import loading
from jinghou_config.settings import ConfigError
from jinghou_config.terminal import KioskSettings, ServerLink
from jinghou_config.ticket import BookingTemplate, TicketTemplate
from jinghou_kiosk.enrolling.keeping import enrolment_file, link_of
from jinghou_kiosk.session import begin
from jinghou_kiosk.told import Told
from jinghou_queue.contract.terminals import TerminalKind
from jinghou_ui import qt
from jinghou_ui.keyboard import Keyboard, keyboard_of_process
from jinghou_ui.mailbox import Mailbox, unix_ms
from jinghou_ui.viewmodels.kiosk import KioskModel
from jinghou_ui.viewmodels.visit import describe
from jinghou_ui.words import language_of

_ANEW: Final = 64
"""How the window ends when the program is to begin again as another terminal."""


def run_kiosk(
    settings: KioskSettings, config: Path, remote: Path | None, *, monotonic: Callable[[], float] = time.monotonic
) -> int:
    """Show the kiosk of the file `config` until its window closes; first, if need be, the page that enrols it.

    `monotonic` gives seconds that never go back. Raises PortBusy when another program holds a device's port,
    ConfigError for a paper's template, a PIN's hash, an emblem or a language that cannot be used and for a box that
    another program has open or in a folder that is not there.
    """
    configure_logging(settings.log)
    with keyboard_of_process() as keyboard:
        app = qt.make_app("jinghou-kiosk")
        beside = settings.box or config
        code = _ANEW
        while code == _ANEW:
            link = _link(app, settings, beside, remote)
            code = 0 if link is None else _run_as(app, settings, link, beside, remote, keyboard, monotonic)
        return code


def _link(app: QGuiApplication, settings: KioskSettings, beside: Path, remote: Path | None) -> ServerLink | None:
    """Whom the kiosk speaks to, as whom; None when the window that asks for it was closed."""
    file = enrolment_file(settings.server, beside)
    known = link_of(settings.server, file)
    if known is not None:
        return known
    from jinghou_ui.enrol_app import enrolled  # noqa: PLC0415  once in a kiosk's life

    return enrolled(
        app,
        TerminalKind.KIOSK,
        settings.server,
        file,
        settings.screen,
        language=language_of(settings.language),
        scanner=settings.devices.code_scanner,
        remote=remote,
    )


def _run_as(
    app: QGuiApplication,
    settings: KioskSettings,
    link: ServerLink,
    beside: Path,
    remote: Path | None,
    keyboard: Keyboard | None,
    monotonic: Callable[[], float],
) -> int:
    """Show the kiosk as the terminal of `link`; _ANEW once staff have made it another one.

    What is kept and has no place of its own is kept with the name of `beside`.
    """
    ticket = TicketTemplate.load(settings.ticket_template)
    booking = BookingTemplate.load(settings.booking_template)
    mailbox = Mailbox()
    told = Told(settings, mailbox.post, language_of=language_of, now=unix_ms)
    first = begin(secrets.token_hex(8), told.seen)
    model = KioskModel(
        first.state,
        monotonic=monotonic,
        now=lambda: datetime.now().astimezone(),
        emblem=emblem_of(settings),
        keyboard=keyboard,
    )
    with ExitStack() as ending:
        window = ending.enter_context(qt.window_of("kiosk/Kiosk.qml", settings.screen, kiosk=model))
        watched = None
        if remote is not None:
            from jinghou_ui.remote import Remote  # noqa: PLC0415  for tests alone

            watched = Remote(window, remote, lambda: describe(first.state))
        qt.show(window, settings.screen)
        qt.wait_for_paint(window)
        with loading():
            from jinghou_ui.kiosk_works import working  # noqa: PLC0415  the first page needs nothing of it

        works = ending.enter_context(
            working(
                settings,
                link,
                first,
                beside=beside,
                told=told,
                model=model,
                mailbox=mailbox,
                keyboard=keyboard,
                ticket=ticket,
                booking=booking,
                begin_anew=partial(app.exit, _ANEW),
                monotonic=monotonic,
            )
        )
        window.setProperty("service", works.service.model)
        if watched is not None:
            watched.state = works.describe
        return qt.run(app)


def emblem_of(settings: KioskSettings) -> Path | None:
    """The picture's file, if there is to be one. Raises ConfigError when it is no picture."""
    if settings.emblem is not None and QImage(str(settings.emblem)).isNull():
        raise ConfigError(f"emblem = {settings.emblem}: is not an SVG or PNG picture that can be read")
    return settings.emblem
