"""The rules of the house that no other tool checks."""

import queue
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE_FOLDERS = ["config", "devices", "queue", "kiosk", "ui", "packaging"]


def tracked_files() -> list[Path]:
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in listing.split("\0") if name and (ROOT / name).is_file()]


@pytest.mark.parametrize("folder", PACKAGE_FOLDERS)
def test_top_level_folder_holds_no_python_of_its_own(folder: str) -> None:
    """`queue/__init__.py` would shadow the standard library's queue, `packaging/__init__.py` the distribution."""
    assert [path.name for path in (ROOT / folder).glob("*.py")] == []


def test_standard_queue_is_not_shadowed() -> None:
    assert queue.__file__
    assert ROOT not in Path(queue.__file__).parents


def test_lock_has_a_hash_for_every_version_and_no_address() -> None:
    lock = (ROOT / "packaging/requirements.lock").read_text()
    pinned = re.findall(r"^(\S+)==\S+.*\\\n    --hash=sha256:", lock, re.M)
    assert len(pinned) == len(re.findall(r"^[a-z]\S*==", lock, re.M)) > 50
    assert "://" not in lock
    assert "index-url" not in lock


def test_no_file_names_a_path_of_somebodys_machine() -> None:
    private = re.compile(r"/(work|root|home)/[a-z.]")
    found = [path for path in tracked_files() if path.suffix != ".png" and private.search(path.read_text("utf-8"))]
    assert [path for path in found if path != Path(__file__)] == []


def test_readme_shows_the_two_commands_in_both_languages() -> None:
    for name in ("README.md", "README.en.md"):
        text = (ROOT / name).read_text("utf-8")
        assert "make demo" in text, name
        assert "make test" in text, name
