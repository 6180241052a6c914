"""Finding one of many services: whom they are for, their themes, and what stands first."""

from itertools import pairwise

import pytest
from hall_samples import hall, service
from kiosk_session import HALL, MANY, MET, NEXT_PERSON, PERSON, PROPERTY, TAX, Kiosk
from msgspec import structs

from jinghou_config.terminal import VisitSettings
from jinghou_kiosk.choice import FEW, Choice, Theme, choice_of
from jinghou_kiosk.events import (
    AudienceTapped,
    BackTapped,
    ConfirmTapped,
    Event,
    HallSeen,
    HomeTapped,
    Pinned,
    PinnedSeen,
    ServiceTapped,
    SettingsSeen,
    StartTapped,
    ThemeTapped,
    UsedSeen,
)
from jinghou_kiosk.pages import ChooseService, Confirm, Home, Taking
from jinghou_queue.contract.messages import Audience, HallView

PEOPLE, FIRMS, EITHER = Audience.PERSONAL, Audience.COMPANY, Audience.BOTH
BIG = hall(*MANY)
HOT = ("company-0", "personal-4", "both-6")
ESTATE, TAXES = "不动产", "税费"


def at_many(seen: HallView = BIG, *before: Event) -> Kiosk:
    return Kiosk().does(HallSeen(seen), *before, StartTapped())


def put_first(*hot: str) -> SettingsSeen:
    return SettingsSeen(VisitSettings(hot=hot), MET.languages)


def choice(kiosk: Kiosk) -> Choice:
    return choice_of(kiosk.state)


def ids(kiosk: Kiosk) -> list[str]:
    return [each.id for each in choice(kiosk).services]


def test_few_services_are_shown_as_they_are_whoever_they_are_for() -> None:
    few = hall(*MANY[:FEW])
    assert choice(at_many(few, put_first("both-0"))) == Choice(few.services)


def test_of_many_what_stands_first_is_shown_above_the_themes_and_nothing_more() -> None:
    kiosk = at_many(BIG, put_first(*HOT))
    assert ids(kiosk) == list(HOT)
    assert [theme.name for theme in choice(kiosk).themes] == [ESTATE, TAXES, ""]
    assert choice(kiosk).themes[0] == Theme(ESTATE, "T", 9)


def test_themes_of_what_stands_first_come_first_and_services_without_one_last() -> None:
    kiosk = at_many(hall(*reversed(MANY)), put_first("company-0"))
    assert [theme.name for theme in choice(kiosk).themes] == [ESTATE, TAXES, ""]
    kiosk.does(put_first("both-6", "personal-4"))
    assert [theme.name for theme in choice(kiosk).themes] == ["", TAXES, ESTATE], "what people come for is in none"


def test_a_theme_holds_its_services_hot_ones_first_and_back_leads_to_the_themes_and_home() -> None:
    kiosk = at_many(BIG, put_first("both-1")).does(ThemeTapped(ESTATE))
    opened = choice(kiosk).opened
    assert opened is not None
    assert opened.name == ESTATE
    assert ids(kiosk)[0] == "both-1"
    assert {each.theme for each in choice(kiosk).services} == {ESTATE}
    assert choice(kiosk).themes == ()
    kiosk.does(BackTapped())
    assert kiosk.page() == ChooseService()
    assert choice(kiosk).opened is None
    assert kiosk.does(BackTapped()).page() == Home()


def test_back_from_the_question_leads_to_the_theme_it_came_from() -> None:
    kiosk = at_many().does(ThemeTapped(TAXES), ServiceTapped("both-3"))
    assert isinstance(kiosk.page(), Confirm)
    opened = choice(kiosk.does(BackTapped())).opened
    assert opened is not None
    assert opened.name == TAXES


def test_one_tap_says_for_whom_and_the_same_tap_again_takes_it_back() -> None:
    kiosk = at_many(BIG, put_first(*HOT)).does(AudienceTapped(FIRMS))
    assert ids(kiosk) == ["company-0", "both-6"]
    kiosk.does(ThemeTapped(ESTATE))
    assert {each.audience for each in choice(kiosk).services} == {FIRMS, EITHER}
    kiosk.does(BackTapped(), AudienceTapped(FIRMS))
    assert ids(kiosk) == list(HOT)


def test_for_whom_somebody_comes_is_kept_for_the_visit_and_nobody_elses() -> None:
    kiosk = at_many().does(AudienceTapped(FIRMS), ThemeTapped(TAXES), ServiceTapped("company-3"), BackTapped())
    assert (kiosk.state.audience, kiosk.state.theme) == (FIRMS, TAXES)
    kiosk.does(HomeTapped(), StartTapped())
    assert (kiosk.state.audience, kiosk.state.theme) == (None, None)


def test_the_next_persons_card_forgets_what_the_one_before_was_looking_for() -> None:
    kiosk = Kiosk().does(HallSeen(BIG))
    kiosk.does(kiosk.card(), AudienceTapped(FIRMS), ThemeTapped(TAXES))
    kiosk.does(kiosk.card(NEXT_PERSON))
    assert (kiosk.state.holder, kiosk.state.audience, kiosk.state.theme) == (NEXT_PERSON, None, None)


