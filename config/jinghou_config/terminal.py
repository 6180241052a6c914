"""Settings of the terminals: the kiosk and the calling board."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, SecretStr, model_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import SettingsConfigDict

from jinghou_config.colour import readable_accent
from jinghou_config.devices import DevicesSettings
from jinghou_config.hall import Id, Stretch
from jinghou_config.log import LogSettings
from jinghou_config.settings import Section, Settings


class ScreenSettings(Section):
    """The glass. Every size in the interface is in millimetres, so `px_per_mm` must be measured, not guessed."""

    px_per_mm: float = Field(
        gt=0.5,
        lt=40,
        description="pixels per millimetre: width in pixels divided by the width of the lit area in mm, e.g. 2.71",
    )
    width_px: int = Field(1080, ge=240, le=16384, description="width of the window in pixels")
    height_px: int = Field(1920, ge=240, le=16384, description="height of the window in pixels")
    full_screen: bool = Field(True, description="cover the whole screen; width_px and height_px then do not count")


class ServerSettings(Section):
    """How a terminal reaches its silent-queue server: what is not set here, enrolling at its glass gives."""

    url: str | None = Field(
        None,
        pattern=r"^https?://[^/\s]+$",
        description="scheme, host and port, e.g. http://127.0.0.1:8470, no path; none: asked for when enrolling",
    )
    hall: Id | None = Field(None, description="id of the hall this terminal stands in; none: that of its code")
    token: SecretStr | None = Field(
        None,
        min_length=1,
        description="what enrolling elsewhere gave, or `jinghou-queue token add --role terminal` printed; "
        "none: the terminal is enrolled at its own glass (docs/terminals.md)",
    )
    file: Path | None = Field(
        None,
        description="file that keeps what enrolling at the glass gave, the token among it; "
        "none: beside the box, or else beside this file, with the ending .enrolment",
    )
    timeout_s: float = Field(3.0, gt=0, le=30, description="longest wait for an answer, in seconds")

    @model_validator(mode="after")
    def _token_is_of_a_hall(self) -> Self:
        if self.token is not None and (self.url is None or self.hall is None):
            raise ValueError("a token needs the url and the hall that it is for")
        return self


@dataclass(frozen=True)
class ServerLink:
    """Whom a terminal speaks to, and as whom."""

    url: str
    hall: str
    token: SecretStr
    timeout_s: float = 3.0


class SessionSettings(Section):
    """How long a page waits for a person, in seconds; with large type twice as long."""

    idle_s: float = Field(60, ge=5, le=600, description="without a touch, until the page asks whether you are there")
    warning_s: float = Field(30, ge=5, le=300, description="from that question until the page returns home, in s")
    done_s: float = Field(15, ge=3, le=120, description="that a finished ticket stays on the screen, in seconds")


LanguageCode = Annotated[str, Field(pattern=r"^[a-z]{2,3}$")]
"""Names a file of words (docs/terminals.md); whether there is one, the kiosk knows."""


class BrandSettings(Section):
    """Whose kiosk it is."""

    name: str = Field("", max_length=20, description="shown at the top in Chinese; none: the hall's name")
    name_en: str = Field("", max_length=40, description="the same in English; none: the hall's name")
    accent: Annotated[str, AfterValidator(readable_accent)] = Field(
        "#14576B", description="the one colour of the pages; white must be readable on it, by 4.5 to 1"
    )


class StaffSettings(Section):
    """What a kiosk says when it cannot tell the server that somebody asks for staff; empty: a sentence of ours."""

    away: str = Field("", max_length=48, description="in Chinese, e.g. 请到二楼咨询台，或拨墙上的电话")
    away_en: str = Field("", max_length=96, description="the same in English")


class ServiceSettings(Section):
    """The service mode of a kiosk, for technicians and managers (docs/terminals.md)."""

    pin_hash: SecretStr | None = Field(
        None, description="what `jinghou-kiosk pin` printed for the staff's PIN; none: no service mode"
    )
    manager_pin_hash: SecretStr | None = Field(
        None,
        description="the same of the manager's own PIN, `jinghou-kiosk pin --manager`: then the other is the "
        "technician's, and each has its menu; none: one PIN opens all",
    )
    idle_s: float = Field(120, ge=10, le=1800, description="without a touch, until service mode ends, in seconds")
    most_s: float = Field(1800, ge=60, le=14400, description="after which service mode ends in any case, in seconds")
    export_folders: tuple[Path, ...] = Field(
        (), max_length=3, description="folders the log may be exported to, such as where a USB stick is mounted"
    )
    export_mounted: bool = Field(
        False,
        description="whether the log is exported only where something is mounted: without a stick it is refused, "
        "instead of being left on the kiosk's own disk",
    )
    file: Path | None = Field(
        None,
        description="file that keeps whether it is out of service, what staff put first and what it did lately; "
        "none: until the program ends",
    )
    changes_file: Path | None = Field(
        None,
        description="file that keeps what staff changed at the glass, such as a device that was replaced; "
        "none: beside the box, or else beside this file, with the ending .changes",
    )

    @model_validator(mode="after")
    def _technician_first(self) -> Self:
        if self.manager_pin_hash is not None and self.pin_hash is None:
            raise ValueError("manager_pin_hash without pin_hash: the technician needs a PIN too")
        return self


class VisitSettings(Section):
    """How a kiosk meets a person: set in its own file, or for it on the server."""

    place: str = Field("", max_length=24, description="where it stands, shown at the top, e.g. B 区 03 号")
    language: LanguageCode = Field("zh", description="the language a visit begins in")
    languages: tuple[LanguageCode, ...] = Field(
        ("zh", "en"), min_length=1, max_length=4, description="languages to choose from (docs/terminals.md)"
    )
    session: SessionSettings = SessionSettings()
    layout: Literal["hall", "branch", "community"] = Field(
        "hall", description="which first page: a hall's, a bank branch's, a community point's"
    )
    services: tuple[Id, ...] = Field((), description="services offered here, in this order; none: all of the hall")
    hot: tuple[Id, ...] = Field((), max_length=8, description="services that stand first on the first page")
    hours: tuple[Stretch, ...] = Field(
        (), description="when numbers are given, unless the server says the hall's hours; none: always"
    )
    always_open: bool = Field(
        False, description="give numbers at every hour, whatever the hall's hours, such as in a 24-hour lobby"
    )
    early_minutes: int = Field(
        30, ge=0, le=240, description="how long before the hall opens numbers are given already, in minutes"
    )
    long_wait_minutes: int = Field(
        30, ge=0, le=480, description="from which usual wait on, in minutes, a quieter time is pointed out"
    )
    elsewhere: str = Field(
        "", max_length=60, description="where else to go while no numbers can be given, e.g. 请到一楼人工窗口"
    )
    elsewhere_en: str = Field("", max_length=120, description="the same in English")
    brand: BrandSettings = BrandSettings()
    staff: StaffSettings = StaffSettings()

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        missing = [service for service in self.hot if self.services and service not in self.services]
        if missing:
            raise PydanticCustomError(
                "hot_elsewhere", "hot service {service} is not among its services", {"service": missing[0]}
            )
        if self.language not in self.languages:
            raise PydanticCustomError(
                "language_elsewhere",
                "language {language} is not among its languages {languages}",
                {"language": self.language, "languages": ", ".join(self.languages)},
            )
        return self


class KioskSettings(Settings, VisitSettings):
    """`jinghou-kiosk run --config FILE`."""

    model_config = SettingsConfigDict(env_prefix="JINGHOU_KIOSK_")

    screen: ScreenSettings
    server: ServerSettings = ServerSettings()
    devices: DevicesSettings = DevicesSettings(id_reader=None, receipt_printer=None)
    ticket_template: Path | None = Field(
        None, description="file that says what stands on the paper ticket (docs/terminals.md); none: the standard one"
    )
    booking_template: Path | None = Field(
        None, description="the same for the paper of a booking (docs/terminals.md); none: the standard one"
    )
    emblem: Path | None = Field(
        None, description="picture of whose kiosk it is, SVG or PNG, shown at the top (docs/terminals.md); none: ours"
    )
    box: Path | None = Field(
        None,
        description="file in which it keeps numbers to give while the server is away, and what it then has to tell; "
        "none: it gives none (docs/terminals.md)",
    )
    service: ServiceSettings = ServiceSettings()
    log: LogSettings = LogSettings()


class ViewSettings(Section):
    """From where a board is read: set in its own file, or for it on the server."""

    viewing_distance_m: float = Field(
        6.0,
        ge=1,
        le=30,
        description="how far away people read it, in metres: digits are at least 7 mm per metre",
    )


class BoardSettings(Settings, ViewSettings):
    """`jinghou-board run --config FILE`."""

    model_config = SettingsConfigDict(env_prefix="JINGHOU_BOARD_")

    screen: ScreenSettings
    server: ServerSettings = ServerSettings()
    log: LogSettings = LogSettings()


class KioskProfile(VisitSettings):
    """The profile of a kiosk: what is not set in it is left to the kiosk's own file."""


class BoardProfile(ViewSettings):
    """The profile of a board: what is not set in it is left to the board's own file."""

    services: tuple[Id, ...] = Field((), description="services whose calls it shows; none: all of the hall")


class PadProfile(Section):
    """The profile of a counter's pad."""

    counter: Id | None = Field(None, description="id of the counter it lies at")


Profile = KioskProfile | BoardProfile | PadProfile
