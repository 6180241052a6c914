"""`locker`: how the doors of a pickup locker stand, one opened, all tried one after another, or watched."""

import argparse
import contextlib
import sys
import threading
import time
from typing import Final

from jinghou_devices.commands.common import (
    Commands,
    Exit,
    WrongCall,
    device_line,
    opened,
    say,
    seconds,
    show,
)
from jinghou_devices.errors import DeviceError, DeviceRefused
from jinghou_devices.kinds.common import Kind, Tri
from jinghou_devices.kinds.locker_board import Door, LockerBoard, LockerStatus, LockState, Opened
from jinghou_devices.station import Station

_LOOK_EVERY_S: Final = 0.5


def add(commands: Commands) -> None:
    """Name the commands."""
    line = device_line(Kind.LOCKER)
    line.add_argument("--board", type=_number, metavar="N", help="the board's address; without, all in the settings")
    line.add_argument("--json", action="store_true", help="one JSON object a line")
    locker = commands.add_parser("locker", parents=[line], help="look at the doors of a pickup locker, and open them")
    what = locker.add_subparsers(dest="what", required=True)
    again = argparse.ArgumentParser(add_help=False)  # --json is understood in both places
    again.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="one JSON object a line")

    status = what.add_parser(
        "status", parents=[again], help="how each door stands, and whether something lies behind it"
    )
    status.set_defaults(run=_status)
    one = what.add_parser("open", parents=[again], help="open one door, and say whether it was seen open")
    one.add_argument("lock", type=int, metavar="LOCK", help="its number, from 1")
    one.set_defaults(run=_open)
    watch = what.add_parser("watch", parents=[again], help="tell each change until Ctrl+C")
    watch.set_defaults(run=_watch)
    test = what.add_parser("test", parents=[again], help="after installation: open every door, one after another")
    test.add_argument("--yes", action="store_true", help="go on without waiting for each door to be closed again")
    test.add_argument("--timeout", type=seconds, default=120.0, metavar="S", help="how long to wait for that (120)")
    test.set_defaults(run=_test)


def _number(text: str) -> int:
    return int(text, 0)


class _Boards:
    """A locker as the commands see it; a state is shown with its board where there are several."""

    def __init__(self, station: Station, *, as_json: bool) -> None:
        assert station.locker is not None
        self.locker: LockerBoard = station.locker
        self.as_json = as_json

    def fields(self, board: int, state: LockState) -> dict[str, object]:
        """What a technician and a script see of a lock."""
        which = {"board": board} if len(self.locker.boards) > 1 else {}
        return which | {"lock": state.lock, "door": state.door.value, "item": state.item and state.item.value}

    def name(self, board: int, lock: int) -> str:
        """A lock in words."""
        return f"board {board} lock {lock}" if len(self.locker.boards) > 1 else f"lock {lock}"

    def table(self, board: int, status: LockerStatus) -> None:
        """All locks of a board."""
        if self.as_json:
            for state in status.locks:
                self.tell(board, state)
            return
        if len(self.locker.boards) > 1:
            print(f"board {board}")
        print("lock  door    item")
        for state in status.locks:
            print(f"{state.lock:>4}  {state.door.value:<8}{state.item.value if state.item else '-'}")

    def tell(self, board: int, state: LockState) -> None:
        """One line about a lock."""
        if self.as_json:
            show(self.fields(board, state), as_json=True)
        else:
            print(f"{self.name(board, state.lock)}: {state.door.value}{_beside(state)}")


def _beside(state: LockState) -> str:
    words = [word for word in ("left_open", "stuck", "forced") if getattr(state, word)]
    item = [] if state.item is None else [f"item {state.item.value}"]
    return "".join(f", {word.replace('_', ' ')}" for word in [*item, *words])


def _opened(options: argparse.Namespace) -> contextlib.AbstractContextManager[Station]:
    board = {} if options.board is None else {"boards": options.board}
    return opened(Kind.LOCKER, options, options=dict(options.option) | board)


