"""What people type and what they mean by it: among the first three, and why."""

import pytest
from kiosk_session import HALL, PERSON, PROPERTY, TAX, Kiosk

from jinghou_config.hall import SAMPLE_HALL, HallPlan
from jinghou_kiosk.effects import FindServices, StartTimer
from jinghou_kiosk.events import (
    CardRead,
    Closed,
    HomeTapped,
    HoursSeen,
    SearchTapped,
    SearchTyped,
    ServicesFound,
    ServiceTapped,
    StartTapped,
    TimerFired,
)
from jinghou_kiosk.pages import AskCard, ChooseService, Home, Search
from jinghou_kiosk.search import MOST, Entry, Index
from jinghou_kiosk.service_finder import ServiceFinder

PLAN = HallPlan.load(SAMPLE_HALL)
SAMPLE = Index(Entry(each.id, each.name, each.name_en, each.words) for each in PLAN.services)
BANK = Entry("bank", "银行对账", "Bank statements")
LAW = Entry("law", "行政复议", "Administrative review")
CARD = Entry("card", "社保卡补办", "Replacing a social security card")
PAY = Entry("pay", "社保缴费", "Paying social security", ("交社保",))
ETC = Entry("etc", "ETC 办理（小客车）", "Toll tag for cars")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        pytest.param("不动产登记", "property", id="the whole name"),
        pytest.param("不动产", "property", id="its beginning"),
        pytest.param("登记", "property", id="its end"),
        pytest.param("budongchandengji", "property", id="its sound"),
        pytest.param("bu dong chan", "property", id="its sound as an input method writes it"),
        pytest.param("budongch", "property", id="its sound, in the middle of a syllable"),
        pytest.param("bdcdj", "property", id="its initials"),
        pytest.param("BDC", "property", id="in capitals"),
        pytest.param("ｂｄｃ", "property", id="in full width"),
        pytest.param("不dong产", "property", id="hanzi and sound"),
        pytest.param("不动c", "property", id="hanzi and an initial"),
        pytest.param("bdongcdj", "property", id="initials and sound"),
        pytest.param("卖房", "property", id="an everyday word"),
        pytest.param("maifang", "property", id="the sound of an everyday word"),
        pytest.param("yyzz", "company", id="the initials of an everyday word"),
        pytest.param("我想把房子过户给儿子", "property", id="a whole sentence"),
        pytest.param("Property", "property", id="in English"),
        pytest.param("registration", "property", id="a later word in English"),
        pytest.param("prop reg", "property", id="beginnings of English words"),
        pytest.param("house", "property", id="an everyday word in English"),
        pytest.param("不懂产", "property", id="a wrong hanzi of the same sound"),
        pytest.param("营业直照", "company", id="a wrong hanzi in an everyday word"),
        pytest.param("不动广登记", "property", id="a wrong hanzi of another sound"),
        pytest.param("budomgchan", "property", id="a wrong letter"),
        pytest.param("budngchan", "property", id="a letter missing"),
        pytest.param("budonggchan", "property", id="a letter too many"),
        pytest.param("bdcjd", "property", id="two initials changed"),
        pytest.param("sebaoyibao", "social-security", id="as it is said in the south"),
        pytest.param("securtiy", "social-security", id="an error in English"),
    ],
)
def test_what_is_typed_finds_what_is_meant_among_the_first_three(typed: str, meant: str) -> None:
    assert meant in SAMPLE.find(typed)[:3]


@pytest.mark.parametrize(
    ("typed", "in_order", "why"),
    [
        ("社保", ["card", "pay"], "both begin so: the order of the hall"),
        ("社保缴费", ["pay"], "just that, and nobody has mistyped"),
        ("jsb", ["pay"], "the initials of its everyday word"),
        ("xing", ["law"], "行 is xing in 行政 and hang in 银行"),
        ("hang", ["bank"], "and here the other way round"),
        ("etc", ["etc"], "letters in a name are typed as they are"),
        ("xkc", ["etc"], "signs in a name are passed over"),
        ("card", ["card", "etc"], "the name's own word before the beginning of a longer one"),
    ],
)
def test_the_likeliest_comes_first(typed: str, in_order: list[str], why: str) -> None:
    assert list(Index([BANK, LAW, CARD, PAY, ETC]).find(typed)) == in_order, why


