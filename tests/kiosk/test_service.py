"""Service mode: who gets in, how long it lasts, what it does on each page, and that nothing of it stays."""

from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from jinghou_config.settings import ConfigError
from jinghou_config.terminal import ServiceSettings, VisitSettings
from jinghou_devices.commands.trying import Trial
from jinghou_devices.kinds.common import DeviceStatus, Kind, Link
from jinghou_kiosk.effects import StartTimer, StopTimer
from jinghou_kiosk.events import (
    BackTapped,
    ConfirmTapped,
    DeleteTapped,
    DigitTapped,
    HomeTapped,
    Language,
    LanguageTapped,
    Pinned,
    PinnedSeen,
    PrintTapped,
    RetryTapped,
    ServiceTapped,
    StaffCame,
    StaffLeft,
    TimerFired,
)
from jinghou_kiosk.service import pin
from jinghou_kiosk.service.effects import (
    CheckPin,
    CopyLog,
    Effect,
    EndTrials,
    KeepOutOfService,
    OpenDoor,
    PrintSample,
    TellSession,
    TryDevice,
    TryNetwork,
)
from jinghou_kiosk.service.events import (
    AsSetTapped,
    CornerTapped,
    CountersRead,
    DeviceSeen,
    DeviceTapped,
    DoorsSeen,
    DoorTapped,
    Event,
    FieldTapped,
    FiguresRead,
    FolderTapped,
    LogCopied,
    NetworkTried,
    OfferSeen,
    PinChecked,
    PinTapped,
    ServiceSwitched,
    StepTapped,
    TrialEnded,
    WayTapped,
)
from jinghou_kiosk.service.pages import (
    DevicePage,
    Devices,
    Export,
    Figures,
    FiguresPage,
    Logs,
    Menu,
    Network,
    NetworkPage,
    Offer,
    Offered,
    PinPad,
    Role,
    Ruler,
    TicketPage,
    TouchGrid,
    Way,
)
from jinghou_kiosk.service.pin import check_hashes, hashed, is_right, pause_s, roles_of, weakness
from jinghou_kiosk.service.step import PAD_S, begin, step

SETTINGS = ServiceSettings(idle_s=120, most_s=1800, export_folders=(Path("/media/usb"),))
RHYTHM = (0.0, 0.3, 0.6, 0.9, 1.2, 2.7, 3.0)
DOORS = ((1, 1), (1, 2), (2, 1), (2, 2))


class Staff:
    """Service mode with the effects of its last event, and a clock that stands still unless told to go."""

    def __init__(self, *, out_of_service: bool = False) -> None:
        self.state = begin(SETTINGS, 2.71, Language.ZH, out_of_service=out_of_service)
        self.effects: tuple[Effect, ...] = ()
        self.now = 1000.0
        self.does(DeviceSeen(DeviceStatus("receipt_printer", Link.ONLINE)), DoorsSeen(DOORS))

    def does(self, *events: Event) -> "Staff":
        for event in events:
            outcome = step(self.state, event, self.now)
            self.state, self.effects = outcome.state, outcome.effects
        return self

    def knock(self, rhythm: tuple[float, ...] = RHYTHM) -> "Staff":
        began = self.now
        for at in rhythm:
            self.now = began + at
            self.does(CornerTapped())
        return self

    def types(self, pin: str) -> "Staff":
        return self.does(*map(DigitTapped, pin), ConfirmTapped())

    def answers(self, *roles: Role) -> "Staff":
        return self.does(PinChecked(self.state.asked, frozenset(roles)))

    def inside(self, *roles: Role) -> "Staff":
        return self.knock().types("314159").answers(*(roles or Role))

    def at(self, way: Way) -> "Staff":
        return self.inside().does(WayTapped(way))

    def timer(self) -> float:
        (timer,) = [effect for effect in self.effects if isinstance(effect, StartTimer)]
        return timer.seconds


def test_five_quick_taps_a_pause_and_two_open_the_keypad_and_end_the_visit() -> None:
    staff = Staff().knock()
    assert staff.state.page == PinPad()
    assert TellSession(StaffCame()) in staff.effects


@pytest.mark.parametrize(
    "rhythm",
    [
        RHYTHM[:-1],
        tuple(0.3 * tap for tap in range(30)),  # a child that bangs on it
        (0.0, 0.3, 0.6, 0.9, 1.2, 9.0, 9.3),
        (0.0, 0.3, 0.6, 0.9, 2.4, 2.7, 3.0),
        (0.0, 1.5, 3.0, 4.5, 6.0, 7.5, 9.0),
    ],
    ids=["one-too-few", "no-pause", "too-long-a-pause", "pause-too-early", "all-slow"],
)
def test_no_other_rhythm_does(rhythm: tuple[float, ...]) -> None:
    staff = Staff().knock(rhythm)
    assert staff.state.page is None
    assert staff.effects == ()


