"""A hall's plan in a manager's words: what each of its settings is called, and what one plan changes of another."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, TypeVar

from jinghou_config.hall import WEEK, CounterPlan, HallPlan, ServicePlan
from jinghou_queue.web.forms import Field, Kind, Values, Where, value_of
from jinghou_queue.web.pages import Saying

MINUTES: Final[Saying] = ("分钟", "min")
DAYS: Final[Saying] = ("天", "days")
WEEKDAYS: Final[Mapping[str, Saying]] = dict(
    zip(
        WEEK,
        (
            ("周一", "Mon"),
            ("周二", "Tue"),
            ("周三", "Wed"),
            ("周四", "Thu"),
            ("周五", "Fri"),
            ("周六", "Sat"),
            ("周日", "Sun"),
        ),
        strict=True,
    )
)
_NONE: Final[Saying] = ("无", "none")

SERVICE: Final[tuple[Field, ...]] = (
    Field("name", ("名称", "Name in Chinese"), hint=("屏幕上的名称，最多 20 个字", "as on the screens, 20 characters")),
    Field("name_en", ("英文名称", "Name in English")),
    Field(
        "prefix",
        ("号码字母", "Letter of its numbers"),
        hint=("一个或两个大写字母，如 A", "one or two capital letters, such as A"),
    ),
    Field("zone", ("等候区", "Where to wait"), hint=("如 A 厅，可不填", "such as A 厅; may be empty")),
    Field(
        "audience",
        ("为谁办", "For whom"),
        Kind.CHOICE,
        choices=(
            ("both", ("个人和企业", "both")),
            ("personal", ("个人", "people")),
            ("company", ("企业", "companies")),
        ),
    ),
    Field(
        "theme",
        ("主题", "Theme in Chinese"),
        hint=("业务多时归在哪一类，如 不动产，可不填", "what it is found under where there are many; may be empty"),
    ),
    Field("theme_en", ("英文主题", "Theme in English")),
    Field(
        "identity",
        ("身份证", "ID card"),
        Kind.CHOICE,
        choices=(("optional", ("可不带", "not needed")), ("required", ("必须", "needed"))),
    ),
    Field("slots", ("可以按时段预约", "Can be booked"), Kind.OPTIONAL),
    Field("slots.minutes", ("每段时长", "Length of a slot"), Kind.NUMBER, unit=MINUTES, default="15"),
    Field(
        "slots.counters",
        ("每段人数", "People in each slot"),
        Kind.NUMBER,
        hint=("为预约的人准备几个窗口，每段就约几人", "one for each counter planned for booked people"),
        default="1",
    ),
    Field(
        "slots.early_minutes",
        ("最早签到：提前", "Check-in opens, before the slot"),
        Kind.NUMBER,
        unit=MINUTES,
        default="30",
    ),
    Field(
        "slots.late_minutes",
        ("最晚签到：迟到", "Check-in ends, after its start"),
        Kind.NUMBER,
        unit=MINUTES,
        default="15",
    ),
    Field("slots.planned", ("人数不同的时段", "Slots with another count"), Kind.PLANNED),
)
COUNTER: Final[tuple[Field, ...]] = (
    Field("label", ("窗口号", "Number of the counter"), hint=("屏幕上的叫法，如 12", "as on the screens, such as 12")),
    Field("services", ("能办的业务", "Services it can serve"), Kind.TICKS),
)
ID: Final = Field(
    "id",
    ("代号", "Short name"),
    hint=("只用在地址和设备设置里，以后不能改", "for addresses and devices only; it stays as it is"),
)
_LANES: Final = (
    ("returned", ("返回的人之间", "with those who come back")),
    ("priority", ("优先", "with priority")),
    ("booked", ("预约的人之间", "with booked people")),
    ("walk_in", ("现场取号的人之间", "with walk-ins")),
)
SECTIONS: Final[Mapping[str, tuple[Saying, tuple[Field, ...]]]] = {
    "hall": (
        ("大厅", "The hall"),
        (
            Field("name", ("名称", "Name in Chinese")),
            Field("name_en", ("英文名称", "Name in English")),
            Field("timezone", ("时区", "Time zone")),
        ),
    ),
    "calendar": (
        ("开放时间与节假日", "Hours and holidays"),
        (
            Field(
                "hours",
                ("开放时间", "Opening hours"),
                Kind.STRETCHES,
                hint=(
                    "中午休息就分两行。一行都不填：一直开放，但不能预约。",
                    "Two lines for a break at noon. None: always open, no bookings.",
                ),
            ),
            Field(
                "holidays",
                ("公众假期", "Public holidays"),
                Kind.CHOICE,
                choices=(("CN", ("按国务院安排，含调休", "of China, with make-up days")), ("", ("不管", "none"))),
            ),
            Field(
                "closed",
                ("另外关闭的日子", "Closed as well on"),
                Kind.LINES,
                hint=("每行一个，如 2026-10-08", "one a line, such as 2026-10-08"),
            ),
            Field(
                "open",
                ("照常开放的日子", "Open after all on"),
                Kind.LINES,
                hint=("每行一个；当天没有时间就按周一", "one a line; by Monday's hours if it has none"),
            ),
        ),
    ),
    "booking": (
        ("预约规则", "Bookings"),
        (
            Field("days_ahead", ("最多提前", "How far ahead"), Kind.NUMBER, unit=DAYS),
            Field("hold_minutes", ("为人留位，等待确认", "A place is held for"), Kind.NUMBER, unit=MINUTES),
            Field(
                "most_per_identity", ("一人最多同时预约", "Open bookings of one person"), Kind.NUMBER, unit=("个", "")
            ),
            Field(
                "no_shows",
                ("爽约几次后暂停预约", "Missed ones until booking pauses"),
                Kind.NUMBER,
                unit=("次", ""),
                hint=("0 表示不暂停", "0: never"),
            ),
            Field("pause_days", ("爽约计入", "A missed one counts for"), Kind.NUMBER, unit=DAYS),
        ),
    ),
    "calling": (
        ("叫号规则", "Calling"),
        (
            Field("recalls", ("重呼几次后可以过号", "Recalls before passing over"), Kind.NUMBER, unit=("次", "")),
            Field("return_lane", ("过号回来排在", "Who comes back is placed"), Kind.CHOICE, choices=_LANES),
            Field("return_penalty_minutes", ("过号回来往后", "Placed later by"), Kind.NUMBER, unit=MINUTES),
            Field(
                "walk_in_after_booked",
                ("每叫几个预约放行一个现场", "One walk-in after so many others"),
                Kind.NUMBER,
                unit=("人", ""),
                hint=("0 表示不用", "0: off"),
            ),
            Field(
                "walk_in_after_minutes",
                ("现场等候多久放行一个", "One walk-in who waited"),
                Kind.NUMBER,
                unit=MINUTES,
                hint=("0 表示不用", "0: off"),
            ),
            Field(
                "priority_age",
                ("几岁起自动优先", "Priority from the age of"),
                Kind.NUMBER,
                unit=("岁", ""),
                hint=("0 表示不用", "0: never"),
            ),
            Field("auto_call", ("空闲的窗口自动叫下一位", "An idle counter calls by itself"), Kind.TICK),
            Field(
                "pause_reasons",
                ("暂停的原因", "Reasons for a pause"),
                Kind.LINES,
                hint=("每行一个；不填就由窗口人员自己写", "one a line; none: any words"),
            ),
        ),
    ),
    "people": (
        ("取号与个人信息", "Numbers and personal data"),
        (
            Field(
                "one_ticket_per",
                ("一人一天只拿一个号", "One number a person and day"),
                Kind.CHOICE,
                choices=(
                    ("service", ("每项业务一个", "for each service")),
                    ("hall", ("全大厅一个", "in the hall")),
                    ("none", ("不限", "no limit")),
                ),
            ),
            Field(
                "numbers_per_hour",
                ("一人一小时最多取号", "Numbers of one person in an hour"),
                Kind.NUMBER,
                unit=("个", ""),
            ),
            Field(
                "numbers_per_terminal_minute",
                ("一台终端一分钟最多取号", "Numbers of a terminal in a minute"),
                Kind.NUMBER,
                unit=("个", ""),
            ),
            Field("phone_numbers", ("可以用手机扫码取号", "Numbers by phone"), Kind.TICK),
            Field("code_seconds", ("取号码多久一换", "The code changes after"), Kind.NUMBER, unit=("秒", "s")),
            Field("numbers_per_code", ("一个码最多取号", "Numbers by one code"), Kind.NUMBER, unit=("个", "")),
            Field("keep_days", ("个人信息保留", "Personal data is kept for"), Kind.NUMBER, unit=DAYS),
        ),
    ),
    "terminals": (
        ("断网时的取号", "Numbers without the server"),
        (
            Field(
                "lease_numbers",
                ("每台终端每项业务预留", "Set aside for each terminal"),
                Kind.NUMBER,
                unit=("个", ""),
                hint=("0 表示断网时不取号", "0: it gives none on its own"),
            ),
            Field("lease_from", ("预留号码从", "They begin at"), Kind.NUMBER),
        ),
    ),
}
"""The plan's sections by their keys; `hall` is what stands at its own level."""