def _status(options: argparse.Namespace) -> Exit:
    with _opened(options) as station:
        boards = _Boards(station, as_json=options.json)
        silent = Exit.DONE
        for board in boards.locker.boards:
            try:
                status = boards.locker.look(board).result()
            except DeviceError as fault:
                silent = say(str(fault), Exit.NO_ANSWER)  # the other boards are told of
                continue
            boards.table(board, status)
    return silent


def _open(options: argparse.Namespace) -> Exit:
    with _opened(options) as station:
        boards = _Boards(station, as_json=options.json)
        locker, lock = boards.locker, options.lock
        if len(locker.boards) > 1:
            raise WrongCall("which board? say --board N")
        if not 1 <= lock <= locker.locks:
            raise WrongCall(f"there is no lock {lock}: they are 1 to {locker.locks}")
        (board,) = locker.boards
        result = locker.open(board, lock).result()
    item = Tri.UNKNOWN if locker.sees_items else None
    if result.opened is Opened.OPENED or options.json:
        boards.tell(board, result.seen or LockState(lock, Door.UNKNOWN, item))
    if result.opened is Opened.OPENED:
        return Exit.DONE
    uncertain = "nobody knows whether it opened" if result.opened is Opened.UNCERTAIN else "not open"
    return say(f"lock {lock}: {uncertain}: {result.reason}", Exit.FAILED)


def _watch(options: argparse.Namespace) -> Exit:
    with _opened(options) as station:
        boards = _Boards(station, as_json=options.json)

        def tell(board: int, state: LockState) -> None:
            if options.json:
                show(boards.fields(board, state) | _marks(state), as_json=True)
            else:
                print(f"{time.strftime('%H:%M:%S')} ", end="")
                boards.tell(board, state)
            sys.stdout.flush()

        boards.locker.watch(tell)
        with contextlib.suppress(KeyboardInterrupt):
            threading.Event().wait()
    return Exit.DONE


def _marks(state: LockState) -> dict[str, object]:
    return {"left_open": state.left_open, "stuck": state.stuck, "forced": state.forced}


def _test(options: argparse.Namespace) -> Exit:
    with _opened(options) as station:
        boards = _Boards(station, as_json=options.json)
        failures = sum(_test_board(boards, board, options) for board in boards.locker.boards)
        total = boards.locker.locks * len(boards.locker.boards)
    if failures:
        return say(f"{failures} of {total} locks were not seen to open", Exit.FAILED)
    return Exit.DONE


def _test_board(boards: _Boards, board: int, options: argparse.Namespace) -> int:
    """Try every lock of one board; how many were not seen to open."""
    if early := [one.lock for one in boards.locker.look(board).result().locks if one.door is Door.OPEN]:
        named = ", ".join(str(lock) for lock in early)
        raise DeviceRefused(f"board {board} has open doors: {named}. Close them; if they are closed, see closed_is")
    failures = 0
    for lock in range(1, boards.locker.locks + 1):
        result = boards.locker.open(board, lock).result()
        good = result.opened is Opened.OPENED
        failures += not good
        if options.json:
            fields = {"board": board, "lock": lock, "opened": result.opened.value, "reason": result.reason}
            show(fields, as_json=True)
        else:
            print(f"{boards.name(board, lock)}: {result.opened.value}{f' ({result.reason})' if result.reason else ''}")
        if good and not options.yes:
            _wait_until_closed(boards, board, lock, options.timeout)
    return failures


def _wait_until_closed(boards: _Boards, board: int, lock: int, timeout_s: float) -> None:
    print(f"close {boards.name(board, lock)}", file=sys.stderr, flush=True)
    end = time.monotonic() + timeout_s
    pause = threading.Event()
    while boards.locker.look(board).result().locks[lock - 1].door is not Door.CLOSED:
        if time.monotonic() > end:
            raise WrongCall(
                f"{boards.name(board, lock)} is seen open still: with --yes the test does not wait for that"
            )
        pause.wait(_LOOK_EVERY_S)
