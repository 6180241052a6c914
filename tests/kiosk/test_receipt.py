"""The paper ticket says what its holder needs, and nothing of who that is."""

import pytest
from hall_samples import hall, service, ticket
from kiosk_session import BOOKING
from msgspec import structs

from jinghou_config.ticket import BookingTemplate, TicketTemplate
from jinghou_devices.codecs.receipt import render
from jinghou_devices.kinds.receipt_printer import Align, Block, Columns, Feed, Qr, Receipt, Rule, Text
from jinghou_kiosk.effects import PrintBooking, PrintTicket
from jinghou_kiosk.events import Language
from jinghou_kiosk.receipt import booking_receipt, ticket_receipt

SERVICE = service("property", name="不动产登记", name_en="Property")
AT_9_24 = 1_795_397_040_000  # 2026-11-23 01:24 UTC


def blocks(language: Language, ahead: int = 3, zone: str = "A 厅", *, offline: bool = False) -> tuple[Block, ...]:
    ask = PrintTicket(
        session="s",
        ticket=ticket(ahead=ahead, taken_at=AT_9_24),
        service=structs.replace(SERVICE, zone=zone),
        hall=hall(SERVICE),
        language=language,
        offline=offline,
    )
    return ticket_receipt(ask, TicketTemplate.load()).blocks


def words(found: tuple[Block, ...]) -> str:
    lines = [block.text for block in found if isinstance(block, Text)]
    columns = ["：".join(block.cells) for block in found if isinstance(block, Columns)]
    return "\n".join([*lines, *columns])


def test_ticket_tells_number_service_place_and_local_time() -> None:
    text = words(blocks(Language.ZH))
    for expected in ("云溪市民服务中心", "A023", "不动产登记", "等候区：A 厅", "前面等候：3 人", "2026-11-23 09:24"):
        assert expected in text


def test_ticket_speaks_the_language_of_the_visit() -> None:
    text = words(blocks(Language.EN))
    assert "Yunxi Centre" in text
    assert "Ahead of you：3 people" in text


def test_nobody_ahead_is_said_in_words() -> None:
    assert "前面等候：无人" in words(blocks(Language.ZH, ahead=0))


def test_a_number_given_without_the_server_says_when_it_joins_and_not_who_is_ahead() -> None:
    text = words(blocks(Language.ZH, ahead=0, offline=True))
    assert "网络恢复后将自动排入队列" in text
    assert "前面等候" not in text
    english = words(blocks(Language.EN, ahead=0, offline=True))
    assert "Joins the queue by itself when the line is back" in english
    assert "Ahead of you" not in english


def test_qr_leads_to_the_holders_own_page() -> None:
    assert [block.data for block in blocks(Language.ZH) if isinstance(block, Qr)] == ["http://hall.invalid/t/secret"]


def test_number_is_the_largest_thing_on_the_paper() -> None:
    texts = [block for block in blocks(Language.ZH) if isinstance(block, Text)]
    assert max(texts, key=lambda text: text.scale).text == "A023"


WHOLE = {
    Language.ZH: (
        Text("云溪市民服务中心", Align.CENTRE, bold=True),
        Text("排队号票", Align.CENTRE),
        Feed(),
        Text("A023", Align.CENTRE, scale=5, bold=True),
        Feed(),
        Text("不动产登记", Align.CENTRE, scale=2, bold=True),
        Rule(),
        Columns(("等候区", "A 厅")),
        Columns(("前面等候", "3 人")),
        Columns(("取号时间", "2026-11-23 09:24")),
        Rule(),
        Feed(),
        Qr("http://hall.invalid/t/secret"),
        Text("扫码用手机看还有几位", Align.CENTRE),
        Feed(),
        Text("没有广播，请留意屏幕上的号码。", Align.CENTRE),
        Text("当日有效，过号请到咨询台", Align.CENTRE),
    ),
    Language.EN: (
        Text("Yunxi Centre", Align.CENTRE, bold=True),
        Text("Queue ticket", Align.CENTRE),
        Feed(),
        Text("A023", Align.CENTRE, scale=5, bold=True),
        Feed(),
        Text("Property", Align.CENTRE, scale=1, bold=True),
        Rule(),
        Columns(("Waiting area", "A 厅")),
        Columns(("Ahead of you", "3 people")),
        Columns(("Taken at", "2026-11-23 09:24")),
        Rule(),
        Feed(),
        Qr("http://hall.invalid/t/secret"),
        Text("Scan to follow your number", Align.CENTRE),
        Feed(),
        Text("The screens will show your number. No loudspeaker.", Align.CENTRE),
        Text("Valid today. Missed it? Ask at the desk.", Align.CENTRE),
    ),
}


@pytest.mark.parametrize("language", [Language.ZH, Language.EN])
@pytest.mark.parametrize("paper_mm", [58, 80])
def test_the_standard_ticket_is_this_paper_byte_for_byte(language: Language, paper_mm: int) -> None:
    assert render(Receipt(blocks(language)), paper_mm) == render(Receipt(WHOLE[language]), paper_mm)


def test_a_service_without_a_zone_has_no_line_for_it() -> None:
    assert "等候区" not in words(blocks(Language.ZH, zone=""))


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        (
            Language.ZH,
            ["云溪市民服务中心", "不动产登记", "2026-11-24", "预约码：930 221 7845", "当天 23:30 起"],
        ),
        (Language.EN, ["Yunxi Centre", "Property", "2026-11-24", "Code：930 221 7845", "that day from 23:30"]),
    ],
)
def test_a_bookings_paper_tells_what_to_come_for_when_and_how_to_check_in(
    language: Language, expected: list[str]
) -> None:
    ask = PrintBooking(session="s", booking=BOOKING, service=SERVICE, hall=hall(SERVICE), language=language)
    found = booking_receipt(ask, BookingTemplate.load()).blocks
    text = words(found)
    for each in expected:
        assert each in text
    assert [block.data for block in found if isinstance(block, Qr)] == ["http://hall.invalid/b/booked"]
