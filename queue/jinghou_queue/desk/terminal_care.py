"""How the terminals of a hall are, by what they report, and what they are told to be, by their profiles."""

import json
from datetime import date
from typing import Any, Final, assert_never

import msgspec
from pydantic import ValidationError

from jinghou_config.hall import HallPlan
from jinghou_config.settings import faults
from jinghou_config.terminal import BoardProfile, KioskProfile, PadProfile, Profile
from jinghou_queue.contract.messages import HallSummary
from jinghou_queue.contract.terminals import (
    ConfigService,
    OpenHours,
    ReportHeard,
    TerminalConfig,
    TerminalKind,
    TerminalReport,
    TerminalView,
)
from jinghou_queue.desk.book import Book, Press, pressed
from jinghou_queue.desk.plans import plan_of
from jinghou_queue.desk.refused import Refusal, Refused
from jinghou_queue.desk.views import hall_row
from jinghou_queue.rules.calendar import opening
from jinghou_queue.rules.days import days_after, moment
from jinghou_queue.store import Connection
from jinghou_queue.store import statements as st
from jinghou_queue.store import terminal_statements as ts

Body = dict[str, Any]
"""A profile as JSON, of the form that docs/configuration.md lists for the kind of terminal."""

STALE_AFTER_MS: Final = 3 * 60 * 1000
HOURS_DAYS: Final = 14
"""For how many days a terminal knows the hall's hours, should the server be away for long."""
PROFILES: Final[dict[TerminalKind, type[Profile]]] = {
    TerminalKind.KIOSK: KioskProfile,
    TerminalKind.BOARD: BoardProfile,
    TerminalKind.COUNTER_PAD: PadProfile,
}
_VERSION: Final = msgspec.json.Decoder(int)
_HEARD: Final = msgspec.json.Decoder(ReportHeard)
_REPORT: Final = msgspec.json.Decoder(TerminalReport)
_JSON: Final = msgspec.json.Encoder()


def terminal_row(connection: Connection, hall: str, terminal: str) -> ts.TerminalRow:
    """A terminal that is not retired. Raises Refused TERMINAL_UNKNOWN."""
    row = connection.one(ts.TERMINAL, hall=hall, terminal=terminal)
    if row is None:
        raise Refused(Refusal.TERMINAL_UNKNOWN, "this hall has no terminal of that id")
    return row


def terminals(connection: Connection, hall: str, at: int) -> list[TerminalView]:
    """All terminals of a hall that are not retired, the oldest first, as of `at`, a Unix time in milliseconds."""
    return [_view(row, at) for row in connection.all(ts.TERMINALS, hall=hall)]


def profile_in_force(connection: Connection, hall: str, terminal: str) -> tuple[int, Body]:
    """What is set for a terminal, with its version. Raises Refused TERMINAL_UNKNOWN."""
    row = terminal_row(connection, hall, terminal)
    return row.profile_version, json.loads(row.profile)


def change_profile(connection: Connection, press: Press, terminal: str, profile: Body, expected: int) -> int:
    """Put a profile in force if version `expected` still is; the new version.

    Raises Refused: TERMINAL_UNKNOWN, PROFILE_INVALID, PROFILE_CHANGED when somebody was faster, KEY_REUSED.
    """
    return pressed(connection, press, _VERSION, lambda book: _change_profile(book, terminal, profile, expected))


def hear_report(connection: Connection, press: Press, report: TerminalReport) -> ReportHeard:
    """Keep what the terminal of the press says of itself, instead of what it said before.

    Raises Refused: TERMINAL_UNKNOWN, KEY_REUSED.
    """
    return pressed(connection, press, _HEARD, lambda book: _hear_report(book, report))


