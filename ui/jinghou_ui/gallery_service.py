"""Every page of service mode with made-up devices and figures, for the gallery and the tests that measure pages."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Final

from jinghou_config.hall import SAMPLE_HALL, HallPlan
from jinghou_config.terminal import ServiceSettings
from jinghou_config.ticket import TicketTemplate
from jinghou_devices.commands.trying import Trial
from jinghou_devices.kinds.common import DeviceStatus, Kind, Link
from jinghou_kiosk.events import Language
from jinghou_kiosk.service.pages import (
    Candidate,
    DevicePage,
    Devices,
    EnrolPage,
    Export,
    Figures,
    FiguresPage,
    HotPage,
    Logs,
    Menu,
    Network,
    NetworkPage,
    Offer,
    Offered,
    Page,
    PinPad,
    ReplacePage,
    Role,
    Ruler,
    TicketPage,
    TouchGrid,
)
from jinghou_kiosk.service.state import Service
from jinghou_kiosk.service.step import begin
from jinghou_ui.gallery_enrol import sample_enrolments
from jinghou_ui.gallery_many import many_services
from jinghou_ui.screens import KIOSK_32
from jinghou_ui.viewmodels.service import About, ServiceModel

NOW: Final = 100.0
"""The model's clock in the gallery, in seconds."""
_LINKS: Final = {Kind.LOCKER: Link.OFFLINE, Kind.CODE_SCANNER: Link.DEGRADED, Kind.CHIP_CARD_READER: Link.ABSENT}
_REASONS: Final = {
    Kind.LOCKER: "no answer within 1.0 s",
    Kind.CODE_SCANNER: "nothing heard from it yet",
    Kind.CHIP_CARD_READER: "there is no reader",
}
_FEW: Final = tuple(Offered(each.id, each.name, each.name_en) for each in HallPlan.load(SAMPLE_HALL).services)
_MANY: Final = tuple(Offered(each.id, each.name, each.name_en) for each in many_services())
_COUNTERS: Final = {"cuts": 12_408, "failed": 3, "pages": 12_408}

_FOUND: Final = (
    Candidate("escpos", "/dev/serial/by-id/usb-Prolific_PL2303-if00-port0", 115200, "ESC/POS · Prolific PL2303"),
    Candidate("escpos", "usb:04b8:0202", None, "ESC/POS · EPSON TM-T88V", "the paper is out"),
)


def sample_services(language: Language) -> dict[str, Service]:
    """Service mode on each page, by a name for its picture."""
    settings = ServiceSettings(export_folders=(Path("/media/usb"), Path("/var/lib/jinghou/export")))
    devices = tuple(DeviceStatus(kind, _LINKS.get(kind, Link.ONLINE), _REASONS.get(kind, "")) for kind in Kind)
    doors = tuple((board, lock) for board in (1, 2) for lock in range(1, 17))
    first = begin(settings, KIOSK_32.px_per_mm, language, out_of_service=False)
    blank = replace(first, devices=devices, doors=doors, roles=frozenset(Role), offer=Offer(_FEW, ("tax",)))
    printer = DevicePage(Kind.RECEIPT_PRINTER, MappingProxyType(_COUNTERS))
    locker = DevicePage(Kind.LOCKER, MappingProxyType({"opens": 804, "stuck": 1}), door=18)
    net = Network("", 12, 3, 2, 6)
    enrolments = sample_enrolments(language)

    def on(page: Page, **changes: object) -> Service:
        return replace(blank, page=page, **changes)  # type: ignore[arg-type]  # keyed by the caller below

    return {
        "pin": on(PinPad("4711")),
        "pin-whole": on(PinPad("471108")),
        "pin-wrong": on(PinPad(wrong=True)),
        "pin-locked": on(PinPad(wrong=True), wrong=3, locked_until=NOW + 30),
        "menu": on(Menu()),
        "menu-out-of-service": on(Menu(), out_of_service=True),
        "menu-technician": on(Menu(), roles=frozenset({Role.TECHNICIAN})),
        "menu-manager": on(Menu(), roles=frozenset({Role.MANAGER})),
        "devices": on(Devices()),
        "devices-none": on(Devices(), devices=()),
        "device": on(printer),
        "device-trying": on(replace(printer, trying=True)),
        "device-well": on(replace(printer, trial=Trial(True, "test page done"))),
        "device-failed": on(replace(printer, trial=Trial(False, "test page refused. the paper is out"))),
        "device-door": on(locker),
        "device-door-armed": on(replace(locker, armed=True)),
        "device-door-stuck": on(replace(locker, trial=Trial(False, "stuck. seen closed after the pulse"))),
        "replace": on(ReplacePage(Kind.RECEIPT_PRINTER)),
        "replace-looking": on(ReplacePage(Kind.RECEIPT_PRINTER, busy=True)),
        "replace-found": on(ReplacePage(Kind.RECEIPT_PRINTER, _FOUND)),
        "replace-nothing": on(ReplacePage(Kind.ID_READER, ())),
        "replace-putting": on(ReplacePage(Kind.RECEIPT_PRINTER, _FOUND, busy=True)),
        "replace-failed": on(ReplacePage(Kind.RECEIPT_PRINTER, _FOUND, trial=Trial(False, "no answer within 1.0 s"))),
        "network": on(NetworkPage(net)),
        "network-asking": on(NetworkPage()),
        "network-lost": on(NetworkPage(Network("no answer (ConnectionError)", waiting=4, services=6))),
        "network-refused": on(NetworkPage(Network("urn:jinghou:problem:token-unknown", 9))),
        "network-no-box": on(NetworkPage(Network("", 8, None))),
        "ruler": on(Ruler(232)),
        "touch": on(TouchGrid(frozenset({0, 1, 2, 8, 14, 20, 26}))),
        "logs": on(Logs()),
        "logs-none": on(Logs(), settings=ServiceSettings()),
        "logs-copied": on(Logs(export=Export("/media/usb/jinghou-log-20261123-012400Z.jsonl", 1804))),
        "logs-failed": on(Logs(export=Export(fault="/media/usb is not there"))),
        "logs-no-stick": on(Logs(export=Export(fault="nothing is mounted at /media/usb", missing=True))),
        "ticket": on(TicketPage()),
        "ticket-printed": on(TicketPage(trial=Trial(True, "done"))),
        "ticket-failed": on(TicketPage(trial=Trial(False, "refused. the cover is open"))),
        "hot": on(HotPage()),
        "hot-chosen": on(HotPage("property")),
        "hot-pinned": on(HotPage("s18"), offer=Offer(_MANY, ("s0",), tuple(f"s{place}" for place in range(0, 72, 9)))),
        "hot-by-use": on(HotPage("s3"), offer=Offer(_MANY)),
        "enrol": on(EnrolPage(enrolments["code"])),
        "enrol-address": on(EnrolPage(enrolments["address"])),
        "enrol-refused": on(EnrolPage(enrolments["fault-code_used"])),
        "enrol-welcome": on(EnrolPage(enrolments["welcome-clock"])),
        "enrol-in-settings": on(EnrolPage(None)),
        "figures": on(FiguresPage(Figures("2026-11-23", 214, 187, 181))),
    }


def sample_model(service: Service, monotonic: Callable[[], float] = lambda: NOW) -> ServiceModel:
    """Service mode's model in that state."""
    about = About("B 区 03 号", "yunxi", "0.1.0")
    model = ServiceModel(service, about, TicketTemplate.load(), monotonic=monotonic)
    model.count_down(120)
    return model
