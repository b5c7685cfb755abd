"""How is a network written down as the plain torch that builds it? Layer by layer."""

import inspect
from typing import Any

from torch import Tensor, nn

from engine.plain import Plain, literal


def network_of(plain: Plain, model: nn.Module, summary: str) -> str:
    """A function that builds the model, weights apart; its name.

    Args:
        plain: what the function is added to.
        model: `nn.Sequential` with named layers.
        summary: the function's first line.
    """
    plain.imports |= {"from collections import OrderedDict", "from torch import nn"}
    lines = ["def network():", f'    """{summary}"""', *_named(plain, model, "layers")]
    return plain.add("network", "\n".join([*lines, "    return nn.Sequential(layers)"]))


def _named(plain: Plain, model: nn.Module, name: str) -> list[str]:
    """Lines that fill an `OrderedDict` with a model's layers."""
    lines = [f"    {name} = OrderedDict()"]
    for child, module in model.named_children():
        for inner, part in module.named_children():
            if isinstance(part, nn.Sequential):  # of a block: first its own layers
                lines += ["", *_named(plain, part, inner)]
        lines.append(f'    {name}["{child}"] = {written(plain, module)}')
    return lines


def written(plain: Plain, module: nn.Module) -> str:
    """The call that makes a module: arguments that have no default, and those that differ.

    A module of our own keeps each argument under its name; torch's do, but for a bias, which they
    keep as a parameter.
    """
    cls = type(module)
    own = cls.__module__.startswith("engine")
    name = plain.type(cls) if own else f"nn.{cls.__name__}"
    plain.imports.add("from torch import nn")
    given: list[str] = []
    for argument in inspect.signature(cls).parameters.values():
        if argument.name not in vars(module) | module._parameters | module._modules:
            continue  # a device, a type
        value = _plain(getattr(module, argument.name), argument.default)
        if isinstance(value, nn.Sequential):
            given.append(f"nn.Sequential({argument.name})")  # made in the lines before
        elif isinstance(value, nn.Module):
            given.append(written(plain, value))
        elif argument.default is inspect.Parameter.empty:
            given.append(literal(value))
        elif value != argument.default:
            given.append(f"{argument.name}={literal(value)}")
    return f"{name}({', '.join(given)})"


def _plain(value: Any, default: Any) -> Any:
    """A parameter as the flag that asked for it; equal sizes as one number."""
    if isinstance(value, Tensor):
        return True
    if isinstance(value, tuple) and len(value) == 2 and value[0] == value[1]:
        return value[0]
    return value if value is not None or default is not True else False