def test_the_rhythm_counts_from_its_own_first_tap() -> None:
    assert Staff().knock((0.0, 0.4, *(5 + tap for tap in RHYTHM))).state.page == PinPad()


def test_the_right_pin_opens_the_menu() -> None:
    staff = Staff().knock().types("314159")
    assert staff.effects[0] == CheckPin(staff.state.asked, "314159")
    assert staff.answers(*Role).state.page == Menu()


def test_a_pin_is_in_no_text_of_the_state_or_the_question() -> None:
    staff = Staff().knock().does(*map(DigitTapped, "314159"))
    assert "314159" not in repr(staff.state)
    staff.does(ConfirmTapped())
    assert "314159" not in repr((staff.state, staff.effects))


def test_a_pin_that_is_too_short_is_not_looked_at_and_a_digit_can_be_taken_back() -> None:
    staff = Staff().knock().does(*map(DigitTapped, "31415"), ConfirmTapped())
    assert staff.state.page == PinPad("31415")
    assert staff.does(DeleteTapped()).state.page == PinPad("3141")


def test_wrong_pins_are_slowed_down_longer_each_time_also_after_the_keypad_was_closed() -> None:
    staff = Staff().knock()
    for _ in range(3):
        staff.types("271828").answers()
    assert staff.state.page == PinPad(wrong=True)
    assert staff.types("314159").state.page == PinPad(wrong=True), "a third wrong one in a row costs half a minute"
    staff.does(BackTapped())
    staff.now += 5
    assert staff.knock().types("314159").state.page == PinPad()
    staff.now += 30
    staff.types("271828").answers()
    staff.now += 30
    assert staff.types("314159").state.page == PinPad(wrong=True), "and a fourth a whole one"
    staff.now += 30
    assert staff.types("314159").answers(*Role).state.page == Menu()
    assert staff.state.wrong == 0


def test_pauses_double_up_to_a_quarter_of_an_hour() -> None:
    assert [pause_s(wrong) for wrong in (0, 1, 2, 3, 4, 5, 20, 2000)] == [0, 0, 0, 30, 60, 120, 900, 900]


def test_an_answer_about_a_pin_that_comes_after_the_keypad_was_closed_opens_nothing() -> None:
    staff = Staff().knock().types("314159")
    late = PinChecked(staff.state.asked, frozenset(Role))
    staff.does(BackTapped(), late)
    assert staff.state.page is None
    staff.knock().does(late)
    assert staff.state.page == PinPad()


def test_the_keypad_is_gone_after_half_a_minute() -> None:
    staff = Staff().knock()
    assert staff.timer() == PAD_S
    assert staff.does(TimerFired()).state.page is None
    assert TellSession(StaffLeft(out_of_service=False)) in staff.effects


def test_service_mode_ends_when_nobody_touches_it_and_in_any_case_after_its_time() -> None:
    staff = Staff().inside()
    assert staff.timer() == SETTINGS.idle_s
    staff.now += SETTINGS.most_s - 10
    staff.does(WayTapped(Way.DEVICES))
    assert staff.timer() == 10
    assert staff.does(TimerFired()).state.page is None
    assert {TellSession(StaffLeft(out_of_service=False)), EndTrials(), StopTimer()} == set(staff.effects)


def test_waiting_for_a_device_is_not_idle_and_news_of_devices_is_no_touch() -> None:
    staff = Staff().at(Way.DEVICES).does(DeviceTapped(Kind.RECEIPT_PRINTER), RetryTapped())
    assert staff.timer() == SETTINGS.most_s
    staff.does(DeviceSeen(DeviceStatus("receipt_printer", Link.OFFLINE)))
    assert staff.effects == ()


def test_while_nobody_is_there_no_touch_does_anything() -> None:
    staff = Staff()
    before = staff.state
    staff.does(DigitTapped("1"), WayTapped(Way.DEVICES), ServiceSwitched(), DoorTapped(), FolderTapped(0), HomeTapped())
    assert staff.state == before
    assert staff.effects == ()


def test_behind_the_keypad_nothing_is_reached_without_the_pin() -> None:
    staff = Staff().knock()
    staff.does(WayTapped(Way.LOGS), ServiceSwitched(), DeviceTapped(Kind.LOCKER), FolderTapped(0), PrintTapped())
    assert staff.state.page == PinPad()
    assert not staff.state.out_of_service


