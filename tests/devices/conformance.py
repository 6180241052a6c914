"""The machinery of the conformance suite: a driver beside its simulator, all that is tried on it at the same time, and
what must not be found afterwards. What is tried is in test_conformance."""

import contextlib
import gc
import io
import subprocess
import threading
import time
import types
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from devices.rig import Outcome, Rig
from devices.simulators import Sim, Watched, until
from log_restoring import logging_restored

from jinghou_config.devices import DevicesSettings
from jinghou_config.log import LogSettings, configure_logging
from jinghou_devices.errors import DeviceError
from jinghou_devices.kinds.common import DeviceStatus
from jinghou_devices.station import Station

RECOVERS_WITHIN_S = 30.0
AT_ONCE = 16


class Trial:
    """One driver and one folder: what a scenario works with, and all that was said to the program meanwhile."""

    def __init__(self, rig: Rig, folder: Path) -> None:
        self.rig = rig
        self.folder = folder
        self.said: list[str] = []
        self.secrets: set[str] = set()

    @contextlib.contextmanager
    def simulated(self, *faults: str) -> Iterator[Sim]:
        self.folder.mkdir()
        command = [*self.rig.program, *self.rig.model, "--seed", "7"]
        command += ["--control", str(self.folder / "control"), "--link", str(self.folder / "port")]
        command += [word for fault in faults for word in ("--fault", fault)]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        sim = Sim(process, process.stdout.readline().strip(), self.folder / "control")
        (self.folder / "address").write_text(sim.port)
        try:
            yield sim
        finally:
            self.secrets.update(self.rig.secrets(sim))
            self.secrets.update(sim.told_of)
            sim.stop()

    @contextlib.contextmanager
    def opened(self) -> Iterator[Watched]:
        seen: list[DeviceStatus] = []
        settings = DevicesSettings.model_validate(self.rig.device_settings(self.folder))
        station = Station.open(settings, seen.append, lambda exchange: self.said.append(str(exchange)))
        try:
            yield Watched(station, seen)
        finally:
            station.close()
            self.said += [repr(status) for status in seen]

    @contextlib.contextmanager
    def both(self, *faults: str) -> Iterator[tuple[Sim, Watched]]:
        with self.simulated(*faults) as sim, self.opened() as watched:
            yield sim, watched

    def used(self, watched: Watched, sim: Sim) -> Outcome:
        begun = time.monotonic()
        try:
            return self.rig.use(watched.station, sim)
        except DeviceError as fault:
            self.said.append(repr(fault))
            return Outcome.FAULT
        finally:
            assert time.monotonic() - begun < self.rig.patience_s, "a wait without an end"

    def recovers(self, watched: Watched, sim: Sim) -> None:
        until(lambda: self.used(watched, sim) is Outcome.DONE, RECOVERS_WITHIN_S)


Scenario = Callable[[Trial], None]


class Runs:
    """All scenarios of a driver, run at the same time: the time goes into waiting."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._futures: dict[tuple[str, str], Future[None]] = {}
        self._trials: list[Trial] = []
        self._log = io.StringIO()
        self._pool = ThreadPoolExecutor(AT_ONCE)

    def start(self, rig: Rig, scenarios: dict[str, Scenario]) -> None:
        """Begin those of a driver, when the drivers before it are done."""
        self.settle()
        for name, scenario in scenarios.items():
            trial = Trial(rig, self._folder / str(len(self._trials)))
            self._trials.append(trial)
            self._futures[str(rig), name] = self._pool.submit(scenario, trial)

    def result(self, rig: Rig, name: str) -> None:
        """Wait for one. Raises what went wrong in it."""
        self._futures[str(rig), name].result()

    def started(self, rig: Rig) -> bool:
        return any(one == str(rig) for one, _ in self._futures)

    def settle(self) -> None:
        """Wait until nothing runs."""
        for future in self._futures.values():
            future.exception()

    def leaks(self, rig: Rig) -> list[str]:
        """Where something of a person was found, once all is over: logs, states, traces, errors, files."""
        trials = [trial for trial in self._trials if trial.rig is rig]
        places = {
            "the log": self._log.getvalue(),
            "what was said": "\n".join(line for one in trials for line in one.said),
        }
        files = (file for trial in trials for file in trial.folder.rglob("*") if file.is_file())
        places |= {str(file): file.read_bytes().decode("latin-1") for file in files}
        secrets = {secret for trial in trials for secret in trial.secrets}
        return [place for place, text in places.items() if any(holds(text, secret) for secret in secrets)]

    @contextlib.contextmanager
    def logged(self) -> Iterator[None]:
        """While inside, every log record of this process is kept."""
        with logging_restored():
            configure_logging(LogSettings(level="debug"), self._log)
            try:
                yield
            finally:
                self.settle()
                self._pool.shutdown()


def holds(text: str, secret: str) -> bool:
    """Whether `text` holds a secret: as it is, as bytes in hex, or as Python writes those."""
    forms = [secret]
    for code in ("utf-8", "gb18030", "utf-16-le"):
        raw = secret.encode(code)
        forms += [raw.hex(), raw.hex(" "), repr(raw)[2:-1], raw.decode("latin-1")]
    return any(form.lower() in text.lower() for form in forms)


def remembered(device: object) -> Iterator[str]:
    """Every text that can be reached from `device` through what its objects hold."""
    seen: set[int] = set()
    ahead = [device]
    while ahead:
        one = ahead.pop()
        if id(one) in seen or isinstance(one, type | types.ModuleType | threading.Thread):
            continue
        seen.add(id(one))
        match one:
            case str():
                yield one
            case bytes() | bytearray():
                yield bytes(one).decode("latin-1")
            case types.FunctionType():  # not its module
                ahead += [*(one.__closure__ or ()), *(one.__defaults__ or ())]
            case _:
                ahead += gc.get_referents(one)
