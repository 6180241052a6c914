"""What in a hall needs somebody, and in which order."""

from queue_house import MINUTE, NINE

from jinghou_queue.contract.helping import HelpLine
from jinghou_queue.contract.messages import CounterState, HelpState
from jinghou_queue.contract.terminals import (
    Activity,
    DeviceDetail,
    DeviceKind,
    DeviceLink,
    DeviceReport,
    TerminalKind,
    TerminalReport,
    TerminalView,
)
from jinghou_queue.rules.needs import CounterWatch, NeedKind, ServiceWatch, needs


def service(waiting: int = 0, minutes: int = 0, *open_at: str) -> ServiceWatch:
    since = NINE - minutes * MINUTE if waiting else None
    return ServiceWatch("tax", "B", "税务", "Tax", waiting, since, open_at)


def counter(state: CounterState, minutes: int = 0) -> CounterWatch:
    changed_at = NINE - minutes * MINUTE
    return CounterWatch("c1", "1", state, "取材料", "王丽", changed_at, None, False, None, ("tax",), 0)


def terminal(
    *devices: DeviceReport, stale: bool = False, activity: Activity = Activity.IDLE, ahead_ms: int = 0
) -> TerminalView:
    return TerminalView(
        id="k1",
        kind=TerminalKind.KIOSK,
        name="B 区 03 号",
        profile_version=1,
        enrolled_at=NINE - MINUTE,
        enrol_until=None,
        seen_at=NINE,
        stale=stale,
        clock_ahead_ms=ahead_ms,
        report=TerminalReport(at=NINE, app_version="0.1.0", activity=activity, devices=devices),
    )


def printer(state: DeviceLink = DeviceLink.ONLINE, *details: DeviceDetail) -> DeviceReport:
    return DeviceReport(id="printer", kind=DeviceKind.RECEIPT_PRINTER, state=state, details=details)


def asked(state: HelpState) -> HelpLine:
    return HelpLine(terminal="k1", name="B 区 03 号", page="home", state=state, asked_at=NINE)


def kinds(*services: ServiceWatch, **rest: object) -> list[NeedKind]:
    parts = {"counters": (), "terminals": (), "helps": (), "at": NINE} | rest
    return [need.kind for need in needs(services, **parts)]  # type: ignore[arg-type]


def test_a_hall_in_order_needs_nobody() -> None:
    assert kinds(service(5, 29, "1"), terminals=(terminal(printer()),), counters=(counter(CounterState.OPEN),)) == []


def test_people_who_wait_for_what_no_counter_serves_are_told_and_an_empty_queue_is_not() -> None:
    assert kinds(service(1)) == [NeedKind.NO_COUNTER]
    assert kinds(service(0)) == []


def test_half_an_hour_is_a_long_wait() -> None:
    assert kinds(service(1, 30, "1")) == [NeedKind.LONG_WAIT]
    assert kinds(service(1, 29, "1")) == []


def test_a_long_pause_is_told_while_somebody_waits_for_that_counter() -> None:
    paused = (counter(CounterState.PAUSED, 15),)
    assert kinds(service(1, 1, "2"), counters=paused) == [NeedKind.LONG_PAUSE]
    assert kinds(service(0), counters=paused) == []


def test_a_device_with_a_fault_is_told_and_one_that_only_starts_is_not() -> None:
    assert kinds(terminals=(terminal(printer(DeviceLink.ONLINE, DeviceDetail.PAPER_NEAR_END)),)) == [NeedKind.DEVICE]
    assert kinds(terminals=(terminal(printer(DeviceLink.OFFLINE)),)) == [NeedKind.DEVICE]
    assert kinds(terminals=(terminal(printer(DeviceLink.OPENING)),)) == []


def test_of_a_silent_terminal_nothing_else_is_believed() -> None:
    silent = terminal(printer(DeviceLink.OFFLINE), stale=True, activity=Activity.OUT_OF_SERVICE)
    assert kinds(terminals=(silent,)) == [NeedKind.SILENT]


def test_a_wrong_clock_and_a_kiosk_out_of_service_are_told() -> None:
    wrong = terminal(activity=Activity.OUT_OF_SERVICE, ahead_ms=-61_000)
    assert kinds(terminals=(wrong,)) == [NeedKind.OUT_OF_SERVICE, NeedKind.CLOCK]


def test_a_person_who_asks_stands_first_until_somebody_comes() -> None:
    hall = {"terminals": (terminal(printer(DeviceLink.OFFLINE)),)}
    assert kinds(service(1), helps=(asked(HelpState.ASKED),), **hall) == [
        NeedKind.HELP,
        NeedKind.NO_COUNTER,
        NeedKind.DEVICE,
    ]
    assert NeedKind.HELP not in kinds(service(1), helps=(asked(HelpState.COMING),), **hall)
