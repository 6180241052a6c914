"""Chip-card readers of any make, through the system's smart-card service (PC/SC): a card's number, and its commands."""

from concurrent.futures import Future
from typing import Final

from jinghou_config.devices import ChipCardReaderSettings
from jinghou_devices.bus import failed
from jinghou_devices.driver import Driver, NoOptions, Plan
from jinghou_devices.drivers.watching import CardWatch
from jinghou_devices.errors import Cancelled, DeviceRefused
from jinghou_devices.kinds.chip_card_reader import ChipCard, ChipCardReaderStatus
from jinghou_devices.kinds.common import SESSION_ENDED, Kind, Lease
from jinghou_devices.supervisor import Supervisor
from jinghou_devices.transports import pcsc
from jinghou_devices.transports.pcsc import PcscLine

_SLICE_S: Final = 0.25  # that the service is asked to wait for a change, before others get their turn
_ANSWER_S: Final = 2.0
_GET_UID: Final = bytes.fromhex("FF CA 00 00 00")  # answered by the reader: PC/SC part 3
_OK: Final = b"\x90\x00"


class PcscReader(CardWatch[PcscLine, ChipCard]):
    """A ChipCardReader."""

    def __init__(self, supervisor: Supervisor[PcscLine]) -> None:
        super().__init__(supervisor, poll_s=0.0, sees_lying=True)  # it is the service that waits
        self._watched: PcscLine | None = None

    def exchange(self, apdu: bytes, lease: Lease, deadline_s: float = _ANSWER_S) -> Future[bytes]:
        """See ChipCardReader."""
        if lease.ended:
            return failed(Cancelled(SESSION_ENDED))
        deadline = self._clock() + deadline_s
        answer: Future[bytes] = Future()
        asked = self._supervisor.submit(lambda line: self._exchange(line, apdu, lease, deadline), deadline=deadline)
        asked.add_done_callback(lambda done: _pass_on(done, lease, answer))
        if self._watched is not None:
            self._watched.interrupt()
        return answer

    def check_health(self) -> Future[ChipCardReaderStatus]:
        """See ChipCardReader."""
        return self._supervisor.submit(self._health)

    def _health(self, line: PcscLine) -> ChipCardReaderStatus:
        line.watch(0.0)
        return ChipCardReaderStatus(self._supervisor.link, line.reader, self._whether_left_behind())

    def _exchange(self, line: PcscLine, apdu: bytes, lease: Lease, deadline: float) -> bytes:
        lying = self._lying
        if lying is None or lying.lease is not lease:
            raise DeviceRefused("no card lies there that this session was given")
        return line.transmit(apdu, deadline - self._clock())

    def _placed(self, line: PcscLine) -> int | None:
        """See CardWatch. The service counts the cards that come and go."""
        self._watched = line
        lying = self._lying
        if lying is not None and lying.lease.ended:
            line.drop_card()
        return line.watch(_SLICE_S)

    def _read(self, line: PcscLine) -> ChipCard:
        if line.mute:
            raise DeviceRefused("the card does not answer: is it the right way round?")
        atr = line.take_card()
        answer = line.transmit(_GET_UID, _ANSWER_S)
        return ChipCard(atr, answer[:-2] if answer[-2:] == _OK and len(answer) > 2 else None)


def _pass_on(done: Future[bytes], lease: Lease, answer: Future[bytes]) -> None:
    """What the card answered, to the living lease."""
    fault = done.exception()
    if fault is None:
        lease.fulfil(answer, done.result)
    elif answer.set_running_or_notify_cancel():
        answer.set_exception(fault)


def probe(line: PcscLine) -> str:
    """Whether service and reader are there."""
    line.watch(0.0)
    return ""


def _plan(settings: ChipCardReaderSettings, _options: NoOptions) -> Plan[PcscLine, PcscReader]:
    scard = pcsc.load()
    return Plan(
        open=lambda trace: PcscLine(scard, settings.port, trace),
        probe=probe,
        device=PcscReader,
        at_once=False,
    )


DRIVER = Driver(
    Kind.CHIP_CARD_READER,
    "chip-card readers of any make, through PC/SC",
    _plan,
    NoOptions,
    ports="the reader's name, or any",
    baud=None,
)
