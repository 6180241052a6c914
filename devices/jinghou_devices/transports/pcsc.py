"""A reader of chip cards through the system's smart-card service (PC/SC: pcscd on Linux), by way of pyscard.

The service waits for a reader's driver, which may never come back. So each call runs in a thread of its own that is
left behind when its time is over; after that the connection is of no use, and a new one has to be opened.
"""

import contextlib
import importlib
import threading
from collections.abc import Callable
from typing import Any, Final

from jinghou_config.settings import ConfigError
from jinghou_devices.errors import (
    Cancelled,
    DeviceError,
    DeviceRefused,
    DeviceSilent,
    PortMissing,
    ProtocolError,
)
from jinghou_devices.transports.trace import Trace, Way

ANY: Final = "any"
"""The port that stands for the first reader there is."""

_SERVICE_S: Final = 3.0
_EVENTS: Final = 16  # bits that a state has below its count of cards put in and taken out
_APDU_HEADER: Final = 4  # CLA INS P1 P2; what follows may be a person's
_NO_SERVICE: Final = "the smart-card service (pcscd) is not running"


def load() -> Any:
    """pyscard's names. Raises ConfigError when it is not installed."""
    try:
        return importlib.import_module("smartcard.scard")
    except ImportError:
        raise ConfigError(
            "chip_card_reader.driver: 'pcsc' needs the package pyscard: install jinghou with the extra [pcsc]"
        ) from None


