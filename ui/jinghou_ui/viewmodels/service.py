"""Service mode's view model: shows its state to QML, and turns taps into events. Lives on Qt's thread."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, assert_never

from PySide6.QtCore import Property, QObject, QTimer, Signal, Slot

from jinghou_config.ticket import TicketTemplate
from jinghou_devices.commands.trying import Trial
from jinghou_devices.kinds.common import DeviceStatus, Kind
from jinghou_devices.kinds.receipt_printer import Block, Columns, Feed, Picture, Qr, Rule, Text
from jinghou_kiosk.enrolling.step import SchemeTapped
from jinghou_kiosk.events import (
    BackTapped,
    ConfirmTapped,
    DeleteTapped,
    DigitTapped,
    HomeTapped,
    Language,
    LanguageTapped,
    PrintTapped,
    RetryTapped,
    ServiceTapped,
    StayTapped,
)
from jinghou_kiosk.service.desk import GRID, MOST_FIRST
from jinghou_kiosk.service.events import (
    AsSetTapped,
    CandidateTapped,
    CornerTapped,
    DeviceTapped,
    DoorTapped,
    FieldTapped,
    FolderTapped,
    PinTapped,
    ReplaceTapped,
    ServiceSwitched,
    StepTapped,
    Touch,
    WayTapped,
)
from jinghou_kiosk.service.pages import (
    DevicePage,
    Devices,
    EnrolPage,
    FiguresPage,
    HotPage,
    Logs,
    Menu,
    NetworkPage,
    Page,
    PinPad,
    ReplacePage,
    Role,
    Ruler,
    TicketPage,
    TouchGrid,
    Way,
)
from jinghou_kiosk.service.pin import LEAST
from jinghou_kiosk.service.runner import sample_receipt
from jinghou_kiosk.service.state import Service
from jinghou_ui.viewmodels.clock import seconds_until
from jinghou_ui.viewmodels.enrol import enrol_values
from jinghou_ui.viewmodels.taps import Taps
from jinghou_ui.viewmodels.values import QmlMap, QmlValue
from jinghou_ui.words import speech, words

_KEYS: Final = frozenset({"digit", "delete", "field", "step"})

_TOUCHES: Final[dict[str, Callable[[str, Service], Touch]]] = {
    "digit": lambda argument, _service: DigitTapped(argument),
    "delete": lambda _argument, _service: DeleteTapped(),
    "confirm": lambda _argument, _service: ConfirmTapped(),
    "back": lambda _argument, _service: BackTapped(),
    "leave": lambda _argument, _service: HomeTapped(),
    "way": lambda argument, _service: WayTapped(Way(argument)),
    "device": lambda argument, _service: DeviceTapped(Kind(argument)),
    "try": lambda _argument, _service: RetryTapped(),
    "replace": lambda _argument, _service: ReplaceTapped(),
    "candidate": lambda argument, _service: CandidateTapped(int(argument)),
    "door": lambda _argument, _service: DoorTapped(),
    "step": lambda argument, _service: StepTapped(int(argument)),
    "field": lambda argument, _service: FieldTapped(int(argument)),
    "folder": lambda argument, _service: FolderTapped(int(argument)),
    "service": lambda argument, _service: ServiceTapped(argument),
    "stay": lambda _argument, _service: StayTapped(),
    "pin": lambda _argument, _service: PinTapped(),
    "as_set": lambda _argument, _service: AsSetTapped(),
    "print": lambda _argument, _service: PrintTapped(),
    "scheme": lambda _argument, _service: SchemeTapped(),
    "switch": lambda _argument, _service: ServiceSwitched(),
    "language": lambda _argument, service: LanguageTapped(Language.EN if service.language.in_chinese else Language.ZH),
}


@dataclass(frozen=True)
class About:
    """Which terminal this is, and with which program."""

    place: str
    hall: str
    version: str


class ServiceModel(QObject):
    """Properties for QML, one slot for every tap and one for the corner.

    `monotonic` gives the seconds that the state's times are of.
    """

    changed = Signal()
    language_changed = Signal()
    seconds_changed = Signal()
    touched = Signal(object)

    def __init__(
        self, service: Service, about: About, ticket: TicketTemplate, *, monotonic: Callable[[], float]
    ) -> None:
        super().__init__()
        self._service = service
        self._about = about
        self._ticket = ticket
        self._monotonic = monotonic
        self._taps = Taps(monotonic)
        self._deadline: float | None = None
        self._second = QTimer(self, interval=1000)
        self._second.timeout.connect(self.seconds_changed)

    def show(self, service: Service) -> None:
        """Show this state from now on."""
        before, self._service = self._service, service
        if type(before.page) is not type(service.page):
            self._taps.page_came()
        if before.language != service.language:
            self.language_changed.emit()
        self.changed.emit()
        self.seconds_changed.emit()

    def count_down(self, seconds: float | None) -> None:
        """A timer of `seconds` was started; None: stopped."""
        self._deadline = None if seconds is None else self._monotonic() + seconds
        if seconds is None:
            self._second.stop()
        elif not self._second.isActive():
            self._second.start()
        self.seconds_changed.emit()

    @Slot()
    def corner(self) -> None:
        """A finger on the corner: its rhythm is for the state to judge."""
        self.touched.emit(CornerTapped())

    @Slot(str)
    @Slot(str, str)
    def tap(self, what: str, argument: str = "") -> None:
        """A finger has tapped `what`, of which `argument` tells which one."""
        if self._taps.counts(is_key=what in _KEYS):
            self.touched.emit(_TOUCHES[what](argument, self._service))

    def _left(self, until: float | None) -> int:
        return seconds_until(until, self._monotonic())

    def _values(self) -> QmlMap:
        return page_values(self._service)

    def _paper(self) -> list[QmlValue]:
        return [_line(block) for block in sample_receipt(self._ticket, self._service.language).blocks]

    page = Property(str, lambda self: page_name(self._service.page), notify=changed)
    values = Property(dict, _values, notify=changed)
    paper = Property(list, _paper, notify=language_changed)
    open = Property(bool, lambda self: self._service.page is not None, notify=changed)
    outOfService = Property(bool, lambda self: self._service.out_of_service, notify=changed)  # noqa: N815
    words = Property(dict, lambda self: words(self._service.language), notify=language_changed)
    latin = Property(bool, lambda self: not speech(self._service.language).hanzi, notify=language_changed)
    place = Property(str, lambda self: self._about.place or self._about.hall, constant=True)
    version = Property(str, lambda self: self._about.version, constant=True)
    secondsLeft = Property(int, lambda self: self._left(self._deadline), notify=seconds_changed)  # noqa: N815
    secondsLocked = Property(  # noqa: N815
        int, lambda self: self._left(self._service.locked_until), notify=seconds_changed
    )


def page_name(page: Page | None) -> str:
    """The page's name in QML; "" while nobody is there."""
    match page:
        case None:
            return ""
        case PinPad():
            return "pin"
        case Menu():
            return "menu"
        case Devices():
            return "devices"
        case DevicePage():
            return "device"
        case ReplacePage():
            return "replace"
        case NetworkPage():
            return "network"
        case Ruler():
            return "ruler"
        case TouchGrid():
            return "touch"
        case Logs():
            return "logs"
        case TicketPage():
            return "ticket"
        case HotPage():
            return "hot"
        case FiguresPage():
            return "figures"
        case EnrolPage():
            return "enrol"
        case _:
            assert_never(page)


