"""What can happen to a session: touches, and the results of what it asked for. Values only."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar

from jinghou_config.terminal import VisitSettings
from jinghou_devices.kinds.receipt_printer import Printed
from jinghou_kiosk.booking_events import BookingResult, BookingTouch
from jinghou_kiosk.phone_events import PhoneResult, PhoneTouch
from jinghou_queue.contract.bookings import OwnNumber
from jinghou_queue.contract.identity import Identity
from jinghou_queue.contract.messages import Audience, BookedFor, HallView, HelpState, Ticket


@dataclass(frozen=True)
class Language:
    """What the screens speak; `code` names its file of words.

    A hall's names and its paper are in Chinese and English: `in_chinese` says which of them goes with this language.
    """

    code: str
    in_chinese: bool = False

    ZH: ClassVar["Language"]
    EN: ClassVar["Language"]


Language.ZH = Language("zh", in_chinese=True)
Language.EN = Language("en")


class Aid(StrEnum):
    """What makes the screen easier for somebody, for the length of a visit."""

    LARGE = "large"  # 大字版: larger type, fewer choices, more time
    CONTRAST = "contrast"
    LOWERED = "lowered"  # everything within reach of somebody who sits


@dataclass(frozen=True)
class Pinned:
    """The services that staff put first at this kiosk, in their order, instead of what the settings said then."""

    services: tuple[str, ...]
    instead_of: tuple[str, ...]


@dataclass(frozen=True)
class Holder:
    """Of a card, what the visit needs: the identity, and a name that may be shown."""

    identity: Identity
    masked_name: str | None


# Touches.


@dataclass(frozen=True)
class StartTapped:
    """ "I have no card": show all services."""


@dataclass(frozen=True)
class ArriveTapped:
    """ "I have a booking", or "I was passed over": both come in here."""


@dataclass(frozen=True)
class TypeCodeTapped:
    """ "I type the code": of a booking, by hand."""


@dataclass(frozen=True)
class DigitTapped:
    """A key of the keypad."""

    digit: str


@dataclass(frozen=True)
class DeleteTapped:
    """The keypad's key that takes the last digit back."""


@dataclass(frozen=True)
class ServiceTapped:
    """A service was chosen, by its id."""

    service: str


@dataclass(frozen=True)
class AudienceTapped:
    """ "I come for myself", or "for a company"; the same once more: for either."""

    audience: Audience


@dataclass(frozen=True)
class ThemeTapped:
    """A theme was opened, by its Chinese name; "" holds the services without one."""

    theme: str


@dataclass(frozen=True)
class ConfirmTapped:
    """ "Take this number.\""""


@dataclass(frozen=True)
class PrintTapped:
    """ "Print it for me", of a number that was there already."""


@dataclass(frozen=True)
class RetryTapped:
    """ "Try again", after a fault."""


@dataclass(frozen=True)
class BackTapped:
    """One page back."""


@dataclass(frozen=True)
class HomeTapped:
    """ "I am done", or "never mind"."""


@dataclass(frozen=True)
class StayTapped:
    """ "I am still here.\""""


@dataclass(frozen=True)
class LanguageTapped:
    """Speak `language` for the rest of this session."""

    language: Language


@dataclass(frozen=True)
class AidTapped:
    """Switch `aid` on, or off again."""

    aid: Aid


@dataclass(frozen=True)
class SearchTapped:
    """ "I say what I want": find a service by typing."""


@dataclass(frozen=True)
class SearchTyped:
    """What stands in the field of the search by now, as far as it was typed."""

    text: str = field(repr=False)


@dataclass(frozen=True)
class FindNumberTapped:
    """ "My number": how does it stand?"""


@dataclass(frozen=True)
class NextNumberTapped:
    """ "The other one", of somebody who holds several."""


@dataclass(frozen=True)
class CheckInTapped:
    """ "Check me in", of somebody who booked or was passed over and asked for the own number first."""


@dataclass(frozen=True)
class GiveBackTapped:
    """ "I do not need this number any more.\""""


@dataclass(frozen=True)
class StaffTapped:
    """ "Call staff", also to be told again what was said."""


@dataclass(frozen=True)
class StaffReadTapped:
    """ "I have read that", of what was said about staff."""


@dataclass(frozen=True)
class StaffNotNeededTapped:
    """ "Nobody need come.\""""


Touch = (
    StartTapped
    | ArriveTapped
    | TypeCodeTapped
    | DigitTapped
    | DeleteTapped
    | ServiceTapped
    | AudienceTapped
    | ThemeTapped
    | ConfirmTapped
    | PrintTapped
    | RetryTapped
    | BackTapped
    | HomeTapped
    | StayTapped
    | LanguageTapped
    | AidTapped
    | SearchTapped
    | SearchTyped
    | FindNumberTapped
    | NextNumberTapped
    | CheckInTapped
    | GiveBackTapped
    | StaffTapped
    | StaffReadTapped
    | StaffNotNeededTapped
    | BookingTouch
    | PhoneTouch
)

# Results. Those that belong to a person carry the session they were asked in; a late one finds another and is dropped.


@dataclass(frozen=True)
class CardRead:
    """A card was read under the lease of `session`."""

    session: str
    holder: Holder


@dataclass(frozen=True)
class CardUnreadable:
    """A card lay on the reader and could not be read."""

    session: str


@dataclass(frozen=True)
class CodeShown:
    """A code was held before the scanner under the lease of `session`: a booking's, a ticket's, or anything."""

    session: str
    code: str = field(repr=False)


@dataclass(frozen=True)
class ServicesFound:
    """The ids of the services that `typed` means, the likeliest first."""

    session: str
    typed: str = field(repr=False)
    services: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True)