class PcscLine:
    """A connection to the service, for one reader. Raises PortMissing when there is no service or no such reader."""

    def __init__(self, scard: Any, port: str, trace: Trace) -> None:
        self.trace = trace
        self._scard = scard
        self._lock = threading.Lock()
        self._cancelled = False
        self._lost = False  # a call did not come back
        self._running: threading.Event | None = None  # set when the call that runs has ended, or must not be waited for
        self._state = scard.SCARD_STATE_UNAWARE
        self._card: tuple[Any, int] | None = None  # its handle and protocol
        try:
            code, self._context = self._call(scard.SCardEstablishContext, scard.SCARD_SCOPE_SYSTEM)
        except DeviceSilent as silent:
            raise PortMissing(str(silent)) from None
        if code != scard.SCARD_S_SUCCESS:
            raise PortMissing(_NO_SERVICE)
        try:
            self.reader = self._reader(port)
        except DeviceError as fault:
            self.close()
            raise PortMissing(str(fault)) from None

    @property
    def mute(self) -> bool:
        """Whether the card that lies there does not answer."""
        return bool(self._state & self._scard.SCARD_STATE_MUTE)

    def watch(self, timeout_s: float) -> int | None:
        """Which placing lies there, after at most `timeout_s` or at the next change; None for no card."""
        scard = self._scard
        known = [(self.reader, self._state)]
        milliseconds = int(timeout_s * 1000)
        code, states = self._call(
            scard.SCardGetStatusChange, self._context, milliseconds, known, timeout_s=timeout_s + _SERVICE_S
        )
        if code == scard.SCARD_S_SUCCESS:
            self._state = states[0][1] & ~scard.SCARD_STATE_CHANGED
        elif code not in {scard.SCARD_E_TIMEOUT, scard.SCARD_E_CANCELLED}:
            raise self._fault(code)
        if self._state & (scard.SCARD_STATE_UNKNOWN | scard.SCARD_STATE_UNAVAILABLE | scard.SCARD_STATE_IGNORE):
            raise PortMissing(f"{self.reader}: the reader went away")
        if not self._state & scard.SCARD_STATE_PRESENT:
            return None
        return int(self._state) >> _EVENTS

    def interrupt(self) -> None:
        """From any thread: have a running `watch` return now."""
        threading.Thread(target=self._scard.SCardCancel, args=(self._context,), daemon=True).start()

    def take_card(self) -> bytes:
        """Connect to the card that lies there; its answer to reset. Raises DeviceRefused."""
        scard = self._scard
        protocols = scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1
        self.drop_card()
        code, card, protocol = self._call(
            scard.SCardConnect, self._context, self.reader, scard.SCARD_SHARE_SHARED, protocols
        )
        self._check(code)
        self._card = (card, protocol)
        code, _reader, _state, _protocol, atr = self._call(scard.SCardStatus, card)
        self._check(code)
        return bytes(atr)

    def drop_card(self) -> None:
        """Reset the card, so that nothing it was told holds any longer, and disconnect. Nothing without one."""
        card, self._card = self._card, None
        if card is not None:
            self._call(self._scard.SCardDisconnect, card[0], self._scard.SCARD_RESET_CARD)

    def transmit(self, apdu: bytes, timeout_s: float) -> bytes:
        """A command to the card, and what it answers with its two status bytes. Raises DeviceRefused, DeviceSilent."""
        scard = self._scard
        if self._card is None:
            raise DeviceRefused("the card is not connected any more")
        card, protocol = self._card
        format_of = scard.SCARD_PCI_T1 if protocol == scard.SCARD_PROTOCOL_T1 else scard.SCARD_PCI_T0
        self.trace.note(Way.OUT, apdu[:_APDU_HEADER], hidden=len(apdu[_APDU_HEADER:]))
        code, answer = self._call(scard.SCardTransmit, card, format_of, list(apdu), timeout_s=timeout_s)
        self._check(code)
        if len(answer) < 2:
            raise DeviceRefused("the card broke off its answer: it was taken away")
        self.trace.note(Way.IN, bytes(answer[-2:]), hidden=len(answer) - 2)
        return bytes(answer)

    def cancel(self) -> None:
        """See Line."""
        with self._lock:
            self._cancelled = True
            running = self._running
        if running is not None:
            running.set()
            self.interrupt()

    def close(self) -> None:
        """See Line."""
        self._cancelled = False  # for what is still to be said
        with contextlib.suppress(DeviceError):  # a service that does not come back ends the context when it ends
            self.drop_card()
            self._call(self._scard.SCardReleaseContext, self._context)

    def _reader(self, port: str) -> str:
        code, readers = self._call(self._scard.SCardListReaders, self._context, [])
        if code not in {self._scard.SCARD_S_SUCCESS, self._scard.SCARD_E_NO_READERS_AVAILABLE}:
            raise self._fault(code)
        fitting = [name for name in readers if port in {ANY, name} or name.startswith(f"{port} ")]
        if not fitting:
            there = f"there are {', '.join(readers)}" if readers else "there is none"
            raise PortMissing(f"{port}: the smart-card service has no such reader; {there}")
        return str(fitting[0])

    def _call(self, function: Callable[..., Any], *arguments: Any, timeout_s: float = _SERVICE_S) -> Any:
        ended = threading.Event()
        with self._lock:
            if self._cancelled:
                raise Cancelled("stopped")
            self._running = ended
        if self._lost:
            raise PortMissing("the smart-card service did not come back from the call before")
        outcome: list[Any] = []

        def work() -> None:
            outcome.append(function(*arguments))
            ended.set()

        threading.Thread(target=work, name="smart-card call", daemon=True).start()
        ended.wait(timeout_s)
        with self._lock:
            self._running = None
            if self._cancelled:
                raise Cancelled("stopped")
        if not outcome:
            self._lost = True
            raise DeviceSilent("the card or its reader does not answer")
        return outcome[0]

    def _check(self, code: int) -> None:
        if code != self._scard.SCARD_S_SUCCESS:
            raise self._fault(code)

    def _fault(self, code: int) -> DeviceError:
        s = self._scard
        match code:
            case s.SCARD_W_REMOVED_CARD | s.SCARD_E_NO_SMARTCARD | s.SCARD_E_NOT_TRANSACTED:
                return DeviceRefused("the card was taken away")
            case s.SCARD_W_RESET_CARD:
                return DeviceRefused("another program has reset the card")
            case s.SCARD_W_UNRESPONSIVE_CARD | s.SCARD_W_UNPOWERED_CARD:
                return DeviceRefused("the card does not answer: is it the right way round?")
            case s.SCARD_E_SHARING_VIOLATION:
                return DeviceRefused("another program has the card for itself")
            case s.SCARD_W_UNSUPPORTED_CARD | s.SCARD_E_PROTO_MISMATCH:
                return DeviceRefused("a kind of card the reader cannot speak to")
            case s.SCARD_E_NO_SERVICE | s.SCARD_E_SERVICE_STOPPED | s.SCARD_E_INVALID_HANDLE:
                return PortMissing(_NO_SERVICE)
            case s.SCARD_E_READER_UNAVAILABLE | s.SCARD_E_UNKNOWN_READER | s.SCARD_E_NO_READERS_AVAILABLE:
                return PortMissing("the reader went away")
            case _:
                return ProtocolError(f"the smart-card service failed: {s.SCardGetErrorMessage(code)}")
