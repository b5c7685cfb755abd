"""What can be set on the sampling page? Everything, in one link."""

from typing import Annotated, Literal

from pydantic import Field

from engine.config import Config, knob
from engine.topics.autoregressive.config import DensityConfig

Text = Annotated[str, Field(max_length=4096)]
Place = Annotated[int, Field(ge=0, le=4095)]
Level = Annotated[int, Field(ge=0, le=255)]


class SamplingView(Config):
    """The sections share their knobs, so that a question can be carried from one to the next."""

    net: Literal["digits", "letters", "glyphs", "run"] = knob(
        "digits", "Model", "Trained before you came; the Train section makes another.",
        options={"digits": "digits 8×8", "letters": "letters 16×16",
                 "glyphs": "letters 16×16, seen through a small field", "run": "a run"},
    )  # fmt: skip
    run: str = knob("", "Run", "A finished run of this page.", max_length=16, more=True)
    label: int = knob(3, "Class", "What the model is asked for.", ge=0, le=61)
    seed: int = knob(1, "Seed", "Draws the uniforms u.", ge=0, le=9999)
    temperature: float = knob(
        1.0, "Temperature", "Logits are divided by it; low is cautious.", ge=0.05, le=5, log=True
    )
    top_k: int = knob(0, "Top-k", "Only the k likeliest levels; 0 keeps all.", ge=0, le=256,
                      log=True, more=True)  # fmt: skip
    top_p: float = knob(
        1.0, "Nucleus", "Only the likeliest levels that together hold this share.",
        ge=0.05, le=1, step=0.05, more=True,
    )  # fmt: skip
    beside: Literal["nothing", "seed", "temperature"] = knob(
        "nothing", "Second picture", "A second picture that differs in one thing.",
        options={"nothing": "nothing", "seed": "another seed", "temperature": "other temperature"},
    )  # fmt: skip
    other_seed: int = knob(2, "Seed of the second", ge=0, le=9999)
    other_temperature: float = knob(0.5, "Other temperature", ge=0.05, le=5, log=True)
    show: Literal["sample", "expected"] = knob(
        "sample", "Show", "What was drawn, or the mean of what could have been.",
        options={"sample": "sample", "expected": "expectation"},
    )  # fmt: skip
    slip: bool = knob(
        False, "The slip rand > p", "Compare the wrong way round, as is easily written."
    )
    click: Literal["force", "again"] = knob(
        "force", "A click", "What clicking a pixel does.",
        options={"force": "forces its value", "again": "draws anew from it on"},
    )  # fmt: skip
    ink: int = knob(255, "Forced level", "Value of a forced pixel; as bright as can be at most.",
                    ge=0, le=255)  # fmt: skip
    forced: tuple[tuple[Place, Level], ...] = Field((), max_length=64)
    """(pixel, level) pairs."""
    after: int = knob(
        0, "Draw anew from pixel", "Pixels before it stay; 0: none are drawn anew.",
        ge=0, le=4095, more=True,
    )  # fmt: skip
    again: int = knob(7, "Seed from there on", ge=0, le=9999, more=True)
    at: int = Field(-1, ge=-1, le=4096)
    """Values drawn so far in the picture that opens; -1: all."""
    source: Literal["test", "drawn", "uploaded"] = knob(
        "test", "Picture", "Of the test part, or your own.",
        options={"test": "test part", "drawn": "draw one", "uploaded": "upload one"},
    )  # fmt: skip
    picture: int = knob(0, "Test picture", "In the test part.", ge=0, le=9999)
    whose: Literal["own", "chosen", "open"] = knob(
        "own", "Class given", "What the model is given beside the pixels: the picture's own class, "
        "one that is chosen, or none, which is the mean over all classes.",
        options={"own": "its own", "chosen": "chosen", "open": "none"},
    )  # fmt: skip
    drawn: Text = Field("")
    """(pixel, level) pairs of the picture that was drawn, as short texts."""
    keep: Literal["rows", "box", "nothing"] = knob(
        "rows", "Given", "What is given of the picture.",
        options={"rows": "rows", "box": "a brushed region", "nothing": "nothing"},
    )  # fmt: skip
    first: int = knob(0, "First given row", ge=0, le=63)
    rows: int = knob(4, "Kept rows", ge=0, le=64)
    box: tuple[Place, ...] = Field((), max_length=4)
    """First row, first column, last row, last column of the brushed region."""
    count: int = knob(8, "Completions", ge=2, le=32)
    spoilt: Literal["real", "inverted", "shuffled", "mirrored", "noise"] = knob(
        "real", "Corruption", "What is no picture any more costs more bits.",
        options={"real": "as it is", "inverted": "inverted", "shuffled": "shuffled",
                 "mirrored": "mirrored", "noise": "noise"},
    )  # fmt: skip
    unit: Literal["nats", "bits", "bits/dim"] = knob(
        "bits/dim", "Unit", options={"nats": "nats", "bits": "bits", "bits/dim": "bits/dim"}
    )
    toy: tuple[Annotated[float, Field(ge=0, le=1000)], ...] = knob(
        (0.5, 0.25, 0.125, 0.125), "Data", "Shares of the values, as they are.", max_length=16
    )
    belief: tuple[Annotated[float, Field(ge=0, le=1000)], ...] = knob(
        (0.25, 0.25, 0.25, 0.25), "Model", "Shares of the values, as the model believes.",
        max_length=16,
    )  # fmt: skip
    train: DensityConfig = DensityConfig()
