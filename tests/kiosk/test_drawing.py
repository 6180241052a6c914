"""The drawn table of pages and events leaves out none of either."""

from typing import get_args

from jinghou_kiosk.drawing import document
from jinghou_kiosk.events import AidTapped, LanguageTapped, StaffNotNeededTapped, StaffReadTapped, StayTapped, Touch
from jinghou_kiosk.pages import Page


def test_every_page_has_a_chapter_and_every_touch_a_row() -> None:
    drawn = document()
    assert [page.__name__ for page in get_args(Page) if f"\n## {page.__name__}" not in drawn] == []
    said = {LanguageTapped, AidTapped, StaffReadTapped, StaffNotNeededTapped}  # in the head
    everywhere = said | {StayTapped}  # which changes no page
    touches = [touch.__name__ for touch in get_args(Touch) if touch not in everywhere]
    assert [touch for touch in touches if f"| `{touch}" not in drawn] == []


def test_a_row_tells_what_is_asked_of_the_server() -> None:
    assert "| `ConfirmTapped` | Taking [TakeNumber] | Taking [TakeNumber] |" in document()