def test_after_leaving_all_is_as_before_but_what_was_switched() -> None:
    fresh = Staff().state
    staff = Staff().at(Way.RULER).does(StepTapped(10), LanguageTapped(Language.EN), HomeTapped())
    assert replace(staff.state, asked=fresh.asked) == fresh


def test_a_kiosk_put_out_of_service_says_where_else_to_go_until_it_is_back() -> None:
    staff = Staff().inside().does(ServiceSwitched())
    assert KeepOutOfService(True) in staff.effects
    assert TellSession(StaffLeft(out_of_service=True)) in staff.does(HomeTapped()).effects
    staff.inside().does(ServiceSwitched())
    assert KeepOutOfService(False) in staff.effects
    assert TellSession(StaffLeft(out_of_service=False)) in staff.does(HomeTapped()).effects


def test_the_keypad_leaves_a_kiosk_out_of_service_as_it_was() -> None:
    staff = Staff(out_of_service=True).knock().does(BackTapped())
    assert TellSession(StaffLeft(out_of_service=True)) in staff.effects


def test_a_device_is_tried_and_its_counters_are_read_anew_afterwards() -> None:
    staff = Staff().at(Way.DEVICES).does(DeviceTapped(Kind.RECEIPT_PRINTER))
    staff.does(CountersRead(staff.state.asked, {"cuts": 4}), RetryTapped())
    assert TryDevice(staff.state.asked, Kind.RECEIPT_PRINTER) in staff.effects
    staff.does(TrialEnded(staff.state.asked, Trial(True, "test page done")))
    staff.does(CountersRead(staff.state.asked, {"cuts": 5}))
    assert staff.state.page == DevicePage(Kind.RECEIPT_PRINTER, {"cuts": 5}, trial=Trial(True, "test page done"))


def test_going_back_ends_a_trial_and_what_still_comes_of_it_is_dropped() -> None:
    staff = Staff().at(Way.DEVICES).does(DeviceTapped(Kind.ID_READER), RetryTapped())
    late = TrialEnded(staff.state.asked, Trial(True, "read a card (resident) of 张*"))
    staff.does(BackTapped())
    assert EndTrials() in staff.effects
    staff.does(DeviceTapped(Kind.ID_READER), late)
    assert staff.state.page == DevicePage(Kind.ID_READER)


def test_a_door_opens_at_the_second_tap_on_its_name_only() -> None:
    staff = Staff().at(Way.DEVICES).does(DeviceTapped(Kind.LOCKER), StepTapped(1), DoorTapped())
    assert len(staff.effects) == 1, "the first tap asks"
    assert staff.timer() == SETTINGS.idle_s
    staff.does(DoorTapped())
    assert OpenDoor(staff.state.asked, 1, 2) in staff.effects


@pytest.mark.parametrize("between", [StepTapped(1), RetryTapped()])
def test_whatever_comes_between_the_two_taps_asks_for_the_door_anew(between: Event) -> None:
    staff = Staff().at(Way.DEVICES).does(DeviceTapped(Kind.LOCKER), DoorTapped(), between)
    staff.does(TrialEnded(staff.state.asked, Trial(True, "2 boards")), DoorTapped())
    assert not [effect for effect in staff.effects if isinstance(effect, OpenDoor)]


def test_doors_are_gone_through_in_both_directions_over_all_boards() -> None:
    staff = Staff().at(Way.DEVICES).does(DeviceTapped(Kind.LOCKER), StepTapped(-1), DoorTapped(), DoorTapped())
    assert OpenDoor(staff.state.asked, 2, 2) in staff.effects


def test_only_a_locker_has_doors() -> None:
    staff = Staff().at(Way.DEVICES).does(DeviceTapped(Kind.ID_READER), DoorTapped(), DoorTapped())
    assert staff.state.page == DevicePage(Kind.ID_READER)


def test_the_line_is_tried_on_entering_and_again_on_demand() -> None:
    staff = Staff().at(Way.NETWORK)
    assert TryNetwork(staff.state.asked) in staff.effects
    network = Network("", 12, 3, 0, 6)
    assert staff.does(NetworkTried(staff.state.asked, network)).state.page == NetworkPage(network)
    staff.does(RetryTapped())
    assert staff.state.page == NetworkPage()
    assert TryNetwork(staff.state.asked) in staff.effects


