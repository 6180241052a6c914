"""`jinghou-kiosk demo`: the hall on this machine, to be tried by hand or watched on its tour."""

import os
import signal
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final, NoReturn

from jinghou_config.terminal import ScreenSettings
from jinghou_devices.errors import DeviceError
from jinghou_ui.demo.clerk import Clerk
from jinghou_ui.demo.hall import (
    CLERK,
    CLERK_PASSWORD,
    MANAGER,
    MANAGER_PASSWORD,
    STAFF_PIN,
    DemoFault,
    DemoHall,
    Glass,
    program,
)
from jinghou_ui.demo.tour import COUNTER, Tour
from jinghou_ui.exit import ProgramFault
from jinghou_ui.screens import BOARD_55, KIOSK_32

# On a desktop, both at half their pixels.
SMALL_KIOSK: Final = ScreenSettings(px_per_mm=1.355, width_px=540, height_px=960, full_screen=False)
SMALL_BOARD: Final = ScreenSettings(px_per_mm=0.79, width_px=960, height_px=540, full_screen=False)

_HELP: Final = """\
Type a word and Enter:
  card    put a made-up person's ID card on the reader      lift    take it away
  open    open counter 1          next    call the next person
  start   the person is here      finish  the person is done
  paper   where the printed tickets are                      quit    end the demo
Service mode: tap the ring beside the hall's name five times, wait for a second, tap twice; the PIN is {pin}
The same by hand:
  {control} {reader} place
  {control} {printer} papers"""


def run_demo(folder: Path, *, once: bool) -> int:
    """Run until Ctrl-C, or with `once` through the tour. Raises ConfigError when `folder` cannot be used."""
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        return _run(folder, once=once)
    except KeyboardInterrupt:
        print("\nEnded; nothing is left running.")
        return 0


def _run(folder: Path, *, once: bool) -> int:
    kiosk, board, how_to_see = _choose_glass(once=once)
    print("Starting a hall on this machine: server, ID reader, printer, kiosk, board …", flush=True)
    with DemoHall(folder, kiosk, board) as hall:
        print(
            f"  files    {hall.folder}\n  server   {hall.url}/schema/openapi.json\n"
            f"  counters {hall.url}/staff  login {CLERK}, password {CLERK_PASSWORD}\n"
            f"  manager  {hall.url}/staff  login {MANAGER}, password {MANAGER_PASSWORD}\n{how_to_see}",
            flush=True,
        )
        if once or not _has_screen():
            Tour(hall, say=lambda line: print(f"  · {line}", flush=True)).run()
            print(f"The tour is complete. Pictures and transcript: {hall.folder / 'tour'}", flush=True)
        if not once:
            _serve(hall)
    return 0


def _has_screen() -> bool:
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _choose_glass(*, once: bool) -> tuple[Glass, Glass, str]:
    """Where the windows go, and a line that tells the reader."""
    if _has_screen():
        return Glass(SMALL_KIOSK), Glass(SMALL_BOARD), "  windows  on this screen, at half their real pixels"
    if once:
        unseen = {"QT_QPA_PLATFORM": "offscreen"}
        return (
            Glass(KIOSK_32, unseen),
            Glass(BOARD_55, unseen),
            "  windows  drawn in memory: this machine has no screen",
        )
    kiosk_port, board_port = _free_vnc_ports(2)
    how_to_see = (
        f"  windows  no screen here: connect a VNC viewer to port {kiosk_port} (kiosk) and {board_port} (board).\n"
        "           No password: whoever reaches these ports sees and touches the demo, and nothing else."
    )
    return Glass(KIOSK_32, _vnc(KIOSK_32, kiosk_port)), Glass(BOARD_55, _vnc(BOARD_55, board_port)), how_to_see


def _vnc(screen: ScreenSettings, port: int) -> dict[str, str]:
    return {"QT_QPA_PLATFORM": f"vnc:size={screen.width_px}x{screen.height_px}:port={port}"}


def _free_vnc_ports(count: int) -> list[int]:
    free = []
    for port in range(5900, 6000):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                free.append(port)
        if len(free) == count:
            return free
    raise DemoFault("ports 5900 to 5999 are all taken: end another demo first")


def _serve(hall: DemoHall) -> None:
    """Do what the person at the keyboard types; without a keyboard, wait for the end."""
    control = f"{program('jinghou-devices')} control"
    print(
        _HELP.format(control=control, reader=hall.reader_control, printer=hall.printer_control, pin=STAFF_PIN),
        flush=True,
    )
    clerk = hall.clerk(COUNTER)
    clerk.open()
    actions: dict[str, Callable[[], str]] = {
        "card": lambda: _said(hall.place_card, "the card lies on the reader"),
        "lift": lambda: _said(hall.lift_card, "the card is taken away"),
        "open": lambda: _said(clerk.open, "counter 1 is open"),
        "next": lambda: _call_next(clerk),
        "start": lambda: _said(clerk.start, "the person is here"),
        "finish": lambda: _said(clerk.finish, "the person is done"),
        "paper": lambda: str(hall.papers),
    }
    for line in sys.stdin:
        word = line.strip()
        if word == "quit":
            return
        try:
            print(actions[word]() if word in actions else f"known words: {', '.join(actions)}, quit", flush=True)
        except (ProgramFault, DeviceError, OSError) as fault:
            print(fault, flush=True)
    signal.pause()


def _said(do: Callable[[], object], words: str) -> str:
    do()
    return words


def _call_next(clerk: Clerk) -> str:
    called = clerk.next()
    return f"{called.number} to counter 1: {called.reason}" if called else "nobody waits"


def _interrupt(*_: object) -> NoReturn:
    raise KeyboardInterrupt
