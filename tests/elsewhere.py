"""Does work that is sent to a GPU stay there? A stand-in for one, on machines that have none.

Inside `Elsewhere`, what is made on or moved to "cuda" is an ordinary tensor whose memory is noted
down. What a real GPU refuses is refused: noted beside other memory, a noted tensor read by NumPy, a
generator of the other side. The numbers are those of the CPU.
"""

from contextlib import ExitStack
from typing import Any, Self
from unittest.mock import patch

import torch
from torch import Tensor
from torch._C._functorch import get_unwrapped, is_functorch_wrapped_tensor
from torch.multiprocessing.reductions import StorageWeakRef
from torch.overrides import TorchFunctionMode
from torch.utils._pytree import tree_leaves, tree_map

CUDA, CPU = torch.device("cuda", 0), torch.device("cpu")
# These take tensors of both sides.
MIXES = {"copy_", "to", "__set__", "load_state_dict", "_has_compatible_shallow_copy_type"}


class Refused(AssertionError):
    """What CUDA would refuse."""


class Source(torch.Generator):
    """A generator that says which side it was made for."""

    side: torch.device

    def __new__(cls, device: Any = "cpu") -> Self:
        made = super().__new__(cls, "cpu")
        made.side = torch.device(device)
        return made

    @property
    def device(self) -> torch.device:
        return self.side


class Elsewhere(TorchFunctionMode):
    """A block in which `torch.device("cuda")` can be computed on."""

    def __init__(self) -> None:
        super().__init__()
        self._there: dict[int, StorageWeakRef] = {}  # a held name is not given out again
        self._patches = ExitStack()

    def __enter__(self) -> Self:
        self._patches.enter_context(patch("torch.Generator", Source))
        return super().__enter__()

    def __exit__(self, *error: Any) -> None:
        super().__exit__(*error)
        self._patches.close()

    def side(self, tensor: Tensor) -> torch.device:
        """Where the memory of a tensor is."""
        return CUDA if plain(tensor).untyped_storage()._cdata in self._there else CPU

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        kwargs = dict(kwargs or {})
        name = getattr(func, "__name__", str(func))
        if func is torch.device or name == "_parse_to":  # words alone: nothing is made
            return func(*args, **kwargs)
        if name in ("__get__", "__set__"):
            name = f"{func.__self__.__name__}.{name}"
        given = [leaf for leaf in tree_leaves((args, kwargs)) if isinstance(leaf, Tensor)]
        sides = {self.side(tensor) for tensor in given}
        own = self.side(given[0]) if given else CPU
        match name:
            case "device.__get__":
                return own
            case "is_cuda.__get__":
                return own == CUDA
            case "numpy" | "__array__" if own == CUDA:
                raise Refused(f"{name}() of a tensor on the GPU: .cpu() first")
        self._check(name, func, args, given)
        target = self._target(name, args, kwargs, CUDA if CUDA in sides else CPU)
        source = kwargs.get("generator")
        if source is not None and getattr(source, "side", CPU).type != target.type:
            raise Refused(f"{name} for {target} draws from a generator of {source.device}")
        asked = (torch.device, str)
        args = tree_map(lambda leaf: here(leaf) if isinstance(leaf, torch.device) else leaf, args)
        if isinstance(kwargs.get("device"), asked):
            kwargs["device"] = CPU
        if name in ("to", "cpu", "cuda") and target != own:
            found = func(*args, **kwargs).clone()  # its memory would be the same one here
        else:
            found = func(*args, **kwargs)
        if target == CUDA:
            for leaf in tree_leaves(found):
                if isinstance(leaf, Tensor):
                    storage = StorageWeakRef(plain(leaf).untyped_storage())
                    self._there[storage.cdata] = storage
        return found

    def _check(self, name: str, func: Any, args: tuple[Any, ...], given: list[Tensor]) -> None:
        if name in MIXES or name.endswith(".__set__"):
            return
        if name in ("__getitem__", "__setitem__") and self.side(given[0]) == CUDA:
            given = [given[0], *given[2:]]  # places may be told from the CPU
        exact = name in ("stack", "cat")  # elsewhere one number of the CPU may join in
        met = {self.side(t) for t in given if exact or plain(t).ndim or self.side(t) == CUDA}
        if len(met) > 1:
            shapes = [(tuple(t.shape), self.side(t).type) for t in given]
            raise Refused(f"{name} of tensors that are not on one device: {shapes}")

    def _target(self, name: str, args: Any, kwargs: Any, usual: torch.device) -> torch.device:
        """Where the result is to be."""
        if name == "cpu":
            return CPU
        asked = kwargs.get("device")
        if name == "to":
            for value in (*args[1:], kwargs.get("other")):
                if isinstance(value, Tensor):
                    return self.side(value)
                if isinstance(value, torch.device | str):
                    asked = value
        return usual if asked is None else torch.device(asked)


def here(device: torch.device) -> torch.device:
    return CPU if device.type == "cuda" else device


def plain(tensor: Tensor) -> Tensor:
    """Without the wrappers of `torch.func`."""
    while is_functorch_wrapped_tensor(tensor):
        tensor = get_unwrapped(tensor)
    return tensor
