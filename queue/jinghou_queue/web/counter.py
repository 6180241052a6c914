"""The page of a counter, on which a clerk works all day: whom to call, who is there, who waits.

It is one part, `#desk`, that a press answers with anew, and that the page fetches when something concerns the counter.
Each part that is shown carries a key of its own, so whatever is pressed on it has the effect of one press: a double
click, or a press sent again because the line broke.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Annotated, Any, Final

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromPath
from litestar.response import Redirect

from jinghou_queue.api.auth import allows
from jinghou_queue.api.office import Office
from jinghou_queue.contract.messages import CallChannel, CallState, CounterState, Lane
from jinghou_queue.desk import counters, views
from jinghou_queue.desk.access import Bearer, Role
from jinghou_queue.desk.book import Press
from jinghou_queue.desk.clerk_view import ClerkView, clerk_view
from jinghou_queue.desk.refused import Refusal, Refused
from jinghou_queue.rules.states import COUNTER, LEG, CounterAction, LegAction
from jinghou_queue.store import Connection
from jinghou_queue.web.entrance import let_staff_in
from jinghou_queue.web.pages import HEADERS, Saying, language_of, render

_KEY_BYTES: Final = 12
_GUARDS: Final = [let_staff_in, allows(Role.CLERK, Role.MANAGER)]
_FAULTS: Final[Mapping[Refusal, Saying]] = {
    Refusal.COUNTER_TAKEN: ("另一位同事正在这个窗口，请先请对方关闭窗口。", "A colleague works at this counter."),
    Refusal.CLERK_ELSEWHERE: (
        "您正在另一个窗口，请先在那里关闭。",
        "You work at another counter: please close that one first.",
    ),
    Refusal.COUNTER_CLOSED: ("窗口没有开放，请先开放。", "The counter is not open: please open it first."),
    Refusal.COUNTER_BUSY: ("窗口还有人，请先办结、暂挂或过号。", "Somebody is still at this counter."),
    Refusal.COUNTER_IDLE: ("窗口现在没有人。", "Nobody is at this counter now."),
    Refusal.PAUSE_REASON: ("请选择暂停的原因。", "Please choose why you pause."),
    Refusal.COUNTER_SERVICE: ("请至少选择一项业务。", "Please choose at least one service."),
    Refusal.SERVICE_UNKNOWN: ("请选择要转去的业务。", "Please choose where to send the person."),
    Refusal.TICKET_UNKNOWN: ("这个号已不在暂挂中。", "This number is set aside no more."),
    Refusal.NOT_NOW: ("现在不能这样做，页面已更新。", "That is not possible now; the page is up to date."),
    Refusal.KEY_REUSED: ("页面已更新，请再按一次。", "The page has changed: please press again."),
}
_OTHERWISE: Final[Saying] = ("没有办成，请再试一次。", "That did not work: please try again.")
LANES: Final[Mapping[Lane, Saying]] = {
    Lane.PRIORITY: ("优先", "Priority"),
    Lane.BOOKED: ("预约", "Booked"),
    Lane.RETURNED: ("返回", "Returned"),
    Lane.WALK_IN: ("现场", "Walk-in"),
}
CHANNELS: Final[Mapping[CallChannel, Saying]] = {
    CallChannel.SCREEN: ("大屏", "Screens"),
    CallChannel.PHONE: ("手机", "Phone"),
    CallChannel.MESSAGE: ("短信", "Message"),
    CallChannel.USHER: ("引导员", "Usher"),
}
CALL_STATES: Final[Mapping[CallState, Saying]] = {
    CallState.QUEUED: ("待发", "queued"),
    CallState.SENT: ("已发", "sent"),
    CallState.DELIVERED: ("已达", "delivered"),
    CallState.SEEN: ("已看到", "seen"),
    CallState.FAILED: ("未送达", "failed"),
    CallState.DROPPED: ("未发", "not needed"),
}


class Pressed(msgspec.Struct, frozen=True, kw_only=True):
    """What a form of the page sent: its key, and what the button needs."""

    key: str = ""
    services: list[str] = []
    service: str = ""
    ticket: str = ""
    why: str = ""


_Work = Callable[[Connection, Press, str, Pressed], object]
"""What a button does: with the press, the counter's id and the form."""

