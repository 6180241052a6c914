"""Service mode joined together: its settings, state, model and runner. What it does is in `jinghou_kiosk.service`."""

import time
from collections.abc import Callable
from importlib.metadata import version

from PySide6.QtCore import QObject, Qt

from jinghou_config.terminal import KioskSettings
from jinghou_config.ticket import TicketTemplate
from jinghou_kiosk.events import Event
from jinghou_kiosk.service.ledger import Ledger
from jinghou_kiosk.service.network import TriedBox, TriedServer
from jinghou_kiosk.service.pin import check_hashes
from jinghou_kiosk.service.runner import ServiceRunner, Surroundings
from jinghou_kiosk.service.step import begin
from jinghou_ui.mailbox import Mailbox, ShownTimer
from jinghou_ui.viewmodels.service import About, ServiceModel
from jinghou_ui.words import language_of


class ServiceMode:
    """One kiosk's. Without a PIN in the settings nothing on the glass leads to it, and it only counts."""

    def __init__(
        self,
        settings: KioskSettings,
        ticket: TicketTemplate,
        server: TriedServer,
        box: TriedBox | None,
        *,
        tell_session: Callable[[Event], None],
        now: Callable[[], int],
    ) -> None:
        """Raises ConfigError for a PIN's hash that is none."""
        check_hashes(settings.service)
        ledger = Ledger(settings.service.file)
        first = begin(
            settings.service,
            settings.screen.px_per_mm,
            language_of(settings.language),
            out_of_service=ledger.out_of_service,
        )
        about = About(settings.place, settings.server.hall, version("jinghou"))
        model = ServiceModel(first, about, ticket, monotonic=time.monotonic)
        self.models: dict[str, QObject] = {"service": model} if settings.service.pin_hash is not None else {}
        self._mailbox = Mailbox()
        self.runner = ServiceRunner(
            first,
            Surroundings(server, box, ledger, ticket, settings.log.file, time.monotonic, now),
            timer=ShownTimer(self._mailbox, model),
            post=self._mailbox.post,
            tell_session=tell_session,
            on_change=model.show,
        )
        self._mailbox.arrived.connect(self.runner.handle, Qt.ConnectionType.QueuedConnection)
        model.touched.connect(self.runner.handle)
