"""What is a learning rate schedule, to the engine and to every page?"""

from engine.config import Part
from engine.plain import Plain
from engine.registry import Registry


class Schedule(Part):
    """A multiplier of the base learning rate for every update, as a pure function.

    In formulas, t is the update from 0, T the number of updates of the run, e = t / updates per
    epoch the epochs done.
    """

    def factor(self, step: int, steps: int, steps_per_epoch: int) -> float:
        """The multiplier at one update.

        Args:
            step: the update, from 0; a run that goes on after `steps` keeps the last value of
                schedules that depend on it.
            steps: updates of the whole run, at least 1.
            steps_per_epoch: updates of one epoch, at least 1.

        Returns:
            A number from 0 upwards; 1 is the base learning rate.
        """
        raise NotImplementedError

    def source(self, plain: Plain, step: str, steps: str, steps_per_epoch: str) -> str:
        """`factor` as plain Python."""
        return plain.call(self, self.factor, step, steps, steps_per_epoch)


SCHEDULES: Registry[Schedule] = Registry("schedule")
