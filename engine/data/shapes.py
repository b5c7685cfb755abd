"""Objects on textured backgrounds with their exact masks: does an explanation find the evidence?"""

from dataclasses import replace
from typing import ClassVar, Literal

import torch

from engine.config import About, knob
from engine.data._spec import DATASETS, Data, Dataset, Kind
from engine.device import generator
from engine.scenes.render import render
from engine.scenes.scene import SHAPES, Scene, imagine


@DATASETS.register
class Shapes(Dataset):
    """Pictures whose class is their object's shape.

    Size, position, rotation, colours and background are drawn without regard to the class. With
    `mark` on, a small square in the top left corner has colour k, where k is the class with
    probability rho and otherwise uniform over the K classes: a shortcut that is right with
    probability rho + (1 - rho) / K.
    """

    about: ClassVar[About] = About(
        id="shapes",
        label="Shapes",
        summary="One object of six shapes on a textured background, with its exact mask and, on "
        "request, a misleading mark.",
        formula=r"P(\text{mark}=y)=\rho+\frac{1-\rho}{K}",
    )
    kind: ClassVar[Kind] = "image"
    mark: Literal["none", "corner"] = knob(
        "none",
        "Mark in the corner",
        "A small coloured square in the top left corner that hints at the class.",
        options={"none": "None", "corner": "In the corner"},
    )
    agreement: float = knob(
        0.9,
        "Agreement",
        "Probability that the mark names the class; otherwise it is any of them. Without a mark it "
        "has no effect.",
        ge=0,
        le=1,
        step=0.05,
    )
    colour: bool = knob(True, "Colour", "RGB; off: grey.")
    size: int = knob(32, "Size", ge=16, le=64, step=8, unit="pixels", more=True)
    examples: int = knob(3000, "Examples", ge=60, le=10_000, log=True, more=True)

    def scenes(self, seed: int) -> Scene:
        """What is in each picture; row i is drawn as row i of `load`."""
        y = torch.arange(self.examples) % len(SHAPES)  # (N,)
        scene = imagine(y, generator(seed, "data", "shapes"))
        if self.mark == "none":
            return scene
        # a source of its own: the pictures are the same with a mark and without
        draw = generator(seed, "data", "shapes", "mark")
        agrees = torch.rand(self.examples, generator=draw) < self.agreement
        other = torch.randint(len(SHAPES), y.shape, generator=draw)
        return replace(scene, mark=torch.where(agrees, y, other))

    def load(self, seed: int) -> Data:
        scene = self.scenes(seed)
        x, masks = render(scene, self.size, self.colour)
        return Data(x=x, y=scene.shape, classes=SHAPES, masks=masks)
