"""`init` and `migrate`: a database from nothing, and from one version's form to the next."""

import argparse
import secrets
from pathlib import Path

from jinghou_config.hall import SAMPLE_HALL, HallPlan
from jinghou_config.queue import QueueSettings
from jinghou_queue.api.office import unix_ms
from jinghou_queue.commands import Commands, WrongCall, command
from jinghou_queue.desk.setup import add_hall
from jinghou_queue.keys import create_key_file, load_key_file
from jinghou_queue.serve import CannotServe, check_form, exists, key_file, load_keys
from jinghou_queue.store.databases import connect, database_file, shown
from jinghou_queue.store.migrate import Form, form_of, migrate
from jinghou_queue.suites import Algorithms


def add(commands: Commands) -> None:
    """Add this area's commands."""
    init = command(commands, "init", "make the database, or add a hall to it", _init)
    plan = init.add_mutually_exclusive_group()
    plan.add_argument("--sample", action="store_true", help="with a made-up hall to try things")
    plan.add_argument("--hall", type=Path, metavar="FILE", help="with the hall that this TOML file describes")
    init.add_argument(
        "--algorithms",
        choices=[algorithms.value for algorithms in Algorithms],
        help="what a new key hashes and seals people's data with, chosen once: national is SM3 and SM4 (国密)",
    )
    command(commands, "migrate", "bring the database to the form this version needs", _migrate)


def _init(arguments: argparse.Namespace, settings: QueueSettings) -> None:
    source = SAMPLE_HALL if arguments.sample else arguments.hall
    plan = None if source is None else HallPlan.load(source)
    file, key = database_file(settings.db), key_file(settings)
    if file is not None and not file.parent.is_dir():
        raise CannotServe(f"folder {file.parent} does not exist: make it first")
    made = exists(settings.db) and form_of(settings.db) is not Form.EMPTY
    if made:
        check_form(settings.db)
        keys = load_keys(settings)
    elif key.exists():
        keys = load_key_file(key)
    else:
        keys = create_key_file(
            key, secrets.token_bytes(32), Algorithms(arguments.algorithms or Algorithms.INTERNATIONAL)
        )
    if arguments.algorithms not in (None, keys.algorithms):
        raise WrongCall(f"{key} is of the {keys.algorithms.value} algorithms: they are chosen once, with the key")
    if not made:
        if file is not None:
            _make_private(file)
        migrate(settings.db)  # last: a database without its key is refused from then on
    if plan is not None:
        with connect(settings.db) as connection:
            add_hall(connection, plan, key_check=keys.check(), epoch=secrets.token_hex(8), at=unix_ms())
    hall = (
        "no hall yet"
        if plan is None
        else f"hall {plan.id}: {len(plan.services)} services, {len(plan.counters)} counters"
    )
    print(f"{shown(settings.db)} is ready with {hall}; back {key} up too, apart from the database")


def _make_private(file: Path) -> None:
    """Make a database's file before SQLite does: masked names and hashed passwords are for the server alone."""
    try:
        file.touch(0o600)
    except OSError as fault:
        raise CannotServe(f"{file} cannot be written: {fault.strerror}") from None


def _migrate(_: argparse.Namespace, settings: QueueSettings) -> None:
    form = form_of(settings.db) if exists(settings.db) else Form.EMPTY
    if form is not Form.OLD:
        check_form(settings.db)
        print(f"{shown(settings.db)} has the form this version needs")
        return
    migrate(settings.db)
    print(f"{shown(settings.db)} was brought to the form this version needs")