def page_values(service: Service) -> QmlMap:
    """What the page of `service` shows."""
    page = service.page
    match page:
        case None:
            return {}
        case Menu():
            ways: list[QmlValue] = [way.value for way in service.ways]
            return {"ways": ways, "switches": Role.MANAGER in service.roles}
        case PinPad(digits, checking, wrong):
            complete = len(digits) >= LEAST
            return {"typed": len(digits), "complete": complete, "checking": checking, "wrong": wrong}
        case Devices():
            return {"devices": [_device_values(status) for status in service.devices]}
        case DevicePage():
            return _device_values(service.device(page.kind)) | _trial_values(page, service)
        case ReplacePage():
            return _device_values(service.device(page.kind)) | _replace_values(page)
        case NetworkPage(network):
            return (
                {"known": False}
                if network is None
                else {
                    "known": True,
                    "fault": network.fault,
                    "took": -1 if network.answered_ms is None else network.answered_ms,
                    "ahead": "" if network.clock_ahead_s is None else f"{network.clock_ahead_s:+d}",
                    "box": network.waiting is not None,
                    "waiting": network.waiting or 0,
                    "services": network.services or 0,
                }
            )
        case Ruler(width_px):
            return {"width": width_px, "pxPerMm": f"{page.px_per_mm:.3f}", "now": f"{service.px_per_mm:g}"}
        case TouchGrid(touched):
            fields = GRID[0] * GRID[1]
            felt: list[QmlValue] = [place in touched for place in range(fields)]
            return {"columns": GRID[0], "rows": GRID[1], "felt": felt, "left": fields - len(touched)}
        case Logs(copying, export):
            folders: list[QmlValue] = [str(folder) for folder in service.settings.export_folders]
            values: QmlMap = {"folders": folders, "copying": copying, "ended": export is not None}
            if export is None:
                return values
            return values | {
                "file": export.file,
                "lines": export.lines,
                "fault": export.fault,
                "missing": export.missing,
            }
        case TicketPage(printing, trial):
            return {"trying": printing} | _ended(trial)
        case HotPage(chosen):
            return _hot_values(chosen, service)
        case EnrolPage(enrolment):
            return {} if enrolment is None else enrol_values(enrolment)
        case FiguresPage(figures):
            return (
                {"known": False}
                if figures is None
                else {
                    "known": True,
                    "day": figures.day,
                    "visits": figures.visits,
                    "numbers": figures.numbers,
                    "papers": figures.papers,
                }
            )
        case _:
            assert_never(page)


