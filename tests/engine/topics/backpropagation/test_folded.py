"""A folded graph: the same slopes, and local ones that are whole chains."""

import pytest
import torch

from engine.topics.backpropagation import trained
from engine.topics.backpropagation.expression import EXAMPLES, ExpressionConfig
from engine.topics.backpropagation.folded import UNIT, folded
from engine.topics.backpropagation.passes import by_autograd, passes


@pytest.mark.parametrize("id", [id for id in EXAMPLES if id != "zero"])
def test_folding_changes_no_slope_and_what_is_sent_adds_up(id: str) -> None:
    config = ExpressionConfig(example=id)
    found = passes(config.graph, config.numbers, config.end)
    graph, small = folded(config.graph, found)
    expected = by_autograd(config.graph, config.numbers, config.end)
    assert [small.slope[graph.at(name)] for name in graph.variables] == pytest.approx(expected)
    arrives = [0.0] * len(graph.vertices)
    arrives[small.output] = 1.0
    for at in small.order:
        for i, part in zip(graph.vertices[at].inputs, small.sent[at], strict=True):
            arrives[i] += part
    assert arrives == pytest.approx(small.slope)
    assert all(v.gate == UNIT for v in graph.vertices if v.inputs)


def test_the_network_is_trained_and_its_numbers_are_those_of_its_training() -> None:
    config = ExpressionConfig(example="network")
    of = dict(zip(config.graph.variables, config.numbers, strict=True))
    w = torch.tensor([[of["w1"], of["w2"]], [of["w3"], of["w4"]]])
    x = torch.tensor([[a, b] for a in (-1.0, 1.0) for b in (-1.0, 1.0)])
    h = torch.tanh(x @ w.T + torch.tensor([of["b1"], of["b2"]]))
    p = h @ torch.tensor([of["v1"], of["v2"]]) + of["c"]
    loss = float(((p + x.prod(1)) ** 2).mean())
    assert 0.05 < loss < 0.9, "it has learned, and there is a step left to make"
    assert (of["x1"], of["x2"], of["y"]) == (*trained.EXAMPLE, trained.TARGET)
