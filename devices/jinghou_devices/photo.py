"""The photo of an ID card, decoded by a program of the reader's maker in a process of its own.

There is no public decoder of that form of picture. The program reads 1024 bytes from its standard input and writes a
BMP or PNG to its standard output; whatever it does to itself, it does not do to us, and nothing goes to a disk.
"""

import os
import shlex
import signal
import subprocess
import threading
from concurrent.futures import Future
from typing import Final

from jinghou_config.log import get_logger
from jinghou_devices.kinds.common import Lease

log = get_logger(__name__)
_PICTURES: Final = (b"BM", b"\x89PNG\r\n\x1a\n")
_LARGEST: Final = 1 << 20  # bytes; a photo of 102 by 126 points takes 38,862
_NO_CORE: Final = ("/bin/sh", "-c", 'ulimit -c 0; exec "$@"', "photo")  # a core dump would hold the photo


class _Undecoded(Exception):
    """Why there is no picture, without anything of it."""


class PhotoDecoder:
    """Runs `command`, a command line as one types it. One photo is decoded in one process."""

    def __init__(self, command: str) -> None:
        self._command = shlex.split(command)

    def decode(self, wlt: bytes, lease: Lease, deadline_s: float) -> Future[bytes | None]:
        """The picture, under `lease`; None when it could not be decoded within the time, which is logged."""
        photo: Future[bytes | None] = Future()

        def work() -> None:
            picture = None
            try:
                picture = self._run(wlt, deadline_s)
            except (_Undecoded, OSError) as why:
                log.warning("the photo of a card was not decoded", reason=f"the decoder: {why}")
            lease.fulfil(photo, lambda: picture)

        threading.Thread(target=work, name="photo decoder", daemon=True).start()
        return photo

    def _run(self, wlt: bytes, deadline_s: float) -> bytes:
        decoder = subprocess.Popen(
            [*_NO_CORE, *self._command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd="/",
            start_new_session=True,
        )
        with decoder:
            try:
                picture, _ = decoder.communicate(wlt, deadline_s)
            except subprocess.TimeoutExpired:
                os.killpg(decoder.pid, signal.SIGKILL)  # with whatever it started, which may hold our pipes open
                raise _Undecoded("took too long") from None
        if decoder.returncode != 0:
            raise _Undecoded(f"ended with {decoder.returncode}")
        if not picture.startswith(_PICTURES) or len(picture) > _LARGEST:
            raise _Undecoded("wrote no BMP or PNG")
        return picture
