"""Files that a power cut leaves whole. What stands in them is their owners' matter."""

import os
from pathlib import Path


def replace_file(file: Path, data: bytes, *, private: bool = False) -> None:
    """Put `data` in place of what is in `file`: whoever reads it later has the old or the new whole. Raises OSError.

    `private`: nobody but the owner ever reads it.
    """
    beside = file.with_name(f".{file.name}.new")
    if private:
        beside.unlink(missing_ok=True)  # one left behind may be open to others
    with open(beside, "wb", opener=lambda path, flags: os.open(path, flags, 0o600 if private else 0o666)) as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
    beside.replace(file)
