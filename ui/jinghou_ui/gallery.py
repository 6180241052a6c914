"""Every page of the kiosk in every language, as pictures: for looking at, and for the tests that measure pages.

The hall and the visits are made up; nothing here talks to a device or a server.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from itertools import product
from pathlib import Path
from typing import Final

from msgspec import structs
from PySide6.QtGui import QGuiApplication
from PySide6.QtQuick import QQuickWindow

from jinghou_config.hall import SAMPLE_HALL, HallPlan
from jinghou_config.terminal import ScreenSettings, VisitSettings
from jinghou_kiosk.events import Aid, ArriveFault, Closed, FindFault, Holder, Language, TakeFault
from jinghou_kiosk.pages import (
    Arrive,
    Arriving,
    AskCard,
    AskGiveBack,
    ChooseService,
    Confirm,
    Done,
    Finding,
    GivenBack,
    GivingBack,
    Home,
    MyNumber,
    NoNumber,
    NotArrived,
    NotGivenBack,
    OutOfService,
    Page,
    Paper,
    Printing,
    Purpose,
    Search,
    Staff,
    Taking,
    Trouble,
    TypeCode,
)
from jinghou_kiosk.service.state import Service
from jinghou_kiosk.state import CalledStaff, Session, StaffCall
from jinghou_queue.contract.bookings import OwnNumber
from jinghou_queue.contract.identity import Identity, IdentityKind
from jinghou_queue.contract.messages import (
    Audience,
    BookedFor,
    CallView,
    CounterState,
    CounterView,
    Estimate,
    HallView,
    Lane,
    LegState,
    OwnTicket,
    ServiceView,
    Ticket,
    TicketState,
)
from jinghou_ui import qt
from jinghou_ui.gallery_booking import booking_sessions, phone_sessions
from jinghou_ui.gallery_enrol import sample_enrolments
from jinghou_ui.gallery_many import many_services
from jinghou_ui.gallery_service import sample_model, sample_services
from jinghou_ui.keyboard import Keyboard, keyboard_of_process
from jinghou_ui.screens import BOARD_55
from jinghou_ui.viewmodels.board import BoardModel, BoardState
from jinghou_ui.viewmodels.enrol import EnrolModel
from jinghou_ui.viewmodels.kiosk import KioskModel
from jinghou_ui.words import MIRRORED, languages

MORNING: Final = datetime(2026, 11, 23, 1, 24, tzinfo=UTC)
LANGUAGES: Final = (*languages(), MIRRORED)
AIDS: Final[tuple[tuple[Aid, ...], ...]] = ((), *((aid,) for aid in Aid))
"""What can be switched on for a visit, one at a time."""

_WAITING: Final = (38, 12, 9, 4, 0, 2)


def sample_hall() -> HallView:
    """The sample hall on a Monday morning."""
    plan = HallPlan.load(SAMPLE_HALL)
    services = tuple(
        ServiceView(
            id=service.id,
            prefix=service.prefix,
            name=service.name,
            name_en=service.name_en,
            zone=service.zone,
            identity=service.identity,
            waiting=waiting,
            audience=Audience(service.audience),
            theme=service.theme,
            theme_en=service.theme_en,
            bookable=service.slots is not None,
            words=service.words,
        )
        for service, waiting in zip(plan.services, _WAITING, strict=True)
    )
    counters = tuple(
        CounterView(id=counter.id, label=counter.label, state=CounterState.OPEN, services=counter.services)
        for counter in plan.counters
    )
    return HallView(
        id=plan.id,
        name=plan.name,
        name_en=plan.name_en,
        timezone=plan.timezone,
        day="2026-11-23",
        seq=1,
        epoch="gallery",
        services=services,
        counters=counters,
        calls=(),
        phone_numbers=plan.people.phone_numbers,
    )


def sample_sessions(language: Language, *aids: Aid) -> dict[str, Session]:
    """A session on each page, by a name for its picture."""
    hall = sample_hall()
    property_, tax = hall.services[0], hall.services[1]
    ticket = Ticket(
        id="t1",
        number="A023",
        service=property_.id,
        state=TicketState.RESERVED,
        ahead=3,
        taken_at=int(MORNING.timestamp() * 1000),
        token="sample-" + "0" * 24,
        url="http://192.0.2.10:8470/t/sample-" + "0" * 24,
    )
    at_ten = int(MORNING.timestamp() * 1000) + 36 * 60_000
    booked = structs.replace(ticket, state=TicketState.ACTIVE, lane=Lane.BOOKED, booked_for=at_ten, ahead=0)
    given = structs.replace(ticket, number="A601", ahead=0)
    # A place code that no county has: nobody's number.
    holder = Holder(Identity(IdentityKind.RESIDENT, "119999195512310027"), "张*")
    blank = Session(
        boot="gallery",
        look=VisitSettings(place="B 区 03 号"),
        languages=languages(),
        language=language,
        aids=frozenset(aids),
        hall=hall,
        online=True,
        reader_ready=True,
        scanner_ready=True,
    )

    opens_tomorrow = Closed(int(MORNING.timestamp() * 1000) + 24 * 3_600_000 - 24 * 60_000)
    there = VisitSettings(
        elsewhere="请到一楼人工窗口取号，周一至周五 9:00–17:00。", elsewhere_en="Ground floor, desk 3."
    )

    def layout(name: str) -> VisitSettings:
        hot = ("tax", "social-security", "residence", "company")
        return VisitSettings.model_validate({"place": "B 区 03 号", "layout": name, "hot": hot})

    def on(page: Page, **changes: object) -> Session:
        return replace(blank, page=page, **changes)  # type: ignore[arg-type]  # keyed by the caller below

    def alone(page: Page, **changes: object) -> Session:
        """Without the server, and with numbers of all services but one."""
        some = frozenset(service.id for service in hall.services[:-1])
        return on(page, online=False, at_hand=some, **changes)

    return {
        "home": on(Home()),
        "home-unreadable": on(Home(unreadable=True)),
        "home-no-reader": on(Home(), reader_ready=False),
        "home-offline": on(Home(), online=False),
        "home-closed": on(Home(), closed=opens_tomorrow),
        "home-closed-offline": on(Home(), closed=Closed(None), online=False, look=there),
        "home-elsewhere": on(Home(), online=False, look=there),
        "branch-home": on(Home(), look=layout("branch")),
        "branch-home-no-reader": on(Home(), look=layout("branch"), reader_ready=False),
        "branch-offline-home": alone(Home(), look=layout("branch")),
        "community-home": on(Home(), look=layout("community")),
        "community-home-no-reader": on(Home(), look=layout("community"), reader_ready=False),
        "offline-home": alone(Home()),
        "offline-choose": alone(ChooseService(), holder=holder),
        "offline-choose-booked": alone(ChooseService(), code="0471108152"),
        "offline-confirm": alone(Confirm(property_), holder=holder),
        "offline-printing": alone(Printing(property_, given, again=False, offline=True)),
        "offline-done": alone(Done(property_, given, again=False, paper=Paper.PRINTED, offline=True)),
        "offline-done-paper-failed": alone(Done(property_, given, again=False, paper=Paper.FAILED, offline=True)),
        "offline-not-arrived": alone(NotArrived("x", ArriveFault.SERVER_LOST)),
        "choose": on(ChooseService(), holder=holder),
        **_choosing_of_many(on, hall, holder),
        "search": on(Search()),
        "search-found": on(Search("deng", tuple(service.id for service in hall.services))),
        "search-nothing": on(Search("q", ())),
        "ask-card": on(AskCard(property_)),
        "ask-card-unreadable": on(AskCard(property_, unreadable=True)),
        "ask-card-no-reader": on(AskCard(property_), reader_ready=False),
        "confirm": on(Confirm(property_), holder=holder),
        "confirm-presence": on(Confirm(tax), asking_presence=True),
        "taking": on(Taking(property_)),
        "printing": on(Printing(property_, ticket, again=False)),
        "done": on(Done(property_, ticket, again=False, paper=Paper.PRINTED)),
        "done-again": on(Done(property_, ticket, again=True, paper=Paper.PRINTED)),
        "done-no-printer": on(Done(property_, ticket, again=False, paper=Paper.NOT_WANTED)),
        "done-paper-failed": on(Done(property_, ticket, again=False, paper=Paper.FAILED)),
        "done-paper-uncertain": on(Done(property_, ticket, again=False, paper=Paper.UNCERTAIN)),
        "arrive": on(Arrive()),
        "arrive-no-scanner": on(Arrive(unreadable=True), scanner_ready=False),
        "arrive-no-devices": on(Arrive(), scanner_ready=False, reader_ready=False),
        "type-code": on(TypeCode("04711")),
        "type-code-whole": on(TypeCode("0471108152")),
        "arriving": on(Arriving(None)),
        "not-arrived-early": on(
            NotArrived(None, ArriveFault.EARLY, BookedFor(starts_at=at_ten, check_in_from=at_ten - 30 * 60_000))
        ),
        "not-arrived-other-day": on(
            NotArrived(None, ArriveFault.OTHER_DAY, BookedFor(starts_at=at_ten + 86_400_000)), holder=holder
        ),
        "not-arrived-other-hall": on(
            NotArrived(
                None,
                ArriveFault.OTHER_HALL,
                BookedFor(starts_at=at_ten, hall_name="湖滨分中心", hall_name_en="Lakeside Branch"),
            )
        ),
        "not-arrived-unknown": on(NotArrived("x", ArriveFault.UNKNOWN)),
        "not-arrived-gone": on(NotArrived("x", ArriveFault.GONE)),
        "not-arrived-lost": on(NotArrived("x", ArriveFault.SERVER_LOST)),
        "arrived-in-time": on(Done(property_, booked, again=False, paper=Paper.PRINTED, arrived=True)),
        "arrived-late": on(
            Done(property_, structs.replace(booked, lane=Lane.WALK_IN), again=False, paper=Paper.PRINTED, arrived=True)
        ),
        "arrived-back": on(
            Done(property_, structs.replace(ticket, lane=Lane.RETURNED), again=True, paper=Paper.BEFORE, arrived=True)
        ),
        "arrived-known": on(Done(property_, ticket, again=True, paper=Paper.BEFORE, arrived=True)),
        **_finding(on, at_ten),
        **booking_sessions(on, property_, holder, at_ten),
        **phone_sessions(on, Done(property_, ticket, again=False, paper=Paper.PRINTED)),
        **_calling_staff(on, property_),
        "card-left": on(Home(), card_lies=True),
        "trouble-lost": on(Trouble(property_, TakeFault.SERVER_LOST)),
        "trouble-refused": on(Trouble(property_, TakeFault.REFUSED)),
        "out-of-service": on(OutOfService()),
        "not-enrolled": on(OutOfService(), enrolled=False, online=False),
    }


def _choosing_of_many(on: Callable[..., Session], hall: HallView, holder: Holder) -> dict[str, Session]:
    """Whoever looks for one of eighty services."""
    many = structs.replace(hall, services=many_services())
    plain = tuple(structs.replace(each, theme="", theme_en="") for each in many.services)
    used = {each.id: 100 - place for place, each in enumerate(many.services[:72:9])}
    return {
        "many-home": on(Home(), hall=many, used=used),
        "many-choose": on(ChooseService(), hall=many, used=used, holder=holder),
        "many-choose-company": on(ChooseService(), hall=many, used=used, audience=Audience.COMPANY),
        "many-choose-nothing-first": on(ChooseService(), hall=many),
        "many-choose-theme": on(ChooseService(), hall=many, used=used, holder=holder, theme=many.services[0].theme),
        "many-choose-theme-none": on(ChooseService(), hall=many, used=used, theme=""),
        "many-choose-without-themes": on(ChooseService(), hall=structs.replace(many, services=plain), used=used),
    }


def _finding(on: Callable[..., Session], at_ten: int) -> dict[str, Session]:
    """Whoever asks for the own number."""

    def found(leg: LegState, counter: str | None = None, ahead: int = 0, count: int = 1) -> MyNumber:
        own = OwnTicket(
            hall="yunxi",
            number="B023",
            service="tax",
            state=TicketState.ACTIVE,
            leg=leg,
            ahead=ahead,
            counter=counter,
            estimate=Estimate(p50=8, p90=14) if ahead else None,
        )
        return MyNumber("x", (OwnNumber(ticket="t1", own=own),) * count)

    booked_for = BookedFor(starts_at=at_ten)
    return {
        "find-number": on(Arrive(purpose=Purpose.FIND_NUMBER)),
        "find-number-type-code": on(TypeCode("0471108152", Purpose.FIND_NUMBER)),
        "finding": on(Finding("x")),
        "my-number-waiting": on(found(LegState.WAITING, ahead=3)),
        "my-number-next": on(found(LegState.WAITING, count=2)),
        "my-number-called": on(found(LegState.CALLED, "12")),
        "my-number-serving": on(found(LegState.SERVING, "12")),
        "my-number-parked": on(found(LegState.PARKED, "12")),
        "my-number-missed": on(found(LegState.MISSED, "12", count=2)),
        "ask-give-back": on(AskGiveBack(found(LegState.WAITING, ahead=3))),
        "giving-back": on(GivingBack(found(LegState.WAITING, ahead=3))),
        "not-given-back": on(NotGivenBack(found(LegState.WAITING, ahead=3))),
        "given-back": on(GivenBack(found(LegState.WAITING).shown)),
        **{f"no-number-{fault.value}": on(NoNumber("x", fault)) for fault in FindFault},
        "no-number-booked": on(NoNumber("x", FindFault.NOT_CHECKED_IN, booked_for)),
    }


def _calling_staff(on: Callable[..., Session], service: ServiceView) -> dict[str, Session]:
    """Whoever calls staff: what is said at once, and what the button says afterwards."""
    page = Confirm(service)
    return {
        **{
            f"staff-{call.value}": on(page, staff=CalledStaff(call, is_told=True))
            for call in StaffCall
            if call is not StaffCall.NONE
        },
        "staff-failed-offline": on(page, online=False, staff=CalledStaff(StaffCall.FAILED, is_told=True)),
        "staff-asked-read": on(page, staff=CalledStaff(StaffCall.ASKED)),
        "staff-coming-read": on(Home(), staff=CalledStaff(StaffCall.COMING)),
    }


def sample_boards() -> dict[str, BoardState]:
    """A board in each condition, by a name for its picture."""
    hall = sample_hall()
    calls = tuple(
        CallView(number=number, service=service, counter=counter, at=0, state=state, masked_name=name)
        for number, service, counter, state, name in (
            ("A023", "property", "12", LegState.CALLED, "张*"),
            ("B107", "tax", "5", LegState.CALLED, None),
            ("A022", "property", "9", LegState.SERVING, "李*"),
            ("C016", "social-security", "21", LegState.SERVING, None),
            ("F004", "enquiries", "3", LegState.SERVING, None),
        )
    )
    return {
        "calling": BoardState(structs.replace(hall, calls=calls)),
        "quiet": BoardState(hall),
        "lost": BoardState(hall, lost_since=MORNING),
    }


def render_gallery(directory: Path, screen: ScreenSettings) -> list[Path]:
    """Write one PNG for each page and language; the paths written. Raises OSError when a file cannot be written."""
    with keyboard_of_process() as keyboard:
        return _render_all(directory, screen, keyboard)


def _render_all(directory: Path, screen: ScreenSettings, keyboard: Keyboard | None) -> list[Path]:
    app = qt.make_app("jinghou-kiosk gallery")
    directory.mkdir(parents=True, exist_ok=True)
    written = []
    for name, state in sample_boards().items():
        path = directory / f"board-{name}.png"
        _render_board(app, state, path)
        written.append(path)
    for language, aids in product(LANGUAGES, AIDS):
        for name, session in sample_sessions(language, *aids).items():
            path = directory / f"{'.'.join((name, language.code, *aids))}.png"
            _render(app, session, screen, path, keyboard=keyboard)
            written.append(path)
    for language in (Language.ZH, Language.EN):
        home = sample_sessions(language)["home"]
        for name, service in sample_services(language).items():
            path = directory / f"service-{name}.{language.code}.png"
            _render(app, replace(home, page=Staff()), screen, path, service)
            written.append(path)
        for name, enrolment in sample_enrolments(language).items():
            path = directory / f"enrol-{name}.{language.code}.png"
            with qt.window_of("enrol/Enrol.qml", screen, enrol=EnrolModel(enrolment, monotonic=lambda: 0.0)) as window:
                _shoot(app, window, path)
            written.append(path)
    return written


def _render_board(app: QGuiApplication, state: BoardState, path: Path) -> None:
    model = BoardModel(now=lambda: MORNING)
    if state.hall:
        model.show(state.hall)
    if state.lost_since:
        model.lose()
    with qt.window_of("board/Board.qml", BOARD_55, board=model, viewingDistance=6.0) as window:
        _shoot(app, window, path)


def _shoot(app: QGuiApplication, window: QQuickWindow, path: Path) -> None:
    window.show()
    app.processEvents()
    if not window.grabWindow().save(str(path)):
        raise OSError(f"{path}: cannot be written")


def _render(
    app: QGuiApplication,
    session: Session,
    screen: ScreenSettings,
    path: Path,
    service: Service | None = None,
    keyboard: Keyboard | None = None,
) -> None:
    model = KioskModel(session, monotonic=lambda: 0.0, now=lambda: MORNING, keyboard=keyboard)
    model.count_down(15)
    staff = {"service": sample_model(service)} if service else {}
    with qt.window_of("kiosk/Kiosk.qml", screen, kiosk=model, **staff) as window:
        _shoot(app, window, path)
