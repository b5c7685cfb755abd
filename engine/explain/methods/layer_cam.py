"""Layer-CAM: which places of a layer, early or late, push the score up?"""

from typing import ClassVar

from torch import Tensor, nn

from engine.config import About
from engine.explain.methods._layer import layer_knob
from engine.explain.methods._spec import METHODS, Group, Method
from engine.explain.networks.feature_maps import choose_layer, enlarge, maps_and_gradients


@METHODS.register
class LayerCAM(Method):
    about: ClassVar[About] = About(
        id="layer_cam",
        label="Layer-CAM",
        summary="Every place of every feature map weighted by its own positive gradient: keeps "
        "the detail of early layers.",
        formula=r"M_{ij} = \mathrm{ReLU}\Bigl(\sum_k \mathrm{ReLU}\Bigl("
        r"\frac{\partial S_c}{\partial A^k_{ij}}\Bigr) A^k_{ij}\Bigr)",
        source="Jiang, Zhang, Hou, Cheng and Wei 2021, LayerCAM",
        url="https://doi.org/10.1109/TIP.2021.3089943",
    )
    group: ClassVar[Group] = "cam"
    signed: ClassVar[bool] = False
    layer: str = layer_knob()

    def maps(self, model: nn.Module, x: Tensor, target: Tensor, seed: int) -> Tensor:
        a, g = maps_and_gradients(model, x, target, choose_layer(model, x, self.layer))
        found = (g.relu() * a).sum(1, keepdim=True).relu()
        return enlarge(found, tuple(x.shape[2:]))  # type: ignore[arg-type]
