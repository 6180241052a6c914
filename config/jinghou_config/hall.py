"""The hall plan: services, counters, hours and rules of one hall as data, read from TOML by `jinghou-queue`.

The server keeps every version of a hall's plan as JSON; the file is only how an operator writes it.
"""

from collections import Counter as Tally
from datetime import date, time
from pathlib import Path
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import SettingsConfigDict

from jinghou_config.settings import Section, Settings

Id = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,31}$")]
SAMPLE_HALL = Path(__file__).parent / "halls" / "sample.toml"


def _known_zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError("is not a time zone such as Asia/Shanghai")
    return name


Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEK: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _of_the_hall(at: time) -> time:
    if at.tzinfo is not None:
        raise ValueError("is a time of the hall's own zone: leave the zone out")
    return at


TimeOfDay = Annotated[time, AfterValidator(_of_the_hall)]


class Stretch(Section):
    """A stretch of time on some days of the week, in the hall's zone."""

    days: tuple[Weekday, ...] = Field(min_length=1, description="days of the week, e.g. mon")
    opens: TimeOfDay = Field(description="when it begins, e.g. 09:00")
    closes: TimeOfDay = Field(description="when it ends, e.g. 12:00")

    @model_validator(mode="after")
    def _opens_first(self) -> Self:
        if self.opens >= self.closes:
            raise PydanticCustomError(
                "opens_late",
                "closes {closes} is not after opens {opens}",
                {"closes": f"{self.closes:%H:%M}", "opens": f"{self.opens:%H:%M}"},
            )
        return self


class PlannedCounters(Stretch):
    """Another count of counters than usual, for the slots that begin in this stretch."""

    counters: int = Field(ge=0, le=200, description="counters planned for booked people then; 0 takes no bookings")


class SlotPlan(Section):
    """How a service is booked: in each slot one person for each counter planned for booked people."""

    minutes: int = Field(15, ge=5, le=240, description="length of a slot in minutes")
    counters: int = Field(1, ge=1, le=200, description="counters planned for booked people in each slot")
    planned: tuple[PlannedCounters, ...] = Field((), description="stretches with another count; the first that fits")
    early_minutes: int = Field(30, ge=0, le=240, description="how long before the slot's start a check-in counts")
    late_minutes: int = Field(15, ge=0, le=240, description="how long after the slot's start a check-in is in time")


class ServicePlan(Section):
    """What people queue for."""

    id: Id = Field(description="short name in addresses, e.g. property")
    prefix: str = Field(pattern=r"^[A-Z]{1,2}$", description="the letter, or two, that its numbers begin with")
    name: str = Field(min_length=1, max_length=20, description="in Chinese, as on the screens")
    name_en: str = Field(min_length=1, max_length=40, description="in English")
    zone: str = Field("", max_length=12, description="the part of the hall to wait in, e.g. A 厅")
    words: tuple[Annotated[str, Field(min_length=1, max_length=20)], ...] = Field(
        (), max_length=30, description="what people call it, to be found by: 卖房, 过户"
    )
    identity: Literal["required", "optional"] = Field("optional", description="whether a number needs an ID card")
    audience: Literal["personal", "company", "both"] = Field("both", description="for whom: people, companies or both")
    theme: str = Field("", max_length=10, description="what it is found under where there are many, e.g. 不动产")
    theme_en: str = Field("", max_length=24, description="the theme in English, e.g. Property; with theme only")
    slots: SlotPlan | None = Field(None, description="how it is booked; none: walk-ins only")

    @model_validator(mode="after")
    def _theme_is_in_both_languages(self) -> Self:
        if bool(self.theme) != bool(self.theme_en):
            raise PydanticCustomError(
                "theme_half", "service {service}: theme and theme_en go together", {"service": self.id}
            )
        return self


class CounterPlan(Section):
    """Where people are served."""

    id: Id = Field(description="short name in addresses, e.g. c1")
    label: str = Field(min_length=1, max_length=6, description="what the screens call it, e.g. 12")
    services: tuple[Id, ...] = Field(min_length=1, description="ids of the services it can serve")


class CalendarPlan(Section):
    """When the hall is open. Without hours it always is, and nothing can be booked."""

    hours: tuple[Stretch, ...] = Field((), description="opening hours; a lunch break makes two stretches of a day")
    holidays: Literal["CN", ""] = Field("CN", description="public holidays, with their make-up working days")
    closed: tuple[date, ...] = Field((), description="further days on which the hall is closed")
    open: tuple[date, ...] = Field(
        (), description="days on which it is open after all, by Monday's hours if it has none"
    )


class BookingPlan(Section):
    """Rules of booking, for all services of the hall."""

    days_ahead: int = Field(15, ge=0, le=90, description="how many days ahead may be booked")
    hold_minutes: int = Field(10, ge=1, le=60, description="how long a place is held before it is confirmed")
    most_per_identity: int = Field(2, ge=1, le=50, description="open bookings one identity may have")
    no_shows: int = Field(3, ge=0, le=50, description="bookings missed within pause_days that stop booking; 0 never")
    pause_days: int = Field(30, ge=1, le=365, description="how long a missed booking counts, at most people.keep_days")
    on_page: bool = Field(True, description="anybody may book on the server's page with a document number they type")