def _hot_values(chosen: str | None, service: Service) -> QmlMap:
    """`place` counts from 1 what stands first, 0 for what does not; `source` is a word of words.staff_hot."""
    offer = service.offer
    first = offer.first
    places = {each: place for place, each in enumerate(first, 1)}
    names = {each.id: each.name if service.language.in_chinese else each.name_en for each in offer.services}
    services: list[QmlValue] = [
        {"id": each, "name": name, "place": places.get(each, 0), "chosen": each == chosen}
        for each, name in names.items()
    ]
    firsts: list[QmlValue] = [names[each] for each in first]
    place = places.get(chosen or "", 0)
    return {
        "services": services,
        "first": firsts,
        "chosen": names.get(chosen or "", ""),
        "source": "by_use" if not first else "as_set" if offer.pinned is None else "here",
        "pinned": place > 0,
        "canPin": chosen in names and (place > 0 or len(first) < MOST_FIRST),
        "canForward": place > 1,
        "canBack": 0 < place < len(first),
        "canReset": offer.pinned is not None,
    }


def _device_values(status: DeviceStatus) -> QmlMap:
    return {"kind": status.name, "link": status.link.value, "reason": status.reason}


def _trial_values(page: DevicePage, service: Service) -> QmlMap:
    is_locker = page.kind is Kind.LOCKER and bool(service.doors)
    board, lock = service.doors[page.door] if is_locker else (0, 0)
    counters: list[QmlValue] = [{"what": what, "count": count} for what, count in sorted(page.counters.items())]
    values: QmlMap = {"counters": counters, "trying": page.trying, "armed": page.armed}
    return values | {"doors": is_locker, "board": board, "lock": lock} | _ended(page.trial)


def _replace_values(page: ReplacePage) -> QmlMap:
    found: list[QmlValue] = [
        {"makes": one.makes, "where": f"{one.driver} · {one.port}", "complaint": one.complaint}
        for one in page.found or ()
    ]
    values: QmlMap = {"looked": page.found is not None, "found": found, "busy": page.busy}
    return values | _ended(page.trial)


def _ended(trial: Trial | None) -> QmlMap:
    if trial is None:
        return {"ended": False}
    return {"ended": True, "well": trial.well, "said": trial.said}


def _line(block: Block) -> QmlMap:
    """A block of the paper as QML draws it: its kind, and a text."""
    match block:
        case Text(text, align, scale, bold):
            return {"kind": "text", "text": text, "align": align.value, "scale": scale, "bold": bold}
        case Columns(cells):
            return {"kind": "columns", "text": "    ".join(cells)}
        case Qr():
            return {"kind": "qr", "text": ""}
        case Picture():
            return {"kind": "picture", "text": ""}
        case Rule():
            return {"kind": "rule", "text": ""}
        case Feed():
            return {"kind": "feed", "text": ""}
        case _:
            assert_never(block)
