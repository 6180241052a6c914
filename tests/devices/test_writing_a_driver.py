"""docs/writing-a-driver.md as a package of somebody else's: installed beside this one, used, and tried by the suite."""

import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from devices.simulators import Sim

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/writing-a-driver.md"


def install(site: Path, name: str, offers: dict[str, str]) -> None:
    """What an installer leaves behind of a package with these entry points."""
    information = site / f"{name.replace('-', '_')}-1.0.dist-info"
    information.mkdir(parents=True)
    (information / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    lines = [f"{offer} = {value}" for offer, value in offers.items()]
    (information / "entry_points.txt").write_text("\n".join(["[jinghou.drivers]", *lines, ""]))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page's files, where Python finds them."""
    site = tmp_path_factory.mktemp("site")
    for language, path, text in re.findall(r"```(python|toml)\n# (\S+)\n(.*?)```", PAGE.read_text("utf-8"), re.S):
        file = site / path
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, "utf-8")
        if language == "toml":
            project = tomllib.loads(text)["project"]
            install(site, project["name"], project["entry-points"]["jinghou.drivers"])
    return site


def run(site: Path, *words: str, timeout_s: float = 30, **variables: str) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join((str(site), str(ROOT / "tests")))
    environment = {**os.environ, "PYTHONPATH": path, **variables}
    command = [sys.executable, "-m", *words]
    return subprocess.run(
        command, capture_output=True, text=True, timeout=timeout_s, check=False, env=environment, cwd=ROOT
    )


@pytest.fixture
def display(site: Path, tmp_path: Path) -> Iterator[Sim]:
    command = [sys.executable, "-m", "lumo.sim", "lumo", "--control", str(tmp_path / "control")]
    environment = {**os.environ, "PYTHONPATH": str(site)}
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environment
    )
    assert process.stdout is not None
    sim = Sim(process, process.stdout.readline().strip(), tmp_path / "control")
    yield sim
    sim.stop()


def test_the_driver_is_listed_with_its_options(site: Path) -> None:
    done = run(site, "jinghou_devices.cli", "drivers", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    (lumo,) = [one for one in map(json.loads, done.stdout.splitlines()) if one["driver"] == "lumo"]
    assert (lumo["kind"], lumo["title"], lumo["baud"]) == ("window_display", "Lumo line displays", 19200)
    assert [option["name"] for option in lumo["options"]] == ["first"]


def test_doctor_finds_the_display_and_uses_it(site: Path, display: Sim) -> None:
    words = ("doctor", "--port", display.port, "--driver", "lumo", "--test", "--json")
    done = run(site, "jinghou_devices.cli", *words)
    assert done.returncode == 0
    (found,) = [one for one in map(json.loads, done.stdout.splitlines()) if one["port"] == display.port]
    assert (found["kind"], found["driver"], found["state"]) == ("window_display", "lumo", "well")
    assert display.ask("status")["shown"] == {"1": "8888"}
    settings = tomllib.loads(found["settings"])
    assert settings == {"devices": {"window_display": {"driver": "lumo", "port": display.port}}}


def test_its_options_are_checked_as_those_of_the_house(site: Path, display: Sim) -> None:
    words = ("trace", "--driver", "lumo", "--port", display.port, "--option", "first=0")
    done = run(site, "jinghou_devices.cli", *words)
    assert done.returncode == 2
    assert "window_display.options.first" in done.stderr


@pytest.mark.timeout(240)
def test_the_display_passes_the_whole_suite(site: Path) -> None:
    words = ("pytest", "tests/devices/test_conformance.py", "-m", "not soak", "-k", "lumo", "-p", "no:cacheprovider")
    done = run(site, *words, timeout_s=200, JINGHOU_RIGS="lumo.rig")
    assert done.returncode == 0, done.stdout
    assert int(re.findall(r"(\d+) passed", done.stdout)[0]) > 30


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("nothere.driver:DRIVER", "cannot be loaded: ModuleNotFoundError"),
        ("broken:DRIVER", "cannot be loaded: ZeroDivisionError"),
        ("broken_elsewhere:DRIVER", "is not a Driver of this kind"),
    ],
)
def test_a_broken_package_is_named_to_the_operator_and_stops_no_other(tmp_path: Path, value: str, why: str) -> None:
    (tmp_path / "broken.py").write_text("1 / 0\n")
    (tmp_path / "broken_elsewhere.py").write_text("DRIVER = 'a word'\n")
    install(tmp_path, "jinghou-broken", {"code_scanner.broken": value})
    done = run(tmp_path, "jinghou_devices.cli", "drivers")
    assert done.returncode == 1
    assert "id_reader sam" in done.stdout
    named = run(tmp_path, "jinghou_devices.cli", "trace", "--driver", "broken", "--port", "nowhere")
    assert named.returncode == 2
    for told in (done.stderr, named.stderr):
        assert told.startswith("jinghou-devices: code_scanner.driver: 'broken' of the package jinghou-broken")
        assert why in told
        assert told.count("\n") == 1


def test_two_packages_with_one_name_are_told_rather_than_one_chosen(tmp_path: Path) -> None:
    for package in ("jinghou-one", "jinghou-two"):
        install(tmp_path, package, {"code_scanner.same": "same:DRIVER"})
    done = run(tmp_path, "jinghou_devices.cli", "trace", "--driver", "same", "--port", "nowhere")
    assert done.returncode == 2
    assert "jinghou-one and jinghou-two" in done.stderr


def test_a_driver_of_the_house_cannot_be_replaced_by_its_name(tmp_path: Path) -> None:
    install(tmp_path, "jinghou-other", {"id_reader.sam": "nothere:DRIVER"})
    done = run(tmp_path, "jinghou_devices.cli", "drivers")
    assert done.returncode == 0
    assert done.stdout.count("id_reader sam:") == 1
