"""How do networks that others trained on ImageNet get here, and become safe to explain?

Their weights come as a file in `BLINDSPOT_DATA/models`, or are downloaded when a person asks. They
are read with `weights_only` or as safetensors: nothing in them is run.
"""

import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import torch
from torch import Tensor, nn

from engine.data import DataError, data_folder
from engine.device import guard_torchvision
from engine.networks.classifiers import Classifier, described
from engine.networks.family import Described, Member, Origin, Source, Use, source
from engine.runs.files import StoreError, decode_state
from engine.runs.store import RunStore
from engine.words import said

WAIT = 15.0  # seconds for a server to answer at all
MOST_BYTES = 200 * 2**20  # of a file of weights; the largest published one here has 47 MB
SIDE = 224  # pixels


@dataclass(frozen=True, slots=True)
class Release:
    """A network of torchvision, and where its weights are."""

    label: str
    build: str  # name of its maker in torchvision.models
    weights: str  # name of torchvision's enumeration of weights
    url: str  # its file name ends with the first 8 hex digits of its SHA-256

    @property
    def file(self) -> str:
        return self.url.rsplit("/", 1)[-1]


_HOST = "https://download.pytorch.org/models/"
PRETRAINED = {
    "resnet18": Release(
        "ImageNet: ResNet-18", "resnet18", "ResNet18_Weights", f"{_HOST}resnet18-f37072fd.pth"
    ),
    "mobilenet_v3_small": Release(
        "ImageNet: MobileNetV3-small",
        "mobilenet_v3_small",
        "MobileNet_V3_Small_Weights",
        f"{_HOST}mobilenet_v3_small-047dcff4.pth",
    ),
    "efficientnet_b0": Release(
        "ImageNet: EfficientNet-B0",
        "efficientnet_b0",
        "EfficientNet_B0_Weights",
        f"{_HOST}efficientnet_b0_rwightman-7f5810bc.pth",
    ),
}


def weights_file(name: str) -> Path | None:
    """The file of a network's weights, as published or as `<name>.safetensors`, or None."""
    folder = data_folder() / "models"
    for file in (f"{name}.safetensors", PRETRAINED[name].file, f"{name}.pth"):
        if (folder / file).is_file():
            return folder / file
    return None


def fetch(name: str) -> None:
    """Download the weights of a network into `BLINDSPOT_DATA/models`; those there are kept.

    Raises:
        DataError: no network, or what came is not the file.
    """
    if weights_file(name) is not None:
        return
    published = PRETRAINED[name]
    target = data_folder() / "models" / published.file
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        # torch waits for ever; a server that does not answer is found out here
        urllib.request.urlopen(published.url, timeout=WAIT).close()
        digest = published.url.rsplit("-", 1)[-1].split(".")[0]
        torch.hub.download_url_to_file(published.url, str(target), digest, progress=False)
    except (OSError, RuntimeError, ValueError) as error:
        if isinstance(error, urllib.error.HTTPError):
            error.close()
        why = str(getattr(error, "reason", None) or error).strip().splitlines()[0][:120]
        raise DataError(
            said(
                "The weights of {label} could not be downloaded from {url} ({why}); with no "
                "network, put {file} into {folder}.",
                label=published.label,
                url=published.url,
                why=why,
                file=published.file,
                folder=target.parent,
            )
        ) from error


@source
class PublishedClassifiers(Source):
    """Networks of torchvision with weights that were learned from ImageNet."""

    use: ClassVar[Use] = "classification"
    origin: ClassVar[Origin] = "published"

    def members(self, store: RunStore) -> list[Member]:
        return [
            Member(id=id, label=one.label, origin="published", here=bool(weights_file(id)))
            for id, one in PRETRAINED.items()
        ]

    def describe(self, id: str) -> Described | None:
        return described(pretrained(id), "published") if id in PRETRAINED else None


