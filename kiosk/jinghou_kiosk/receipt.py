"""What stands on the paper ticket. No identity and no name: paper is left lying about."""

from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

from jinghou_devices.kinds.receipt_printer import Align, Columns, Feed, Qr, Receipt, Rule, Text
from jinghou_kiosk.effects import PrintTicket
from jinghou_kiosk.events import Language

_WORDS: Final = {
    Language.ZH: {
        "title": "排队号票",
        "zone": "等候区",
        "ahead": "前面等候",
        "nobody": "无人",
        "people": "{n} 人",
        "taken": "取号时间",
        "quiet": "没有广播，请留意屏幕上的号码。",
        "phone": "扫码用手机看还有几位",
        "today": "当日有效，过号请到咨询台",
    },
    Language.EN: {
        "title": "Queue ticket",
        "zone": "Waiting area",
        "ahead": "Ahead of you",
        "nobody": "nobody",
        "people": "{n} people",
        "taken": "Taken at",
        "quiet": "The screens will show your number. No loudspeaker.",
        "phone": "Scan to follow your number",
        "today": "Valid today. Missed it? Ask at the desk.",
    },
}


def ticket_receipt(ask: PrintTicket) -> Receipt:
    """The ticket in the language of the visit, times in the hall's zone."""
    words = _WORDS[ask.language]
    chinese = ask.language is Language.ZH
    taken = datetime.fromtimestamp(ask.ticket.taken_at / 1000, UTC).astimezone(ZoneInfo(ask.hall.timezone))
    service = ask.service.name if chinese else ask.service.name_en
    zone = (Columns((words["zone"], ask.service.zone)),) if ask.service.zone else ()
    ahead = words["people"].format(n=ask.ticket.ahead) if ask.ticket.ahead else words["nobody"]
    return Receipt(
        (
            Text(ask.hall.name if chinese else ask.hall.name_en, Align.CENTRE, bold=True),
            Text(words["title"], Align.CENTRE),
            Feed(),
            Text(ask.ticket.number, Align.CENTRE, scale=5, bold=True),
            Feed(),
            Text(service, Align.CENTRE, scale=2 if chinese else 1, bold=True),
            Rule(),
            *zone,
            Columns((words["ahead"], ahead)),
            Columns((words["taken"], taken.strftime("%Y-%m-%d %H:%M"))),
            Rule(),
            Feed(),
            Qr(ask.ticket.url),
            Text(words["phone"], Align.CENTRE),
            Feed(),
            Text(words["quiet"], Align.CENTRE),
            Text(words["today"], Align.CENTRE),
        )
    )
