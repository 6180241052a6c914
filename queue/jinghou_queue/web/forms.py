"""Forms over settings models: what is asked in which words, what was sent, and what is wrong with it, field by field.

Which fields a form has, its page says; whether what was sent will do, the model says.
"""

from collections.abc import Iterable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

from litestar.datastructures import FormMultiDict
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from jinghou_config.hall import WEEK
from jinghou_queue.web.pages import Saying

Values = dict[str, Any]
"""Settings as JSON has them; what was sent stands in them as text until the model has read it."""
Where = tuple[str | int, ...]


class Kind(Enum):
    """How a field is asked."""

    TEXT = "text"
    NUMBER = "number"
    TICK = "tick"
    OPTIONAL = "optional"  # a tick; without it there is nothing of what is below its key
    CHOICE = "choice"
    TICKS = "ticks"  # any of the choices
    LINES = "lines"  # any words, one a line
    STRETCHES = "stretches"  # days of the week, from when to when
    PLANNED = "planned"  # the same with a count of counters


NOTHING: Final[Saying] = ("", "")
Choices = tuple[tuple[str, Saying], ...]


@dataclass(frozen=True)
class Field:
    """One entry of a form; `key` is its place in the values, dotted. `default` is offered where nothing is set."""

    key: str
    words: Saying
    kind: Kind = Kind.TEXT
    hint: Saying = NOTHING
    unit: Saying = NOTHING
    choices: Choices = ()
    default: str = ""


@dataclass(frozen=True)
class Fault:
    """What is wrong with one value, and where it stands; an empty place within a list is any of its items."""

    where: Where
    words: Saying


_BLANK: Final[tuple[object, ...]] = ("", [], None)
_ROWS: Final = (Kind.STRETCHES, Kind.PLANNED)
_FORMS: Final[dict[str, Saying]] = {
    "prefix": ("请填写一个或两个大写字母，如 A。", "One or two capital letters, such as A."),
    "id": ("请用小写字母、数字和连字符，如 tax。", "Small letters, digits and hyphens, such as tax."),
    "timezone": ("请填写时区，如 Asia/Shanghai。", "A time zone, such as Asia/Shanghai."),
    "language": ("请填写语言代码，如 zh。", "The code of a language, such as zh."),
    "languages": ("请每行填写一个语言代码，如 zh。", "One code of a language a line, such as zh."),
    "accent": (
        "请填写颜色，如 #14576B；白字在上面要看得清。",
        "A colour, such as #14576B, on which white can be read.",
    ),
}
_TWICE: Final[dict[str, Saying]] = {
    "service id": ("另一项业务已用这个代号。", "Another service has this short name."),
    "service prefix": ("另一项业务已用这个字母。", "Another service has this letter."),
    "counter id": ("另一个窗口已用这个代号。", "Another counter has this short name."),
}


def value_of(values: Values, key: str) -> Any:
    """What stands at a dotted key; None when nothing does."""
    found: Any = values
    for name in key.split("."):
        found = found.get(name) if isinstance(found, dict) else None
    return found


def read(fields: Iterable[Field], sent: FormMultiDict, values: Values, *, leave_out: bool = False) -> Values:
    """The values as a form leaves them; what it does not ask stays. `leave_out`: what is blank is not set at all."""
    changed = deepcopy(values)
    without: list[str] = []
    for field in fields:
        if field.key.startswith(tuple(f"{key}." for key in without)):
            continue
        entry = _entry(field, sent, value_of(values, field.key))
        if field.kind is Kind.OPTIONAL and entry is None:
            without.append(field.key)
        if leave_out and entry in _BLANK:
            _drop(changed, field.key.split("."))
        else:
            _put(changed, field.key.split("."), entry)
    return changed


def faults_of(invalid: ValidationError) -> list[Fault]:
    """Everything that a model finds wrong, in words for whoever filled the form in."""
    return [_fault(error) for error in invalid.errors(include_url=False)]


def at_fields(faults: Iterable[Fault], fields: Sequence[Field], under: Where) -> tuple[dict[str, Saying], list[Fault]]:
    """The faults of the values that stand at `under`, by field; and those of anything else."""
    found: dict[str, Saying] = {}
    others: list[Fault] = []
    for fault in faults:
        key = _key_below(fault.where, under)
        field = next((each for each in fields if key == each.key or key.startswith(f"{each.key}.")), None)
        if field is None:
            others.append(fault)
        elif field.kind in _ROWS:
            depth = field.key.count(".") + 3  # such as hours.0.opens
            found.setdefault(".".join(key.split(".")[:depth]), fault.words)
        else:
            found.setdefault(field.key, fault.words)
    return found, others


def _key_below(where: Where, under: Where) -> str:
    head = where[: len(under)]
    if len(head) < len(under) or any(a not in ("", b) for a, b in zip(head, under, strict=True)):
        return ""
    return ".".join(str(part) for part in where[len(under) :])


