"""Fixtures of the server's tests: each that needs a database runs on both."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from queue_house import Desk, House
from queue_postgres import Kept, Postgres, running

from jinghou_queue.store.databases import connect


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server."""
    with running() as server:
        yield server


@pytest.fixture(scope="session")
def kept(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kept]:
    """A PostgreSQL database with the sample hall."""
    with postgres.database() as url:
        House.build(tmp_path_factory.mktemp("kept"), url)
        kept = Kept(postgres, url)
        kept.keep()
        yield kept


@pytest.fixture
def postgres_house(kept: Kept, tmp_path: Path) -> House:
    """A PostgreSQL database with the sample hall as it was made."""
    kept.restore()
    return House.of(tmp_path, kept.url)


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite database with the sample hall, to be copied."""
    house = House.build(tmp_path_factory.mktemp("built"))
    return house.folder / "hall.db"


@pytest.fixture
def sqlite_house(built: Path, tmp_path: Path) -> House:
    """A fresh SQLite database with the sample hall."""
    file = shutil.copy(built, tmp_path)
    return House.of(tmp_path, f"sqlite:///{file}")


@pytest.fixture(params=["sqlite", "postgres"])
def house(request: pytest.FixtureRequest) -> House:
    """A fresh database with the sample hall."""
    house = request.getfixturevalue(f"{request.param}_house")
    assert isinstance(house, House)
    return house


@pytest.fixture
def desk(house: House) -> Iterator[Desk]:
    """The use cases in one transaction."""
    with connect(house.url) as connection:
        yield Desk(connection, house.keys)


@pytest.fixture
def sqlite_desk(sqlite_house: House) -> Iterator[Desk]:
    """The use cases in one transaction on SQLite, to look at what only SQLite tells."""
    with connect(sqlite_house.url) as connection:
        yield Desk(connection, sqlite_house.keys)