T = TypeVar("T", ServicePlan, CounterPlan)


def serves(field: Field, plan: HallPlan) -> Field:
    """The same field, with the services of that plan to choose from where it asks for such."""
    if field.kind is not Kind.TICKS:
        return field
    return replace(field, choices=tuple((each.id, (each.name, each.name_en)) for each in plan.services))


def counter_name(label: str) -> Saying:
    """How a counter is spoken of."""
    return f"{label} 号窗口", f"Counter {label}"


def place_of(where: Where, values: Values) -> Saying:
    """What stands at a place of a plan, such as: 税务 · 号码字母."""
    head = str(where[0]) if where else ""
    if head in ("services", "counters"):
        fields, place = (SERVICE if head == "services" else COUNTER), where[1] if len(where) > 1 else ""
        items = values.get(head)
        item = items[place] if isinstance(place, int) and isinstance(items, (list, tuple)) else {}
        owner = _owner(head, item if isinstance(item, dict) else {})
        key = ".".join(str(part) for part in where[2:])
    elif head in SECTIONS:
        owner, fields = SECTIONS[head]
        key = ".".join(str(part) for part in where[1:])
    else:
        owner, fields = SECTIONS["hall"]
        key = head
    for field in (*fields, ID):
        if key == field.key or key.startswith(f"{field.key}."):
            return f"{owner[0]} · {field.words[0]}", f"{owner[1]} · {field.words[1]}"
    return (f"{owner[0]} · {key}", f"{owner[1]} · {key}") if key else owner


