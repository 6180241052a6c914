"""Every driver beside its simulator, a module each, for the conformance suite. A new driver is a new module here; those
of other packages are the modules that JINGHOU_RIGS names.
"""

import importlib
import os
import pkgutil

from devices.rig import Rig

_MODULES = [f"{__name__}.{found.name}" for found in pkgutil.iter_modules(__path__)]
_MODULES += os.environ.get("JINGHOU_RIGS", "").split()
RIGS: tuple[Rig, ...] = tuple(rig for module in _MODULES for rig in importlib.import_module(module).RIGS)
