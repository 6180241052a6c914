"""The paper ticket says what its holder needs, and nothing of who that is."""

from jinghou_devices.kinds.receipt_printer import Block, Columns, Qr, Text
from jinghou_kiosk.effects import PrintTicket
from jinghou_kiosk.events import Language
from jinghou_kiosk.receipt import ticket_receipt
from jinghou_queue.contract.messages import HallView, ServiceView, Ticket, TicketState

SERVICE = ServiceView(
    id="property", prefix="A", name="不动产登记", name_en="Property", zone="A 厅", identity="required", waiting=3
)
HALL = HallView(
    id="yunxi",
    name="云溪市民服务中心",
    name_en="Yunxi Centre",
    timezone="Asia/Shanghai",
    day="2026-11-23",
    seq=1,
    services=(SERVICE,),
    counters=(),
    calls=(),
)
TICKET = Ticket(
    id="t1",
    number="A023",
    service="property",
    state=TicketState.RESERVED,
    ahead=3,
    taken_at=1_795_397_040_000,  # 2026-11-23 01:24 UTC
    token="secret",
    url="http://127.0.0.1/t/secret",
)


def blocks(language: Language, ahead: int = 3) -> tuple[Block, ...]:
    ticket = Ticket(**{name: getattr(TICKET, name) for name in TICKET.__struct_fields__} | {"ahead": ahead})
    ask = PrintTicket(session="s", ticket=ticket, service=SERVICE, hall=HALL, language=language)
    return ticket_receipt(ask).blocks


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


def test_qr_leads_to_the_holders_own_page() -> None:
    assert [block.data for block in blocks(Language.ZH) if isinstance(block, Qr)] == ["http://127.0.0.1/t/secret"]


def test_number_is_the_largest_thing_on_the_paper() -> None:
    texts = [block for block in blocks(Language.ZH) if isinstance(block, Text)]
    assert max(texts, key=lambda text: text.scale).text == "A023"