def pretrained(name: str) -> Classifier:
    """A network with its published weights, safe for attributions.

    Raises:
        ValueError: there is no file of its weights, or it is damaged or of another network.
    """
    published = PRETRAINED[name]
    path = weights_file(name)
    if path is None:
        raise ValueError(
            said(
                "The weights of {label} are not here: download them, or put {file} into {folder}.",
                label=published.label,
                file=published.file,
                folder=data_folder() / "models",
            )
        )
    guard_torchvision()
    from torchvision import models

    weights: Any = getattr(models, published.weights).IMAGENET1K_V1
    maker: Callable[[], nn.Module] = getattr(models, published.build)
    model = safe(maker())
    try:
        model.load_state_dict(read_weights(path))
    except RuntimeError:
        raise ValueError(
            said("{name} holds the weights of another network.", name=path.name)
        ) from None
    mean, std = torch.tensor([0.485, 0.456, 0.406]), torch.tensor([0.229, 0.224, 0.225])
    reached = weights.meta["_metrics"]["ImageNet-1K"]["acc@1"] / 100  # as published
    return Classifier(
        name,
        published.label,
        model.eval().to(memory_format=torch.channels_last),  # type: ignore[call-overload]
        tuple(weights.meta["categories"]),
        (3, SIDE, SIDE),
        mean[:, None, None],
        std[:, None, None],
        None,
        {"accuracy": reached, "source": "torchvision"},
    )


def read_weights(path: Path) -> dict[str, Tensor]:
    """Tensors by name from a `.pth` or a `.safetensors` file, without running what is in it.

    Raises:
        ValueError: too large, damaged, or not tensors.
    """
    if path.stat().st_size > MOST_BYTES:
        raise ValueError(
            said("{name} has more than {most} MiB.", name=path.name, most=MOST_BYTES >> 20)
        )
    try:
        if path.suffix == ".safetensors":
            return decode_state(path.read_bytes(), path.name)
        state = torch.load(path, map_location="cpu", weights_only=True)
    except StoreError as error:
        raise ValueError(error.args[0]) from None
    except Exception:  # an unpickler that reads noise fails in as many ways as there are
        raise ValueError(
            said("{name} is no file of weights, or it is damaged.", name=path.name)
        ) from None
    if not isinstance(state, dict) or not all(
        isinstance(k, str) and isinstance(v, Tensor) for k, v in state.items()
    ):
        raise ValueError(said("{name} holds something else than tensors by name.", name=path.name))
    return dict(state)


def safe(model: nn.Module) -> nn.Module:
    """Give torchvision's networks what attributions by hooks need, with the same outputs.

    No activation writes over its input, none is used at two places, and no block adds in place:
    a hook would see another value than the layer gave.
    """
    from torchvision.models.efficientnet import MBConv
    from torchvision.models.mobilenetv3 import InvertedResidual
    from torchvision.models.resnet import BasicBlock

    class Basic(BasicBlock):
        def forward(self, x: Tensor) -> Tensor:
            out = self.bn2(self.conv2(self.relu(self.bn1(self.conv1(x)))))
            return self.relu2(out + (x if self.downsample is None else self.downsample(x)))

    class Inverted(InvertedResidual):
        def forward(self, input: Tensor) -> Tensor:
            out = self.block(input)
            return out + input if self.use_res_connect else out

    class Mobile(MBConv):
        def forward(self, input: Tensor) -> Tensor:
            out = self.block(input)
            return self.stochastic_depth(out) + input if self.use_res_connect else out

    for module in model.modules():
        if hasattr(module, "inplace"):
            setattr(module, "inplace", False)  # noqa: B010 - the type checker knows no such name
        for old, new in ((BasicBlock, Basic), (InvertedResidual, Inverted), (MBConv, Mobile)):
            if type(module) is old:
                module.__class__ = new
        if isinstance(module, Basic):
            module.relu2 = nn.ReLU()
    return model
