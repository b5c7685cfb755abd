"""A network so small that a step of its training fits into an expression: XOR by two units."""

from functools import cache

import torch

from engine.device import generator

TEXT = "h1=tanh(w1*x1+w2*x2+b1); h2=tanh(w3*x1+w4*x2+b2); p=v1*h1+v2*h2+c; (p-y)^2"
EXAMPLE, TARGET = (1.0, -1.0), 1.0  # the one that the step is made for
UPDATES, RATE, SEED = 25, 0.1, 3


@cache
def numbers() -> tuple[float, ...]:
    """Of the variables of `TEXT` in order: weights after `UPDATES` of gradient descent on all four
    examples of XOR (inputs and targets −1 and 1), to three digits, and the example."""
    x = torch.tensor([[a, b] for a in (-1.0, 1.0) for b in (-1.0, 1.0)], dtype=torch.float64)
    y = -x.prod(1)
    draw = generator(SEED, "xor")
    with torch.inference_mode(False), torch.enable_grad():
        w, v = (
            torch.randn(*shape, generator=draw, dtype=torch.float64).requires_grad_()
            for shape in ((2, 2), (2,))
        )
        b, c = (torch.zeros(n, dtype=torch.float64, requires_grad=True) for n in (2, 1))
        optimizer = torch.optim.SGD([w, v, b, c], RATE)
        for _ in range(UPDATES):
            optimizer.zero_grad()
            ((torch.tanh(x @ w.T + b) @ v + c - y) ** 2).mean().backward()
            optimizer.step()
    (w1, w2), (w3, w4) = w.detach().tolist()
    (b1, b2), (v1, v2), (c1,) = b.tolist(), v.tolist(), c.tolist()
    order = (w1, EXAMPLE[0], w2, EXAMPLE[1], b1, w3, w4, b2, v1, v2, c1, TARGET)
    return tuple(round(value, 3) for value in order)
