"""Taking a device file of the kernel (a camera, an input device) for this program alone."""

import errno
import fcntl
import os
from typing import Final

from jinghou_devices.errors import PortBusy, PortMissing

_WORDS: Final = {
    errno.ENOENT: "there is no such device",
    errno.ENXIO: "there is no such device",
    errno.EISDIR: "is a folder, not a device",
}


def claimed(path: str, group: str) -> int:
    """A descriptor to read `path` without waiting, locked against other programs that claim it too.

    Raises PortBusy, PortMissing; `group` is the one whose members may open it.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except PermissionError:
        raise PortMissing(f"{path}: this user may not open it (is the user in group {group}?)") from None
    except OSError as fault:
        raise PortMissing(f"{path}: {_WORDS.get(fault.errno or 0, f'cannot be opened: {fault.strerror}')}") from None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        raise PortBusy(f"{path}: another program is using it") from None
    return descriptor
