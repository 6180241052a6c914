"""A program that was installed without its libraries says so, and what to install."""

import subprocess
import sys

import pytest

WITHOUT = """
import sys
sys.modules[sys.argv[1]] = None  # as if it had not been installed
from jinghou_config import programs
program, sys.argv = sys.argv[2], sys.argv[2:]
sys.exit(getattr(programs, program)())
"""


@pytest.mark.parametrize(
    ("words", "library", "extra"),
    [
        (("devices", "drivers"), "pydantic_settings", "kiosk"),
        (("devices", "list"), "serial", "kiosk"),
        (("queue", "--help"), "litestar", "server"),
        (("kiosk", "gallery", "nowhere"), "PySide6", "kiosk"),
        (("board", "run", "--config", "nowhere"), "pydantic", "kiosk"),
    ],
)
def test_a_missing_library_is_one_sentence(words: tuple[str, ...], library: str, extra: str) -> None:
    command = [sys.executable, "-c", WITHOUT, library, *words]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert done.stderr == (
        f"jinghou-{words[0]}: needs {library}, which is not installed: pip install 'jinghou[{extra}]'\n"
    )


def test_a_part_of_ours_that_is_missing_is_no_matter_of_installing() -> None:
    command = [sys.executable, "-c", WITHOUT, "jinghou_devices.driver", "devices", "drivers"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert "ModuleNotFoundError" in done.stderr
