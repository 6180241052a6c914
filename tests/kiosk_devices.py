"""The devices of a kiosk in tests of its runners: they answer when a test says so."""

from concurrent.futures import Future
from datetime import date

from jinghou_devices.kinds.code_scanner import ScannedCode, ScannerStatus
from jinghou_devices.kinds.common import Lease
from jinghou_devices.kinds.id_reader import CardKind, IdCard, IdReaderStatus, OnLeftBehind
from jinghou_devices.kinds.receipt_printer import Printed, PrinterStatus, PrintResult, Receipt

NOW = 1_795_397_040_000  # 2026-11-23 09:24 in the hall
CARD = IdCard(
    kind=CardKind.RESIDENT, name="张静候", sex="女", nation="汉", birth=date(1955, 12, 31), address="", issuer="",
    number="119999195512310027", valid_from=None, valid_to=None, long_term=True,
)  # fmt: skip


class FakeReader:
    def __init__(self) -> None:
        self.waits: list[tuple[Lease, Future[IdCard]]] = []
        self.watchers: list[OnLeftBehind] = []

    def wait_for_card(self, lease: Lease, deadline_s: float | None = None) -> Future[IdCard]:
        future: Future[IdCard] = Future()
        self.waits.append((lease, future))
        return future

    def check_health(self) -> Future[IdReaderStatus]:
        raise AssertionError("the runner does not ask")

    def watch_left_behind(self, on_change: OnLeftBehind) -> None:
        self.watchers.append(on_change)

    def photo_of(self, card: IdCard, lease: Lease, deadline_s: float = 3.0) -> Future[bytes | None]:
        raise AssertionError("the runner does not ask")


class FakeScanner:
    def __init__(self) -> None:
        self.waits: list[tuple[Lease, Future[ScannedCode]]] = []

    def wait_for_code(self, lease: Lease, deadline_s: float | None = None) -> Future[ScannedCode]:
        future: Future[ScannedCode] = Future()
        self.waits.append((lease, future))
        return future

    def check_health(self) -> Future[ScannerStatus]:
        raise AssertionError("the runner does not ask")


class FakePrinter:
    def __init__(self, result: PrintResult) -> None:
        self.result = result
        self.receipts: list[Receipt] = []

    def print(self, receipt: Receipt, deadline_s: float = 10.0) -> Future[PrintResult]:
        self.receipts.append(receipt)
        future: Future[PrintResult] = Future()
        future.set_result(self.result)
        return future

    def check_health(self) -> Future[PrinterStatus]:
        raise AssertionError("the runner does not ask")


class FakeDevices:
    def __init__(self, printed: Printed = Printed.DONE) -> None:
        self.id_reader = FakeReader()
        self.code_scanner = FakeScanner()
        self.receipt_printer = FakePrinter(PrintResult(printed))


class FakeTimer:
    def start(self, seconds: float) -> None: ...

    def stop(self) -> None: ...
