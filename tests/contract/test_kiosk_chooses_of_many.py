"""A plan of eighty services on a real server, as a kiosk has it to choose from: to the number that comes of it."""

from pathlib import Path

from kiosk_session import MET
from pydantic import SecretStr
from queue_house import HALL, House, serving

from jinghou_config.hall import CounterPlan, ServicePlan
from jinghou_config.terminal import ServerLink
from jinghou_kiosk.choice import Theme, choice_of
from jinghou_kiosk.events import AudienceTapped, HallSeen, StartTapped, ThemeTapped
from jinghou_kiosk.server import ServerClient
from jinghou_kiosk.session import begin, step
from jinghou_queue.contract.messages import Audience, Channel, TakeNumber
from jinghou_queue.desk.access import Role
from jinghou_ui.gallery_many import many_services


def test_a_service_is_found_by_audience_and_theme_as_planned_and_gives_its_number(tmp_path: Path) -> None:
    house = House.build(tmp_path)
    manager, terminal = house.token(Role.MANAGER), house.token(Role.TERMINAL)
    services = tuple(
        ServicePlan(
            id=each.id,
            prefix=each.prefix,
            name=each.name,
            name_en=each.name_en,
            audience=each.audience.value,
            theme=each.theme,
            theme_en=each.theme_en,
        )
        for each in many_services()
    )
    counter = CounterPlan(id="c1", label="1", services=tuple(each.id for each in services))
    with serving(house) as server:
        was = server.call("GET", f"/halls/{HALL}/plan", manager)
        plan = was.json | {
            "services": [each.model_dump(mode="json") for each in services],
            "counters": [counter.model_dump(mode="json")],
        }
        tag = {"If-Match": was.headers["etag"]}
        assert server.call("PUT", f"/halls/{HALL}/plan", manager, plan, headers=tag).status == 200

        kiosk = ServerClient(ServerLink(url=server.origin, hall=HALL, token=SecretStr(terminal)))
        state = begin("boot", MET).state
        touches = (StartTapped(), AudienceTapped(Audience.COMPANY), ThemeTapped("经营许可"))
        for event in (HallSeen(kiosk.hall()), *touches):
            state = step(state, event).state
        choice = choice_of(state)
        assert choice.opened == Theme("经营许可", "Permits to trade", 8)
        assert [each.name for each in choice.services][:2] == ["食品经营许可", "药品经营许可"]
        ask = TakeNumber(service=choice.services[0].id, channel=Channel.KIOSK)
        taken, _ = kiosk.take_number(ask, "first-press-of-somebody")
        assert taken.number == f"{choice.services[0].prefix}001" == "CE001"
