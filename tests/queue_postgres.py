"""A real PostgreSQL for the tests: its own data in a temporary folder, on a free port, gone at the end.

fsync stays on: that nothing acknowledged is lost is what is tested. PostgreSQL refuses to run as root, so for root it
runs as somebody else.
"""

import contextlib
import itertools
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from jinghou_queue.store.tables import metadata

PASSWORD = "never-to-be-printed"
_USER = "jinghou"
_START_S = 60
_TABLES = [*metadata.tables, "alembic_version"]


@dataclass
class Postgres:
    """One server. Its URLs hold a password."""

    folder: Path
    port: int
    _count: Iterator[int] = field(default_factory=itertools.count)

    def url(self, database: str) -> str:
        return f"postgresql://{_USER}:{PASSWORD}@127.0.0.1:{self.port}/{database}"

    @contextlib.contextmanager
    def database(self) -> Iterator[str]:
        """The URL of a new, empty database."""
        name = f"test{next(self._count)}"
        self.tell("postgres", f"CREATE DATABASE {name}")
        try:
            yield self.url(name)
        finally:
            self.tell("postgres", f"DROP DATABASE {name} WITH (FORCE)")

    def tell(self, database: str, statements: str) -> None:
        """Run statements as the superuser, in one transaction."""
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            connection.execute(statements.encode())

    def start(self) -> None:
        options = f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1"
        self._run("pg_ctl", "start", "-w", "-D", "data", "-l", "log", "-o", options)

    def stop(self, mode: str = "fast") -> None:
        """`immediate` is a crash: it says goodbye to nobody and recovers from its log at the next start."""
        self._run("pg_ctl", "stop", "-w", "-D", "data", "-m", mode)

    def init(self) -> None:
        """Make the server's data."""
        secret = self.folder / "password"
        secret.write_text(PASSWORD)
        secret.chmod(0o644)
        who = ("-U", _USER, "--auth", "scram-sha-256", "--pwfile", "password")
        self._run("initdb", "-D", "data", "--locale", "C", "-E", "UTF8", *who)

    def _run(self, program: str, *arguments: str) -> None:
        someone = self.folder.stat()
        as_someone = {"user": someone.st_uid, "group": someone.st_gid, "extra_groups": []} if os.geteuid() == 0 else {}
        log = self.folder / "setup"
        with log.open("a") as stream:
            done = subprocess.run(
                [_binaries() / program, *arguments],
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=stream,
                timeout=_START_S,
                check=False,
                **as_someone,  # type: ignore[call-overload]  # each by its own type
            )
        assert done.returncode == 0, f"{program} failed: {log.read_text()[-2000:]}"


@dataclass
class Kept:
    """A database with rows in it that can be had back, which takes a twentieth of the time that a new one does."""

    server: Postgres
    url: str

    @property
    def _name(self) -> str:
        return self.url.rpartition("/")[2]

    def keep(self) -> None:
        """Keep what is there now."""
        copies = "".join(f"CREATE TABLE kept.{name} AS TABLE public.{name};" for name in _TABLES)
        self.server.tell(self._name, f"CREATE SCHEMA kept;{copies}")

    def restore(self) -> None:
        """Back to what was kept, and nobody connected."""
        self.server.tell(
            self._name,
            "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid();"
            + "".join(f"DELETE FROM {name};INSERT INTO {name} TABLE kept.{name};" for name in _TABLES),
        )


@contextlib.contextmanager
def running() -> Iterator[Postgres]:
    """A server that is started now and stopped at the end."""
    folder = Path(tempfile.mkdtemp(prefix="jinghou-pg-"))
    try:
        if os.geteuid() == 0:
            owner = pwd.getpwnam("postgres" if _has_user("postgres") else "nobody")
            os.chown(folder, owner.pw_uid, owner.pw_gid)
        server = Postgres(folder, free_port())
        server.init()
        server.start()
        try:
            yield server
        finally:
            server.stop("immediate")
    finally:
        shutil.rmtree(folder)


def _has_user(name: str) -> bool:
    return any(user.pw_name == name for user in pwd.getpwall())


def free_port() -> int:
    """A TCP port of this machine that nobody has now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def _binaries() -> Path:
    """Where PostgreSQL's programs are; on Debian they are not on the PATH."""
    packaged = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: int(folder.parent.name))
    on_path = [Path(folder) for folder in os.environ.get("PATH", "").split(os.pathsep)]
    for folder in [*reversed(packaged), *on_path, Path("/usr/local/bin")]:
        if all((folder / name).exists() for name in ("postgres", "initdb", "pg_ctl")):
            return folder
    raise AssertionError("PostgreSQL's server is not installed: see packaging/system-packages.txt")
