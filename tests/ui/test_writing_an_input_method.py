"""docs/writing-an-input-method.md as a package of somebody else's: installed beside this one, and typed with."""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/writing-an-input-method.md"

TYPES = """
import sys
from kiosk_window import Clock, KioskWindow
from PySide6.QtTest import QTest
from jinghou_kiosk.events import Language
from jinghou_ui import qt
from jinghou_ui.gallery import MORNING, sample_sessions
from jinghou_ui.keyboard import keyboard_of_process
from jinghou_ui.screens import KIOSK_21
from jinghou_ui.viewmodels.kiosk import KioskModel

with keyboard_of_process() as keyboard:
    app = qt.make_app("typing")
    clock = Clock()
    model = KioskModel(
        sample_sessions(Language.ZH)["search"], monotonic=clock, now=lambda: MORNING, keyboard=keyboard
    )
    with qt.window_of("kiosk/Kiosk.qml", KIOSK_21, kiosk=model) as window:
        window.show()
        app.processEvents()
        kiosk = KioskWindow(window, model, QTest.createTouchDevice(), clock)
        methods = len(model.property("inputMethods"))
        if methods > 1:
            kiosk.finger("method")
        keys = sys.argv[1]
        while f"letter-{keys[0]}" not in kiosk.names():
            app.processEvents()
        for key in keys:
            kiosk.finger(f"letter-{key}")
            app.processEvents()
        print(methods, kiosk.read("searchField", "displayText"))
"""


def install(site: Path, name: str, offers: dict[str, str]) -> None:
    """What an installer leaves behind of a package with these entry points."""
    information = site / f"{name}-1.0.dist-info"
    information.mkdir(parents=True)
    (information / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    lines = [f"{offer} = {value}" for offer, value in offers.items()]
    (information / "entry_points.txt").write_text("\n".join(["[jinghou.input_methods]", *lines, ""]))


def typed(site: Path, keys: str) -> subprocess.CompletedProcess[str]:
    """How many ways to type there are, and what stands in the field."""
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join((str(site), str(ROOT / "tests"))),
        "QT_QPA_PLATFORM": "offscreen",
    }
    command = [sys.executable, "-c", TYPES, keys]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, env=environment, cwd=site)


def test_the_packages_keys_are_there_and_type(tmp_path: Path) -> None:
    for path, text in re.findall(r"```(?:python|toml|qml)\n# (\S+)\n(.*?)```", PAGE.read_text("utf-8"), re.S):
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    project = tomllib.loads((tmp_path / "pyproject.toml").read_text("utf-8"))["project"]
    install(tmp_path, project["name"], project["entry-points"]["jinghou.input_methods"])
    done = typed(tmp_path, "丨一")
    assert done.stdout.split() == ["2", "丨一"], done.stderr


@pytest.mark.parametrize("value", ["nothere:METHOD", "broken:METHOD", "elsewhere:METHOD"])
def test_a_package_that_cannot_be_used_leaves_the_houses_keyboard(tmp_path: Path, value: str) -> None:
    (tmp_path / "broken.py").write_text("1 / 0\n")
    (tmp_path / "elsewhere.py").write_text("METHOD = 'a word'\n")
    install(tmp_path, "jinghou-broken", {"broken": value})
    done = typed(tmp_path, "bdc")
    said = done.stdout.splitlines()
    assert said[-1].split() == ["1", "b", "d", "c"], done.stderr
    assert any("input method cannot be" in line for line in said)
