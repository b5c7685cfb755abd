"""How is a module given another slope than its own, without changing what it answers?"""

from torch import Tensor


def slope(value: Tensor, through: Tensor, ratio: Tensor) -> Tensor:
    """`value` forwards; backwards the gradient of `through` times `ratio`. All of one shape.

    With such outputs in place of its own, one backward pass through a network follows the rules
    of a method, whatever the network adds, concatenates or uses twice.
    """
    return value.detach() + ratio.detach() * (through - through.detach())