@pytest.mark.parametrize("typed", ["", "   ", "?！", "^[.*", "\n", "量子物理", "qqqqqq", "😀"])
def test_what_means_nothing_finds_nothing(typed: str) -> None:
    assert SAMPLE.find(typed) == ()


def test_signs_among_the_letters_are_passed_over() -> None:
    assert SAMPLE.find("b.*d'c\n") == SAMPLE.find("bdc") == ("property",)


def test_a_short_word_is_not_taken_for_another_one() -> None:
    assert Index([Entry("buy", "买车", "Cars")]).find("卖房") == ()


def test_nobody_is_shown_more_than_can_be_read() -> None:
    many = Index(Entry(f"m{n}", f"登记{n}", "Registration") for n in range(50))
    assert many.find("dj") == tuple(f"m{n}" for n in range(MOST))


def typing(text: str) -> Kiosk:
    return Kiosk().does(SearchTapped(), SearchTyped(text))


def test_what_is_typed_is_looked_for_among_what_is_offered() -> None:
    kiosk = typing("shui")
    assert FindServices(kiosk.state.id, "shui", (PROPERTY, TAX)) in kiosk.effects
    assert kiosk.page() == Search("shui")


def test_what_is_found_is_shown_until_something_else_is() -> None:
    kiosk = typing("shui").does(ServicesFound("boot-1", "shui", ("tax",)))
    assert kiosk.page() == Search("shui", ("tax",))
    kiosk.does(SearchTyped("shuiw"))
    assert kiosk.page() == Search("shuiw", ("tax",))


def test_an_answer_to_what_stood_there_before_is_not_shown() -> None:
    assert typing("shuiw").does(ServicesFound("boot-1", "shui", ("tax",))).page() == Search("shuiw")


def test_an_emptied_field_shows_nothing_found_and_nothing_missing() -> None:
    kiosk = typing("shui").does(ServicesFound("boot-1", "shui", ()), SearchTyped(""))
    assert kiosk.page() == Search("", None)


def test_a_service_that_was_found_is_gone_on_with() -> None:
    kiosk = typing("bdc").does(ServicesFound("boot-1", "bdc", ("property",)), ServiceTapped("property"))
    assert kiosk.page() == AskCard(PROPERTY)


def test_all_services_are_one_tap_away() -> None:
    assert typing("?").does(StartTapped()).page() == ChooseService()


def test_a_card_put_down_while_typing_is_of_the_one_who_types() -> None:
    kiosk = typing("bdc")
    kiosk.does(CardRead(kiosk.state.id, PERSON))
    assert (kiosk.page(), kiosk.state.holder) == (Search("bdc"), PERSON)


def test_every_letter_is_somebody_there() -> None:
    kiosk = typing("b").does(TimerFired())
    assert kiosk.state.asking_presence
    kiosk.does(SearchTyped("bd"))
    assert StartTimer(60) in kiosk.effects


def test_while_the_hall_is_closed_nobody_begins_to_search() -> None:
    kiosk = Kiosk().does(HoursSeen(Closed(None)), SearchTapped())
    assert isinstance(kiosk.page(), Home)


def test_what_was_typed_is_gone_with_the_visit_and_its_answer_reaches_nobody_else() -> None:
    kiosk = typing("张静候").does(HomeTapped())
    kiosk.does(SearchTapped(), ServicesFound("boot-1", "张静候", ("tax",)))
    assert kiosk.page() == Search()


def test_what_was_typed_is_in_no_representation_that_could_be_logged() -> None:
    kiosk = typing("张静候")
    assert "张静候" not in f"{kiosk.state} {kiosk.effects} {SearchTyped('张静候')}"


def test_the_index_is_made_once_for_a_hall_however_many_wait() -> None:
    finder = ServiceFinder()
    finder.know(HALL.services)
    index = finder._index
    finder.know(tuple(HALL.services))
    assert finder._index is index
    assert finder.find(FindServices("boot-1", "ta", HALL.services)) == ServicesFound("boot-1", "ta", ("tax",))
