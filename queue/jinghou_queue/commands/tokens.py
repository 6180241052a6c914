"""`token`: giving out, listing and revoking API tokens."""

import argparse
import secrets
from datetime import UTC, datetime

from jinghou_config.queue import QueueSettings
from jinghou_queue.api.office import unix_ms
from jinghou_queue.commands import Commands, WrongCall, command, group, opened
from jinghou_queue.desk.access import Role, add_token
from jinghou_queue.store import record_statements as rs


def add(commands: Commands) -> None:
    """Add this area's commands."""
    actions = group(commands, "token", "give out, list and revoke API tokens")
    adding = command(actions, "add", "give out a token and print it, this once", _add)
    adding.add_argument("--role", required=True, type=_role, help=", ".join(role.value for role in Role))
    adding.add_argument("--hall", help="id of its hall; needed when there is more than one")
    adding.add_argument("--name", default="", help="a note for the list, e.g. kiosk 3")
    command(actions, "list", "list the tokens, without the secrets", _list)
    revoking = command(actions, "revoke", "end a token; it stops working within seconds", _revoke)
    revoking.add_argument("token", metavar="ID", help="its id in the list")


def _role(text: str) -> Role:
    try:
        return Role(text)
    except ValueError:
        roles = ", ".join(role.value for role in Role)
        raise argparse.ArgumentTypeError(f"there is no role {text}; roles are {roles}") from None


def _add(arguments: argparse.Namespace, settings: QueueSettings) -> None:
    with opened(settings) as connection:
        token = add_token(
            connection,
            hall=arguments.hall,
            role=arguments.role,
            name=arguments.name,
            at=unix_ms(),
            token_id=secrets.token_hex(4),
            secret=secrets.token_urlsafe(32),
        )
    print(token)


def _list(_: argparse.Namespace, settings: QueueSettings) -> None:
    with opened(settings) as connection:
        rows = connection.all(rs.TOKENS)
    for row in rows:
        added = datetime.fromtimestamp(row.added_at / 1000, UTC)
        print(f"{row.token}  {row.hall:<16} {row.role:<10} {added:%Y-%m-%d %H:%M}Z  {row.name}".rstrip())


def _revoke(arguments: argparse.Namespace, settings: QueueSettings) -> None:
    with opened(settings) as connection:
        if connection.run(rs.TOKEN_DROP, token_id=arguments.token) == 0:
            raise WrongCall(f"there is no token {arguments.token}; see `jinghou-queue token list`")
