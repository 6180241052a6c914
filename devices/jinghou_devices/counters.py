"""What devices have done in their lives (pages, cuts, reads, opens), kept in a file through every cut of the power."""

import json
import os
import threading
from collections.abc import Mapping
from pathlib import Path

from jinghou_config.log import get_logger

log = get_logger(__name__)


class CounterBook:
    """The counters of all devices of a terminal. Without a file they count from the start of the program.

    A file that cannot be read is put aside and counting begins anew; one that cannot be written is logged, and
    counting goes on: no device fails because of its counters.
    """

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._lock = threading.Lock()
        self._counts: dict[str, dict[str, int]] = {} if file is None else _read(file)

    def counters(self, device: str) -> "Counters":
        """Those of one device."""
        return Counters(self, device)

    def add(self, device: str, what: str, number: int) -> None:
        """Count `number` more, and write it down."""
        with self._lock:
            counts = self._counts.setdefault(device, {})
            counts[what] = counts.get(what, 0) + number
            if self._file is not None:
                _write(self._file, self._counts)

    def values(self, device: str) -> Mapping[str, int]:
        """What is counted of one device."""
        with self._lock:
            return dict(self._counts.get(device, {}))


class Counters:
    """What one device has done."""

    def __init__(self, book: CounterBook, device: str) -> None:
        self._book = book
        self._device = device

    def add(self, what: str, number: int = 1) -> None:
        """Count `number` more of `what`, such as "cuts"."""
        self._book.add(self._device, what, number)

    def values(self) -> Mapping[str, int]:
        """All of them."""
        return self._book.values(self._device)


def _read(file: Path) -> dict[str, dict[str, int]]:
    try:
        found = json.loads(file.read_bytes())
        return {str(device): {str(what): int(n) for what, n in counts.items()} for device, counts in found.items()}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, TypeError, AttributeError) as fault:
        log.warning("counters cannot be read: counting anew", where=str(file), reason=type(fault).__name__)
    try:
        file.replace(file.with_name(f"{file.name}.damaged"))
    except OSError:
        log.warning("the damaged file of counters stays in its place", where=str(file))
    return {}


def _write(file: Path, counts: Mapping[str, Mapping[str, int]]) -> None:
    beside = file.with_name(f".{file.name}.new")
    try:
        with beside.open("w", encoding="utf-8") as stream:
            json.dump(counts, stream, indent=1)
            stream.flush()
            os.fsync(stream.fileno())
        beside.replace(file)
    except OSError as fault:
        log.warning("counters cannot be written", where=str(file), reason=fault.strerror)
