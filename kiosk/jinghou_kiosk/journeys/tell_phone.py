"""A phone for a number (手机接收提醒): the own one or a relative's is typed, and told when it is the holder's turn."""

import re
from dataclasses import replace
from typing import Final

from jinghou_kiosk.effects import BindPhone
from jinghou_kiosk.events import BackTapped, ConfirmTapped, DeleteTapped, DigitTapped, Event, RetryTapped
from jinghou_kiosk.pages import BindingPhone, BoundPhone, Done, TypePhone, UnboundPhone
from jinghou_kiosk.phone_events import BindPhoneTapped, PhoneBound, PhoneFault, PhoneNotBound, WhoseTapped
from jinghou_kiosk.state import Session, Step
from jinghou_queue.contract.phone import MAINLAND

PHONE_DIGITS: Final = 11


def step(state: Session, event: Event) -> Step | None:
    """What `event` means on this journey's pages; None when it means nothing."""
    match state.page, event:
        case Done() as done, BindPhoneTapped():
            return _type(state, done)
        case TypePhone(digits=digits) as page, DigitTapped(digit) if len(digits) < PHONE_DIGITS:
            return Step(replace(state, page=replace(page, digits=digits + digit)))
        case TypePhone(digits=digits) as page, DeleteTapped():
            return Step(replace(state, page=replace(page, digits=digits[:-1])))
        case TypePhone() as page, WhoseTapped(relative):
            return Step(replace(state, page=replace(page, relative=relative)))
        case TypePhone(done, digits, relative), ConfirmTapped() if is_phone(digits):
            return _tell(state, BindingPhone(done, digits, relative))
        case BindingPhone(done) | UnboundPhone(done), PhoneBound(phone=phone):
            return Step(replace(state, page=BoundPhone(done, phone)))
        case BindingPhone(done, digits, relative), PhoneNotBound(fault=fault):
            return Step(replace(state, page=UnboundPhone(done, digits, relative, fault)))
        case UnboundPhone(done, "", fault=PhoneFault.SERVER_LOST), RetryTapped():
            return _type(state, done)
        case UnboundPhone(done, digits, relative, PhoneFault.SERVER_LOST), RetryTapped():
            return _tell(state, BindingPhone(done, digits, relative))
        case BoundPhone(done, phone), BindPhoneTapped():
            return Step(replace(state, page=TypePhone(done, relative=phone.relative)))
        case TypePhone(done) | BoundPhone(done) | UnboundPhone(done), BackTapped():
            return Step(replace(state, page=done))
        case _:
            return None


def is_phone(digits: str) -> bool:
    """Whether there can be a phone of that number."""
    return re.fullmatch(MAINLAND, digits) is not None


def _type(state: Session, done: Done) -> Step:
    """Nobody types a number in vain: without the server it is said first."""
    page = TypePhone(done) if state.online else UnboundPhone(done, "", relative=False, fault=PhoneFault.SERVER_LOST)
    return Step(replace(state, page=page))


def _tell(state: Session, page: BindingPhone) -> Step:
    told = BindPhone(state.id, page.done.ticket.token, page.digits, page.relative)
    return Step(replace(state, page=page), (told,))
