"""ID-card readers with a SAM module: what they are asked, and how a card is read.

How a card is watched for, and handed to the session that waits, is in `watching`.
"""

import shlex
import time
from concurrent.futures import Future
from dataclasses import replace
from typing import Final, Literal

from pydantic import Field, field_validator

from jinghou_config.devices import IdReaderSettings
from jinghou_config.settings import Section
from jinghou_devices.bus import failed
from jinghou_devices.codecs import sam, sam_card
from jinghou_devices.codecs.sam import Command, Reply, Sw3
from jinghou_devices.driver import Driver, Plan
from jinghou_devices.drivers.watching import CardWatch
from jinghou_devices.errors import Cancelled, DeviceRefused, DeviceSilent, ProtocolError
from jinghou_devices.kinds.common import SESSION_ENDED, Kind, Lease, Tri
from jinghou_devices.kinds.id_reader import CardKind, IdCard, IdReaderStatus
from jinghou_devices.photo import PhotoDecoder
from jinghou_devices.supervisor import Supervisor
from jinghou_devices.transports import Transport
from jinghou_devices.transports.ports import open_port, opens_at_once
from jinghou_devices.transports.trace import Way

_BAUD: Final = 115200
_ANSWER_S: Final = 1.0
_READ_S: Final = 3.0  # the reply alone takes 1.35 s at 9600, with a fingerprint 2.4 s
_QUIET_S: Final = 0.5  # a reply that stops for so long has broken off
_CARD_DATA: Final = 64  # bytes; a reply with as many holds something of a card
_READS: Final = frozenset(
    {Command.READ_BASE, Command.READ_WITH_FINGERPRINT, Command.READ_NEW_ADDRESS, Command.MANAGEMENT_NUMBER}
)
_WITHOUT_FINGERPRINT: Final = frozenset({Sw3.NOT_ON_CARD.value, Sw3.COMMAND.value})  # an old card, an old reader
_MOVED: Final = frozenset({Sw3.READ_FAILED.value, Sw3.SELECT_FAILED.value, Sw3.NO_CARD.value})


class SamOptions(Section):
    """What this driver can be told."""

    finds_again: Literal["auto", "yes", "no"] = Field(
        "auto",
        description="whether the reader goes on finding a card that was read and not lifted; "
        "only such a reader can tell of a card left behind. auto: found out",
    )
    new_address: bool = Field(False, description="read the address added later (追加住址) too")
    management_number: bool = Field(False, description="read the number by which the card itself is managed too")
    fingerprint: bool = Field(False, description="read the fingerprint data too")
    foreigner_2023: bool = Field(True, description="know foreigners' cards of 2023, whose layout one source describes")
    photo_decoder: str = Field(
        "",
        description="command that decodes a photo: 1024 bytes on its standard input, a BMP or PNG on its standard "
        "output; none: photos stay undecoded",
    )

    @field_validator("photo_decoder")
    @classmethod
    def _is_a_command(cls, value: str) -> str:
        shlex.split(value)  # raises ValueError for a quotation mark without its other
        return value


class _CardMoved(DeviceRefused):
    """The card was there and is not, or not quite: worth a second try."""


def exchange(line: Transport, command: Command, timeout_s: float = _ANSWER_S) -> Reply:
    """Ask once. Raises DeviceSilent when nothing came, ProtocolError when what came was no whole reply.

    A card that arrives late, after its read was given up, is dropped by whatever is asked next: replies keep their
    order, and each read is preceded by other questions, so it cannot be taken for the next person's.
    """
    line.discard_input()
    deadline = time.monotonic() + timeout_s
    request = sam.encode(command)
    line.write(request, deadline)
    line.trace.note(Way.OUT, request)
    decoder = sam.Decoder()
    reply: Reply | None = None
    while reply is None:
        try:
            patience = min(deadline, time.monotonic() + _QUIET_S) if decoder.received else deadline
            replies = decoder.feed(line.read(patience))
        except DeviceSilent:
            replies = decoder.finish() or [_no_reply(line, decoder)]
        reply = next((one for one in replies if len(one.data) < _CARD_DATA or command in _READS), None)
    line.trace.note(Way.IN, reply.sw, hidden=len(reply.data))
    return reply


def _no_reply(line: Transport, decoder: sam.Decoder) -> Reply:
    line.trace.note(Way.IN, b"", hidden=decoder.received)
    if decoder.bad_checks:
        raise ProtocolError("the reader's reply arrived damaged (wrong check byte)")
    if decoder.received:
        raise ProtocolError("the reader's reply is not its protocol: wrong speed, wrong device or a bad line")
    raise DeviceSilent("the reader does not answer")


def probe(line: Transport) -> str:
    """Ask the security module how it is: "" or what it complains of."""
    reply = exchange(line, Command.STATUS)
    return "" if reply.sw3 == Sw3.OK.value else sam.meaning(reply.sw3)


