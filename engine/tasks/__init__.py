"""Tasks: classification, regression, density. To add one, add one file here."""

import importlib
import pkgutil

from engine.tasks._spec import TASKS, Arrays, Task

for _module in pkgutil.iter_modules(__path__):
    if not _module.name.startswith("_"):
        importlib.import_module(f"{__name__}.{_module.name}")

__all__ = ["TASKS", "Arrays", "Task"]
