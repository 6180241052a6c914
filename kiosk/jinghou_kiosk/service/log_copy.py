"""A copy of the log for whoever mends the kiosk, through the white list once more: others may have written to it."""

import json
import os
from pathlib import Path
from typing import Final

from jinghou_config.log import REDACTED, redact
from jinghou_kiosk.service.pages import Export

_FOREIGN: Final = json.dumps({"event": REDACTED}, ensure_ascii=False)


def copy_log(file: Path | None, folder: Path, name: str, *, mounted: bool = False) -> Export:
    """Copy the log `file` to `folder`, as `name`; whole and on the medium when it is told as done. Raises nothing.

    `mounted`: only where something is mounted, or the kiosk's own disk would be taken for the stick.
    """
    if file is None:
        return Export(fault="log.file is not set: the log went to standard error")
    if not folder.is_dir():
        return Export(fault=f"{folder} is not there")
    if mounted and not folder.is_mount():
        return Export(missing=True, fault=f"nothing is mounted at {folder}")
    target, partial = folder / name, folder / f"{name}.part"
    lines = 0
    try:
        with file.open(encoding="utf-8", errors="replace") as source, partial.open("w", encoding="utf-8") as copy:
            for line in source:
                copy.write(_safe(line) + "\n")
                lines += 1
            copy.flush()
            os.fsync(copy.fileno())
        partial.replace(target)
    except OSError as fault:
        return Export(fault=f"{folder}: {fault.strerror}")
    return Export(file=str(target), lines=lines)


def _safe(line: str) -> str:
    """The line with what the white list lets through; of one that is none of ours, that it was there."""
    try:
        fields = json.loads(line)
    except ValueError:
        return _FOREIGN
    if not isinstance(fields, dict) or "logger" not in fields:
        return _FOREIGN
    return json.dumps(redact(None, "", fields), ensure_ascii=False)
