"""A TCP connection to a device on the network, such as a printer's port 9100 or a serial server.

Many of those talk to one program at a time: a second one is refused, or is let in and hears nothing.
"""

import contextlib
import socket
import time
from collections.abc import Callable

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
            self._socket = socket.create_connection((host, port), _CONNECT_S)
        except ConnectionRefusedError:
            raise PortMissing(f"{name}: refuses: it is not ready, or busy with another program") from None
        except socket.gaierror:
            raise PortMissing(f"{name}: the network knows no device of this name") from None
        except OSError as fault:
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
