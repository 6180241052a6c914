"""LED displays above counters with Onbon cards: a line of text on each, and whether they answer."""

import itertools
import time
from concurrent.futures import Future
from typing import Final, Literal

from pydantic import Field, field_validator

from jinghou_config.devices import WindowDisplaySettings
from jinghou_config.settings import Section
from jinghou_devices.bus import failed
from jinghou_devices.codecs import led
from jinghou_devices.codecs.columns import width as columns_of
from jinghou_devices.codecs.led import Area, Effect
from jinghou_devices.driver import Driver, Plan
from jinghou_devices.errors import DeviceError, DeviceRefused, DeviceSilent, ProtocolError
from jinghou_devices.kinds.common import Kind, Tri
from jinghou_devices.kinds.window_display import DisplayStatus
from jinghou_devices.supervisor import Supervisor
from jinghou_devices.transports import Transport
from jinghou_devices.transports.ports import open_port, opens_at_once
from jinghou_devices.transports.trace import Way

_BAUD: Final = 57600
_ANSWER_S: Final = 0.5
_COMMAND_BYTES: Final = 5  # of the data: what is wanted, without the text
_COLOURS: Final = {"card": "", "red": "\\C1", "green": "\\C2", "yellow": "\\C3"}


class LedOptions(Section):
    """What this driver can be told."""

    addresses: str = Field(
        "1", description="addresses of the displays on this line, as 1,2,5: they are asked how they are"
    )
    answers: bool = Field(
        True,
        description="whether the displays answer; of displays that only listen nobody knows whether they are there",
    )
    width: int = Field(128, ge=8, le=4096, multiple_of=8, description="of the display, in dots")
    height: int = Field(16, ge=8, le=1024, description="of the display, in dots")
    font: int = Field(
        16, ge=8, le=64, description="height of the card's font in dots: a wider text than fits runs through"
    )
    colour: Literal["card", "red", "green", "yellow"] = Field(
        "card", description="of the text; card: as the card has it"
    )
    charset: Literal["gb2312", "gbk"] = Field("gb2312", description="which hanzi the card's font has")
    area: int = Field(0, ge=0, le=31, description="number of the area on the card that is written")
    clear: Literal["area", "screen"] = Field(
        "area",
        description="what clearing takes away: our area, so that what the card has stored shows again, or all of the "
        "screen (a command known from one source)",
    )
    numbered: bool = Field(
        True,
        description="ask each time from another address, so that a late answer is not taken for the next; false for "
        "cards that answer to 8000 alone",
    )
    card_type: int = Field(led.ANY_CARD, ge=0, le=255, description="type of the card; 254 is every type")

    @field_validator("addresses")
    @classmethod
    def _are_addresses(cls, value: str) -> str:
        _addresses(value)
        return value


def _addresses(text: str) -> tuple[int, ...]:
    """The addresses in "1,2,5". Raises ValueError."""
    try:
        found = tuple(int(word) for word in text.split(","))
    except ValueError:
        found = ()
    if not found or not all(1 <= address < led.HOST for address in found):
        raise ValueError(f"addresses are numbers from 1 to {led.HOST - 1}, such as 1,2,5")
    return found


class Cards:
    """The cards on one line, and how to speak with them. Used by one thread at a time."""

    def __init__(self, options: LedOptions) -> None:
        self._card_type = options.card_type
        self._addresses = _addresses(options.addresses)
        self._turns = itertools.count() if options.numbered else itertools.repeat(0)

    def send(self, line: Transport, address: int, data: bytes, deadline: float) -> int:
        """Send a command; our own address, to which an answer will go."""
        source = led.host(next(self._turns))
        frame = led.encode(address, data, self._card_type, source)
        line.write(frame, deadline)
        line.trace.note(Way.OUT, data[:_COMMAND_BYTES], hidden=len(frame) - _COMMAND_BYTES)
        return source

    def exchange(self, line: Transport, address: int, data: bytes, timeout_s: float = _ANSWER_S) -> None:
        """Send, and wait until that display says it is done.

        Raises DeviceSilent when nothing came, ProtocolError when what came was no answer, DeviceRefused.
        """
        line.discard_input()
        deadline = time.monotonic() + timeout_s
        source = self.send(line, address, data, deadline)
        decoder = led.Decoder()
        while True:
            try:
                frames = decoder.feed(line.read(deadline))
            except DeviceSilent:
                raise _no_answer(decoder, address) from None
            for answer in frames:
                if (answer.to, answer.source) == (source, address):  # and so no echo of what we sent
                    line.trace.note(Way.IN, answer.data[:_COMMAND_BYTES], hidden=len(answer.data[_COMMAND_BYTES:]))
                    return _accept(answer.data, address)

    def faults(self, line: Transport) -> dict[int, DeviceError | None]:
        """Ask each display: why it does not answer, None for one that does."""
        faults: dict[int, DeviceError | None] = {}
        for address in self._addresses:
            faults[address] = None
            try:
                self.exchange(line, address, led.PING)
            except DeviceRefused:
                pass  # so it does answer
            except (DeviceSilent, ProtocolError) as fault:
                faults[address] = fault
        return faults


