"""Replacing a device at the glass, on simulators: found by asking, put in while the kiosk runs, and kept."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from devices.simulators import Sim

from jinghou_config.devices import DevicesSettings
from jinghou_devices.errors import DeviceError
from jinghou_devices.found import Port, PortKind
from jinghou_devices.kinds.common import DeviceStatus, Kind, Lease, Link
from jinghou_devices.kinds.receipt_printer import Printed, Receipt, Text
from jinghou_devices.station import Station
from jinghou_kiosk.service.changes import Changes
from jinghou_kiosk.service.pages import Candidate
from jinghou_kiosk.service.replacing import Replacing

NOW = 1_795_397_040_000
PAPER = Receipt((Text("样票"),))
StartSim = Callable[..., Sim]


@dataclass
class Kiosk:
    """A station with a reader and a printer, and a technician who plugs things in at `ports`."""

    settings: DevicesSettings
    file: Path
    station: Station
    seen: list[DeviceStatus]
    ports: list[Port]

    def __post_init__(self) -> None:
        self.changes = Changes(self.file, self.settings)
        self.replacing = Replacing(self.station, self.changes, lambda: self.ports, lambda: NOW)

    def plugs_in(self, sim: Sim) -> None:
        self.ports.append(Port(PortKind.SERIAL, sim.port, sim.port, "", "Made Up UART"))

    def prints(self) -> Printed:
        assert self.station.receipt_printer is not None
        return self.station.receipt_printer.print(PAPER, 5).result().printed

    def after_a_restart(self) -> DevicesSettings:
        return Changes(self.file, self.settings).devices()


@pytest.fixture
def kiosk(start_sim: StartSim, tmp_path: Path) -> Iterator[Kiosk]:
    reader, printer = start_sim("sam"), start_sim("escpos")
    settings = DevicesSettings.model_validate(
        {
            "id_reader": {"driver": "sam", "port": reader.port, "poll_ms": 100},
            "receipt_printer": {"driver": "escpos", "port": printer.port, "paper_mm": 58},
        }
    )
    seen: list[DeviceStatus] = []
    station = Station.open(settings, seen.append)
    kiosk = Kiosk(settings, tmp_path / "kiosk.changes", station, seen, [])
    for sim in (reader, printer):
        kiosk.plugs_in(sim)
    for kind in (Kind.ID_READER, Kind.RECEIPT_PRINTER):
        station.wait_online(kind, 10)
    yield kiosk
    station.close()


def test_a_printer_at_another_port_takes_the_old_ones_place_and_keeps_it(kiosk: Kiosk, start_sim: StartSim) -> None:
    new = start_sim("escpos")
    old = kiosk.settings.receipt_printer
    assert old is not None
    kiosk.plugs_in(new)
    found = kiosk.replacing.look(Kind.RECEIPT_PRINTER)
    assert [one.port for one in found] == [old.port, new.port], "the old one is still plugged in"
    assert "Made Up UART" in found[1].makes
    assert kiosk.replacing.put_in(Kind.RECEIPT_PRINTER, found[1]).well
    assert kiosk.prints() is Printed.DONE
    assert len(new.papers()) == 1
    assert kiosk.seen[-1] == DeviceStatus(Kind.RECEIPT_PRINTER, Link.ONLINE)
    kept = kiosk.after_a_restart().receipt_printer
    assert kept is not None
    assert (kept.port, kept.paper_mm) == (new.port, 58), "what is not of the place stays"
    (change,) = kiosk.changes.history
    assert (change.at, change.was["port"], change.now["port"]) == (NOW, old.port, new.port)


def test_another_reader_at_the_same_port_reads_the_next_card(kiosk: Kiosk, start_sim: StartSim) -> None:
    new = start_sim("sam")
    kiosk.plugs_in(new)
    _, candidate = kiosk.replacing.look(Kind.ID_READER)
    assert kiosk.replacing.put_in(Kind.ID_READER, candidate).well
    assert kiosk.station.id_reader is not None
    card = kiosk.station.id_reader.wait_for_card(Lease("next"), 10)
    new.ask("place")
    assert card.result(10).number in new.told_of


def test_what_is_of_another_kind_or_anothers_is_not_offered(kiosk: Kiosk) -> None:
    assert [one.port for one in kiosk.replacing.look(Kind.ID_READER)] == [kiosk.settings.id_reader.port]  # type: ignore[union-attr]


def test_a_new_one_that_falls_silent_leaves_the_old_one_as_it_was(kiosk: Kiosk, start_sim: StartSim) -> None:
    new = start_sim("escpos")
    kiosk.plugs_in(new)
    *_, candidate = kiosk.replacing.look(Kind.RECEIPT_PRINTER)
    new.kill()
    trial = kiosk.replacing.put_in(Kind.RECEIPT_PRINTER, candidate)
    assert not trial.well
    kiosk.station.wait_online(Kind.RECEIPT_PRINTER, 10)
    assert kiosk.prints() is Printed.DONE
    assert kiosk.after_a_restart() == kiosk.settings
    assert kiosk.changes.history == ()


def test_a_change_that_cannot_be_kept_is_not_made(kiosk: Kiosk, start_sim: StartSim, tmp_path: Path) -> None:
    new = start_sim("escpos")
    kiosk.plugs_in(new)
    *_, candidate = kiosk.replacing.look(Kind.RECEIPT_PRINTER)
    nowhere = Changes(tmp_path / "none" / "kiosk.changes", kiosk.settings)
    trial = Replacing(kiosk.station, nowhere, list, lambda: NOW).put_in(Kind.RECEIPT_PRINTER, candidate)
    assert (trial.well, "No such file" in trial.said) == (False, True)
    assert kiosk.station.settings(Kind.RECEIPT_PRINTER) == kiosk.settings.receipt_printer


def test_looking_and_leaving_puts_the_old_one_back(kiosk: Kiosk) -> None:
    kiosk.replacing.look(Kind.RECEIPT_PRINTER)
    kiosk.replacing.put_back(Kind.RECEIPT_PRINTER)
    kiosk.station.wait_online(Kind.RECEIPT_PRINTER, 10)
    assert kiosk.prints() is Printed.DONE
    kiosk.replacing.put_back(Kind.RECEIPT_PRINTER)  # once more changes nothing
    assert kiosk.prints() is Printed.DONE


def test_a_device_that_is_taken_out_refuses_what_it_is_asked_for(kiosk: Kiosk) -> None:
    kiosk.replacing.look(Kind.ID_READER)
    assert kiosk.station.id_reader is not None
    with pytest.raises(DeviceError):
        kiosk.station.id_reader.wait_for_card(Lease("x"), 1).result(5)


# Changes, as they are kept


def test_whoever_sets_the_device_otherwise_in_the_file_means_that(kiosk: Kiosk) -> None:
    old = kiosk.settings.receipt_printer
    assert old is not None
    kiosk.changes.replace(Kind.RECEIPT_PRINTER, old, old.model_copy(update={"port": "/dev/new"}), NOW)
    assert Changes(kiosk.file, kiosk.settings).devices().receipt_printer.port == "/dev/new"  # type: ignore[union-attr]
    by_hand = kiosk.settings.model_copy(update={"receipt_printer": old.model_copy(update={"port": "/dev/by-hand"})})
    assert Changes(kiosk.file, by_hand).devices() == by_hand


@pytest.mark.parametrize("damage", [b"", b"{", b'{"devices": 1}', b'{"devices": {"receipt_printer": {"at": 1}}}'])
def test_a_damaged_file_changes_nothing(kiosk: Kiosk, damage: bytes) -> None:
    kiosk.file.write_bytes(damage)
    assert kiosk.after_a_restart() == kiosk.settings


def test_a_driver_that_is_gone_is_left_out(kiosk: Kiosk) -> None:
    old = kiosk.settings.receipt_printer
    assert old is not None
    gone = old.model_copy(update={"driver": "of-a-plug-in"})
    kiosk.changes.replace(Kind.RECEIPT_PRINTER, old, gone, NOW)
    assert kiosk.after_a_restart() == kiosk.settings


def test_a_candidate_with_a_driver_there_is_not_is_refused(kiosk: Kiosk) -> None:
    kiosk.replacing.look(Kind.RECEIPT_PRINTER)
    trial = kiosk.replacing.put_in(Kind.RECEIPT_PRINTER, Candidate("nonsense", "/dev/x", None, ""))
    assert not trial.well
    assert kiosk.prints() in {Printed.DONE, Printed.REFUSED}
