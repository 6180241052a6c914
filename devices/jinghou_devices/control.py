"""Asking a control socket, such as a simulator's: one JSON object a line in, one out."""

import json
import socket as sockets
from pathlib import Path

from jinghou_devices.errors import DeviceRefused, DeviceSilent, PortMissing, ProtocolError


def ask(socket: Path, command: str, timeout_s: float = 2.0, **arguments: object) -> dict[str, object]:
    """The answer to `command`, without its "ok".

    Raises PortMissing when nobody serves the socket, DeviceSilent after `timeout_s`, DeviceRefused with its
    words when it cannot do it, ProtocolError when the answer is no JSON object.
    """
    request = json.dumps({"command": command, **arguments}, ensure_ascii=False) + "\n"
    try:
        with sockets.socket(sockets.AF_UNIX) as line:
            line.settimeout(timeout_s)
            line.connect(str(socket))
            line.sendall(request.encode())
            with line.makefile("rb") as answers:
                answer = answers.readline()
    except TimeoutError:
        raise DeviceSilent(f"{socket}: no answer") from None
    except OSError as fault:
        raise PortMissing(f"{socket}: nobody serves this socket ({fault.strerror or fault})") from None
    try:
        fields = json.loads(answer)
    except ValueError:
        fields = None
    if not isinstance(fields, dict):
        raise ProtocolError(f"{socket}: the answer is no JSON object")
    if not fields.pop("ok", False):
        raise DeviceRefused(f"{socket}: {fields.get('error', 'refused')}")
    return fields
