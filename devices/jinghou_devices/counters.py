"""What devices have done in their lives (pages, cuts, reads, opens), kept in a file through every cut of the power."""

import contextlib
import errno
import fcntl
import json
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Final

from jinghou_config.files import replace_file
from jinghou_config.log import get_logger

log = get_logger(__name__)
_Counts = dict[str, Counter[str]]
_LOCKED_S: Final = 1.0


class CounterBook:
    """The counters of all devices of a terminal. Without a file they count from the start of the program.

    The file may be written by several programs: each adds to what it finds there. One that is damaged is put aside
    and counting begins anew; what cannot be written is logged once, kept, and written with the next: no device fails
    because of its counters. After a cut of the power the file is whole; at most the last count is not in it.
    """

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._lock = threading.Lock()
        self._unwritten: _Counts = {}
        self._trouble = False
        self._counts: _Counts = {}
        if file is not None:
            with self._told_in_the_log():
                self._counts = _read(file)

    def counters(self, device: str) -> "Counters":
        """Those of one device."""
        return Counters(self, device)

    def add(self, device: str, what: str, number: int) -> None:
        """Count `number` more, and write it down."""
        with self._lock:
            for counts in (self._counts, self._unwritten):
                counts.setdefault(device, Counter())[what] += number
            if self._file is not None:
                with self._told_in_the_log():
                    self._write(self._file)

    def values(self, device: str) -> Mapping[str, int]:
        """What is counted of one device."""
        with self._lock:
            return dict(self._counts.get(device, {}))

    def _write(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        with _alone_with(file):
            counts = _read(file)
            for device, more in self._unwritten.items():
                counts.setdefault(device, Counter()).update(more)
            replace_file(file, json.dumps(counts, indent=1).encode())
        self._counts, self._unwritten = counts, {}

    @contextlib.contextmanager
    def _told_in_the_log(self) -> Iterator[None]:
        """Go on after a fault of the file, which is logged until it is mended once."""
        try:
            yield
        except OSError as fault:
            if not self._trouble:
                log.warning("the file of counters cannot be used", where=str(self._file), reason=fault.strerror)
            self._trouble = True
        else:
            self._trouble = False


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


@contextlib.contextmanager
def _alone_with(file: Path) -> Iterator[None]:
    """While no other program writes it: a lock beside it, as the file itself is replaced each time.

    Raises OSError when another holds it for longer than a write takes: it may have been stopped.
    """
    with file.with_name(f".{file.name}.lock").open("w") as lock:
        end = time.monotonic() + _LOCKED_S
        while not _locked(lock):
            if time.monotonic() > end:
                raise TimeoutError(errno.ETIMEDOUT, "another program does not let go of it")
            time.sleep(_LOCKED_S / 100)
        yield


def _locked(lock: IO[str]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _read(file: Path) -> _Counts:
    """What is in the file; nothing when it is not there or was damaged. Raises OSError."""
    try:
        found = json.loads(file.read_bytes())
        return {
            str(device): Counter({str(what): int(n) for what, n in counts.items()}) for device, counts in found.items()
        }
    except FileNotFoundError:
        return {}
    except (ValueError, TypeError, AttributeError) as fault:
        log.warning("the file of counters is damaged: put aside", where=str(file), reason=type(fault).__name__)
        file.replace(file.with_name(f"{file.name}.damaged"))
        return {}
