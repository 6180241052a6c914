"""What the box holds: numbers to give, what is to be told, and the hall as it was last.

Whoever has the file and not the token reads times, services and random names in it, and nothing of a person.
"""

import secrets
import sqlite3
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeVar
from zoneinfo import ZoneInfo

import msgspec

from jinghou_kiosk.box.entries import Entry
from jinghou_kiosk.box.file import BoxFile
from jinghou_kiosk.box.seal import Seal
from jinghou_queue.contract.messages import HallView
from jinghou_queue.contract.offline import Lease, LeasedNumber, NumberCancelled, NumberGiven
from jinghou_queue.contract.terminals import OutboxReport, TerminalConfig

_MOST_CODE: Final = 200  # characters that the server reads of a code

T = TypeVar("T")


class Given(NamedTuple):
    """A number out of the box. `again`: this person has it from an earlier press."""

    number: LeasedNumber
    again: bool


class Box:
    """One kiosk's box. Safe to use from several threads; each call may wait for the disk, and may raise BoxFault.

    `now` gives Unix time in milliseconds, `random` that many random bytes. Raises BoxInUse when another program has
    the file open, BoxFault when it can be neither read nor made.
    """

    def __init__(
        self,
        path: Path,
        token: str,
        *,
        now: Callable[[], int],
        random: Callable[[int], bytes] = secrets.token_bytes,
    ) -> None:
        self._seal = Seal(token, random)
        self._file = BoxFile(path, self._seal, now)
        self._opened: dict[str, tuple[bytes, Any]] = {}  # what is known, by name: as it lies sealed, and opened
        self.on_change: Callable[[], None] = lambda: None
        """Called, on whatever thread, after something in the box has changed."""

    def close(self) -> None:
        """Let the file go."""
        self._file.close()

    # What is to be told

    def put(self, entry: Entry) -> None:
        """Keep something to be told."""
        with self._file.writing() as connection:
            self._add(connection, entry)
        self.on_change()

    def oldest(self, most: int) -> list[Entry]:
        """What has waited longest, in the order in which it happened."""
        with self._file.reading() as connection:
            rows = connection.execute("SELECT key, sealed FROM outbox ORDER BY seq LIMIT ?", (most,)).fetchall()
            return [msgspec.json.decode(self._seal.open(sealed, f"outbox {key}"), type=Entry) for key, sealed in rows]

    def forget(self, keys: Iterable[str]) -> None:
        """Those were told: nothing is left of them in the file, nor of the numbers that they gave."""
        names = [(key,) for key in keys]
        with self._file.writing() as connection:
            connection.executemany("DELETE FROM outbox WHERE key = ?", names)
            connection.executemany("DELETE FROM lease WHERE press = ?", names)
        self._file.wipe()
        self.on_change()

    def backlog(self) -> OutboxReport:
        """How much waits to be told, and since when."""
        with self._file.reading() as connection:
            waiting, oldest = connection.execute("SELECT count(*), min(at) FROM outbox").fetchone()
        return OutboxReport(waiting=waiting, oldest_at=oldest)

    # Numbers

    def keep_lease(self, lease: Lease) -> None:
        """Have these numbers of the service to give, and no others; those of other days and epochs go.

        One that was given and is not told yet stays given, although the server still counts it among the unused.
        """
        with self._file.writing() as connection:
            connection.execute(
                "DELETE FROM lease WHERE press IS NULL AND (service = ? OR day <> ? OR epoch <> ?)",
                (lease.service, lease.day, lease.epoch),
            )
            connection.executemany(
                "INSERT OR IGNORE INTO lease (ticket, service, day, epoch, place, sealed) VALUES (?, ?, ?, ?, ?, ?)",
                [
                    (
                        number.ticket,
                        lease.service,
                        lease.day,
                        lease.epoch,
                        place,
                        self._seal.seal(msgspec.json.encode(number), f"lease {number.ticket}"),
                    )
                    for place, number in enumerate(lease.numbers)
                ],
            )
        self.on_change()

    def at_hand(self, at: int) -> dict[str, int]:
        """How many numbers of each service can be given at `at`, in Unix milliseconds."""
        with self._file.reading() as connection:
            rows = connection.execute(
                "SELECT service, count(*) FROM lease WHERE press IS NULL AND day = ? AND epoch = ? GROUP BY service",
                self._day_and_epoch(at),
            )
            return dict(rows.fetchall())

    def give(self, wish: NumberGiven) -> Given | None:
        """A number for the press that `wish.key` names; None when none of its service can be given at `wish.at`.

        `wish` is what the server will be told, its `ticket` not known yet. Number and wish are on disk when this
        returns. Until it was told, the same press gets the same number, and so does the same person at that service.
        """
        with self._file.writing() as connection:
            day, epoch = self._day_and_epoch(wish.at)
            who = wish.identity
            holder = None if who is None else self._seal.mark(f"{day} {wish.service} {who.kind} {who.number}")
            held = connection.execute(
                "SELECT ticket, sealed, press FROM lease WHERE press = ? OR holder = ? ORDER BY press <> ? LIMIT 1",
                (wish.key, holder, wish.key),
            ).fetchone()
            if held is not None:
                return Given(self._number(*held[:2]), again=held[2] != wish.key)
            free = connection.execute(
                "SELECT ticket, sealed FROM lease WHERE press IS NULL AND service = ? AND day = ? AND epoch = ?"
                " ORDER BY place LIMIT 1",
                (wish.service, day, epoch),
            ).fetchone()
            if free is None:
                return None
            number = self._number(*free)
            connection.execute(
                "UPDATE lease SET press = ?, holder = ? WHERE ticket = ?", (wish.key, holder, number.ticket)
            )
            code = wish.code if wish.code and len(wish.code) <= _MOST_CODE else None
            self._add(connection, msgspec.structs.replace(wish, ticket=number.ticket, code=code))
        self.on_change()
        return Given(number, again=False)

    def take_back(self, number: NumberCancelled) -> None:
        """Nobody has that number: nobody else gets it, and the server will be told."""
        with self._file.writing() as connection:
            connection.execute("UPDATE lease SET holder = NULL WHERE ticket = ?", (number.ticket,))
            self._add(connection, number)
        self.on_change()

    def drop_numbers(self) -> None:
        """Have no numbers to give; those that were given stay to be told."""
        with self._file.writing() as connection:
            connection.execute("DELETE FROM lease WHERE press IS NULL")
        self.on_change()

    # The hall

    def hall(self) -> HallView | None:
        """The hall as it was last, without its calls and with nobody waiting."""
        return self._known("hall", HallView)

    def keep_hall(self, hall: HallView) -> None:
        """Remember the hall; what changes with every visit is left out, and is no reason to write.

        Numbers of another epoch of the hall go: they are somebody else's by now.
        """
        quiet = msgspec.structs.replace(
            hall,
            seq=0,
            calls=(),
            services=tuple(msgspec.structs.replace(one, waiting=0, estimate=None) for one in hall.services),
        )
        if quiet == self.hall():
            return
        with self._file.writing() as connection:
            self._keep(connection, "hall", quiet)
            connection.execute("DELETE FROM lease WHERE press IS NULL AND epoch <> ?", (hall.epoch,))
        self.on_change()

    def config(self) -> TerminalConfig | None:
        """What the server told the kiosk to be."""
        return self._known("config", TerminalConfig)

    def keep_config(self, config: TerminalConfig) -> None:
        """Remember what the kiosk is told to be."""
        with self._file.writing() as connection:
            self._keep(connection, "config", config)

    def _day_and_epoch(self, at: int) -> tuple[str, str]:
        """Of which numbers may be given at `at`: the hall's day by the kiosk's clock, and the hall's feed."""
        hall = self.hall()
        if hall is None:
            return "", ""
        return datetime.fromtimestamp(at / 1000, ZoneInfo(hall.timezone)).date().isoformat(), hall.epoch

    def _add(self, connection: sqlite3.Connection, entry: Entry) -> None:
        sealed = self._seal.seal(msgspec.json.encode(entry), f"outbox {entry.key}")
        connection.execute("INSERT INTO outbox (key, at, sealed) VALUES (?, ?, ?)", (entry.key, entry.at, sealed))

    def _number(self, ticket: str, sealed: bytes) -> LeasedNumber:
        return msgspec.json.decode(self._seal.open(sealed, f"lease {ticket}"), type=LeasedNumber)

    def _keep(self, connection: sqlite3.Connection, name: str, value: msgspec.Struct) -> None:
        sealed = self._seal.seal(msgspec.json.encode(value), name)
        connection.execute("INSERT OR REPLACE INTO known (name, sealed) VALUES (?, ?)", (name, sealed))

    def _known(self, name: str, kind: type[T]) -> T | None:
        with self._file.reading() as connection:
            row = connection.execute("SELECT sealed FROM known WHERE name = ?", (name,)).fetchone()
            if row is None:
                return None
            sealed: bytes
            value: T | None
            sealed, value = self._opened.get(name, (b"", None))
            if sealed != row[0]:  # the hall is asked for at each press, and some times a second, and seldom changes
                value = None
                with suppress(msgspec.ValidationError):  # written by a program that knew other fields
                    value = msgspec.json.decode(self._seal.open(row[0], name), type=kind)
                self._opened[name] = row[0], value
        return value
