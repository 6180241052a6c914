"""Routes for calling staff from a terminal, and for the staff who come."""

from functools import partial
from typing import Final

from litestar import delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from jinghou_queue.api.auth import allows, refuse_other_halls
from jinghou_queue.api.office import Office
from jinghou_queue.api.problems import described
from jinghou_queue.api.terminals import IS_TERMINAL
from jinghou_queue.contract.helping import AskHelp, HelpAsked, HelpLine
from jinghou_queue.desk import helping
from jinghou_queue.desk.access import Role
from jinghou_queue.desk.book import Press
from jinghou_queue.rules.states import HelpAction

_COMES: Final = allows(Role.CLERK, Role.USHER, Role.MANAGER)


@post(
    "/terminals/me/help",
    operation_id="askHelp",
    summary="Somebody at this terminal asks for staff",
    tags=["help"],
    guards=[IS_TERMINAL],
    responses=described(403, 422),
    status_code=200,
)
async def ask_help(
    data: JSONBody[AskHelp], press: NamedDependency[Press], office: NamedDependency[Office]
) -> HelpAsked:
    """Tell the staff which terminal and which page. Asked again, what was asked stands until somebody ends it."""
    return await office.store.transact(partial(helping.ask_help, press=press, page=data.page), press.hall)


@delete(
    "/terminals/me/help",
    operation_id="withdrawHelp",
    summary="Nobody need come to this terminal",
    tags=["help"],
    guards=[IS_TERMINAL],
    responses=described(403, 422),
)
async def withdraw_help(press: NamedDependency[Press], office: NamedDependency[Office]) -> None:
    """Take back what was asked; nothing happens if nothing was."""
    await office.store.transact(partial(helping.withdraw_help, press=press), press.hall)


@get(
    "/halls/{hall:str}/help",
    operation_id="listHelp",
    summary="Where somebody asks for staff",
    tags=["help"],
    guards=[refuse_other_halls, _COMES],
    responses=described(403),
)
async def list_help(hall: FromPath[str], office: NamedDependency[Office]) -> list[HelpLine]:
    """Who asked first is first. Get it anew with each `help` event of the feed."""
    return await office.store.read(partial(helping.help_asked, hall=hall))


@post(
    "/halls/{hall:str}/terminals/{terminal:str}/help/come",
    operation_id="comeToHelp",
    summary="Say at a terminal that somebody comes",
    tags=["help"],
    guards=[refuse_other_halls, _COMES],
    responses=described(403, 404, 422),
    status_code=204,
)
async def come_to_help(terminal: FromPath[str], press: NamedDependency[Press], office: NamedDependency[Office]) -> None:
    """The terminal's screen says so, and others of the staff see who it is."""
    await _answer(office, press, terminal, HelpAction.COME)


@post(
    "/halls/{hall:str}/terminals/{terminal:str}/help/end",
    operation_id="endHelp",
    summary="The person at a terminal was helped",
    tags=["help"],
    guards=[refuse_other_halls, _COMES],
    responses=described(403, 404, 422),
    status_code=204,
)
async def end_help(terminal: FromPath[str], press: NamedDependency[Press], office: NamedDependency[Office]) -> None:
    """Whoever asks there from now on asks anew."""
    await _answer(office, press, terminal, HelpAction.END)


async def _answer(office: Office, press: Press, terminal: str, action: HelpAction) -> None:
    work = partial(helping.answer_help, press=press, terminal=terminal, action=action)
    await office.store.transact(work, press.hall)


ROUTES: Final = (ask_help, withdraw_help, list_help, come_to_help, end_help)