@pytest.mark.parametrize("others", [(PEOPLE,), (FIRMS,), (PEOPLE, EITHER), (FIRMS, EITHER), (EITHER,)])
def test_nobody_is_asked_for_whom_when_the_services_do_not_differ(others: tuple[Audience, ...]) -> None:
    kiosk = at_many(hall(*[structs.replace(each, audience=others[at % len(others)]) for at, each in enumerate(MANY)]))
    assert not choice(kiosk).asks_audience
    before = kiosk.state
    assert kiosk.does(AudienceTapped(FIRMS)).state == before


def test_many_services_without_themes_are_listed_what_stands_first_at_the_top() -> None:
    plain = hall(*[structs.replace(each, theme="", theme_en="") for each in MANY])
    kiosk = at_many(plain, put_first(*HOT))
    assert ids(kiosk)[:3] == list(HOT)
    assert sorted(ids(kiosk)) == sorted(each.id for each in MANY)
    assert choice(kiosk.does(AudienceTapped(PEOPLE))).asks_audience
    assert ids(kiosk)[:2] == ["personal-4", "both-6"]


def test_a_theme_that_the_hall_has_no_more_shows_the_themes_again_and_back_leads_home() -> None:
    kiosk = at_many().does(ThemeTapped(TAXES))
    left = (structs.replace(each, theme="", theme_en="") if each.theme == TAXES else each for each in MANY)
    kiosk.does(HallSeen(hall(*left)))
    assert [theme.name for theme in choice(kiosk).themes] == [ESTATE, ""]
    assert kiosk.does(BackTapped()).page() == Home()


def test_a_theme_or_an_audience_that_there_is_not_changes_nothing() -> None:
    kiosk = at_many()
    before = kiosk.state
    assert kiosk.does(ThemeTapped("nonsense")).state == before
    few = Kiosk().does(StartTapped())
    assert few.does(ThemeTapped(""), AudienceTapped(PEOPLE)).state.theme is None
    assert few.state.audience is None


def test_with_a_card_a_service_that_stands_first_is_two_taps_from_its_number() -> None:
    for hot in HOT:
        kiosk = Kiosk().does(HallSeen(BIG), put_first(*HOT))
        kiosk.does(kiosk.card())
        assert hot in ids(kiosk)
        assert isinstance(kiosk.does(ServiceTapped(hot), ConfirmTapped()).page(), Taking)
        assert kiosk.asked().holder == PERSON


# What stands first


def test_what_the_staff_put_first_wins_over_the_settings_in_its_order() -> None:
    kiosk = Kiosk().does(put_first("tax"), PinnedSeen(Pinned(("property", "gone", "tax"), ("tax",))))
    assert kiosk.state.hot == kiosk.state.first == (PROPERTY, TAX)
    assert kiosk.does(PinnedSeen(None)).state.hot == (TAX,)


def test_what_the_staff_put_first_holds_until_the_settings_put_something_else_first() -> None:
    kiosk = Kiosk().does(put_first("tax"), PinnedSeen(Pinned(("property",), ("tax",))))
    look = kiosk.state.look.model_copy(update={"place": "C 区"})
    kiosk.does(SettingsSeen(look, MET.languages), StartTapped(), HomeTapped())
    assert kiosk.state.hot == (PROPERTY,), "another place is no other order"
    assert kiosk.does(put_first()).state.hot == ()
    assert kiosk.does(put_first("tax")).state.hot == (TAX,), "what was overtaken does not come back"


def test_a_kiosk_that_starts_keeps_what_its_staff_put_first_until_it_hears_of_another_profile() -> None:
    kiosk = Kiosk().does(PinnedSeen(Pinned(("property",), ("tax",))))
    assert kiosk.state.hot == (PROPERTY,), "the file says nothing, the profile is still to come"
    assert kiosk.does(put_first("tax")).state.hot == (PROPERTY,)


def test_where_nothing_is_put_first_what_was_used_most_stands_first_and_the_others_follow() -> None:
    three = hall(PROPERTY, TAX, service("residence"))
    kiosk = Kiosk().does(HallSeen(three), UsedSeen({"residence": 9, "gone": 50}))
    assert [each.id for each in kiosk.state.first] == ["residence", "property", "tax"]
    assert [each.id for each in kiosk.state.hot] == ["residence"], "nobody came for the others"
    kiosk.does(UsedSeen({"tax": 4, "property": 4, "residence": 3}))
    assert [each.id for each in kiosk.state.first] == ["property", "tax", "residence"], "ties in the hall's order"
    assert kiosk.does(put_first("tax")).state.first == (TAX,)


def test_of_many_what_was_used_most_is_what_is_shown_above_the_themes() -> None:
    kiosk = at_many(BIG, UsedSeen({each.id: 30 - at for at, each in enumerate(MANY[5:8])}))
    assert ids(kiosk) == [each.id for each in MANY[5:8]]
    assert ids(at_many()) == [], "a kiosk that is new knows nothing of people"


def test_whatever_was_used_every_service_is_on_the_first_page_or_behind_it() -> None:
    kiosk = Kiosk().does(HallSeen(BIG), UsedSeen({"both-2": 2, "both-5": 7}))
    used = [kiosk.state.used.get(each.id, 0) for each in kiosk.state.first]
    assert all(one >= other for one, other in pairwise(used))
    assert sorted(each.id for each in kiosk.state.first) == sorted(each.id for each in MANY)
    assert kiosk.does(HallSeen(HALL)).state.first == (PROPERTY, TAX)