def _no_answer(decoder: led.Decoder, address: int) -> DeviceError:
    if decoder.bad_frames:
        return ProtocolError(f"the answer of display {address} arrived damaged")
    return DeviceSilent(f"display {address} does not answer")


def _accept(data: bytes, address: int) -> None:
    """Raise DeviceRefused unless the third byte of an answer says that all went well."""
    if len(data) < 3:
        raise ProtocolError(f"the answer of display {address} is too short")
    if data[2]:
        raise DeviceRefused(f"display {address} refused it: error {data[2]:02X}")


class LedDisplays:
    """A WindowDisplay."""

    def __init__(self, supervisor: Supervisor[Transport], cards: Cards, options: LedOptions) -> None:
        self._supervisor = supervisor
        self._cards = cards
        self._options = options
        self._area = Area(0, 0, options.width, options.height, options.area)

    def show(self, address: int, text: str, deadline_s: float = 2.0) -> Future[None]:
        """See WindowDisplay."""
        try:
            raw = self._encoded(text)
        except DeviceRefused as refused:
            return failed(refused)
        fits = columns_of(text) * self._options.font <= 2 * self._options.width
        effect = Effect.STILL if fits else Effect.LEFTWARD
        return self._submit(address, led.show(raw, self._area, effect, answer=self._options.answers), deadline_s)

    def clear(self, address: int, deadline_s: float = 2.0) -> Future[None]:
        """See WindowDisplay."""
        by_area = self._options.clear == "area"
        data = led.delete(self._area, answer=self._options.answers) if by_area else led.CLEAR_SCREEN
        return self._submit(address, data, deadline_s)

    def check_health(self) -> Future[DisplayStatus]:
        """See WindowDisplay. Silence is UNKNOWN."""
        return self._supervisor.submit(self._health)

    def _health(self, line: Transport) -> DisplayStatus:
        link = self._supervisor.link
        if not self._options.answers:
            return DisplayStatus(link, None)
        faults = self._cards.faults(line)
        if any(faults.values()):
            self._supervisor.suspect()
        return DisplayStatus(link, {one: Tri.UNKNOWN if fault else Tri.YES for one, fault in faults.items()})

    def _encoded(self, text: str) -> bytes:
        if "\\" in text or not text.isprintable():
            raise DeviceRefused("a display takes a backslash or a control character for a command")
        if not text:
            raise DeviceRefused("there is no text to show")
        try:
            return (_COLOURS[self._options.colour] + text).encode(self._options.charset)
        except UnicodeEncodeError:
            raise DeviceRefused("the display's font does not have all of these characters") from None

    def _submit(self, address: int, data: bytes, deadline_s: float) -> Future[None]:
        if not 1 <= address < led.HOST:
            return failed(DeviceRefused(f"{address} is no address of a display"))
        deadline = time.monotonic() + deadline_s
        return self._supervisor.submit(lambda line: self._tell(line, address, data, deadline), deadline=deadline)

    def _tell(self, line: Transport, address: int, data: bytes, deadline: float) -> None:
        if not self._options.answers:
            self._cards.send(line, address, data, deadline)
        else:
            self._until_done(line, address, data, deadline)
        self._supervisor.counters.add("shown")

    def _until_done(self, line: Transport, address: int, data: bytes, deadline: float) -> None:
        """Exchange, and once more when the line was bad and there is time: a text that comes twice is the same text."""
        try:
            self._cards.exchange(line, address, data, min(_ANSWER_S, deadline - time.monotonic()))
        except (DeviceSilent, ProtocolError):
            if time.monotonic() >= deadline:
                raise
            self._cards.exchange(line, address, data, min(_ANSWER_S, deadline - time.monotonic()))


def probe(line: Transport, cards: Cards, options: LedOptions) -> str:
    """Ask each display: "" or which of them are silent. Of displays that only listen, whether the port is there.

    Raises when all are silent: then it is the line, or its other end.
    """
    if not options.answers:
        line.discard_input()
        return ""
    faults = cards.faults(line)
    silent = {address: fault for address, fault in faults.items() if fault}
    if len(silent) == len(faults):
        raise next(iter(silent.values()))
    return f"displays that do not answer: {', '.join(map(str, silent))}" if silent else ""


def _plan(settings: WindowDisplaySettings, options: LedOptions) -> Plan[Transport, LedDisplays]:
    cards = Cards(options)
    return Plan(
        open=lambda trace: open_port(settings.port, settings.baud or _BAUD, trace),
        probe=lambda line: probe(line, cards, options),
        device=lambda supervisor: LedDisplays(supervisor, cards, options),
        at_once=opens_at_once(settings.port),
    )


DRIVER = Driver(Kind.WINDOW_DISPLAY, "LED displays with Onbon BX-5K and BX-6K cards", _plan, LedOptions, baud=_BAUD)
