"""Tasks: classification, regression, density. To add one, add one file here."""

from engine.tasks import classification, density, regression  # noqa: F401 - they register
from engine.tasks._spec import TASKS, Arrays, Task

__all__ = ["TASKS", "Arrays", "Task"]
