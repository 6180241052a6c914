"""What a terminal may report of its devices is in the devices' own words."""

from dataclasses import fields

from jinghou_devices.kinds.common import Link
from jinghou_devices.kinds.receipt_printer import Paper, PrinterStatus
from jinghou_queue.contract.terminals import DeviceDetail, DeviceLink


def test_every_state_of_a_device_can_be_reported() -> None:
    assert {link.value for link in DeviceLink} == {link.value for link in Link}


def test_all_that_can_be_wrong_with_a_printer_can_be_reported() -> None:
    wrong = {f"paper_{paper.value}" for paper in (Paper.NEAR_END, Paper.OUT)}
    wrong |= {field.name for field in fields(PrinterStatus)} - {"link", "paper"}
    assert wrong <= {detail.value for detail in DeviceDetail}
