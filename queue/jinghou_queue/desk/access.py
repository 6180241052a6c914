"""Who may ask: API tokens, each bound to one hall and one role."""

from dataclasses import dataclass
from enum import StrEnum

from jinghou_queue.keys import hall_of_token, token_hash
from jinghou_queue.store import Connection
from jinghou_queue.store import record_statements as rs
from jinghou_queue.store import statements as st


class Role(StrEnum):
    """What a token's bearer is in the hall."""

    MANAGER = "manager"
    CLERK = "clerk"
    USHER = "usher"
    TECHNICIAN = "technician"
    AUDITOR = "auditor"
    TERMINAL = "terminal"


@dataclass(frozen=True)
class Bearer:
    """Who sent a request."""

    token: str  # its id, or the login of somebody with a session
    hall: str
    role: Role

    @property
    def actor(self) -> str:
        """How the feed names them."""
        return f"{self.role.value}:{self.token}"


class NoSuchHall(Exception):
    """A token must belong to a hall of this database."""


def find_bearer(connection: Connection, token: str) -> Bearer | None:
    """Whose token this is; None when it is nobody's or was revoked."""
    row = connection.one(rs.TOKEN_BY_HASH, hall=hall_of_token(token), token_hash=token_hash(token))
    return None if row is None else Bearer(row.token, row.hall, Role(row.role))


def add_token(
    connection: Connection, *, hall: str | None, role: Role, name: str, at: int, token_id: str, secret: str
) -> str:
    """Give out a token; only its hash is kept. `hall` may be left out while there is only one. Raises NoSuchHall."""
    hall = the_hall(connection, hall)
    token = f"{hall}.{secret}"
    connection.run(
        rs.TOKEN_ADD,
        hall=hall,
        token=token_id,
        role=role,
        name=name,
        token_hash=token_hash(token),
        added_at=at,
    )
    return token


def the_hall(connection: Connection, hall: str | None) -> str:
    """The hall that an operator names, or the only one there is. Raises NoSuchHall."""
    halls = connection.all(st.HALL_IDS)
    if hall is None and len(halls) == 1:
        return halls[0]
    if hall is None or hall not in halls:
        known = ", ".join(halls) or "none: run `jinghou-queue init --hall FILE` first"
        asked = "name one with --hall" if hall is None else f"there is no hall {hall}"
        raise NoSuchHall(f"{asked}; the database has {known}")
    return hall
