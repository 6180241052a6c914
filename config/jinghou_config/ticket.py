"""The paper of a number, and of a booking, as data: what stands on it, in which order, in each language. Read from
TOML; filled in elsewhere.

Words in braces stand for what is known when a number is taken, or a time booked. FIELDS and BOOKING_FIELDS are all
there are: nobody can be named.
"""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from string import Formatter
from typing import Annotated, Any, ClassVar, Final, Literal, Self, get_args

from pydantic import AfterValidator, Field, ValidationError, ValidationInfo, field_validator
from pydantic_core import ErrorDetails

from jinghou_config.settings import ConfigError, Section

STANDARD_TICKET: Final = Path(__file__).parent / "tickets" / "standard.toml"
FIELDS: Final = {
    "hall": "the hall's name",
    "number": "the number, such as A023",
    "service": "what the number is for",
    "zone": "where to wait; empty for a service that has no zone",
    "ahead": "how many are ahead; empty when nobody is",
    "counted": "says something when it is known how many are ahead; empty for a number given without the server",
    "taken": "when the number was taken, in the hall's own time",
    "qr": "the address of the page that follows this number",
}
"""What a ticket's template can name."""
STANDARD_BOOKING: Final = Path(__file__).parent / "tickets" / "booking.toml"
BOOKING_FIELDS: Final = {
    "hall": "the hall's name",
    "service": "what is booked",
    "zone": "where to come to; empty for a service that has no zone",
    "date": "the day to come on, in the hall's own time",
    "time": "the time to come at",
    "from": "from when on to check in, on that day",
    "code": "the ten digits to check in with",
    "qr": "the address of the booking's page, which the kiosk reads too",
}
"""What a booking's template can name."""


def _known_fields(info: ValidationInfo) -> Mapping[str, str]:
    return info.context["fields"] if info.context else FIELDS


def _only_fields(text: str, info: ValidationInfo) -> str:
    try:
        parts = [*Formatter().parse(text)]
    except ValueError:
        raise ValueError("has a brace without its other half; {{ and }} stand for braces") from None
    known = _known_fields(info)
    for _, name, form, conversion in parts:
        if name is not None and (name not in known or form or conversion):
            written = name + (f"!{conversion}" if conversion else "") + (f":{form}" if form else "")
            raise ValueError(f"{{{written}}} is not a field; there are {', '.join(known)}")
    return text


def _a_field(name: str, info: ValidationInfo) -> str:
    known = _known_fields(info)
    if name not in known:
        raise ValueError(f"is not a field; there are {', '.join(known)}")
    return name


Words = Annotated[str, AfterValidator(_only_fields)]
FieldName = Annotated[str, AfterValidator(_a_field)]
Place = Literal["left", "centre", "right"]


class _Block(Section):
    """What every block has."""

    only_if: FieldName | None = Field(None, description="left out when this field is empty")
    unless: FieldName | None = Field(None, description="left out when this field says something")


class TextBlock(_Block):
    """A line of text, wrapped at the paper's width."""

    block: Literal["text"]
    text: Words
    align: Place = "left"
    scale: int = Field(1, ge=1, le=8, description="times as large, both ways")
    bold: bool = False


class ColumnsBlock(_Block):
    """Texts side by side, the last one flush right."""

    block: Literal["columns"]
    cells: tuple[Words, ...] = Field(min_length=1, max_length=4)


class QrBlock(_Block):
    """A QR code."""

    block: Literal["qr"]
    data: Words = Field("{qr}", min_length=1)
    module_dots: int = Field(6, ge=1, le=16, description="side of one module, in dots of 1/8 mm")


class PictureBlock(_Block):
    """A picture in black and white, such as a logo."""

    block: Literal["picture"]
    file: Path = Field(description="PNG and others; a path without a folder lies beside the template")
    dots: int | None = Field(None, ge=8, le=576, description="its width on the paper; none: as it is")
    align: Place = "centre"

    @field_validator("file")
    @classmethod
    def _is_there(cls, file: Path, info: ValidationInfo) -> Path:
        whole = (info.context["folder"] if info.context else Path()) / file
        if not whole.is_file():
            raise ValueError(f"there is no file {whole}")
        return whole


class RuleBlock(_Block):
    """A line across the paper."""

    block: Literal["rule"]


class FeedBlock(_Block):
    """Empty lines."""

    block: Literal["feed"]
    lines: int = Field(1, ge=1, le=20)


TicketBlock = TextBlock | ColumnsBlock | QrBlock | PictureBlock | RuleBlock | FeedBlock


def _not_empty(blocks: tuple[TicketBlock, ...]) -> tuple[TicketBlock, ...]:
    if not blocks:
        raise ValueError("has no blocks")
    return blocks


_Blocks = Annotated[tuple[Annotated[TicketBlock, Field(discriminator="block")], ...], AfterValidator(_not_empty)]
_KINDS: Final = {get_args(kind.model_fields["block"].annotation)[0]: kind for kind in get_args(TicketBlock)}


class _Template(Section):
    """A paper in each language, its blocks from top to bottom."""

    fields: ClassVar[Mapping[str, str]]
    standard: ClassVar[Path]

    zh: _Blocks
    en: _Blocks

    @classmethod
    def load(cls, file: Path | None = None) -> Self:
        """Read a template; without a file the standard one.

        Raises ConfigError, a line a fault, that names the file, the place and what was expected.
        """
        file = file or cls.standard
        context = {"folder": file.parent, "fields": cls.fields}
        try:
            return cls.model_validate(tomllib.loads(file.read_text("utf-8")), context=context)
        except OSError as fault:
            raise ConfigError(f"{file}: cannot be read: {fault.strerror}") from None
        except ValidationError as invalid:
            lines = [f"{file}: {_where(error)}: {_expected(error)}" for error in invalid.errors()]
            raise ConfigError("\n".join(lines)) from None
        except ValueError as fault:  # not TOML, or not UTF-8
            raise ConfigError(f"{file}: is not TOML: {fault}") from None


class TicketTemplate(_Template):
    """The paper of a number."""

    fields = FIELDS
    standard = STANDARD_TICKET


class BookingTemplate(_Template):
    """The paper of a booking."""

    fields = BOOKING_FIELDS
    standard = STANDARD_BOOKING


def _where(error: ErrorDetails) -> str:
    """Such as `zh, block 4 (text), scale`: people count from one."""
    language, *rest = error["loc"]
    match rest:
        case [int() as place, str() as kind, *key]:
            named = "".join(f", {part + 1 if isinstance(part, int) else part}" for part in key)
            return f"{language}, block {place + 1} ({kind}){named}"
        case [int() as place]:
            return f"{language}, block {place + 1}"
        case _:
            return str(language)


def _expected(error: ErrorDetails) -> str:
    match error["type"]:
        case "missing":
            return "is missing"
        case "union_tag_not_found" | "union_tag_invalid":
            return f"block must be one of {', '.join(_KINDS)}"
        case "extra_forbidden":
            return f"is unknown; there are {', '.join(_known(error['loc']))}"
        case _:
            return f"{error['input']!r}: {error['msg'].removeprefix('Value error, ')}"


def _known(place: tuple[Any, ...]) -> list[str]:
    """The keys that there are where one was wrong."""
    kind = _KINDS.get(place[2]) if len(place) > 2 else None
    return [*(kind or _Template).model_fields]