def config_of(connection: Connection, hall: str, terminal: str) -> tuple[str, TerminalConfig]:
    """All that a terminal must know, and a name for just that. Raises Refused: HALL_UNKNOWN, TERMINAL_UNKNOWN."""
    row, in_hall = terminal_row(connection, hall, terminal), hall_row(connection, hall)
    plan = plan_of(connection, hall, in_hall)
    profile: Body = json.loads(row.profile)
    services = {service.service: service for service in connection.all(st.SERVICES, hall=hall)}
    config = TerminalConfig(
        terminal=row.terminal,
        kind=TerminalKind(row.kind),
        name=row.name,
        hall=HallSummary(id=hall, name=in_hall.name, name_en=in_hall.name_en, timezone=in_hall.timezone),
        epoch=in_hall.epoch,
        services=tuple(
            ConfigService(
                id=service.service,
                prefix=service.prefix,
                name=service.name,
                name_en=service.name_en,
                zone=service.zone,
                identity=service.identity,
            )
            for chosen in profile.get("services") or services
            if (service := services.get(chosen)) is not None
        ),
        lease_numbers=plan.terminals.lease_numbers,
        profile=profile,
        hours=_hours(plan, in_hall.day) if plan.calendar.hours else None,
    )
    return f"{in_hall.epoch}.{in_hall.plan_version}.{row.profile_version}.{in_hall.day}", config


def checked_profile(book: Book, kind: TerminalKind, profile: Body) -> str:
    """A profile as it is kept: what is set, and nothing of what is not. Raises Refused PROFILE_INVALID."""
    try:
        checked = PROFILES[kind].model_validate(profile)
    except ValidationError as invalid:
        raise Refused(Refusal.PROFILE_INVALID, faults(invalid, "profile")) from None
    known: set[str] = {service.id for service in book.plan.services}
    match checked:
        case KioskProfile() | BoardProfile():
            named = set(checked.services)
        case PadProfile():
            named = set() if checked.counter is None else {checked.counter}
            known = {counter.id for counter in book.plan.counters}
        case _:
            assert_never(checked)
    if named - known:
        raise Refused(Refusal.PROFILE_INVALID, f"this hall has no {min(named - known)}; it has {', '.join(known)}")
    return checked.model_dump_json(exclude_unset=True)


def _hours(plan: HallPlan, first: str) -> tuple[OpenHours, ...]:
    return tuple(
        OpenHours(
            opens_at=moment(day, stretch.opens, plan.zone_info), closes_at=moment(day, stretch.closes, plan.zone_info)
        )
        for day in (days_after(first, ahead) for ahead in range(HOURS_DAYS))
        for stretch in opening(plan.calendar, date.fromisoformat(day))
    )


def _change_profile(book: Book, terminal: str, profile: Body, expected: int) -> int:
    row = terminal_row(book.connection, book.hall, terminal)
    if row.profile_version != expected:
        raise Refused(Refusal.PROFILE_CHANGED, f"it is at version {row.profile_version} by now: get it anew")
    text = checked_profile(book, TerminalKind(row.kind), profile)
    version = expected + 1
    book.connection.run(ts.TERMINAL_PROFILE, hall=book.hall, terminal=terminal, to_profile=text, to_version=version)
    book.audit("set profile", terminal, f"version {version}: {text}")
    return version


def _hear_report(book: Book, report: TerminalReport) -> ReportHeard:
    row = terminal_row(book.connection, book.hall, book.press.who)
    text = _JSON.encode(report).decode()
    book.connection.run(ts.TERMINAL_REPORT, hall=book.hall, terminal=row.terminal, to_report=text, now=book.press.at)
    return ReportHeard(now=book.press.at)


def _view(row: ts.TerminalRow, at: int) -> TerminalView:
    report = _REPORT.decode(row.report) if row.report else None
    heard = max(row.seen_at or 0, row.enrolled_at or 0)
    return TerminalView(
        id=row.terminal,
        kind=TerminalKind(row.kind),
        name=row.name,
        profile_version=row.profile_version,
        enrolled_at=row.enrolled_at,
        enrol_until=row.code_until if row.code_until > at else None,
        seen_at=row.seen_at,
        stale=row.enrolled_at is not None and at - heard > STALE_AFTER_MS,
        clock_ahead_ms=None if report is None or row.seen_at is None else report.at - row.seen_at,
        report=report,
    )
