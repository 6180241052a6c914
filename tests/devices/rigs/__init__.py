"""Every driver beside its simulator, a module each, for the conformance suite. A new driver is a new module here."""

import importlib
import pkgutil

from devices.rig import Rig

RIGS: tuple[Rig, ...] = tuple(
    rig for found in pkgutil.iter_modules(__path__) for rig in importlib.import_module(f"{__name__}.{found.name}").RIGS
)
