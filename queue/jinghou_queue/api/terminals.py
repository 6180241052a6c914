"""Routes for a hall's terminals: announced, enrolled, replaced, retired, set up, looked after."""

from functools import partial
from typing import Annotated, Any, Final

from litestar import Request, Response, delete, get, post, put
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, HeaderParameter, JSONBody

from jinghou_queue.api.auth import allows, refuse_other_halls
from jinghou_queue.api.office import Office
from jinghou_queue.api.plans import version_of
from jinghou_queue.api.problems import described
from jinghou_queue.api.tickets import NO_STORE
from jinghou_queue.contract.terminals import (
    AddTerminal,
    Enrol,
    EnrolCode,
    Enrolled,
    ProfileVersion,
    ReportHeard,
    TerminalConfig,
    TerminalReport,
    TerminalView,
    enrol_link,
)
from jinghou_queue.desk import terminal_care, terminals
from jinghou_queue.desk.access import Bearer, Role
from jinghou_queue.desk.book import Press
from jinghou_queue.desk.refused import Refusal
from jinghou_queue.keys import token_hash, token_of

_ID_BYTES: Final = 4
_TOKEN_BYTES: Final = 32
_SETS_UP: Final = allows(Role.MANAGER, Role.TECHNICIAN)
_SEES: Final = allows(Role.MANAGER, Role.TECHNICIAN, Role.AUDITOR)
IS_TERMINAL: Final = allows(Role.TERMINAL)


@post(
    "/halls/{hall:str}/terminals",
    operation_id="addTerminal",
    summary="Announce a terminal",
    tags=["terminals"],
    guards=[refuse_other_halls, _SETS_UP],
    responses=described(403, 404, 422),
    status_code=201,
)
async def add_terminal(
    hall: FromPath[str], data: JSONBody[AddTerminal], press: NamedDependency[Press], office: NamedDependency[Office]
) -> Response[EnrolCode]:
    """Make a terminal and a code that enrols it: valid for a day, once. Only the machine that uses it is it."""
    invited = terminals.invitation(office.keys, hall, office.random(_ID_BYTES).hex(), press.at)
    work = partial(
        terminals.add_terminal, press=press, invited=invited, kind=data.kind, name=data.name, profile=data.profile
    )
    return _code(office, hall, await office.store.transact(work, press.hall), 201)


@post(
    "/halls/{hall:str}/terminals/{terminal:str}/replace",
    operation_id="replaceTerminal",
    summary="Let other hardware become this terminal",
    tags=["terminals"],
    guards=[refuse_other_halls, _SETS_UP],
    responses=described(403, 404, 422),
    status_code=200,
)
async def replace_terminal(
    hall: FromPath[str], terminal: FromPath[str], press: NamedDependency[Press], office: NamedDependency[Office]
) -> Response[EnrolCode]:
    """A new code, also when the first was lost. Once it is used, the hardware before is refused."""
    invited = terminals.invitation(office.keys, hall, terminal, press.at)
    work = partial(terminals.replace_terminal, press=press, invited=invited)
    return _code(office, hall, await office.store.transact(work, press.hall), 200)


def _code(office: Office, hall: str, invited: terminals.Invitation, status: int) -> Response[EnrolCode]:
    code = office.keys.enrol_code(hall, invited.terminal, invited.until)
    body = EnrolCode(
        id=invited.terminal,
        enrol_code=code,
        enrol_until=invited.until,
        enrol_link=enrol_link(office.public_url, code),
    )
    return Response(body, status_code=status, headers=NO_STORE)


@delete(
    "/halls/{hall:str}/terminals/{terminal:str}",
    operation_id="retireTerminal",
    summary="Retire a terminal",
    tags=["terminals"],
    guards=[refuse_other_halls, _SETS_UP],
    responses=described(403, 404, 422),
)
async def retire_terminal(
    terminal: FromPath[str], press: NamedDependency[Press], office: NamedDependency[Office]
) -> None:
    """End the terminal and its token; what it did stays in the records."""
    await office.store.transact(partial(terminals.retire_terminal, press=press, terminal=terminal), press.hall)


@get(
    "/halls/{hall:str}/terminals",
    operation_id="listTerminals",
    summary="The terminals of a hall, and how they are",
    tags=["terminals"],
    guards=[refuse_other_halls, _SEES],
    responses=described(403),
)
async def list_terminals(hall: FromPath[str], office: NamedDependency[Office]) -> list[TerminalView]:
    """What each said last, when that was, and whether it is silent; and which still wait to be enrolled."""
    return await office.store.read(partial(terminal_care.terminals, hall=hall, at=office.now()))


