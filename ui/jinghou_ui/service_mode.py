"""Service mode joined together: its settings, state, model and runner. What it does is in `jinghou_kiosk.service`."""

import time
from collections.abc import Callable
from dataclasses import replace
from importlib.metadata import version

from PySide6.QtCore import Qt

from jinghou_config.terminal import KioskSettings, ServerLink
from jinghou_config.ticket import TicketTemplate
from jinghou_kiosk.enrolling.asking import Enroller
from jinghou_kiosk.enrolling.state import begin as enrolment
from jinghou_kiosk.events import Event
from jinghou_kiosk.service.changes import Changes
from jinghou_kiosk.service.ledger import Ledger
from jinghou_kiosk.service.network import TriedBox, TriedServer
from jinghou_kiosk.service.pin import check_hashes
from jinghou_kiosk.service.replacing import ports_of_this_machine
from jinghou_kiosk.service.runner import ServiceRunner, Surroundings
from jinghou_kiosk.service.step import begin
from jinghou_queue.contract.terminals import TerminalKind
from jinghou_ui.mailbox import Mailbox, ShownTimer
from jinghou_ui.viewmodels.service import About, ServiceModel
from jinghou_ui.words import language_of


class ServiceMode:
    """One kiosk's. Without a PIN in the settings nothing on the glass leads to it, and it only counts."""

    def __init__(
        self,
        settings: KioskSettings,
        link: ServerLink,
        enroller: Enroller,
        changes: Changes,
        ticket: TicketTemplate,
        server: TriedServer,
        box: TriedBox | None,
        *,
        tell_session: Callable[[Event], None],
        begin_anew: Callable[[], object],
        now: Callable[[], int],
    ) -> None:
        """Raises ConfigError for a PIN's hash that is none."""
        check_hashes(settings.service)
        ledger = Ledger(settings.service.file)
        language = language_of(settings.language)
        wrong, pause_left_s = ledger.pause(now())
        first = begin(
            settings.service,
            settings.screen.px_per_mm,
            language,
            out_of_service=ledger.out_of_service,
            wrong=wrong,
            locked_until=time.monotonic() + pause_left_s,
        )
        if settings.server.token is None:
            known = settings.server
            first = replace(
                first, enrolment=enrolment(TerminalKind.KIOSK, language, known.url, known.hall, address=link.url)
            )
        about = About(settings.place, link.hall, version("jinghou"))
        model = ServiceModel(first, about, ticket, monotonic=time.monotonic)
        self.model = model if settings.service.pin_hash is not None else None
        self._mailbox = Mailbox()
        self.runner = ServiceRunner(
            first,
            Surroundings(
                server=server,
                box=box,
                ledger=ledger,
                ticket=ticket,
                log_file=settings.log.file,
                enroller=enroller,
                changes=changes,
                ports=ports_of_this_machine,
                begin_anew=begin_anew,
                monotonic=time.monotonic,
                now=now,
            ),
            timer=ShownTimer(self._mailbox, model),
            post=self._mailbox.post,
            tell_session=tell_session,
            on_change=model.show,
        )
        self._mailbox.arrived.connect(self.runner.handle, Qt.ConnectionType.QueuedConnection)
        model.touched.connect(self.runner.handle)
