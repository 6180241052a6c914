"""The hall plan: services, counters and rules of one hall as data, read from TOML by `jinghou-queue`.

The server keeps every version of a hall's plan as JSON; the file is only how an operator writes it.
"""

from collections import Counter as Tally
from pathlib import Path
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, Field, model_validator
from pydantic_settings import SettingsConfigDict

from jinghou_config.settings import Section, Settings

Id = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,31}$")]
SAMPLE_HALL = Path(__file__).parent / "halls" / "sample.toml"


def _known_zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError("is not a time zone such as Asia/Shanghai")
    return name


class ServicePlan(Section):
    """What people queue for."""

    id: Id = Field(description="short name in addresses, e.g. property")
    prefix: str = Field(pattern=r"^[A-Z]$", description="the letter its numbers begin with")
    name: str = Field(min_length=1, max_length=20, description="in Chinese, as on the screens")
    name_en: str = Field(min_length=1, max_length=40, description="in English")
    zone: str = Field("", max_length=12, description="the part of the hall to wait in, e.g. A 厅")
    identity: Literal["required", "optional"] = Field("optional", description="whether a number needs an ID card")


class CounterPlan(Section):
    """Where people are served."""

    id: Id = Field(description="short name in addresses, e.g. c1")
    label: str = Field(min_length=1, max_length=6, description="what the screens call it, e.g. 12")
    services: tuple[Id, ...] = Field(min_length=1, description="ids of the services it can serve")


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


class PeoplePlan(Section):
    """Against scalping, and how long it stays known who came."""

    one_ticket_per: Literal["service", "hall", "none"] = Field(
        "service", description="where one identity may hold one active number a day"
    )
    numbers_per_hour: int = Field(6, ge=1, le=1000, description="numbers one identity may take in an hour, kept or not")
    keep_days: int = Field(30, ge=7, le=3650, description="days after a visit until names and identities are erased")


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
    calling: CallingPlan = CallingPlan()
    people: PeoplePlan = PeoplePlan()

    @classmethod
    def load(cls, file: Path) -> "HallPlan":
        """Read a plan from TOML. Raises ConfigError, as Settings.load does."""
        read = HallFile.load(file)
        return cls(**{name: getattr(read, name) for name in cls.model_fields})

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
                raise ValueError(f"{what} {twice[0]} is used twice")
        known = {s.id for s in self.services}
        for counter in self.counters:
            unknown = set(counter.services) - known
            if unknown:
                raise ValueError(f"counter {counter.id} serves {min(unknown)}, which is not a service of this hall")
        return self


class HallFile(Settings, HallPlan):
    """A hall plan: `jinghou-queue init --hall FILE`."""

    model_config = SettingsConfigDict(env_prefix="JINGHOU_HALL_")
