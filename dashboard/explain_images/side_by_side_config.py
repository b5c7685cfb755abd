"""What can be set where methods are looked at side by side?"""

from typing import Annotated, Literal

from pydantic import Field

from engine.config import Config, knob
from engine.explain.methods import METHODS, Method, MethodIds

Name = Annotated[str, Field(max_length=40)]
FIRST = (
    "grad_cam", "saliency", "integrated_gradients", "guided_backprop", "deep_lift", "lrp",
    "occlusion",
)  # fmt: skip


class LookConfig(Config):
    """Which methods, with whose settings, and how their maps are drawn."""

    source: Literal["data", "other", "upload", "drawn"] = knob(
        "data",
        "Picture from",
        options={
            "data": "its data",
            "other": "other data",
            "upload": "a file",
            "drawn": "your hand",
        },
    )
    other: Name = knob("glyphs", "Data", max_length=40)
    fit: Literal["middle", "whole"] = knob(
        "middle",
        "Part shown",
        "A network takes squares. The middle fills one; the whole picture leaves bars, in the mean "
        "colour of the network's own data.",
        options={"middle": "the middle", "whole": "all"},
    )
    methods: MethodIds = knob(FIRST, "Methods", max_length=40)
    focus: Annotated[Method, METHODS.field()] = knob(
        METHODS["integrated_gradients"](), "Settings of", "The method whose settings are below."
    )
    layer: str = knob(
        "", "Layer", "Of the methods that weigh feature maps; or click one above.", max_length=80
    )
    opacity: float = knob(
        0.7, "Opacity", "Of a map over the picture; 1: the map alone.", ge=0, le=1, step=0.05
    )
    values: Literal["signed", "size"] = knob(
        "signed",
        "Values",
        "Signed: orange speaks for the class, blue against it. Size: how much a pixel matters.",
        options={"signed": "signed", "size": "size only"},
    )
    scale: Literal["own", "shared"] = knob(
        "own",
        "Scale",
        "Each map by its own largest value, or all on one scale. Methods have different units: "
        "gradients are logits per unit of input, other maps are in logits.",
        options={"own": "each map's own", "shared": "shared"},
    )
    units: Literal["unit", "layer", "all"] = knob(
        "unit",
        "Feature maps' scale",
        "Each of the small maps by its own largest value, by the largest of its layer, or all by "
        "one. A map that is zero everywhere is dark on each of them.",
        options={"unit": "each its own", "layer": "by layer", "all": "one for all"},
    )
    threshold: float = knob(
        0.2,
        "Box threshold",
        "Share of a map's largest value that counts as the object; 0.2 in the CAM paper.",
        ge=0.05,
        le=0.95,
        step=0.05,
    )
    seed: int = knob(0, "Seed", "Of the methods that draw.", ge=0, le=9999, more=True)

    def chosen(self, layers: tuple[str, ...] = ()) -> list[Method]:
        """The methods with their settings: the focused one with its own, the rest as they come.

        A method whose settings were touched is shown, chosen or not.

        Args:
            layers: of the network; a chosen layer that is not among them is left out.
        """
        touched = self.focus != type(self).model_fields["focus"].default
        ids = dict.fromkeys((*self.methods, self.focus.id) if touched else self.methods)
        found = [self.focus if id == self.focus.id else METHODS[id]() for id in ids]
        layer = self.layer if self.layer in layers else ""
        return [
            m.with_("layer", layer) if layer and getattr(m, "layer", None) == "" else m
            for m in found
        ]
