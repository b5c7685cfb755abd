"""How is the state of a network in mid-training written down, so that it goes on exactly?"""

from collections.abc import Iterable
from hashlib import sha256

import torch
from torch import Tensor, nn

from engine.runs.events import State
from engine.words import said

Best = tuple[float, int, State]  # lowest validation loss, its step, the weights there


def hash_of(tensors: Iterable[Tensor]) -> str:
    """8 hex digits of SHA-256 over the values: equal exactly when the tensors are."""
    digest = sha256()
    for tensor in tensors:
        digest.update(tensor.detach().cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()[:8]


def weights_of(model: nn.Module) -> State:
    """A copy on the CPU."""
    return {name: value.detach().cpu().clone() for name, value in model.state_dict().items()}


def pack(
    model: nn.Module, optimizer: torch.optim.Optimizer, step: int, seconds: float, best: Best
) -> State:
    """All that is needed to go on from here, as tensors by name."""
    loss, at, kept = best
    state = {"progress": torch.tensor([step, seconds, loss, at], dtype=torch.float64)}
    state |= {f"model/{name}": value for name, value in weights_of(model).items()}
    state |= {f"best/{name}": value.cpu() for name, value in kept.items()}
    for index, slots in optimizer.state_dict()["state"].items():
        for name, value in slots.items():
            kind = "tensor" if isinstance(value, Tensor) else "number"
            value = torch.as_tensor(value).detach().cpu().clone()
            state[f"optimizer/{index}/{kind}/{name}"] = value
    return state


def unpack(
    state: State, model: nn.Module, optimizer: torch.optim.Optimizer
) -> tuple[int, float, Best]:
    """Put a packed state into a fresh model and optimizer; returns step, seconds and the best.

    Raises:
        ValueError: the state is of another network.
    """
    try:
        step, seconds, loss, at = state["progress"].tolist()
        model.load_state_dict(_under("model/", state))
        best = (loss, int(at), _under("best/", state))
        slots: dict[int, dict[str, Tensor | float]] = {}
        for path, value in _under("optimizer/", state).items():
            index, kind, name = path.split("/", 2)
            slot = slots.setdefault(int(index), {})
            slot[name] = value if kind == "tensor" else value.item()
        optimizer.load_state_dict(optimizer.state_dict() | {"state": slots})
    except (KeyError, RuntimeError, ValueError) as error:
        first = str(error).split("\n")[0]
        raise ValueError(
            said("This checkpoint does not fit the run: {error}", error=first)
        ) from None
    return int(step), seconds, best


def _under(prefix: str, state: State) -> State:
    return {k.removeprefix(prefix): v for k, v in state.items() if k.startswith(prefix)}
