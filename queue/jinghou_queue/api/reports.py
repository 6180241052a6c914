"""The address that gateways report to: whether a message that they took reached the phone."""

from functools import partial
from typing import Any, Final

from litestar import Request, Response, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException, PermissionDeniedException, ValidationException
from litestar.params import FromPath

from jinghou_queue.api.office import Office
from jinghou_queue.desk import notices
from jinghou_queue.desk.book import Press
from jinghou_queue.notify.channel import Callback, NotFromGateway, Report, Reporting
from jinghou_queue.store import Connection
from jinghou_queue.store import notice_statements as ns

_ACTOR: Final = "gateway"


@post("/notices/{channel:str}/reports", include_in_schema=False, status_code=200)
async def take_reports(
    channel: FromPath[str], request: Request[Any, Any, Any], office: NamedDependency[Office]
) -> Response[str]:
    """Each gateway has a form of its own, and proves in its own way that it is the one."""
    installed = office.channels.get(channel)
    if installed is None or not isinstance(installed.channel, Reporting):
        raise NotFoundException
    callback = Callback(
        {name: str(value) for name, value in request.query_params.items()},
        {name.lower(): value for name, value in request.headers.items()},
        await request.body(),
    )
    try:
        told = installed.channel.reports(callback)
    except NotFromGateway:
        raise PermissionDeniedException("this report does not prove where it is from") from None
    except (ValueError, TypeError):
        raise ValidationException("the report is not of the form that this gateway has") from None
    for report in told.reports:
        await _confirm(office, channel, report)
    return Response(told.answer, media_type=told.media_type)


async def _confirm(office: Office, channel: str, report: Report) -> None:
    """Write a report; one of a message that nobody knows (any more) changes nothing."""
    hall, _, notice = (report.id or "").partition(".")
    known = await office.store.read(partial(_named, hall=hall, notice=notice, channel=channel, report=report))
    if known is not None:
        hall, notice = known
        press = Press(hall, f"{_ACTOR}:{channel}", office.now())
        await office.store.transact(partial(notices.confirm, press=press, notice=notice, fault=report.fault), hall)


def _named(connection: Connection, hall: str, notice: str, channel: str, report: Report) -> tuple[str, str] | None:
    row = connection.one(ns.NOTICE, hall=hall, notice=notice)
    if row is not None and row.channel == channel:
        return hall, notice
    if report.receipt is None:
        return None
    return connection.one(ns.NOTICE_OF_RECEIPT, channel=channel, receipt=report.receipt)
