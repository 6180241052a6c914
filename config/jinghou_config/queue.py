"""Settings of the silent-queue server."""

from pathlib import Path

from pydantic import Field, IPvAnyNetwork
from pydantic_settings import SettingsConfigDict

from jinghou_config.log import LogSettings
from jinghou_config.notify import NotifySettings
from jinghou_config.settings import Section, Settings


class SessionSettings(Section):
    """How long somebody who logged in stays so."""

    idle_minutes: int = Field(60, ge=5, le=1440, description="without a request, until one has to log in again")
    most_hours: int = Field(12, ge=1, le=168, description="after which one has to log in again in any case")

    @property
    def idle_ms(self) -> int:
        """The first in milliseconds."""
        return self.idle_minutes * 60_000

    @property
    def most_ms(self) -> int:
        """The second in milliseconds."""
        return self.most_hours * 3_600_000


class QueueSettings(Settings):
    """`jinghou-queue serve --config FILE`."""

    model_config = SettingsConfigDict(env_prefix="JINGHOU_QUEUE_")

    db: str = Field(
        "sqlite:///jinghou.db",
        pattern=r"^(sqlite:///.+|postgresql://.+)$",
        description="database URL, e.g. sqlite:////var/lib/jinghou.db or postgresql://user:password@host/name",
    )
    host: str = Field("127.0.0.1", description="address to listen on; 0.0.0.0 for every network card")
    port: int = Field(8470, ge=0, le=65535, description="TCP port to listen on; 0 takes a free one")
    public_url: str | None = Field(
        None,
        pattern=r"^https?://[^\s]*[^/\s]$",
        description="address phones reach the server at, printed in the ticket's QR code; none uses host and port",
    )
    identity_key_file: Path | None = Field(
        None,
        description="file with the key of identities, phones and codes; none puts it beside an SQLite database",
    )
    patience_s: float = Field(
        30, gt=0, le=600, description="seconds until a reader that takes nothing is cut off; it may come back and go on"
    )
    trusted_proxies: tuple[IPvAnyNetwork, ...] = Field(
        (), description="addresses or networks whose X-Forwarded-For and X-Forwarded-Proto are believed"
    )
    session: SessionSettings = SessionSettings()
    notify: NotifySettings = NotifySettings()
    log: LogSettings = LogSettings()
