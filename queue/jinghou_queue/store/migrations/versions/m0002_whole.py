"""Every step of a visit: plans by version, the further states of a leg, calls, measured times, linked records."""

import hashlib
import json
import secrets
from typing import Any

import sqlalchemy as sa
from alembic import op

from jinghou_queue.store.migrations import words as w

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Let the old tables grow, then make the new ones."""
    _grow_hall()
    _grow_queue()
    _make_records()


def _grow_hall() -> None:
    w.grow(
        "hall",
        *w.texts("chain", "audit_chain", "epoch", default=""),
        *w.ints("audit_seq", "plan_version", default="0"),
        *w.texts("plan", default=""),
    )
    w.table("plan", w.key("hall"), *w.count_keys("version"), *w.longs("at"), *w.texts("actor", "body"))
    _write_plans()
    w.grow("service", *w.ints("retired", default="0"))
    w.grow("counter", *w.texts("why", default=""), *w.perhaps("clerk"), *w.ints("retired", default="0"))


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
    w.grow("numbering", *w.ints("streak", default="0"))
    w.grow("ticket", *w.texts("route", default=""))
    op.drop_index("ticket_identity", "ticket")
    columns = ["hall", "day", "identity_hash", "service"]
    w.index("ticket_identity", "ticket", columns, where="identity_hash IS NOT NULL")
    w.grow(
        "leg",
        *w.longs_perhaps("shown_at", "started_at", "ended_at", "parked_at"),
        *w.ints("parked_ms", "calls", "recalls", default="0"),
    )
    op.execute("UPDATE leg SET shown_at = called_at, calls = 1 WHERE called_at IS NOT NULL")
    w.index("leg_aside", "leg", ["hall", "day"], where="state IN ('missed', 'parked')")
    w.table(
        "delivery",
        w.key("hall"),
        w.key("ticket"),
        *w.count_keys("step", "attempt"),
        w.key("channel"),
        *w.texts("state"),
        *w.longs("at"),
    )
    w.table(
        "pace",
        *(w.key(name) for name in ("hall", "day", "service", "what")),
        *w.count_keys("bucket"),
        *w.ints("count"),
    )


def _make_records() -> None:
    w.grow("feed", *w.texts("chain", default=""))
    w.table(
        "audit",
        w.key("hall"),
        *w.count_keys("seq", kind=sa.BigInteger),
        *w.longs("at"),
        *w.texts("actor", "action", "subject", "detail", "chain"),
    )
