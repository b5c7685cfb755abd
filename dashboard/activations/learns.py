"""Section 5: which activation learns, all else being equal? And how many hidden units XOR takes."""

from dashboard.activations.choices import put, several
from dashboard.activations.gallery import labels
from dashboard.activations.learns_config import LearnsConfig
from dashboard.activations.view import ActView
from dashboard.core import compare, job
from dashboard.core.choices import one
from dashboard.core.controls import checked, control, few_first
from dashboard.core.words import say
from engine.topics.activations.which_learns import which_learns, xor_sweep
from engine.training.sweep import Sweep

ORDER = 50

FEW = ("data", "model", "learning_rate", "epochs")
REST = ("layers", "optimizer", "batch_size", "seed")


def sweep_of(config: LearnsConfig) -> Sweep:
    """What the section trains.

    Raises:
        ValueError: too many networks.
    """
    if config.question == "xor":
        return xor_sweep(config.units, config.xor_activation, config.seeds)
    return which_learns(config.activations, config.base, config.seeds)


def knobs(view: ActView) -> None:
    """The question, what is compared, and the training that all share."""
    config = view.learns
    control(ActView, "act", view, "learns.question")
    if config.question == "xor":
        control(ActView, "act", view, "learns.units")
        _one(view)
        control(ActView, "act", view, "learns.seeds")
        return
    several(view, "learns.activations", labels())
    control(ActView, "act", view, "learns.seeds")
    names = [name for name in view.knobs() if name.startswith("learns.base.")]
    few = [name for name in names if name.split(".")[2] in FEW]
    few_first(
        ActView,
        "act",
        view,
        [name for name in few if not name.endswith((".examples", ".schedule"))],
        [name for name in names if name.split(".")[2] in REST and ".activation" not in name],
    )


def _one(view: ActView) -> None:
    """The activation of XOR's hidden units."""
    one(
        "act_learns.xor_activation",
        say("activations.activation"),
        labels(),
        view.learns.xor_activation,
        lambda id: put(view, learns__xor_activation=id),
    )


def show(view: ActView) -> None:
    """The comparison as the Training lab shows one: curves with bands, verdict, surfaces."""
    config = view.learns
    sweep = checked(lambda: sweep_of(config))
    if sweep is None:
        return
    job.by_itself(sweep, at_defaults=set(config.flat()) <= {"question"})
    if config.question == "xor":
        names = [say("activations.units", count=n) for n in config.units]
    else:
        names = [labels()[id] for id in config.activations]
    compare.show(sweep, names)
