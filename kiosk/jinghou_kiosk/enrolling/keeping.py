"""What enrolling at the glass gave, in a file of its own that only the program's user reads; and whom it makes us."""

from pathlib import Path
from typing import Final

import msgspec
from pydantic import SecretStr

from jinghou_config.files import replace_file
from jinghou_config.log import get_logger
from jinghou_config.terminal import ServerLink, ServerSettings

ENDING: Final = ".enrolment"

log = get_logger(__name__)


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """Which terminal this machine is, of which hall, where its server is, and the secret that proves it."""

    url: str
    hall: str
    terminal: str
    name: str
    token: str

    def __repr__(self) -> str:
        return f"Kept({self.terminal} of {self.hall})"


def enrolment_file(server: ServerSettings, beside: Path) -> Path:
    """Where it is kept: where the settings say, or with the name of `beside`, the box or the configuration."""
    return server.file or beside.with_suffix(ENDING)


def link_of(server: ServerSettings, file: Path) -> ServerLink | None:
    """Whom to speak to, as whom; None for a machine that is nobody yet. A token of the settings goes first.

    The settings may name another address than the one it was enrolled at; with another hall it is not enrolled.
    """
    if server.token is not None and server.url is not None and server.hall is not None:
        return ServerLink(server.url, server.hall, server.token, server.timeout_s)
    kept = kept_in(file)
    if kept is None:
        return None
    if server.hall not in {None, kept.hall}:
        log.warning("enrolled for another hall than the settings name", reason=f"{kept.hall}, not {server.hall}")
        return None
    return ServerLink(server.url or kept.url, kept.hall, SecretStr(kept.token), server.timeout_s)


def kept_in(file: Path) -> Kept | None:
    """What is in the file; None when it is not there, or cannot be used."""
    try:
        return msgspec.json.decode(file.read_bytes(), type=Kept)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.MsgspecError) as fault:
        log.error("the enrolment cannot be read: this machine has to be enrolled anew", reason=type(fault).__name__)
        return None


def keep(file: Path, kept: Kept) -> None:
    """Keep it, for its owner's eyes only. Raises OSError."""
    replace_file(file, msgspec.json.encode(kept), private=True)


def try_to_keep(file: Path) -> None:
    """Raise the OSError that `keep` would raise: before a code is used that works once."""
    beside = file.with_name(f".{file.name}.try")
    beside.write_bytes(b"")
    beside.unlink()