def test_a_field_as_wide_as_a_card_tells_the_pixels_of_a_millimetre() -> None:
    staff = Staff().at(Way.RULER)
    assert staff.state.page == Ruler(232)
    staff.does(*[StepTapped(10)] * 11, *[StepTapped(1)] * 3)
    assert isinstance(staff.state.page, Ruler)
    assert staff.state.page.px_per_mm == 4.03  # 345 pixels are 85.6 mm


def test_touch_grid_keeps_which_fields_felt_a_finger() -> None:
    staff = Staff().at(Way.TOUCH).does(FieldTapped(0), FieldTapped(53), FieldTapped(54), FieldTapped(0))
    assert staff.state.page == TouchGrid(frozenset({0, 53}))


def test_the_log_goes_to_a_folder_of_the_settings_and_to_no_other() -> None:
    staff = Staff().at(Way.LOGS).does(FolderTapped(1))
    assert staff.state.page == Logs()
    staff.does(FolderTapped(0))
    assert CopyLog(staff.state.asked, 0) in staff.effects
    export = Export("/media/usb/log", 12)
    assert staff.does(LogCopied(staff.state.asked, export)).state.page == Logs(export=export)


def test_one_press_prints_one_sample() -> None:
    staff = Staff().at(Way.TICKET).does(PrintTapped())
    assert PrintSample(staff.state.asked, Language.ZH) in staff.effects
    assert not [effect for effect in staff.does(PrintTapped()).effects if isinstance(effect, PrintSample)]
    staff.does(TrialEnded(staff.state.asked, Trial(True, "done")))
    assert staff.state.page == TicketPage(trial=Trial(True, "done"))


def test_figures_are_shown_when_they_come() -> None:
    staff = Staff().at(Way.FIGURES)
    figures = Figures("2026-11-23", 3, 2, 1)
    assert staff.does(FiguresRead(staff.state.asked, figures)).state.page == FiguresPage(figures)
    assert staff.does(BackTapped()).state.page == Menu()
    assert staff.does(WayTapped(Way.DEVICES)).state.page == Devices()


# Who may do what


def test_whoever_has_the_only_pin_may_do_everything() -> None:
    staff = Staff().inside()
    assert staff.state.ways == tuple(Way)
    assert KeepOutOfService(True) in staff.does(ServiceSwitched()).effects


@pytest.mark.parametrize(
    ("role", "ways"),
    [
        (Role.TECHNICIAN, {Way.DEVICES, Way.NETWORK, Way.RULER, Way.TOUCH, Way.LOGS, Way.TICKET, Way.ENROL}),
        (Role.MANAGER, {Way.HOT, Way.TICKET, Way.FIGURES}),
    ],
)
def test_with_a_pin_each_nobody_gets_where_only_the_other_may(role: Role, ways: set[Way]) -> None:
    assert set(Staff().inside(role).state.ways) == ways
    for way in Way:
        opened = Staff().inside(role).does(WayTapped(way)).state.page
        assert isinstance(opened, Menu) == (way not in ways), way


def test_only_the_manager_takes_the_kiosk_out_of_service() -> None:
    assert not Staff().inside(Role.TECHNICIAN).does(ServiceSwitched()).state.out_of_service
    assert Staff().inside(Role.MANAGER).does(ServiceSwitched()).state.out_of_service


def test_who_comes_next_has_none_of_the_rights_of_who_was_there() -> None:
    staff = Staff().inside(Role.MANAGER).does(HomeTapped()).inside(Role.TECHNICIAN)
    assert staff.state.roles == {Role.TECHNICIAN}


# What stands first

TAX, LAND, HOME = Offered("tax", "税务", "Tax"), Offered("land", "不动产", "Property"), Offered("home", "户籍", "Home")
OFFER = Offer((TAX, LAND, HOME), set_first=("tax", "gone"))


def at_hot(offer: Offer = OFFER) -> Staff:
    return Staff().at(Way.HOT).does(OfferSeen(offer))


def told(staff: Staff) -> Pinned | None:
    (tell,) = [effect for effect in staff.effects if isinstance(effect, TellSession)]
    assert isinstance(tell.event, PinnedSeen)
    return tell.event.pinned


def test_a_service_that_is_pinned_stands_behind_those_that_stand_first_already() -> None:
    assert told(at_hot().does(ServiceTapped("home"), PinTapped())) == Pinned(("tax", "home"), ("tax", "gone"))


def test_a_service_that_is_pinned_no_more_leaves_the_others_in_their_order() -> None:
    staff = at_hot(replace(OFFER, pinned=("home", "tax", "land")))
    assert told(staff.does(ServiceTapped("tax"), PinTapped())) == Pinned(("home", "land"), OFFER.set_first)


