"""What technicians and managers do behind the PIN: a table of page and event. Pure; the entrance is in `step`."""

from dataclasses import replace
from typing import Final, assert_never

from jinghou_devices.kinds.common import Kind
from jinghou_kiosk.enrolling import step as enrolling
from jinghou_kiosk.enrolling.state import Asking, Enrolment, Welcome
from jinghou_kiosk.enrolling.step import BeginAsEnrolled, EnrolEnded
from jinghou_kiosk.events import BackTapped, Pinned, PinnedSeen, PrintTapped, RetryTapped, ServiceTapped
from jinghou_kiosk.service.effects import (
    CopyLog,
    EndTrials,
    KeepOutOfService,
    LookForDevice,
    OpenDoor,
    PrintSample,
    PutBack,
    PutIn,
    ReadCounters,
    ReadFigures,
    TellSession,
    TryDevice,
    TryNetwork,
)
from jinghou_kiosk.service.events import (
    AsSetTapped,
    CandidateTapped,
    CountersRead,
    DeviceReplaced,
    DevicesFound,
    DeviceTapped,
    DoorTapped,
    Event,
    FieldTapped,
    FiguresRead,
    FolderTapped,
    LogCopied,
    NetworkTried,
    PinTapped,
    ReplaceTapped,
    ServiceSwitched,
    StepTapped,
    TrialEnded,
    WayTapped,
)
from jinghou_kiosk.service.pages import (
    CARD_MM,
    DevicePage,
    Devices,
    EnrolPage,
    FiguresPage,
    HotPage,
    Logs,
    Menu,
    NetworkPage,
    Page,
    ReplacePage,
    Role,
    Ruler,
    TicketPage,
    TouchGrid,
    Way,
)
from jinghou_kiosk.service.state import Service, Step, go

GRID: Final = (6, 9)
"""Fields of the touch grid, across and down."""
MOST_FIRST: Final = 8
"""Services that may stand first, as in the settings."""
NARROWEST_PX: Final = 40
WIDEST_PX: Final = 3400  # 40 pixels a millimetre, which no glass of a kiosk has


def step(state: Service, event: Event) -> Step:
    """What `event` means on this page. One that means nothing changes nothing."""
    page = state.page
    match page, event:
        case EnrolPage(enrolment), _ if enrolment is not None:
            return _at_enrolment(state, enrolment, event)
        case _, EnrolEnded(outcome) if isinstance(outcome, Welcome):
            return Step(state, (BeginAsEnrolled(),))  # the staff went on or left: the machine is another all the same
        case DevicePage(), BackTapped():
            return Step(go(state, Devices()).state, (EndTrials(),))
        case ReplacePage(busy=True), BackTapped():
            return Step(state)
        case ReplacePage(kind=kind), BackTapped():
            shown = _show_device(state, DevicePage(kind))
            return Step(shown.state, (PutBack(kind), *shown.effects))
        case _, BackTapped() if not isinstance(page, Menu):
            return go(state, Menu())
        case Menu(), WayTapped(way) if way in state.ways:
            return _open(state, way)
        case Menu(), ServiceSwitched() if Role.MANAGER in state.roles:
            switched = replace(state, out_of_service=not state.out_of_service)
            return Step(switched, (KeepOutOfService(switched.out_of_service),))
        case Devices(), DeviceTapped(kind):
            return _show_device(state, DevicePage(kind))
        case ReplacePage() as replacing, _:
            return _at_replacing(state, replacing, event)
        case DevicePage() as device, _:
            return _at_device(state, device, event)
        case NetworkPage(network=network), RetryTapped() if network is not None:
            return _open(state, Way.NETWORK)
        case NetworkPage(), NetworkTried(network=network):
            return Step(replace(state, page=NetworkPage(network)))
        case Ruler(width_px=width), StepTapped(by):
            return Step(replace(state, page=Ruler(max(NARROWEST_PX, min(width + by, WIDEST_PX)))))
        case TouchGrid(touched=touched), FieldTapped(field) if 0 <= field < GRID[0] * GRID[1]:
            return Step(replace(state, page=TouchGrid(touched | {field})))
        case Logs(copying=False), FolderTapped(place) if 0 <= place < len(state.settings.export_folders):
            copying = go(state, Logs(copying=True)).state
            return Step(copying, (CopyLog(copying.asked, place),))
        case Logs(), LogCopied(export=export):
            return Step(replace(state, page=Logs(export=export)))
        case TicketPage(printing=False), PrintTapped():
            printing = go(state, TicketPage(printing=True)).state
            return Step(printing, (PrintSample(printing.asked, printing.language),))
        case TicketPage(), TrialEnded(trial=trial):
            return Step(replace(state, page=TicketPage(trial=trial)))
        case HotPage() as hot, _:
            return _at_hot(state, hot, event)
        case FiguresPage(), FiguresRead(figures=figures):
            return Step(replace(state, page=FiguresPage(figures)))
        case _:
            return Step(state)


def is_busy(page: Page | None) -> bool:
    """Whether a device, the disk or the server is at work for the page."""
    match page:
        case EnrolPage(Enrolment(page=Asking())):
            return True
        case ReplacePage(busy=True):
            return True
        case DevicePage(trying=True) | NetworkPage(network=None) | Logs(copying=True) | TicketPage(printing=True):
            return True
        case _:
            return False