class NumberTaken:
    """There is a number; `again` when it is one that this person already held today.

    `offline`: it is out of the box, and the server will be told of it.
    """

    session: str
    ticket: Ticket
    again: bool
    offline: bool = False


class TakeFault(StrEnum):
    """Why no number came."""

    SERVER_LOST = "server_lost"  # no answer: the number may or may not have been given, a retry finds out
    REFUSED = "refused"  # the server said no


@dataclass(frozen=True)
class NumberNotTaken:
    """No number came."""

    session: str
    fault: TakeFault


class ArriveFault(StrEnum):
    """Why somebody who arrived has no number."""

    SERVER_LOST = "server_lost"  # no answer: a retry finds out
    EARLY = "early"
    OTHER_DAY = "other_day"
    OTHER_HALL = "other_hall"
    UNKNOWN = "unknown"  # no booking and no number belongs to what was shown
    GONE = "gone"  # cancelled, expired, or over


@dataclass(frozen=True)
class NotCheckedIn:
    """Somebody who arrived got no number. `booked_for` says what is booked, if it is not for here and now."""

    session: str
    fault: ArriveFault
    booked_for: BookedFor | None = None


@dataclass(frozen=True)
class NumbersFound:
    """What somebody holds, who asked for it: one or more, the most urgent first."""

    session: str
    numbers: tuple[OwnNumber, ...]


class FindFault(StrEnum):
    """Why somebody was shown no number of theirs."""

    SERVER_LOST = "server_lost"
    NOT_CHECKED_IN = "not_checked_in"  # it was booked, and the person has not said that they came
    UNKNOWN = "unknown"  # nothing belongs to what was shown
    GONE = "gone"  # served, given back, or of another day


@dataclass(frozen=True)
class NumbersNotFound:
    """No number of somebody who asked for it. `booked_for` says what is booked, if they have to check in first."""

    session: str
    fault: FindFault
    booked_for: BookedFor | None = None


@dataclass(frozen=True)
class NumberGivenBack:
    """The number is nobody's any more."""

    session: str


@dataclass(frozen=True)
class NumberNotGivenBack:
    """The number was not given back, or nobody knows; `refused`: it was called, or ended, meanwhile."""

    session: str
    refused: bool


@dataclass(frozen=True)
class StaffAsked:
    """The staff know. `terminal` is this kiosk's name in the hall, as of whose event `seq` the call is in `state`."""

    terminal: str
    state: HelpState
    seq: int


@dataclass(frozen=True)
class StaffNotAsked:
    """The server could not be told that somebody asks for staff."""


@dataclass(frozen=True)
class CardLeftBehind:
    """Whether a card lies on the reader whose visit is over."""

    lies: bool


@dataclass(frozen=True)
class PrintEnded:
    """The ticket's paper came, or did not; `printed` None: there is no printer."""

    session: str
    printed: Printed | None


@dataclass(frozen=True)
class HallSeen:
    """The hall as it is now."""

    hall: HallView


@dataclass(frozen=True)
class HallRemembered:
    """The hall as it was when the kiosk last knew it."""

    hall: HallView


@dataclass(frozen=True)
class NumbersAtHand:
    """The services for which the box has numbers to give."""

    services: frozenset[str]


@dataclass(frozen=True)
class ServerLost:
    """The server does not answer; the reader of the feed keeps trying."""


@dataclass(frozen=True)
class SettingsSeen:
    """How people are met from now on. `languages` are those to choose from; a visit begins in the first.

    `terminal` is this kiosk's name in the hall; "" while nobody has told it.
    """

    settings: VisitSettings
    languages: tuple[Language, ...]
    terminal: str = ""


@dataclass(frozen=True)
class Closed:
    """No numbers are given now. `opens_at`: when the hall opens, in Unix milliseconds; None when nobody knows."""

    opens_at: int | None


@dataclass(frozen=True)
class HoursSeen:
    """Whether the hall is closed now, by its hours."""

    closed: Closed | None


@dataclass(frozen=True)
class PinnedSeen:
    """What the staff put first from now on; None: what is set."""

    pinned: Pinned | None


@dataclass(frozen=True)
class UsedSeen:
    """How many numbers of each service this kiosk gave lately."""

    counts: Mapping[str, int]


@dataclass(frozen=True)
class ReaderSeen:
    """Whether the ID reader works."""

    ready: bool


@dataclass(frozen=True)
class ScannerSeen:
    """Whether the code scanner works."""

    ready: bool


@dataclass(frozen=True)
class TerminalRefused:
    """The server is there and knows this terminal no more: its token was revoked, or other hardware is it now."""


@dataclass(frozen=True)
class StaffCame:
    """Somebody is about to look after the kiosk: no citizen's page until they have left."""


@dataclass(frozen=True)
class StaffLeft:
    """They are gone, and left the kiosk in service or out of it."""

    out_of_service: bool


@dataclass(frozen=True)
class TimerFired:
    """The timer that the session started ran out."""


Event = (
    Touch
    | CardRead
    | CardUnreadable
    | CodeShown
    | ServicesFound
    | NumberTaken
    | NumberNotTaken
    | NotCheckedIn
    | NumbersFound
    | NumbersNotFound
    | NumberGivenBack
    | NumberNotGivenBack
    | BookingResult
    | PhoneResult
    | StaffAsked
    | StaffNotAsked
    | CardLeftBehind
    | PrintEnded
    | HallSeen
    | HallRemembered
    | NumbersAtHand
    | ServerLost
    | TerminalRefused
    | SettingsSeen
    | HoursSeen
    | PinnedSeen
    | UsedSeen
    | ReaderSeen
    | ScannerSeen
    | StaffCame
    | StaffLeft
    | TimerFired
)
