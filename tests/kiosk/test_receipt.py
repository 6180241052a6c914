"""The paper ticket says what its holder needs, and nothing of who that is."""

from hall_samples import hall, service, ticket

from jinghou_devices.kinds.receipt_printer import Block, Columns, Qr, Text
from jinghou_kiosk.effects import PrintTicket
from jinghou_kiosk.events import Language
from jinghou_kiosk.receipt import ticket_receipt

SERVICE = service("property", name="不动产登记", name_en="Property")
AT_9_24 = 1_795_397_040_000  # 2026-11-23 01:24 UTC


def blocks(language: Language, ahead: int = 3) -> tuple[Block, ...]:
    ask = PrintTicket(
        session="s",
        ticket=ticket(ahead=ahead, taken_at=AT_9_24),
        service=SERVICE,
        hall=hall(SERVICE),
        language=language,
    )
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
    assert [block.data for block in blocks(Language.ZH) if isinstance(block, Qr)] == ["http://hall.invalid/t/secret"]


def test_number_is_the_largest_thing_on_the_paper() -> None:
    texts = [block for block in blocks(Language.ZH) if isinstance(block, Text)]
    assert max(texts, key=lambda text: text.scale).text == "A023"