class CallingPlan(Section):
    """Who is called when, and what becomes of a person who does not come."""

    recalls: int = Field(1, ge=0, le=10, description="recalls before a person may be passed over")
    return_lane: Literal["priority", "booked", "returned", "walk_in"] = Field(
        "returned", description="lane of somebody who comes back after being passed over"
    )
    return_penalty_minutes: int = Field(0, ge=0, le=240, description="how much later such a person is placed")
    walk_in_after_booked: int = Field(0, ge=0, le=100, description="valve: one walk-in after so many others; 0 off")
    walk_in_after_minutes: int = Field(0, ge=0, le=480, description="valve: one walk-in who waited so long; 0 off")
    priority_age: int = Field(0, ge=0, le=120, description="from this age a resident's number has priority; 0 never")
    auto_call: bool = Field(False, description="an idle open counter calls the next person by itself")
    pause_reasons: tuple[str, ...] = Field((), description="what a clerk may pause for; none: any words, or none")


class LadderPlan(Section):
    """What is tried, step by step, while somebody who was called on the screens does not come."""

    message_seconds: int = Field(
        20, ge=0, le=900, description="after a call, until a message goes to the person's phone; 0 never"
    )
    usher_seconds: int = Field(60, ge=0, le=1800, description="after a call, until ushers are asked to look; 0 never")
    notices: tuple[Annotated[int, Field(ge=1, le=50)], ...] = Field(
        (3, 1), description="with so many people ahead, or fewer, a message says so, each once; none: never"
    )


class PeoplePlan(Section):
    """Against scalping, and how long it stays known who came."""

    one_ticket_per: Literal["service", "hall", "none"] = Field(
        "service", description="where one identity may hold one active number a day"
    )
    numbers_per_hour: int = Field(6, ge=1, le=1000, description="numbers one identity may take in an hour, kept or not")
    numbers_per_terminal_minute: int = Field(
        30, ge=1, le=1000, description="numbers an enrolled terminal may take at once, and again in a minute"
    )
    phone_numbers: bool = Field(True, description="phones in the hall may take numbers with the code on a screen")
    code_seconds: int = Field(30, ge=10, le=600, description="how long a code is shown; it counts for as long again")
    numbers_per_code: int = Field(20, ge=1, le=1000, description="numbers that phones may take with one code")
    keep_days: int = Field(30, ge=7, le=3650, description="days after a visit until names and identities are erased")


class TerminalsPlan(Section):
    """What terminals may do while they cannot reach the server."""

    lease_numbers: int = Field(
        60, ge=0, le=500, description="numbers of a service set aside for one terminal; 0: it gives none on its own"
    )
    lease_from: int = Field(601, ge=1, le=9000, description="where they begin: above a usual day's numbers")


class HallPlan(Section):
    """Everything that is planned about a hall."""

    id: Id = Field(description="short name in addresses, e.g. yunxi")
    name: str = Field(min_length=1, max_length=20, description="in Chinese, as on the screens")
    name_en: str = Field(min_length=1, max_length=60, description="in English")
    timezone: Annotated[str, AfterValidator(_known_zone)] = Field(
        "Asia/Shanghai", description="whose midnight begins the business day"
    )
    services: tuple[ServicePlan, ...] = Field(min_length=1, description="what people queue for")
    counters: tuple[CounterPlan, ...] = Field(min_length=1, description="where they are served")
    calendar: CalendarPlan = CalendarPlan()
    booking: BookingPlan = BookingPlan()
    calling: CallingPlan = CallingPlan()
    ladder: LadderPlan = LadderPlan()
    people: PeoplePlan = PeoplePlan()
    terminals: TerminalsPlan = TerminalsPlan()

    @classmethod
    def load(cls, file: Path) -> "HallPlan":
        """Read a plan from TOML. Raises ConfigError, as Settings.load does."""
        read = HallFile.load(file)
        return cls(**{name: getattr(read, name) for name in cls.model_fields})

    def service(self, service: str) -> ServicePlan | None:
        """The service of that id."""
        return next((planned for planned in self.services if planned.id == service), None)

    @property
    def zone_info(self) -> ZoneInfo:
        """The time zone as an object."""
        return ZoneInfo(self.timezone)

    @model_validator(mode="after")
    def _names_are_consistent(self) -> Self:
        for what, names in {
            "service id": [s.id for s in self.services],
            "service prefix": [s.prefix for s in self.services],
            "counter id": [c.id for c in self.counters],
        }.items():
            twice = [name for name, count in Tally(names).items() if count > 1]
            if twice:
                raise PydanticCustomError("used_twice", "{what} {name} is used twice", {"what": what, "name": twice[0]})
        themes: dict[str, str] = {}
        for service in self.services:
            if themes.setdefault(service.theme, service.theme_en) != service.theme_en:
                raise PydanticCustomError(
                    "theme_twice",
                    "theme {theme} is {one} and {other} in English",
                    {"theme": service.theme, "one": themes[service.theme], "other": service.theme_en},
                )
        known = {s.id for s in self.services}
        for counter in self.counters:
            unknown = set(counter.services) - known
            if unknown:
                raise PydanticCustomError(
                    "unknown_service",
                    "counter {counter} serves {service}, which is not a service of this hall",
                    {"counter": counter.id, "service": min(unknown)},
                )
        return self


class HallFile(Settings, HallPlan):
    """A hall plan: `jinghou-queue init --hall FILE`."""

    model_config = SettingsConfigDict(env_prefix="JINGHOU_HALL_")
