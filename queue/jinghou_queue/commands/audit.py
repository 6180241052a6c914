"""`audit`: whether the records are as they were written, and what staff did."""

import argparse
from datetime import UTC, datetime

from jinghou_config.queue import QueueSettings
from jinghou_queue.commands import CommandFailed, Commands, command, group, opened, whole_number
from jinghou_queue.desk.records import Broken, Checked, check_page
from jinghou_queue.store import record_statements as rs
from jinghou_queue.store import statements as st
from jinghou_queue.store.databases import connect


def add(commands: Commands) -> None:
    """Add this area's commands."""
    actions = group(commands, "audit", "verify and show the records")
    command(actions, "verify", "check that no record was changed or taken away since it was written", _verify)
    showing = command(actions, "show", "what staff did that is not in the feed", _show)
    showing.add_argument("--last", type=whole_number, default=50, metavar="N", help="so many lines of each hall (50)")


def _verify(_: argparse.Namespace, settings: QueueSettings) -> None:
    """In pages, each in a transaction of its own: presses wait for a page, not for all of them."""
    for hall in _halls(settings):
        checked = Checked()
        while not checked.complete:
            with connect(settings.db) as connection:
                try:
                    checked = check_page(connection, hall, checked)
                except Broken as broken:
                    raise CommandFailed(f"{hall}: {broken}") from None
        unlinked = f" ({checked.unlinked} from before there were links)" if checked.unlinked else ""
        print(f"{hall}: {checked.events} events{unlinked}, {checked.lines} audit lines, unbroken")
        print(f"{hall}: feed ends with {checked.feed or 'nothing'}, audit with {checked.audit or 'nothing'}")


def _show(arguments: argparse.Namespace, settings: QueueSettings) -> None:
    for hall in _halls(settings):
        with connect(settings.db) as connection:
            last = connection.one(rs.AUDIT_LAST, hall=hall)
            after = 0 if last is None else max(0, last.seq - arguments.last)
            lines = connection.all(rs.AUDIT_AFTER, hall=hall, after=after, most=arguments.last)
        for line in lines:
            at = datetime.fromtimestamp(line.at / 1000, UTC)
            what = "  ".join([line.actor, line.action, line.subject, line.detail])
            print(f"{hall}  {line.seq:>6}  {at:%Y-%m-%d %H:%M:%S}Z  {what}")


def _halls(settings: QueueSettings) -> list[str]:
    with opened(settings) as connection:
        return connection.all(st.HALL_IDS)
