"""Structured logs, one JSON object a line, in which nothing prints unless it was named as safe.

The white list is the rule of the house: a field not in SAFE_FIELDS is replaced, whatever it holds, so a person's
data cannot reach a log by an oversight. Event names are constants written by us.
"""

import logging
import sys
import threading
import traceback
from collections.abc import Mapping, MutableMapping
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Literal, TextIO

import structlog
from pydantic import Field

from jinghou_config.settings import Section

REDACTED: Final = "‹redacted›"

SAFE_FIELDS: Final = frozenset(
    {
        # what structlog itself and a located error add
        "event", "level", "logger", "timestamp", "where", "error",
        # what our own lines tell; add a field here when a line needs it, after asking whether it can hold a person
        "count", "device", "host", "notice", "outcome", "page", "reason", "state",
    }
)  # fmt: skip


class LogSettings(Section):
    """Where the log goes."""

    level: Literal["debug", "info", "warning", "error"] = Field("info", description="the least level that is written")
    file: Path | None = Field(None, description="a file to append to; none writes to standard error")


def redact(_logger: object, _method: str, fields: MutableMapping[str, Any]) -> Mapping[str, Any]:
    """structlog processor: keep the fields named as safe, replace the value of every other."""
    return {name: value if name in SAFE_FIELDS else REDACTED for name, value in fields.items()}


def _locate_error(_logger: object, _method: str, fields: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Say which error and where in the code. Its text stays out: an error's text may quote a person's data."""
    info = fields.pop("exc_info", None)
    if info is True:
        info = sys.exc_info()
    error = info[1] if isinstance(info, tuple) else info
    if isinstance(error, BaseException):
        frames = traceback.extract_tb(error.__traceback__)
        fields["error"] = type(error).__name__
        fields["where"] = [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames[-6:]]
    return fields


def _library_template(_logger: object, _method: str, fields: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A library's record keeps its template ("%s connected") and loses its arguments."""
    record = fields.get("_record")
    if isinstance(record, logging.LogRecord) and fields.get("_from_structlog") is False:
        fields["event"] = str(record.msg)
    return fields


def configure_logging(settings: LogSettings, stream: TextIO | None = None) -> None:
    """Send structlog's and every library's records through the white list to the file or stream of `settings`."""
    stamp = structlog.processors.TimeStamper(fmt="iso", utc=True)
    shared: list[structlog.typing.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        stamp,
    ]
    handler: logging.Handler = (
        logging.FileHandler(settings.file, encoding="utf-8") if settings.file else logging.StreamHandler(stream)
    )
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                _library_template,
                _locate_error,
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                redact,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    logging.basicConfig(handlers=[handler], level=settings.level.upper(), force=True)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    _log_unhandled()


def _log_unhandled() -> None:
    """What nobody caught goes through the white list too, and to the file, instead of to standard error as it is."""
    log = get_logger("unhandled")

    def main_thread(_kind: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
        log.critical("unhandled", exc_info=error)

    def other_thread(unhandled: threading.ExceptHookArgs) -> None:
        log.critical("unhandled", exc_info=unhandled.exc_value)

    sys.excepthook = main_thread
    threading.excepthook = other_thread


def get_logger(name: str) -> structlog.stdlib.BoundLogger:
    """The logger of a module: `log = get_logger(__name__)`."""
    return structlog.stdlib.get_logger(name)
