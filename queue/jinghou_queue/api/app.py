"""The application: all routes, their documents and their errors, around one Office."""

import time
from functools import partial
from importlib.metadata import version

from litestar import Litestar, Router
from litestar.datastructures import State
from litestar.di import Provide
from litestar.exceptions import NotAuthorizedException, PermissionDeniedException, TooManyRequestsException
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme
from litestar.types.internal_types import RouteHandlerMapItem

from jinghou_queue.api import (
    bookings,
    calls,
    counters,
    halls,
    helping,
    offline,
    operations,
    people,
    phone_numbers,
    plans,
    reports,
    sessions,
    staff,
    terminals,
    tickets,
)
from jinghou_queue.api.auth import Bearers, authentication, whose_session, whose_token
from jinghou_queue.api.cookies import cookie_name
from jinghou_queue.api.office import Office, provide_press
from jinghou_queue.api.often import Often, not_too_often
from jinghou_queue.api.problems import HANDLERS
from jinghou_queue.desk.refused import Refused
from jinghou_queue.web import board, booked, booking, citizen, counter, entrance, hall, holder, usher
from jinghou_queue.web.manager import MANAGER_ROUTES
from jinghou_queue.web.pages import static_files

_MAX_BODY = 64 * 1024
_PREFIX = "/api/v1"

_DESCRIPTION = """Self-service kiosks, boards, counters and phones speak this to the silent-queue server.

Times are Unix times in whole milliseconds. Errors are `application/problem+json` with a stable `type`. Every write
takes `Idempotency-Key`, unless it carries a password: the same key again has the effect of one."""


class _Router(Router):
    """Litestar's, that makes the answer to OPTIONS anew for each method added to an address: it names all of them."""

    @property
    def route_handler_method_map(self) -> dict[str, RouteHandlerMapItem]:
        """Handlers by address and method, those for OPTIONS left out: who takes them over makes them."""
        return {
            path: {method: handler for method, handler in handlers.items() if method != "OPTIONS"}
            for path, handlers in super().route_handler_method_map.items()
        }


def make_app(office: Office) -> Litestar:
    """The ASGI application of one server."""
    tokens = Bearers(partial(whose_token, office), time.monotonic)
    browsers = Bearers(partial(whose_session, office), time.monotonic)
    known = _Router(
        path=_PREFIX,
        middleware=[authentication(office, tokens, browsers)],
        security=[{"bearer": []}, {"session": []}],
        route_handlers=[
            halls.list_halls,
            halls.view_hall,
            halls.follow_hall,
            tickets.take_number,
            tickets.ticket_printed,
            tickets.cancel_ticket,
            tickets.return_ticket,
            tickets.grant_priority,
            counters.view_counter,
            counters.open_counter,
            counters.pause_counter,
            counters.close_counter,
            counters.call_next,
            *counters.BUTTONS,
            counters.resume,
            counters.transfer,
            plans.view_plan,
            plans.change_plan,
            *bookings.ROUTES,
            *terminals.ROUTES,
            *offline.ROUTES,
            *helping.ROUTES,
            calls.list_unreached,
            people.reveal_person,
            phone_numbers.view_code,
            *sessions.ROUTES,
            *staff.ROUTES,
        ],
        dependencies={"browsers": Provide(lambda: browsers, sync_to_thread=False)},
    )
    holders = _Router(
        path=_PREFIX,
        route_handlers=[
            tickets.own_ticket,
            tickets.follow_ticket,
            tickets.call_seen,
            tickets.cancel_own_ticket,
            *bookings.HOLDERS_ROUTES,
            terminals.enrol_terminal,  # a code is the proof
            people.bind_phone,
            people.drop_phone,
        ],
    )
    strangers = not_too_often(Often(time.monotonic))
    phones = Router(
        path=_PREFIX,
        guards=[strangers],
        route_handlers=[phone_numbers.claim_number, phone_numbers.take_number_by_phone],
    )
    gateways = Router(path=_PREFIX, route_handlers=[reports.take_reports])
    holding = Router(
        path="/", guards=[not_too_often(Often(time.monotonic, booking.PER_MINUTE))], route_handlers=[booking.book_sent]
    )
    pages = _Router(
        path="/",
        guards=[strangers],
        exception_handlers={TooManyRequestsException: citizen.too_often},
        route_handlers=[hall.hall_page, hall.hall_page_sent, booking.book_page, holding],
    )
    staff_pages = Router(
        path="/",
        exception_handlers={
            NotAuthorizedException: entrance.to_login,
            PermissionDeniedException: entrance.refused,
        },
        route_handlers=[*entrance.ROUTES, *counter.ROUTES, *usher.ROUTES, *MANAGER_ROUTES],
        dependencies={"browsers": Provide(lambda: browsers, sync_to_thread=False)},
    )
    boards = Router(
        path="/",
        exception_handlers={NotAuthorizedException: board.to_enrolment, Refused: board.to_enrolment},
        route_handlers=board.ROUTES,
    )
    return Litestar(
        route_handlers=[
            known,
            holders,
            phones,
            gateways,
            pages,
            staff_pages,
            boards,
            static_files(),
            citizen.choose_look,
            *holder.ROUTES,
            *booked.ROUTES,
            operations.alive,
            operations.health,
            operations.metrics,
        ],
        dependencies={"office": Provide(lambda: office, sync_to_thread=False), "press": Provide(provide_press)},
        exception_handlers=HANDLERS,
        state=State({"office": office, "browsers": browsers, "tokens": tokens}),
        openapi_config=OpenAPIConfig(
            title="静候 Jinghou",
            version=version("jinghou"),
            description=_DESCRIPTION,
            path="/schema",
            use_handler_docstrings=True,
            render_plugins=[JsonRenderPlugin()],
            components=Components(
                security_schemes={
                    "bearer": SecurityScheme(type="http", scheme="bearer"),
                    "session": SecurityScheme(
                        type="apiKey", security_scheme_in="cookie", name=cookie_name(office.public_url)
                    ),
                }
            ),
        ),
        request_max_body_size=_MAX_BODY,
        middleware=[operations.REQUESTS.middleware],
        logging_config=None,
        debug=False,
    )