def changes(old: HallPlan, new: HallPlan) -> list[Saying]:
    """What `new` changes, in sentences, in the order of a plan's pages; none when it says the same."""
    before, after = old.model_dump(mode="json"), new.model_dump(mode="json")
    names: dict[str, Saying] = {each.id: (each.name, each.name_en) for plan in (old, new) for each in plan.services}
    found = [*_things("services", old.services, new.services, SERVICE, names)]
    found += _things("counters", old.counters, new.counters, COUNTER, names)
    for key, (title, fields) in SECTIONS.items():
        before_at, after_at = (before, after) if key == "hall" else (before[key], after[key])
        found += _differences(title, fields, before_at, after_at, names)
    return found


def _owner(kind: str, item: Values) -> Saying:
    if kind == "counters":
        return counter_name(str(item.get("label", "")))
    return str(item.get("name", "")) or "业务", str(item.get("name_en", "")) or "Service"


def _things(
    kind: str, old: Sequence[T], new: Sequence[T], fields: Sequence[Field], names: Mapping[str, Saying]
) -> Iterator[Saying]:
    before = {each.id: each.model_dump(mode="json") for each in old}
    after = {each.id: each.model_dump(mode="json") for each in new}
    for gone in before.keys() - after.keys():
        owner = _owner(kind, before[gone])
        yield f"去掉{owner[0]}。", f"{owner[1]} goes."
    for name, item in after.items():
        owner = _owner(kind, item)
        if name not in before:
            yield f"新增{owner[0]}。", f"{owner[1]} is new."
        else:
            yield from _differences(_owner(kind, before[name]), fields, before[name], item, names)
    kept = [name for name in before if name in after]
    if kept != [name for name in after if name in before]:
        order = [_owner(kind, item) for item in after.values()]
        yield f"顺序改为：{_joined(order)[0]}。", f"The order becomes: {_joined(order)[1]}."


def _differences(
    owner: Saying, fields: Iterable[Field], before: Values, after: Values, names: Mapping[str, Saying]
) -> Iterator[Saying]:
    for field in fields:
        was, now = value_of(before, field.key), value_of(after, field.key)
        if field.kind is Kind.OPTIONAL:
            was, now = was is not None, now is not None
        elif "." in field.key and None in (was, now):
            continue  # there is nothing of the whole group, which is said
        if was != now:
            one, two = _told(field, was, names), _told(field, now, names)
            yield (
                f"{owner[0]}，{field.words[0]}：{one[0]} → {two[0]}",
                f"{owner[1]}, {field.words[1]}: {one[1]} → {two[1]}",
            )


def _told(field: Field, value: Any, names: Mapping[str, Saying]) -> Saying:
    """A value as a person says it."""
    match field.kind:
        case Kind.TICK | Kind.OPTIONAL:
            return ("是", "yes") if value else ("否", "no")
        case Kind.CHOICE:
            return dict(field.choices).get(value, (str(value), str(value)))
        case Kind.NUMBER:
            return f"{value} {field.unit[0]}".strip(), f"{value} {field.unit[1]}".strip()
        case Kind.TICKS:
            return _joined([names.get(each, (each, each)) for each in value])
        case Kind.LINES:
            return _joined([(str(each), str(each)) for each in value])
        case Kind.STRETCHES | Kind.PLANNED:
            return _joined([stretch_words(row) for row in value])
        case Kind.TEXT:
            return (f"“{value}”", f"“{value}”") if value else _NONE


def stretch_words(row: Values) -> Saying:
    """Such as 周一至周五 09:00–12:00."""
    hours = f"{row['opens'][:5]}–{row['closes'][:5]}"
    more = (f"，{row['counters']} 人", f", {row['counters']} people") if "counters" in row else ("", "")
    days = _days(row["days"])
    return f"{days[0]} {hours}{more[0]}", f"{days[1]} {hours}{more[1]}"


def _days(days: Sequence[str]) -> Saying:
    """Days that follow each other are said as from and to."""
    places = [place for place, day in enumerate(WEEK) if day in days]
    said = [WEEKDAYS[WEEK[place]] for place in places]
    if len(places) > 2 and places[-1] - places[0] == len(places) - 1:
        return f"{said[0][0]}至{said[-1][0]}", f"{said[0][1]}–{said[-1][1]}"
    return _joined(said)


def _joined(parts: Sequence[Saying]) -> Saying:
    return ("、".join(each[0] for each in parts), ", ".join(each[1] for each in parts)) if parts else _NONE
