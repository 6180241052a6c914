"""A number by phone (手机取号): the code on the screen, renewed as long as somebody looks at it."""

from dataclasses import replace
from typing import Final

from jinghou_kiosk.effects import AskPhoneCode
from jinghou_kiosk.events import BackTapped, CardRead, Event, RetryTapped, StartTapped
from jinghou_kiosk.journeys.take_number import next_person
from jinghou_kiosk.pages import AskCard, ChooseService, Home, PhoneCode
from jinghou_kiosk.phone_events import PhoneCodeLost, PhoneCodeSeen, PhoneFault, PhoneTapped
from jinghou_kiosk.state import Session, Step, go_home

AGAIN_S: Final = 30.0
"""After how long a code that did not come is asked for again: no more often than codes change."""


def step(state: Session, event: Event) -> Step | None:
    """What `event` means on this journey's page; None when it means nothing."""
    match state.page, event:
        case Home() | AskCard(), PhoneTapped() if state.gives_phone_numbers:
            return Step(replace(state, page=PhoneCode()), (AskPhoneCode(state.id, after_s=0),))
        case PhoneCode(), PhoneCodeSeen(url=url, renew_s=renew_s):
            return Step(replace(state, page=PhoneCode(), phone_code=url), (AskPhoneCode(state.id, renew_s),))
        case PhoneCode(), PhoneCodeLost(fault=fault):
            again = (AskPhoneCode(state.id, AGAIN_S),) if fault is PhoneFault.SERVER_LOST else ()
            return Step(replace(state, page=PhoneCode(fault), phone_code=None), again)
        case PhoneCode(PhoneFault.SERVER_LOST), RetryTapped():
            return Step(replace(state, page=PhoneCode()), (AskPhoneCode(state.id, after_s=0),))
        case PhoneCode(), StartTapped() if state.gives_numbers:
            return Step(replace(state, page=ChooseService(), phone_code=None))
        case PhoneCode(), CardRead(holder=holder) if state.gives_numbers:
            return next_person(state, holder)
        case PhoneCode(), BackTapped():
            return go_home(state)
        case _:
            return None
