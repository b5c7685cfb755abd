"""How does the Training lab show a run? All of it is in the link, none of it in the result."""

from typing import Annotated, Literal

from pydantic import Field

from engine.config import Config, encode, knob
from engine.training.config import TrainConfig
from engine.training.sweep import Sweep

Text = Annotated[str, Field(max_length=80)]


class View(Config):
    """What is compared, and how curves are drawn."""

    compare: Literal["one", "seeds", "sweep"] = knob(
        "one",
        "Compare",
        "One network, one setting over several seeds, or one setting at several values.",
        options={"one": "one run", "seeds": "seeds", "sweep": "vary one setting"},
    )
    vary: str = knob("learning_rate", "Setting", "What the sweep varies.")
    values: tuple[Text, ...] = knob(
        ("0.001", "0.003", "0.01"), "Values", "What it takes, separated by commas.", max_length=16
    )
    seeds: int = knob(8, "Seeds", "Repetitions, each with its own weights and order.", ge=1, le=32)
    overlay: tuple[Text, ...] = Field((), max_length=6)
    """Keys of stored runs drawn behind this one."""
    smoothing: float = knob(
        0.6,
        "Smoothing",
        "Weight of the past; the raw curve stays behind.",
        ge=0,
        le=0.98,
        step=0.02,
    )
    log: bool = knob(True, "Log axis", "Draw losses on a logarithmic axis.")
    discrete: bool = knob(False, "Winning class only", "Draw the decision, not its probability.")
    unit: Literal["epoch", "batch"] = knob(
        "epoch",
        "Step size",
        "What one press of Step computes.",
        options={"epoch": "one epoch", "batch": "one batch"},
    )
    speed: Literal["1", "2", "4", "live"] = knob(
        "2",
        "Speed",
        "Pictures a tick; live shows the newest.",
        options={"1": "slow", "2": "normal", "4": "fast", "live": "live"},
    )
    format: Literal["png", "svg"] = knob(
        "png",
        "Picture format",
        "What the camera above each chart saves.",
        options={"png": "PNG", "svg": "SVG"},
    )


def link_of(config: Sweep) -> dict[str, str]:
    """What the page's link says, to open on this comparison."""
    varied = {"vary": config.vary, "values": encode(config.values)} if config.vary else {}
    compare = {"compare": "sweep" if config.vary else "seeds", "seeds": str(config.seeds)}
    return config.base.flat() | compare | varied


OPENS = {TrainConfig: "", Sweep: link_of}
