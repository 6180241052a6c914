"""Routes for people's own way in and out: log in, who am I, log out, one's own password."""

from functools import partial
from typing import Any, Final

from litestar import Request, Response, delete, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotAuthorizedException
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import JSONBody

from jinghou_queue.api.auth import SESSION_OVER, Bearers, only_sessions, session_now
from jinghou_queue.api.cookies import refuse_other_sites, session_cookie
from jinghou_queue.api.office import Office, keyless_press
from jinghou_queue.api.problems import described
from jinghou_queue.api.tickets import NO_STORE
from jinghou_queue.contract.staff import ChangePassword, LogIn, SessionView, StaffRole
from jinghou_queue.desk import sessions
from jinghou_queue.desk.access import Bearer, NoSuchHall, Role, the_hall
from jinghou_queue.desk.book import Press
from jinghou_queue.desk.refused import Refusal, Refused
from jinghou_queue.keys import token_of
from jinghou_queue.rules.passwords import weakness

_SESSION_BYTES: Final = 24
_STRANGER: Final = "stranger"
_TOO_MANY: Final = (Refusal.TOO_MANY_TRIES, "too many wrong passwords from this address: wait a moment")


@post(
    "/session",
    operation_id="logIn",
    summary="Log in",
    tags=["session"],
    responses=described(401, 403, 404, 429, needs_token=False),
    security=[{}],
    opt={"exclude_from_auth": True},
    status_code=200,
)
async def log_in(
    request: Request[Any, Any, Any], data: JSONBody[LogIn], office: NamedDependency[Office]
) -> Response[SessionView]:
    """Give login and password, get a session as a cookie; the browser sends it by itself from then on."""
    refuse_other_sites(request, office.public_url)
    view, token = await entered(request, data, office)
    return Response(view, headers=NO_STORE, cookies=[session_cookie(office.public_url, token)])


async def entered(request: Request[Any, Any, Any], data: LogIn, office: Office) -> tuple[SessionView, str]:
    """A new session and its token for whoever gives the right password.

    Raises Refused: HALL_UNKNOWN, LOGIN_REFUSED, TOO_MANY_TRIES.
    """
    hall = data.hall or await _only_hall(office)
    press = Press(hall, _STRANGER, office.now())
    with office.wrong_passwords.trying(request, press.at, *_TOO_MANY):
        proven = await _prove(office, press, data.login.strip().lower(), data.password)
        if proven is None:
            raise Refused(Refusal.LOGIN_REFUSED, "no such login, or another password")
        staff = proven.staff
        token = token_of(hall, office.random(_SESSION_BYTES))
        ends_at = press.at + office.sessions.most_ms
        entering = Press(hall, Bearer(staff.login, hall, Role(staff.role)).actor, press.at)
        await office.store.transact(
            partial(sessions.open_session, press=entering, proven=proven, token=token, ends_at=ends_at), hall
        )
    view = SessionView(hall=hall, login=staff.login, name=staff.name, role=StaffRole(staff.role), ends_at=ends_at)
    return view, token


@get(
    "/session",
    operation_id="viewSession",
    summary="Who am I?",
    tags=["session"],
    guards=[only_sessions],
    responses=described(403),
)
async def view_session(request: Request[Bearer, str, Any], office: NamedDependency[Office]) -> Response[SessionView]:
    """Whose session this is, and when one has to log in again at the latest."""
    row = await session_now(office, request.auth, office.now())
    if row is None:
        raise NotAuthorizedException(SESSION_OVER)
    view = SessionView(
        hall=request.user.hall, login=row.login, name=row.name, role=StaffRole(row.role), ends_at=row.ends_at
    )
    return Response(view, headers=NO_STORE)


@delete(
    "/session",
    operation_id="logOut",
    summary="Log out",
    tags=["session"],
    guards=[only_sessions],
    responses={204: ResponseSpec(None, generate_examples=False, description="logged out"), **described(403)},
)
async def log_out(
    request: Request[Bearer, str, Any], office: NamedDependency[Office], browsers: NamedDependency[Bearers]
) -> Response[None]:
    """End this session, and take its cookie away."""
    press = keyless_press(request, office)
    await office.store.transact(partial(sessions.end_session, press=press, token=request.auth), press.hall)
    browsers.forget(request.auth)
    return Response(None, status_code=204, cookies=[session_cookie(office.public_url, "")])


@post(
    "/session/password",
    operation_id="changePassword",
    summary="Change one's own password",
    tags=["session"],
    guards=[only_sessions],
    responses=described(403, 422, 429),
    status_code=204,
)
async def change_password(
    request: Request[Bearer, str, Any], data: JSONBody[ChangePassword], office: NamedDependency[Office]
) -> None:
    """Give the present password and a new one. One's sessions elsewhere end; this one goes on."""
    press = keyless_press(request, office)
    login = request.user.token
    refuse_weak(data.new, login)
    with office.wrong_passwords.trying(request, press.at, *_TOO_MANY):
        proven = await _prove(office, press, login, data.old)
        if proven is None:
            raise Refused(Refusal.PASSWORD_WRONG, "this is not your present password")
    password_hash = await office.passwords.hash_in_thread(data.new)
    work = partial(
        sessions.change_password, press=press, proven=proven, password_hash=password_hash, token=request.auth
    )
    await office.store.transact(work, press.hall)


def refuse_weak(password: str, login: str) -> None:
    """Raises Refused PASSWORD_WEAK."""
    weak = weakness(password, login)
    if weak is not None:
        raise Refused(Refusal.PASSWORD_WEAK, weak)


async def _prove(office: Office, press: Press, login: str, password: str) -> sessions.Proven | None:
    """Whoever that is, if the password is right; a wrong one is recorded. Raises Refused TOO_MANY_TRIES."""
    login_hash = office.keys.login_hash(press.hall, login)
    with office.passwords.turn():
        count = partial(sessions.count_try, press=press, login=login, login_hash=login_hash)
        staff = await office.store.transact(count, press.hall)
        checked = await office.passwords.check(password, None if staff is None else staff.password_hash)
    if staff is not None and checked.right:
        return sessions.Proven(staff, login_hash, checked.renewed)
    await office.store.transact(partial(sessions.refuse_try, press=press, login=login), press.hall)
    return None


async def _only_hall(office: Office) -> str:
    try:
        return await office.store.read(partial(the_hall, hall=None))
    except NoSuchHall:
        raise Refused(Refusal.HALL_UNKNOWN, "this server has several halls: say which") from None


ROUTES: Final = (log_in, view_session, log_out, change_password)