def _open(state: Service, way: Way) -> Step:
    match way:
        case Way.DEVICES:
            return go(state, Devices())
        case Way.NETWORK:
            asking = go(state, NetworkPage()).state
            return Step(asking, (TryNetwork(asking.asked),))
        case Way.RULER:
            return go(state, Ruler(round(CARD_MM * state.px_per_mm)))
        case Way.TOUCH:
            return go(state, TouchGrid())
        case Way.LOGS:
            return go(state, Logs())
        case Way.TICKET:
            return go(state, TicketPage())
        case Way.HOT:
            return go(state, HotPage())
        case Way.ENROL:
            return go(state, EnrolPage(state.enrolment))
        case Way.FIGURES:
            asking = go(state, FiguresPage()).state
            return Step(asking, (ReadFigures(asking.asked),))
        case _:
            assert_never(way)


def _at_replacing(state: Service, page: ReplacePage, event: Event) -> Step:
    """Ports are asked when the technician says so: first the old one is unplugged, and the new one plugged in."""
    match event:
        case DevicesFound(found=found):
            return Step(replace(state, page=replace(page, busy=False, found=found)))
        case DeviceReplaced(trial=trial) if trial.well:
            return _show_device(state, DevicePage(page.kind, trial=trial))
        case DeviceReplaced(trial=trial):
            return Step(replace(state, page=replace(page, busy=False, trial=trial)))
        case RetryTapped() if not page.busy:
            looking = go(state, ReplacePage(page.kind, busy=True)).state
            return Step(looking, (LookForDevice(looking.asked, page.kind),))
        case CandidateTapped(place) if not page.busy and 0 <= place < len(page.found or ()):
            assert page.found is not None
            putting = go(state, replace(page, busy=True, trial=None)).state
            return Step(putting, (PutIn(putting.asked, page.kind, page.found[place]),))
        case _:
            return Step(state)


def _at_enrolment(state: Service, enrolment: Enrolment, event: Event) -> Step:
    """As at the glass of a machine that is nobody yet; back from its first question is the menu."""
    if not isinstance(event, enrolling.Event):
        return Step(state)
    after = enrolling.step(enrolment, event)
    if isinstance(event, BackTapped) and after.state == enrolment:
        return Step(state) if isinstance(enrolment.page, Asking | Welcome) else go(state, Menu())
    return Step(replace(state, page=EnrolPage(after.state)), after.effects)


def _show_device(state: Service, page: DevicePage) -> Step:
    shown = go(state, page).state
    return Step(shown, (ReadCounters(shown.asked, page.kind),))


def _at_device(state: Service, page: DevicePage, event: Event) -> Step:
    """A locker's door is opened by the second of two taps on its name; whatever comes between asks anew."""
    match event:
        case CountersRead(counters=counters):
            return Step(replace(state, page=replace(page, counters=counters)))
        case TrialEnded(trial=trial):
            return _show_device(state, replace(page, trying=False, trial=trial))
        case _ if page.trying:
            return Step(state)
        case ReplaceTapped():
            return go(state, ReplacePage(page.kind))
        case RetryTapped():
            trying = go(state, replace(page, trying=True, trial=None, armed=False)).state
            return Step(trying, (TryDevice(trying.asked, page.kind),))
        case StepTapped(by) if page.kind is Kind.LOCKER and state.doors:
            door = (page.door + by) % len(state.doors)
            return Step(replace(state, page=replace(page, door=door, trial=None, armed=False)))
        case DoorTapped() if page.kind is Kind.LOCKER and state.doors and not page.armed:
            return Step(replace(state, page=replace(page, trial=None, armed=True)))
        case DoorTapped() if page.armed:
            opening = go(state, replace(page, trying=True, trial=None, armed=False)).state
            board, lock = state.doors[page.door]
            return Step(opening, (OpenDoor(opening.asked, board, lock),))
        case _:
            return Step(state)


def _at_hot(state: Service, page: HotPage, event: Event) -> Step:
    """The session keeps what is pinned, and tells what has become of it."""
    first, chosen = state.offer.first, page.chosen
    match event:
        case ServiceTapped(service) if service in {offered.id for offered in state.offer.services}:
            return Step(replace(state, page=HotPage(service)))
        case PinTapped() if chosen in first:
            return _put_first(state, tuple(each for each in first if each != chosen))
        case PinTapped() if chosen is not None and len(first) < MOST_FIRST:
            return _put_first(state, (*first, chosen))
        case StepTapped(by) if chosen is not None and chosen in first:
            others = [each for each in first if each != chosen]
            others.insert(max(0, first.index(chosen) + by), chosen)
            return _put_first(state, tuple(others))
        case AsSetTapped():
            return Step(state, (TellSession(PinnedSeen(None)),))
        case _:
            return Step(state)


def _put_first(state: Service, services: tuple[str, ...]) -> Step:
    return Step(state, (TellSession(PinnedSeen(Pinned(services, instead_of=state.offer.set_first))),))
