"""Every step of a visit: plans by version, the further states of a leg, calls, measured times, linked records."""

import hashlib
import json
import secrets
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def _key(name: str) -> "sa.Column[str]":
    return sa.Column(name, sa.Text(), primary_key=True, nullable=False)


def _count_keys(*names: str, kind: "type[sa.Integer | sa.BigInteger]" = sa.Integer) -> "list[sa.Column[int]]":
    return [sa.Column(name, kind(), primary_key=True, autoincrement=False, nullable=False) for name in names]


def _texts(*names: str, default: str | None = None) -> "list[sa.Column[str]]":
    return [sa.Column(name, sa.Text(), nullable=False, server_default=default) for name in names]


def _ints(*names: str, default: str | None = None) -> "list[sa.Column[int]]":
    return [sa.Column(name, sa.Integer(), nullable=False, server_default=default) for name in names]


def _longs(*names: str) -> "list[sa.Column[int]]":
    return [sa.Column(name, sa.BigInteger(), nullable=False) for name in names]


def _longs_perhaps(*names: str) -> "list[sa.Column[int]]":
    return [sa.Column(name, sa.BigInteger(), nullable=True) for name in names]


def _perhaps(*names: str) -> "list[sa.Column[str]]":
    return [sa.Column(name, sa.Text(), nullable=True) for name in names]


def _table(name: str, *columns: "sa.Column[str] | sa.Column[int]") -> None:
    op.create_table(name, *columns, sqlite_with_rowid=False)


def _index(name: str, table: str, columns: list[str], *, unique: bool = False, where: str | None = None) -> None:
    condition = None if where is None else sa.text(where)
    op.create_index(name, table, columns, unique=unique, sqlite_where=condition, postgresql_where=condition)


def _grow(table: str, *columns: "sa.Column[str] | sa.Column[int]") -> None:
    for column in columns:
        op.add_column(table, column)


def upgrade() -> None:
    """Let the old tables grow, then make the new ones."""
    _grow_hall()
    _grow_queue()
    _make_records()


def _grow_hall() -> None:
    _grow(
        "hall",
        *_texts("chain", "audit_chain", "epoch", default=""),
        *_ints("audit_seq", "plan_version", default="0"),
        *_texts("plan", default=""),
    )
    _table("plan", _key("hall"), *_count_keys("version"), *_longs("at"), *_texts("actor", "body"))
    _write_plans()
    _grow("service", *_ints("retired", default="0"))
    _grow("counter", *_texts("why", default=""), *_perhaps("clerk"), *_ints("retired", default="0"))


def _write_plans() -> None:
    """Give every hall that was made before there were plans the one it stands for."""
    connection = op.get_bind()
    for hall in _rows("SELECT hall AS id, name, name_en, timezone FROM hall"):
        services = "SELECT service AS id, prefix, name, name_en, zone, identity FROM service"
        counters = _rows("SELECT counter AS id, label FROM counter WHERE hall = :hall ORDER BY place", hall["id"])
        able_to = "SELECT service FROM counter_service WHERE hall = :hall AND counter = :counter ORDER BY place"
        for counter in counters:
            counter["services"] = [row["service"] for row in _rows(able_to, hall["id"], counter=counter["id"])]
        plan = {
            **hall,
            "services": _rows(f"{services} WHERE hall = :hall ORDER BY place", hall["id"]),
            "counters": counters,
        }
        body = json.dumps(plan, ensure_ascii=False)
        values = {
            "hall": hall["id"],
            "body": body,
            "plan": hashlib.sha256(body.encode()).hexdigest()[:16],
            "epoch": secrets.token_hex(8),
        }
        connection.execute(sa.text("INSERT INTO plan VALUES (:hall, 1, 0, 'migrate', :body)"), values)
        change = "UPDATE hall SET plan_version = 1, plan = :plan, epoch = :epoch WHERE hall = :hall"
        connection.execute(sa.text(change), values)


def _rows(text: str, hall: str = "", **values: str) -> list[dict[str, Any]]:
    rows = op.get_bind().execute(sa.text(text), {"hall": hall, **values}).mappings()
    return [dict(row) for row in rows]


def _grow_queue() -> None:
    _grow("numbering", *_ints("streak", default="0"))
    _grow("ticket", *_texts("route", default=""))
    op.drop_index("ticket_identity", "ticket")
    columns = ["hall", "day", "identity_hash", "service"]
    _index("ticket_identity", "ticket", columns, where="identity_hash IS NOT NULL")
    _grow(
        "leg",
        *_longs_perhaps("shown_at", "started_at", "ended_at", "parked_at"),
        *_ints("parked_ms", "calls", "recalls", default="0"),
    )
    op.execute("UPDATE leg SET shown_at = called_at, calls = 1 WHERE called_at IS NOT NULL")
    _index("leg_aside", "leg", ["hall", "day"], where="state IN ('missed', 'parked')")
    _table(
        "delivery",
        _key("hall"),
        _key("ticket"),
        *_count_keys("step", "attempt"),
        _key("channel"),
        *_texts("state"),
        *_longs("at"),
    )
    _table(
        "pace",
        *(_key(name) for name in ("hall", "day", "service", "what")),
        *_count_keys("bucket"),
        *_ints("count"),
    )


def _make_records() -> None:
    _grow("feed", *_texts("chain", default=""))
    _table(
        "audit",
        _key("hall"),
        *_count_keys("seq", kind=sa.BigInteger),
        *_longs("at"),
        *_texts("actor", "action", "subject", "detail", "chain"),
    )
