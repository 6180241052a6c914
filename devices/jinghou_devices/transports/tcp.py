"""A TCP connection to a device on the network, such as a printer's port 9100 or a serial server.

Many of those talk to one program at a time: a second one is refused, or is let in and hears nothing.
"""

import contextlib
import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future

from jinghou_devices.errors import PortMissing
from jinghou_devices.transports.descriptor import DescriptorTransport
from jinghou_devices.transports.trace import Trace

_CONNECT_S = 3.0


class TcpTransport(DescriptorTransport):
    """An open connection. Raises PortMissing when nobody answers at `host`:`port` within three seconds.

    A cable that was pulled is noticed by the probe, or within half a minute by the keep-alive.
    """

    def __init__(self, host: str, port: int, trace: Trace, clock: Callable[[], float] = time.monotonic) -> None:
        name = f"{host}:{port}"
        try:
            self._socket = _connected(host, port)
        except ConnectionRefusedError:
            raise PortMissing(f"{name}: refuses: it is not ready, or busy with another program") from None
        except (socket.gaierror, UnicodeError):
            raise PortMissing(f"{name}: the network knows no device of this name") from None
        except OSError as fault:  # TimeoutError too
            raise PortMissing(f"{name}: nobody answers there ({fault.strerror or fault})") from None
        self._socket.setblocking(False)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for option, value in (("TCP_KEEPIDLE", 10), ("TCP_KEEPINTVL", 5), ("TCP_KEEPCNT", 3)):
            if hasattr(socket, option):
                self._socket.setsockopt(socket.IPPROTO_TCP, getattr(socket, option), value)
        super().__init__(name, trace, clock)

    def _fileno(self) -> int:
        return self._socket.fileno()

    def _receive(self) -> bytes:
        data = self._socket.recv(4096)
        if not data:
            raise ConnectionResetError
        return data

    def _send(self, data: bytes) -> int:
        return self._socket.send(data)

    def _discard(self) -> None:
        with contextlib.suppress(BlockingIOError):
            while self._socket.recv(4096):
                pass

    def _release(self) -> None:
        self._socket.close()


def _connected(host: str, port: int) -> socket.socket:
    """A connection to the first address of `host` that takes one. Raises OSError or UnicodeError as `socket` does."""
    fault = OSError("it has no address")
    for address in _addresses(host, port):
        try:
            return socket.create_connection(address, _CONNECT_S)
        except OSError as one:
            fault = one
    raise fault


def _addresses(host: str, port: int) -> list[tuple[str, int]]:
    """What `host` stands for. The system's look-up knows no deadline: one that takes too long is left to itself."""
    found: Future[list[tuple[str, int]]] = Future()

    def look_up() -> None:
        try:
            known = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as fault:
            found.set_exception(fault)
        else:
            found.set_result([(str(address[0]), port) for *_, address in known])

    threading.Thread(target=look_up, name=f"look up {host}", daemon=True).start()
    try:
        return found.result(_CONNECT_S)
    except TimeoutError:
        raise TimeoutError("its name is not looked up in time") from None
