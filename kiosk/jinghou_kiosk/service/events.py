"""What can happen to service mode, beside the touches that it shares with a visit. Values only."""

from collections.abc import Mapping
from dataclasses import dataclass

from jinghou_devices.commands.trying import Trial
from jinghou_devices.kinds.common import DeviceStatus, Kind
from jinghou_kiosk.enrolling.step import EnrolEnded, SchemeTapped
from jinghou_kiosk.events import (
    BackTapped,
    ConfirmTapped,
    DeleteTapped,
    DigitTapped,
    HomeTapped,
    LanguageTapped,
    PrintTapped,
    RetryTapped,
    ServiceTapped,
    StayTapped,
    TimerFired,
)
from jinghou_kiosk.service.pages import Candidate, Export, Figures, Network, Offer, Role, Way


@dataclass(frozen=True)
class CornerTapped:
    """A tap on the corner that nobody sees."""


@dataclass(frozen=True)
class WayTapped:
    """An entry of the menu."""

    way: Way


@dataclass(frozen=True)
class DeviceTapped:
    """A device of the list."""

    kind: Kind


@dataclass(frozen=True)
class DoorTapped:
    """ "Open this door": once to be asked, once more to open it."""


@dataclass(frozen=True)
class ReplaceTapped:
    """ "Another device": it is to take the place of the one on the page."""


@dataclass(frozen=True)
class CandidateTapped:
    """The one at this place of those that were found."""

    place: int


@dataclass(frozen=True)
class StepTapped:
    """So many doors or places on, or so many pixels wider; back with less than nothing."""

    by: int


@dataclass(frozen=True)
class FieldTapped:
    """A finger on a field of the touch grid."""

    field: int


@dataclass(frozen=True)
class FolderTapped:
    """Copy the log to the folder at this place of the settings."""

    place: int


@dataclass(frozen=True)
class PinTapped:
    """Let the chosen service stand first, or no more."""


@dataclass(frozen=True)
class AsSetTapped:
    """Let stand first what the settings say."""


@dataclass(frozen=True)
class ServiceSwitched:
    """Out of service, or back in service."""


Touch = (
    AsSetTapped
    | BackTapped
    | CandidateTapped
    | ConfirmTapped
    | CornerTapped
    | DeleteTapped
    | DeviceTapped
    | DigitTapped
    | DoorTapped
    | SchemeTapped
    | FieldTapped
    | FolderTapped
    | HomeTapped
    | LanguageTapped
    | PinTapped
    | PrintTapped
    | ReplaceTapped
    | RetryTapped
    | ServiceSwitched
    | ServiceTapped
    | StayTapped
    | StepTapped
    | WayTapped
)

# Results. Each carries the number of its question: one that comes late finds another and is dropped.


@dataclass(frozen=True)
class PinChecked:
    """Whose the PIN is; nobody's when it was wrong."""

    asked: int
    roles: frozenset[Role]


@dataclass(frozen=True)
class CountersRead:
    """What a device has done in its life."""

    asked: int
    counters: Mapping[str, int]


@dataclass(frozen=True)
class TrialEnded:
    """How the trial of a device, a door or a paper ended."""

    asked: int
    trial: Trial


@dataclass(frozen=True)
class DevicesFound:
    """Which devices of the kind answer."""

    asked: int
    found: tuple[Candidate, ...]


@dataclass(frozen=True)
class DeviceReplaced:
    """How putting another one in ended."""

    asked: int
    trial: Trial


@dataclass(frozen=True)
class NetworkTried:
    """How the line to the server is."""

    asked: int
    network: Network


@dataclass(frozen=True)
class LogCopied:
    """What became of a copy of the log."""

    asked: int
    export: Export


@dataclass(frozen=True)
class FiguresRead:
    """What this kiosk did today."""

    asked: int
    figures: Figures


Answer = PinChecked | CountersRead | TrialEnded | DevicesFound | DeviceReplaced | NetworkTried | LogCopied | FiguresRead


@dataclass(frozen=True)
class DeviceSeen:
    """How a device is."""

    status: DeviceStatus


@dataclass(frozen=True)
class DoorsSeen:
    """The doors of the locker, each by its board and lock."""

    doors: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class OfferSeen:
    """What is offered at this kiosk, and what stands first."""

    offer: Offer


Event = Touch | Answer | DeviceSeen | DoorsSeen | OfferSeen | EnrolEnded | TimerFired
