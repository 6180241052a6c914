"""Files that a power cut leaves whole. What stands in them is their owners' matter."""

import os
from pathlib import Path


def replace_file(file: Path, data: bytes) -> None:
    """Put `data` in place of what is in `file`: whoever reads it later has the old or the new whole. Raises OSError."""
    beside = file.with_name(f".{file.name}.new")
    with beside.open("wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
    beside.replace(file)
