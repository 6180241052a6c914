"""`trace`: what goes over the line of one device, and the states it goes through, as they come. Personal data is not in
it: a trace holds command and status bytes."""

import argparse
import json
import time
from contextlib import closing, suppress
from queue import Empty, SimpleQueue
from typing import Final

from jinghou_config.devices import DevicesSettings
from jinghou_devices import driver
from jinghou_devices.commands.common import Commands, Exit, WrongCall, device_options, line_settings, seconds
from jinghou_devices.kinds.common import DeviceStatus, Kind
from jinghou_devices.station import Station
from jinghou_devices.supervisor import USABLE
from jinghou_devices.transports.trace import Exchange

Events = SimpleQueue[tuple[float, DeviceStatus | Exchange]]
_FOREVER_S: Final = 3600.0  # a queue cannot wait for ever


def add(commands: Commands) -> None:
    """Name the command."""
    trace = commands.add_parser("trace", parents=[device_options()], help="what goes over the line of a device, live")
    trace.add_argument("--kind", type=Kind, choices=tuple(Kind), help="for a driver that several kinds have")
    trace.add_argument("--seconds", type=seconds, metavar="S", help="for how long (until Ctrl+C)")
    trace.add_argument("--json", action="store_true", help="one JSON object a line")
    trace.set_defaults(run=_trace)


def _trace(options: argparse.Namespace) -> Exit:
    devices = DevicesSettings.model_validate({_kind(options).value: line_settings(options)})
    events: Events = SimpleQueue()
    begun = time.monotonic()
    end = begun + options.seconds if options.seconds else float("inf")
    answered = False

    def hear(event: DeviceStatus | Exchange) -> None:
        events.put((time.monotonic() - begun, event))

    with closing(Station.open(devices, hear, hear)):
        try:
            while (left := end - time.monotonic()) > 0:
                with suppress(Empty):
                    at, event = events.get(timeout=min(left, _FOREVER_S))
                    answered = answered or (isinstance(event, DeviceStatus) and event.link in USABLE)
                    _show(at, event, as_json=options.json)
        except KeyboardInterrupt:
            pass  # the usual end
    return Exit.DONE if answered else Exit.NO_ANSWER


def _kind(options: argparse.Namespace) -> Kind:
    kinds = driver.kinds_of(options.driver)
    if options.kind is not None:
        kinds = [kind for kind in kinds if kind is options.kind]
    if len(kinds) != 1:
        raise WrongCall(f"--kind is one of those that have this driver: {', '.join(driver.kinds_of(options.driver))}")
    return kinds[0]


def _show(at: float, event: DeviceStatus | Exchange, *, as_json: bool) -> None:
    """One line, with the seconds since the beginning."""
    if isinstance(event, Exchange):
        fields = {"way": event.way.value, "bytes": event.text}
        text = f"{event.way.value} {event.text}"
    else:
        fields = {"state": event.link, "reason": event.reason}
        text = f"= {event.link}{f': {event.reason}' if event.reason else ''}"
    print(
        json.dumps({"at": round(at, 3), **fields}, ensure_ascii=False) if as_json else f"{at:9.3f} {text}", flush=True
    )
