"""The page of an usher: who asks for help at a terminal, who was passed over, what a holder may be given."""

from functools import partial
from typing import Annotated, Any, Final

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromPath, QueryParameter
from litestar.response import Redirect

from jinghou_queue.api.auth import allows
from jinghou_queue.api.office import Office
from jinghou_queue.api.tickets import wish_for
from jinghou_queue.contract.messages import Channel, Lane, LegState, PrintOutcome, TakeNumber
from jinghou_queue.desk import helping, tickets
from jinghou_queue.desk.access import Bearer, Role
from jinghou_queue.desk.book import Press
from jinghou_queue.desk.numbers import HELD, Wish
from jinghou_queue.desk.refused import Refusal, Refused
from jinghou_queue.desk.usher_view import FoundNumber, usher_view
from jinghou_queue.rules.states import LEG, HelpAction, LegAction
from jinghou_queue.store import Connection
from jinghou_queue.web.counter import LANES
from jinghou_queue.web.entrance import let_staff_in
from jinghou_queue.web.pages import HEADERS, Saying, language_of, picture_of, render

_PAGE: Final = "/staff/usher"
_KEY_BYTES: Final = 12
_GUARDS: Final = [let_staff_in, allows(Role.USHER, Role.MANAGER)]
_FAULTS: Final[dict[Refusal, Saying]] = {
    Refusal.IDENTITY_REQUIRED: (
        "这项业务取号要证件。请陪同到终端取号，再回来给优先。",
        "This service needs a document: take the number at a kiosk, then give it priority here.",
    ),
    Refusal.SERVICE_UNKNOWN: ("请选择业务。", "Please choose a service."),
    Refusal.TICKET_UNKNOWN: ("今天没有这个号。", "There is no such number today."),
    Refusal.HELP_UNKNOWN: ("已经有同事处理好了。", "A colleague has seen to that."),
    Refusal.NOT_NOW: ("现在不能这样做，页面已更新。", "That is not possible now; the page is up to date."),
    Refusal.KEY_REUSED: ("页面已更新，请再按一次。", "The page has changed: please press again."),
}
_OTHERWISE: Final[Saying] = ("没有办成，请再试一次。", "That did not work: please try again.")
_NO_SUCH_NUMBER: Final[Saying] = ("今天没有这个号。", "There is no such number today.")
REASONS: Final[tuple[Saying, ...]] = (
    ("老年人", "Elderly"),
    ("残疾人", "Disabled"),
    ("孕妇或带婴幼儿", "Pregnant, or with a small child"),
    ("军人、消防救援人员", "Military, fire and rescue"),
    ("急事", "Urgent"),
)
"""Why somebody goes first. The Chinese stands in the records."""
PAGE_WORDS: Final[dict[str, Saying]] = {
    "home": ("首页", "first page"),
    "choose_service": ("选业务", "choosing a service"),
    "ask_card": ("请放身份证", "asked for a card"),
    "confirm": ("确认取号", "confirming a number"),
    "arrive": ("预约报到", "arriving"),
    "type_code": ("输入预约码", "typing a code"),
    "not_arrived": ("报到没有成功", "could not arrive"),
    "my_number": ("我的号", "my number"),
    "no_number": ("没有找到号", "found no number"),
    "done": ("号已取到", "has a number"),
    "trouble": ("没有取到号", "got no number"),
    "out_of_service": ("暂停服务", "out of service"),
}
"""The pages of a kiosk on which people ask for help most. Others are told by the kiosk's own names."""


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What a form of the page sent: its key, what it is about, and the number that was looked up."""

    key: str = ""
    terminal: str = ""
    ticket: str = ""
    service: str = ""
    why: str = ""
    number: str = ""


@get(_PAGE, include_in_schema=False, guards=_GUARDS)
async def usher_page(
    request: Request[Bearer, Any, Any],
    office: NamedDependency[Office],
    number: Annotated[str, QueryParameter(name="number", max_length=16)] = "",
) -> Response[str]:
    """The whole page, or its part when the page itself asks for that; with a number looked up, if one is named."""
    return await _shown(request, office, number)


@post("/staff/usher/{action:str}", include_in_schema=False, guards=_GUARDS, status_code=200)
async def act(
    action: FromPath[str],
    data: Annotated[Asked, Body(media_type=RequestEncodingType.URL_ENCODED)],
    request: Request[Bearer, Any, Any],
    office: NamedDependency[Office],
) -> Response[str]:
    """Come to a terminal, be done there, give a number, let somebody go first, bring somebody back."""
    try:
        number = await _act(action, data, request, office)
    except Refused as refused:
        said = _FAULTS.get(refused.refusal, _OTHERWISE)
        return await _shown(request, office, data.number, said, refused.refusal.value.status)
    if "hx-request" in request.headers:
        return await _shown(request, office, number)
    return Redirect(f"{_PAGE}?number={number}" if number else _PAGE, status_code=303, headers=HEADERS)


async def _act(action: str, asked: Asked, request: Request[Bearer, Any, Any], office: Office) -> str:
    """Do it; the number to show then. Raises Refused."""
    bearer = request.user

    def press(name: str) -> Press:
        key = f"{asked.key}.{name}" if asked.key else None
        fingerprint = office.keys.fingerprint(bearer.actor, "POST", f"{_PAGE}/{name}", repr(asked))
        return Press(bearer.hall, bearer.actor, office.now(), key, fingerprint)

    match action:
        case "come" | "end":
            answer = HelpAction.COME if action == "come" else HelpAction.END
            work = partial(helping.answer_help, press=press(action), terminal=asked.terminal, action=answer)
            await office.store.transact(work, bearer.hall)
        case "first":
            first = partial(tickets.grant_priority, press=press(action), ticket=asked.ticket, why=asked.why)
            await office.store.transact(first, bearer.hall)
        case "back":
            await office.store.transact(
                partial(tickets.return_missed, press=press(action), ticket=asked.ticket), bearer.hall
            )
        case "take":
            wish = wish_for(office, bearer.hall, TakeNumber(service=asked.service, channel=Channel.COUNTER))
            presses = press("take"), press("shown"), press("first")
            return await office.store.transact(partial(_take, presses, wish, asked.why), bearer.hall)
        case _:
            raise Refused(Refusal.NOT_NOW, "the page has no such button")
    return asked.number


def _take(presses: tuple[Press, Press, Press], wish: Wish, why: str, connection: Connection) -> str:
    """A number for somebody who is here, at once shown to them, and first if there is a reason; the number."""
    take, shown, first = presses
    taken = tickets.take_number(connection, take, wish)
    tickets.ticket_printed(connection, shown, taken.id, PrintOutcome.SHOWN)
    if why:
        tickets.grant_priority(connection, first, taken.id, why)
    return taken.number


async def _shown(
    request: Request[Bearer, Any, Any], office: Office, number: str, said: Saying | None = None, status: int = 200
) -> Response[str]:
    now, part = office.now(), "hx-request" in request.headers
    wanted = number.strip().upper()
    view = await office.store.read(partial(usher_view, hall=request.user.hall, at=now, number=wanted))
    if wanted and view.found is None and said is None:
        said = _NO_SUCH_NUMBER
    return render(
        "usher_part.html" if part else "usher.html",
        language_of(request),
        200 if part else status,
        view=view,
        said=said,
        number=wanted,
        does=offered(view.found),
        qr=None if view.found is None else picture_of(office.ticket_url(request.user.hall, view.found.leg.ticket)),
        key=office.random(_KEY_BYTES).hex(),
        now=now,
        hall=request.user.hall,
        who=request.user.token,
        lanes=LANES,
        reasons=REASONS,
        pages=PAGE_WORDS,
    )


def offered(found: FoundNumber | None) -> frozenset[str]:
    """What can be done for the holder of a number now."""
    if found is None or found.state not in HELD:
        return frozenset()
    does = {"back"} if LegAction.RETURN in LEG[found.leg.state] else set()
    if found.leg.state is LegState.WAITING and found.leg.lane is not Lane.PRIORITY:
        does.add("first")
    return frozenset(does)


ROUTES: Final = (usher_page, act)