BUTTONS: Final[Mapping[str, _Work]] = {
    "open": lambda c, press, counter, sent: counters.open_counter(c, press, counter, tuple(sent.services) or None),
    "pause": lambda c, press, counter, sent: counters.pause_counter(c, press, counter, sent.why),
    "close": lambda c, press, counter, _: counters.close_counter(c, press, counter),
    "next": lambda c, press, counter, _: counters.call_next(c, press, counter),
    "recall": lambda c, press, counter, _: counters.recall(c, press, counter),
    "undo": lambda c, press, counter, _: counters.undo_call(c, press, counter),
    "start": lambda c, press, counter, _: counters.start_serving(c, press, counter),
    "finish": lambda c, press, counter, _: counters.finish_serving(c, press, counter),
    "miss": lambda c, press, counter, _: counters.miss(c, press, counter),
    "park": lambda c, press, counter, _: counters.park(c, press, counter),
    "resume": lambda c, press, counter, sent: counters.resume(c, press, counter, sent.ticket or None),
    "transfer": lambda c, press, counter, sent: counters.transfer(c, press, counter, sent.service),
}


@get("/staff/counters", include_in_schema=False, guards=_GUARDS)
async def choose_counter(request: Request[Bearer, Any, Any], office: NamedDependency[Office]) -> Response[str]:
    """The counters of the hall: where one works, which are free, which are taken."""
    bearer = request.user
    view = await office.store.read(partial(views.hall_view, hall=bearer.hall, at=office.now()))
    clerks = await office.store.read(partial(views.clerks, hall=bearer.hall))
    manages = bearer.role is Role.MANAGER
    return render("counters.html", language_of(request), hall=view, clerks=clerks, who=bearer.actor, manages=manages)


@get("/staff/counters/{counter:str}", include_in_schema=False, guards=_GUARDS)
async def counter_page(
    counter: FromPath[str], request: Request[Bearer, Any, Any], office: NamedDependency[Office]
) -> Response[str]:
    """The whole page, or its part when the page itself asks for that."""
    return await _shown(request, office, counter)


@post("/staff/counters/{counter:str}/{button:str}", include_in_schema=False, guards=_GUARDS, status_code=200)
async def press_button(
    counter: FromPath[str],
    button: FromPath[str],
    data: Annotated[Pressed, Body(media_type=RequestEncodingType.URL_ENCODED)],
    request: Request[Bearer, Any, Any],
    office: NamedDependency[Office],
) -> Response[str]:
    """Do what a button says, and show what it made of the counter."""
    work = BUTTONS.get(button)
    if work is None:
        return await _shown(request, office, counter, _OTHERWISE, 404)
    bearer = request.user
    fingerprint = office.keys.fingerprint(bearer.actor, "POST", request.url.path, repr(data))
    press = Press(bearer.hall, bearer.actor, office.now(), f"{data.key}.{button}" if data.key else None, fingerprint)
    try:
        answer = await office.store.transact(partial(_do, work, press, counter, data), bearer.hall)
    except Refused as refused:
        fault = _FAULTS.get(refused.refusal, _OTHERWISE)
        return await _shown(request, office, counter, fault, refused.refusal.value.status)
    if button == "next" and answer is None:
        return await _shown(request, office, counter, ("现在没有人等候。", "Nobody waits now."))
    if "hx-request" in request.headers:
        return await _shown(request, office, counter)
    return Redirect(f"/staff/counters/{counter}", status_code=303, headers=HEADERS)


def _do(work: _Work, press: Press, counter: str, sent: Pressed, connection: Connection) -> object:
    return work(connection, press, counter, sent)


async def _shown(
    request: Request[Bearer, Any, Any], office: Office, counter: str, said: Saying | None = None, status: int = 200
) -> Response[str]:
    """The counter as it is now. A part is always answered with 200: what is said stands in it."""
    now, part = office.now(), "hx-request" in request.headers
    try:
        view = await office.store.read(partial(clerk_view, hall=request.user.hall, counter=counter, at=now))
    except Refused:
        return render("no_counter.html", language_of(request), 404)
    return render(
        "desk.html" if part else "counter.html",
        language_of(request),
        200 if part else status,
        view=view,
        does=offered(view),
        said=said,
        hall=request.user.hall,
        key=office.random(_KEY_BYTES).hex(),
        now=now,
        who=request.user.actor,
        lanes=LANES,
        channels=CHANNELS,
        call_states=CALL_STATES,
    )


def offered(view: ClerkView) -> frozenset[str]:
    """The buttons that would do something now: named as the moves in the tables of states are."""
    state, person = view.desk.counter.state, view.person
    of_counter = {action.value for action in COUNTER[state]}
    if person is None:
        free = {"next"} if state is CounterState.OPEN else set()
        return frozenset(of_counter | free | {LegAction.RESUME.value})
    of_person = {action.value for action in LEG[person.leg.state]}
    if not person.may_be_passed:
        of_person.discard(LegAction.MISS.value)
    return frozenset(of_person | of_counter - {CounterAction.CLOSE.value}) & BUTTONS.keys()


ROUTES: Final = (choose_counter, counter_page, press_button)