def _entry(field: Field, sent: FormMultiDict, was: Any) -> Any:
    match field.kind:
        case Kind.TICK:
            return field.key in sent
        case Kind.OPTIONAL:
            return (was or {}) if field.key in sent else None
        case Kind.TICKS:
            chosen = [str(each) for each in sent.getall(field.key, [])]
            kept = [each for each in was or () if each in chosen]  # their order is the manager's, too
            return [*kept, *(each for each in chosen if each not in kept)]
        case Kind.LINES:
            return [line.strip() for line in str(sent.get(field.key, "")).splitlines() if line.strip()]
        case Kind.STRETCHES | Kind.PLANNED:
            return list(_rows(field, sent))
        case Kind.TEXT | Kind.NUMBER | Kind.CHOICE:
            return str(sent.get(field.key, "")).strip()


def _rows(field: Field, sent: FormMultiDict) -> Iterator[Values]:
    """The rows that have anything in them: whoever empties one takes it away."""
    place = 0
    while f"{field.key}.{place}.opens" in sent:
        start = f"{field.key}.{place}"
        days = [str(day) for day in sent.getall(f"{start}.days", [])]
        row: Values = {"days": [day for day in WEEK if day in days]}
        row |= {name: _time(str(sent.get(f"{start}.{name}", ""))) for name in ("opens", "closes")}
        if field.kind is Kind.PLANNED:
            row["counters"] = str(sent.get(f"{start}.counters", "")).strip()
        if any(row.values()):
            yield row
        place += 1


def _time(typed: str) -> str:
    """A time of day as people type it: 9:00 and 09：00 are 09:00."""
    hours, colon, minutes = typed.strip().replace("：", ":").partition(":")
    return f"{hours.zfill(2)}{colon}{minutes}" if colon else hours


def _put(values: Values, names: list[str], entry: Any) -> None:
    for name in names[:-1]:
        if not isinstance(values.get(name), dict):
            values[name] = {}
        values = values[name]
    values[names[-1]] = entry


def _drop(values: Values, names: list[str]) -> None:
    """Take it away, and a section that has nothing left with it."""
    name, *below = names
    if below and isinstance(values.get(name), dict):
        _drop(values[name], below)
        if values[name]:
            return
    values.pop(name, None)


def _fault(error: ErrorDetails) -> Fault:
    context: dict[str, Any] = error.get("ctx", {})
    where: Where = tuple(error["loc"])
    name = next((part for part in reversed(where) if isinstance(part, str)), "")
    match error["type"]:
        case "missing" | "string_too_short":
            words = ("请填写。", "Please fill this in.")
        case "string_too_long":
            words = (f"最多 {context['max_length']} 个字。", f"At most {context['max_length']} characters.")
        case "too_short":
            words = ("请至少选择一项。", "Please choose at least one.")
        case "too_long":
            words = (f"最多 {context['max_length']} 项。", f"At most {context['max_length']}.")
        case "int_parsing" | "int_type" | "int_from_float" | "float_parsing" | "float_type":
            words = ("请填写数字。", "A number, please.")
        case "greater_than_equal":
            words = (f"至少 {context['ge']}。", f"At least {context['ge']}.")
        case "less_than_equal":
            words = (f"最多 {context['le']}。", f"At most {context['le']}.")
        case "time_parsing" | "time_type":
            words = ("请填写时间，如 09:00。", "A time of day, such as 09:00.")
        case "date_from_datetime_parsing" | "date_parsing" | "date_type":
            words = ("请每行填写一个日期，如 2026-10-01。", "One date a line, such as 2026-10-01.")
        case "literal_error":
            words = ("请从列表中选择。", "Please choose from the list.")
        case "extra_forbidden":
            words = ("没有这一项。", "There is no such setting.")
        case "opens_late":
            words = ("结束要晚于开始。", "The end must be after the beginning.")
        case "used_twice":
            words = _TWICE[context["what"]]
            thing, _, name = context["what"].partition(" ")
            where = (f"{thing}s", "", name)
        case "theme_half":
            words, where = ("主题要有中文和英文。", "A theme has a name in both languages."), (*where, "theme_en")
        case "theme_twice":
            one = context["one"]
            words = (
                f"别的业务把这个主题译作 {one}，请一致。",
                f"Other services call this theme {one}: let it be the same.",
            )
            where = ("services", "", "theme_en")
        case "unknown_service":
            words = (
                f"没有代号为 {context['service']} 的业务。",
                f"There is no service with the short name {context['service']}.",
            )
        case "hot_elsewhere":
            words, where = ("请在本机业务中选择。", "Choose among the services offered here."), ("hot",)
        case "language_elsewhere":
            words, where = ("请在本机语言中选择。", "Choose among the languages offered here."), ("language",)
        case _:
            message = error["msg"].removeprefix("Value error, ")
            words = _FORMS.get(name, (f"不符合要求：{message}", f"Will not do: {message}"))
    return Fault(where, words)