class SamReader(CardWatch[Transport, IdCard]):
    """An IdReader."""

    def __init__(self, supervisor: Supervisor[Transport], poll_s: float, options: SamOptions) -> None:
        sees_lying = {"auto": None, "yes": True, "no": False}[options.finds_again]
        super().__init__(supervisor, poll_s, sees_lying=sees_lying)
        self._options = options
        known = sam_card.LAYOUTS.items()
        self._layouts = {letter: one for letter, one in known if letter != "Y" or options.foreigner_2023}
        self._photos = PhotoDecoder(options.photo_decoder) if options.photo_decoder else None
        self._identified: Transport | None = None  # the connection on which the module last said which one it is
        self._sam_id: str | None = None

    def photo_of(self, card: IdCard, lease: Lease, deadline_s: float = 3.0) -> Future[bytes | None]:
        """See IdReader."""
        if lease.ended:
            return failed(Cancelled(SESSION_ENDED))
        if self._photos is None or not card.photo_wlt:
            nothing: Future[bytes | None] = Future()
            nothing.set_result(None)
            return nothing
        return self._photos.decode(card.photo_wlt, lease, deadline_s)

    def check_health(self) -> Future[IdReaderStatus]:
        """See IdReader. Silence is UNKNOWN."""
        return self._supervisor.submit(self._health)

    def set_speed(self, baud: int) -> Future[None]:
        """Have the reader speak at another speed of `sam.SPEEDS` from now on: this connection is of no use any more.

        Nothing here does it by itself: the command is known from one source only.
        """
        return self._supervisor.submit(lambda line: _accept(exchange(line, sam.SPEEDS[baud])))

    def _health(self, line: Transport) -> IdReaderStatus:
        link, left_behind = self._supervisor.link, self._whether_left_behind()
        try:
            reply = exchange(line, Command.STATUS)
        except (DeviceSilent, ProtocolError):
            self._supervisor.suspect()
            return IdReaderStatus(link, Tri.UNKNOWN, self._sam_id, left_behind)
        ready = Tri.YES if reply.sw3 == Sw3.OK.value else Tri.NO
        return IdReaderStatus(link, ready, self._identity(line), left_behind)

    def _identity(self, line: Transport) -> str | None:
        """Which security module it is, asked once in a connection."""
        if self._identified is not line:
            try:
                reply = exchange(line, Command.SAM_ID)
                self._sam_id = sam.sam_id(reply.data) if reply.sw3 == Sw3.OK.value else None
            except (DeviceSilent, ProtocolError, ValueError):
                return None  # not known now; asked again the next time
            self._identified = line
        return self._sam_id

    def _placed(self, line: Transport) -> bool | None:
        """See CardWatch. This protocol cannot tell one placing from another."""
        return True if exchange(line, Command.FIND).sw3 == Sw3.CARD_FOUND.value else None

    def _read(self, line: Transport) -> IdCard:
        """Select and read, and once more from the beginning when the card moved or the line was bad."""
        try:
            return self._read_once(line)
        except (_CardMoved, ProtocolError):
            if exchange(line, Command.FIND).sw3 != Sw3.CARD_FOUND.value:
                raise DeviceRefused("the card was lifted before it was read") from None
            return self._read_once(line)

    def _read_once(self, line: Transport) -> IdCard:
        _accept(exchange(line, Command.SELECT))
        reply, with_fingerprint = self._read_data(line)
        _accept(reply)
        try:
            parts = sam.split(reply.data, with_fingerprint=with_fingerprint)
            card = sam_card.parse(parts.text, self._layouts)
        except sam_card.BadCard as fault:
            raise DeviceRefused(str(fault)) from None
        except ValueError as fault:
            raise ProtocolError(str(fault)) from None
        kept = parts.fingerprint if with_fingerprint else None
        return self._with_the_rest(line, replace(card, photo_wlt=parts.photo, fingerprint=kept))

    def _read_data(self, line: Transport) -> tuple[Reply, bool]:
        """The base, with the fingerprint where that is wanted and to be had."""
        if self._options.fingerprint:
            reply = exchange(line, Command.READ_WITH_FINGERPRINT, _READ_S)
            if reply.sw3 not in _WITHOUT_FINGERPRINT:
                return reply, True
        return exchange(line, Command.READ_BASE, _READ_S), False

    def _with_the_rest(self, line: Transport, card: IdCard) -> IdCard:
        """Also what was asked for beside the base, which is read already: what goes wrong now leaves an item None."""
        try:
            if self._options.new_address and card.kind is CardKind.RESIDENT:
                added = _item(line, Command.READ_NEW_ADDRESS)
                card = replace(card, new_address=None if added is None else sam_card.new_address(added))
            if self._options.management_number:
                number = _item(line, Command.MANAGEMENT_NUMBER)
                card = replace(card, management_number=None if number is None else number.hex().upper())
        except (DeviceSilent, ProtocolError, sam_card.BadCard):
            self._supervisor.suspect()
        return card


def _item(line: Transport, command: Command) -> bytes | None:
    """One more thing of the card that is selected: empty when it does not hold it, None when it could not be read."""
    reply = exchange(line, command)
    if reply.sw3 == Sw3.NOT_ON_CARD.value:
        return b""
    return reply.data if reply.sw3 == Sw3.OK.value else None


def _accept(reply: Reply) -> None:
    if reply.sw3 in _MOVED:
        raise _CardMoved(sam.meaning(reply.sw3))
    if reply.sw3 != Sw3.OK.value:
        raise DeviceRefused(sam.meaning(reply.sw3))


def _plan(settings: IdReaderSettings, options: SamOptions) -> Plan[Transport, SamReader]:
    return Plan(
        open=lambda trace: open_port(settings.port, settings.baud or _BAUD, trace),
        probe=probe,
        device=lambda supervisor: SamReader(supervisor, settings.poll_ms / 1000, options),
        at_once=opens_at_once(settings.port),
    )


DRIVER = Driver(
    Kind.ID_READER,
    "ID-card readers with a SAM module (GA/T 467)",
    _plan,
    SamOptions,
    ports="serial port, host:port or usb:0400:c35a[:serial number]",
    baud=_BAUD,
    asks_strangers=True,
    speeds=(57600, 38400, 19200, 9600),
)
