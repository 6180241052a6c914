"""The first page of a manager: the whole hall in one look, what needs somebody first. It follows the hall's feed."""

from functools import partial
from typing import Final

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from jinghou_queue.api.office import Office
from jinghou_queue.contract.messages import CounterState
from jinghou_queue.contract.terminals import Activity, DeviceDetail, DeviceKind, DeviceLink, TerminalKind
from jinghou_queue.desk import helping
from jinghou_queue.desk.hall_watch import hall_watch
from jinghou_queue.desk.refused import Refused
from jinghou_queue.rules.states import HelpAction
from jinghou_queue.web.manager.frame import BASE, LOOKS, MANAGES, Asked, fault_of, pressed_with, shown, went
from jinghou_queue.web.pages import Saying
from jinghou_queue.web.usher import PAGE_WORDS

COUNTER_STATES: Final[dict[CounterState, Saying]] = {
    CounterState.OPEN: ("开放", "open"),
    CounterState.PAUSED: ("暂停", "paused"),
    CounterState.CLOSED: ("未开放", "closed"),
}
KINDS: Final[dict[TerminalKind, Saying]] = {
    TerminalKind.KIOSK: ("取号终端", "Kiosk"),
    TerminalKind.BOARD: ("叫号屏", "Board"),
    TerminalKind.COUNTER_PAD: ("窗口平板", "Counter pad"),
}
ACTIVITIES: Final[dict[Activity, Saying]] = {
    Activity.IDLE: ("空闲", "idle"),
    Activity.VISIT: ("有人使用", "in use"),
    Activity.SHOWING: ("显示中", "showing the hall"),
    Activity.OUT_OF_SERVICE: ("暂停服务", "out of service"),
    Activity.MAINTENANCE: ("维护中", "in maintenance"),
}
DEVICES: Final[dict[DeviceKind, Saying]] = {
    DeviceKind.ID_READER: ("身份证阅读器", "ID reader"),
    DeviceKind.CODE_SCANNER: ("扫码器", "Code scanner"),
    DeviceKind.RECEIPT_PRINTER: ("号票打印机", "Receipt printer"),
    DeviceKind.LOCKER_BOARD: ("取件柜", "Lockers"),
}
LINKS: Final[dict[DeviceLink, Saying]] = {
    DeviceLink.ABSENT: ("未接上", "not there"),
    DeviceLink.OPENING: ("正在连接", "connecting"),
    DeviceLink.PROBING: ("正在检查", "being checked"),
    DeviceLink.ONLINE: ("正常", "well"),
    DeviceLink.DEGRADED: ("有问题", "not well"),
    DeviceLink.OFFLINE: ("没有应答", "does not answer"),
}
DETAILS: Final[dict[DeviceDetail, Saying]] = {
    DeviceDetail.PAPER_NEAR_END: ("纸快用完", "paper near its end"),
    DeviceDetail.PAPER_OUT: ("缺纸", "out of paper"),
    DeviceDetail.COVER_OPEN: ("盖子开着", "cover open"),
    DeviceDetail.CUTTER_FAULT: ("切刀故障", "cutter fault"),
    DeviceDetail.ERROR: ("故障", "fault"),
    DeviceDetail.PORT_MISSING: ("找不到端口", "port missing"),
    DeviceDetail.PORT_BUSY: ("端口被占用", "port in use elsewhere"),
    DeviceDetail.SILENT: ("没有应答", "silent"),
    DeviceDetail.REFUSED: ("拒绝", "refuses"),
    DeviceDetail.PROTOCOL: ("通信出错", "does not speak as it should"),
}
MACHINE_WORDS: Final = {
    "kinds": KINDS,
    "activities": ACTIVITIES,
    "devices": DEVICES,
    "links": LINKS,
    "details": DETAILS,
}


@get(BASE, include_in_schema=False, guards=LOOKS)
async def hall_page(request: Asked, office: NamedDependency[Office]) -> Response[str]:
    """The whole page, or its part when the page itself asks for that."""
    return await _shown(request, office)


@post(f"{BASE}/help/{{terminal:str}}/{{button:str}}", include_in_schema=False, guards=MANAGES, status_code=200)
async def answer_help(
    terminal: FromPath[str], button: FromPath[str], request: Asked, office: NamedDependency[Office]
) -> Response[str]:
    """Say at a terminal that somebody comes, or that the person was helped."""
    press = pressed_with(request, office, await request.form())
    action = HelpAction.END if button == "end" else HelpAction.COME
    work = partial(helping.answer_help, press=press, terminal=terminal, action=action)
    try:
        await office.store.transact(work, press.hall)
    except Refused as refused:
        return await _shown(request, office, refused)
    return await _shown(request, office) if "hx-request" in request.headers else went(BASE)


async def _shown(request: Asked, office: Office, refused: Refused | None = None) -> Response[str]:
    """The hall as it is now. A part is always answered with 200: what is said stands in it."""
    hall, part = request.user.hall, "hx-request" in request.headers
    watch = await office.store.read(partial(hall_watch, hall=hall, at=office.now()))
    return await shown(
        request,
        office,
        "watch.html" if part else "hall.html",
        200 if part or refused is None else refused.refusal.value.status,
        said=None if refused is None else fault_of(refused),
        here=BASE,
        watch=watch,
        estimates={each.id: office.outlooks.estimate(hall, each.id, each.waiting) for each in watch.services},
        states=COUNTER_STATES,
        pages=PAGE_WORDS,
        **MACHINE_WORDS,
    )


ROUTES: Final = (hall_page, answer_help)