@get(
    "/halls/{hall:str}/terminals/{terminal:str}/profile",
    operation_id="viewProfile",
    summary="What is set for a terminal",
    tags=["terminals"],
    guards=[refuse_other_halls, _SEES],
    responses={
        200: ResponseSpec(dict, generate_examples=False, description="the profile; its version is the `ETag`"),
        **described(403, 404),
    },
)
async def view_profile(
    hall: FromPath[str], terminal: FromPath[str], office: NamedDependency[Office]
) -> Response[terminal_care.Body]:
    """Only what is set here; the rest is in the terminal's own file. Send the `ETag` back with a new profile."""
    work = partial(terminal_care.profile_in_force, hall=hall, terminal=terminal)
    version, profile = await office.store.read(work)
    return Response(profile, headers={"ETag": f'"{version}"', **NO_STORE})


@put(
    "/halls/{hall:str}/terminals/{terminal:str}/profile",
    operation_id="changeProfile",
    summary="Set up a terminal",
    tags=["terminals"],
    guards=[refuse_other_halls, _SETS_UP],
    responses=described(403, 404, 409, 422),
)
async def change_profile(
    terminal: FromPath[str],
    data: JSONBody[terminal_care.Body],
    press: NamedDependency[Press],
    office: NamedDependency[Office],
    if_match: Annotated[str, HeaderParameter(name="If-Match", description="the `ETag` of what was changed")],
) -> ProfileVersion:
    """Check the profile as a whole and put it in force; the terminal gets it when it asks for its configuration."""
    expected = version_of(if_match, Refusal.PROFILE_CHANGED)
    work = partial(terminal_care.change_profile, press=press, terminal=terminal, profile=data, expected=expected)
    return ProfileVersion(version=await office.store.transact(work, press.hall))


@post(
    "/terminals/enrol",
    operation_id="enrolTerminal",
    summary="Become the terminal that a code was made for",
    tags=["terminals"],
    responses=described(404, 409, 429, needs_token=False),
    security=[{}],
    status_code=201,
)
async def enrol_terminal(
    request: Request[Any, Any, Any], data: JSONBody[Enrol], office: NamedDependency[Office]
) -> Response[Enrolled]:
    """Who the terminal is, and its token. The code works once: when this answer is lost, have the terminal replaced."""
    return Response(await enrolled(request, data, office), headers=NO_STORE)


async def enrolled(request: Request[Any, Any, Any], data: Enrol, office: Office) -> Enrolled:
    """Who a code makes the machine that brought it. Raises Refused: CODE_UNKNOWN, TOO_MANY_CODES."""
    now, words = office.now(), "look at the code again, and wait a moment"
    code_hash = office.keys.enrol_hash(data.code)
    with office.guesses.trying(request, now, Refusal.TOO_MANY_CODES, words):
        found = await office.store.read(partial(terminals.awaited, code_hash=code_hash, hall=data.hall))
        token = token_of(found.hall, office.random(_TOKEN_BYTES))
        press = Press(found.hall, f"{Role.TERMINAL.value}:{found.terminal}", now)
        work = partial(
            terminals.enrol_terminal,
            press=press,
            code_hash=code_hash,
            token_hash=token_hash(token),
            kind=data.kind,
        )
        joined = await office.store.transact(work, press.hall)
    return Enrolled(
        terminal=joined.terminal,
        hall=found.hall,
        kind=joined.kind,
        name=joined.name,
        token=token,
        epoch=joined.epoch,
    )


@get(
    "/terminals/me/config",
    operation_id="ownConfig",
    summary="All that this terminal must know",
    tags=["terminals"],
    guards=[IS_TERMINAL],
    responses={
        304: ResponseSpec(None, generate_examples=False, description="as in `If-None-Match`"),
        **described(403, 404),
    },
)
async def own_config(
    request: Request[Bearer, Any, Any],
    office: NamedDependency[Office],
    if_none_match: Annotated[
        str, HeaderParameter(name="If-None-Match", description="the `ETag` of the configuration that is known")
    ] = "",
) -> Response[TerminalConfig | None]:
    """The profile that was set for it, and of the hall's plan what it needs; ask again about once a minute."""
    bearer = request.user
    name, config = await office.store.read(partial(terminal_care.config_of, hall=bearer.hall, terminal=bearer.token))
    headers = {"ETag": f'"{name}"', "Cache-Control": "no-cache"}
    if headers["ETag"] in if_none_match.replace("W/", "").replace(" ", "").split(","):
        return Response(None, status_code=304, headers=headers)
    return Response(config, headers=headers)


@post(
    "/terminals/me/status",
    operation_id="reportStatus",
    summary="How this terminal is",
    tags=["terminals"],
    guards=[IS_TERMINAL],
    responses=described(403, 404, 422),
    status_code=200,
)
async def report_status(
    data: JSONBody[TerminalReport], press: NamedDependency[Press], office: NamedDependency[Office]
) -> ReportHeard:
    """States, codes and counts, instead of those it told before. Who is silent for three minutes is shown as such."""
    return await office.store.transact(partial(terminal_care.hear_report, press=press, report=data), press.hall)


ROUTES: Final = (
    add_terminal,
    replace_terminal,
    retire_terminal,
    list_terminals,
    view_profile,
    change_profile,
    own_config,
    report_status,
)
