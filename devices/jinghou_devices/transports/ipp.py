"""The line to a printer on the network that speaks IPP: one question and its answer at a time, over HTTP or HTTPS.

pyipp builds the requests and aiohttp carries them, in an event loop that runs only while a question is open.
"""

import asyncio
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any, Final

from jinghou_devices.codecs import ipp
from jinghou_devices.codecs.ipp import Answer, BadAnswer
from jinghou_devices.errors import Cancelled, DeviceError, DeviceSilent, PortMissing, ProtocolError
from jinghou_devices.transports.trace import Trace, Way

_USER: Final = "jinghou"
_NO_OWN_LIMIT_S: Final = 3600  # pyipp's: the deadline is ours


class IppLine:
    """A Line to the printer at `uri`. Opening it asks nothing: whether somebody is there, the first question tells.

    With `verify` an ipps printer must have a certificate that this machine trusts.
    """

    def __init__(
        self, uri: str, trace: Trace, *, verify: bool = False, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.trace = trace
        self._uri = uri
        self._verify = verify
        self._clock = clock
        self._loop = asyncio.new_event_loop()
        self._cancelled = threading.Event()
        self._task: asyncio.Task[Any] | None = None

    def ask(
        self,
        operation: str,
        attributes: Mapping[str, object],
        deadline: float,
        *,
        job: Mapping[str, object] | None = None,
        document: bytes | None = None,
    ) -> Answer:
        """The answer to `operation` (as RFC 8011 calls it, such as "Get-Jobs"), whatever it says.

        Raises PortMissing when there was nobody to send it to, DeviceSilent and ProtocolError when it was sent, at
        least in part, and no answer or none that is IPP came, Cancelled.
        """
        message: dict[str, Any] = {"operation-attributes-tag": {"requesting-user-name": _USER, **attributes}}
        if job:
            message["job-attributes-tag"] = dict(job)
        if document is not None:
            message["data"] = document
        raw = self._loop.run_until_complete(self._send(operation, message, deadline))
        self.trace.note(Way.IN, raw[2:4], hidden=max(0, len(raw) - 4))
        try:
            return ipp.read(raw)
        except BadAnswer as fault:
            raise ProtocolError(f"{self._uri}: {fault}") from None

    def pause(self, until: float) -> None:
        """Do nothing until then. Raises Cancelled."""
        if self._cancelled.wait(max(0.0, until - self._clock())):
            raise self._stopped()

    def cancel(self) -> None:
        """See Line."""
        self._cancelled.set()
        self._loop.call_soon_threadsafe(self._cancel_task)

    def close(self) -> None:
        """See Line."""
        self._loop.close()

    def _cancel_task(self) -> None:
        if self._task is not None:
            self._task.cancel()

    def _stopped(self) -> Cancelled:
        return Cancelled(f"{self._uri}: stopped")

    async def _send(self, operation: str, message: dict[str, Any], deadline: float) -> bytes:
        # Imported with the first question, in the printer's thread: 0.2 s that a kiosk's start shall not pay.
        import aiohttp  # noqa: PLC0415
        import pyipp  # noqa: PLC0415
        from pyipp.enums import IppOperation  # noqa: PLC0415

        code = IppOperation[operation.upper().replace("-", "_")]
        self.trace.note(Way.OUT, code.to_bytes(2), hidden=len(message.get("data", b"")))
        self._task = asyncio.current_task()
        try:
            if self._cancelled.is_set():
                raise self._stopped()
            # A connection for each question: one kept open may be closed by the printer just as a document is sent.
            async with (
                asyncio.timeout(max(0.0, deadline - self._clock())),
                aiohttp.ClientSession(
                    connector=aiohttp.TCPConnector(force_close=True),
                    timeout=aiohttp.ClientTimeout(total=None),
                    cookie_jar=aiohttp.DummyCookieJar(),
                ) as session,
            ):
                client = pyipp.IPP(self._uri, session=session, request_timeout=_NO_OWN_LIMIT_S, verify_ssl=self._verify)
                return await client.raw(code, message)
        except TimeoutError:
            raise DeviceSilent(f"{self._uri}: no answer") from None
        except asyncio.CancelledError:
            raise self._stopped() from None
        except pyipp.IPPConnectionError as fault:
            raise self._not_there(fault.__cause__) from None
        except pyipp.IPPError as fault:
            raise ProtocolError(f"{self._uri}: it answers, and not as a printer ({fault.args[0]})") from None
        except (aiohttp.ClientError, ValueError) as fault:
            raise ProtocolError(f"{self._uri}: its answer breaks off or is none ({type(fault).__name__})") from None
        finally:
            self._task = None

    def _not_there(self, cause: BaseException | None) -> DeviceError:
        import aiohttp  # noqa: PLC0415

        match cause:
            case aiohttp.ClientConnectorCertificateError() | aiohttp.ClientSSLError():
                return PortMissing(f"{self._uri}: its certificate is not one that this machine trusts")
            case aiohttp.ClientConnectorDNSError():
                return PortMissing(f"{self._uri}: the network knows no printer of this name")
            case aiohttp.ClientConnectorError():
                return PortMissing(f"{self._uri}: nobody answers there")
            case _:
                return ProtocolError(f"{self._uri}: breaks off the connection")
