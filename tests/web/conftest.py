"""A browser for all tests of pages, and a fresh hall with a server for each."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright
from queue_house import House, Server, serving
from web_hall import FLAGS, house_in

from jinghou_queue.desk.access import Role


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The system's Chromium. Its driver holds the thread's event loop, which other files' tests want."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the sample hall, to be copied."""
    return House.build(tmp_path_factory.mktemp("built")).folder / "hall.db"


@pytest.fixture
def house(built: Path, tmp_path: Path) -> House:
    """A fresh hall."""
    return house_in(tmp_path, built)


@pytest.fixture
def server(house: House) -> Iterator[Server]:
    """Its server."""
    with serving(house) as server:
        yield server


@pytest.fixture
def kiosk(house: House) -> str:
    """The token of a kiosk in it."""
    return house.token(Role.TERMINAL)
