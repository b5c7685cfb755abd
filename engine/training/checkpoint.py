"""How is the state of a network in mid-training written down, so that it goes on exactly?"""

from collections.abc import Iterable
from hashlib import sha256

import torch
from torch import Tensor, nn

from engine.runs.events import State
from engine.words import said


def hash_of(tensors: Iterable[Tensor]) -> str:
    """8 hex digits of SHA-256 over the values: equal exactly when the tensors are."""
    digest = sha256()
    for tensor in tensors:
        digest.update(tensor.detach().cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()[:8]


def weights_of(model: nn.Module) -> State:
    """A copy on the CPU."""
    return {name: value.detach().cpu().clone() for name, value in model.state_dict().items()}


def pack(model: nn.Module, optimizer: torch.optim.Optimizer) -> State:
    """The weights and the optimizer's memory, as tensors by name."""
    state = {f"model/{name}": value for name, value in weights_of(model).items()}
    for index, slots in optimizer.state_dict()["state"].items():
        for name, value in slots.items():
            kind = "tensor" if isinstance(value, Tensor) else "number"
            value = torch.as_tensor(value).detach().cpu().clone()
            state[f"optimizer/{index}/{kind}/{name}"] = value
    return state


def unpack(state: State, model: nn.Module, optimizer: torch.optim.Optimizer) -> None:
    """Put a packed state into a fresh model and optimizer.

    Raises:
        ValueError: the state is of another network.
    """
    try:
        model.load_state_dict(under("model/", state))
        slots: dict[int, dict[str, Tensor | float]] = {}
        for path, value in under("optimizer/", state).items():
            index, kind, name = path.split("/", 2)
            slot = slots.setdefault(int(index), {})
            slot[name] = value if kind == "tensor" else value.item()
        optimizer.load_state_dict(optimizer.state_dict() | {"state": slots})
    except (KeyError, RuntimeError, ValueError) as error:
        first = str(error).split("\n")[0]
        raise ValueError(
            said("This checkpoint does not fit the run: {error}", error=first)
        ) from None


def under(prefix: str, state: State) -> State:
    """What a state has below a prefix, without it."""
    return {k.removeprefix(prefix): v for k, v in state.items() if k.startswith(prefix)}
