"""Fixtures of the server's tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from queue_house import Desk, House

from jinghou_queue.store.sqlite import connect


@pytest.fixture
def house(tmp_path: Path) -> House:
    """A fresh database with the sample hall."""
    return House.build(tmp_path)


@pytest.fixture
def desk(house: House) -> Iterator[Desk]:
    """The use cases in one transaction."""
    with connect(house.url) as connection:
        yield Desk(connection, house.keys)