def test_a_service_is_moved_by_a_place_a_tap_and_never_beyond_an_end() -> None:
    staff = at_hot(replace(OFFER, pinned=("home", "tax", "land"))).does(ServiceTapped("land"))
    assert told(staff.does(StepTapped(-1))) == Pinned(("home", "land", "tax"), OFFER.set_first)
    assert told(staff.does(StepTapped(1))) == Pinned(("home", "tax", "land"), OFFER.set_first)
    staff.does(ServiceTapped("home"))
    assert told(staff.does(StepTapped(-1))) == Pinned(("home", "tax", "land"), OFFER.set_first)


def test_one_tap_leads_back_to_what_is_set() -> None:
    assert told(at_hot(replace(OFFER, pinned=("home",))).does(AsSetTapped())) is None


def test_no_more_stand_first_than_the_settings_may_say() -> None:
    services = tuple(Offered(f"s{place}", "", "") for place in range(9))
    most = VisitSettings(hot=tuple(each.id for each in services[:8])).hot
    staff = at_hot(Offer(services, pinned=most)).does(ServiceTapped("s8"), PinTapped())
    assert staff.effects[:-1] == (), "it is full"
    with pytest.raises(ValidationError):
        VisitSettings(hot=tuple(each.id for each in services))


def test_without_a_service_chosen_nothing_is_pinned_or_moved() -> None:
    staff = at_hot()
    for event in (PinTapped(), StepTapped(1), ServiceTapped("nonsense"), PinTapped()):
        assert not [effect for effect in staff.does(event).effects if isinstance(effect, TellSession)]


# The PIN itself


def test_a_pin_opens_what_is_its_owners_and_a_pin_alone_opens_all() -> None:
    mine, others = SecretStr(hashed("314159")), SecretStr(hashed("265358"))
    two = ServiceSettings(pin_hash=mine, manager_pin_hash=others)
    assert roles_of("314159", two) == {Role.TECHNICIAN}
    assert roles_of("265358", two) == {Role.MANAGER}
    assert roles_of("271828", two) == frozenset()
    assert roles_of("314159", ServiceSettings(pin_hash=mine, manager_pin_hash=mine)) == set(Role)
    assert roles_of("314159", ServiceSettings(pin_hash=mine)) == set(Role)
    assert roles_of("265358", ServiceSettings(pin_hash=mine)) == frozenset()
    assert roles_of("314159", ServiceSettings()) == frozenset()


@pytest.mark.parametrize("typed", ["314159", "265358", "271828"])
def test_every_pin_that_is_typed_is_held_against_every_hash(monkeypatch: pytest.MonkeyPatch, typed: str) -> None:
    """The time that an answer takes must not tell whose PIN it was, or nearly was."""
    held: list[str] = []

    def is_held(_typed: str, pin_hash: str) -> bool:
        held.append(pin_hash)
        return pin_hash == typed

    monkeypatch.setattr(pin, "is_right", is_held)
    roles_of(typed, ServiceSettings(pin_hash=SecretStr("314159"), manager_pin_hash=SecretStr("265358")))
    assert held == ["314159", "265358"]


def test_a_pin_where_its_hash_belongs_is_refused_by_its_key_and_not_repeated() -> None:
    good = SecretStr(hashed("314159"))
    with pytest.raises(ConfigError, match=r"^service\.manager_pin_hash: is not what") as refused:
        check_hashes(ServiceSettings(pin_hash=good, manager_pin_hash=SecretStr("265358")))
    assert "265358" not in str(refused.value)
    with pytest.raises(ConfigError, match=r"^service\.pin_hash: is not what"):
        check_hashes(ServiceSettings(pin_hash=SecretStr("314159"), manager_pin_hash=good))


def test_only_its_own_pin_fits_a_hash() -> None:
    made = hashed("314159")
    assert is_right("314159", made)
    assert not is_right("314158", made)
    assert not is_right("314159", "314159")
    check_hashes(ServiceSettings(pin_hash=SecretStr(made)))
    assert "314159" not in made


@pytest.mark.parametrize(
    "pin", ["12345", "1234567890123", "12345a", "１２３４５６", "111111", "123456", "987654", "121212"]
)
def test_a_pin_that_anybody_guesses_is_refused_without_repeating_it(pin: str) -> None:
    said = weakness(pin)
    assert said is not None
    assert pin not in said


def test_a_good_pin_is_taken() -> None:
    assert weakness("314159") is None
