"""Can a pixel's work be captured, and does replaying it give the pixels of the model?

Where there is no GPU, a tape stands in for the graph: like one, it keeps the kernels of one step
with their addresses and their Python numbers, and runs just these again; and no tensor may be read
by the host.
"""

import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_flatten

from engine.autoregressive import sampling
from engine.autoregressive.graph import Graphed
from engine.autoregressive.sampling import sample, uniforms
from engine.runs.events import Done, Frame
from engine.topics.autoregressive.config import DensityConfig
from engine.topics.autoregressive.train import train_density
from tests.elsewhere import CUDA, Elsewhere
from tests.engine.autoregressive.test_sampling import build, same

SHAPES = [((1, 6, 7), 17, None), ((3, 4, 5), 4, (2, 0, 1))]
NETS = ["naive", "gated"]
READS = ("_local_scalar_dense", "nonzero", "masked_select", "_unique", "equal", "lift_fresh")


def tensors(tree):
    return [leaf for leaf in tree_flatten(tree)[0] if isinstance(leaf, torch.Tensor)]


class Tape(TorchDispatchMode):
    def __init__(self):
        super().__init__()
        self.kernels = []

    def __torch_dispatch__(self, kernel, types, args=(), kwargs=None):
        name = kernel.overloadpacket.__name__
        assert name not in READS, f"{name} makes the host wait for the device"
        found = kernel(*args, **kwargs or {})
        given = {t.untyped_storage().data_ptr() for t in tensors((args, kwargs))}
        fresh = [t for t in tensors(found) if t.untyped_storage().data_ptr() not in given]
        if fresh or kernel._schema.is_mutable:  # a view is no kernel
            self.kernels.append((kernel, args, kwargs or {}, fresh))
        return found

    def replay(self):
        for kernel, args, kwargs, fresh in self.kernels:
            again = tensors(kernel(*args, **kwargs))
            for place, value in zip(fresh, again if fresh else [], strict=True):
                place.copy_(value)


def taped(work):
    tape = Tape()
    with tape:
        found = work()
    for _, _, _, fresh in tape.kernels:  # a capture computes nothing
        for place in fresh:
            place.fill_(float("nan") if place.is_floating_point() else 0)

    def again():
        tape.replay()
        return found

    return again


@pytest.mark.parametrize(("shape", "levels", "order"), SHAPES)
@pytest.mark.parametrize("name", NETS)
def test_one_captured_step_makes_every_pixel(monkeypatch, name, shape, levels, order):
    captures = []

    class Taped(Graphed):
        @staticmethod
        def capture(work):
            captures.append(work)
            return taped(work)

    monkeypatch.setattr(sampling, "Cache", Taped)
    same(build(name, shape, levels, classes=3, order=order), 2, shape, torch.tensor([0, 2]))
    assert len(captures) == 1


def test_the_tape_notices_a_number_that_python_kept():
    place, count = torch.zeros(3), iter(range(9))
    again = taped(lambda: place + next(count))
    assert torch.equal(again(), again())
    with pytest.raises(AssertionError, match="makes the host wait"):
        taped(lambda: place * float(place.sum()))


@pytest.mark.parametrize(("shape", "levels", "order"), SHAPES)
@pytest.mark.parametrize("name", NETS)
def test_all_of_it_stays_on_its_device(monkeypatch, name, shape, levels, order):
    monkeypatch.setattr(Graphed, "capture", staticmethod(taped))
    model, u, y = (
        build(name, shape, levels, classes=3, order=order),
        uniforms((2, *shape), 0),
        torch.tensor([0, 2]),
    )
    expected = sample(model, u, y, keep=True)
    with Elsewhere() as elsewhere:
        found = sample(model.to(CUDA), u, y, keep=True)
        assert {elsewhere.side(t) for t in (found.x, found.log_prob, found.p)} == {CUDA}
    assert torch.equal(found.x, expected.x)
    assert torch.allclose(found.p, expected.p, atol=1e-9)


def test_a_density_learns_and_draws_there(monkeypatch):
    monkeypatch.setattr(Graphed, "capture", staticmethod(taped))
    short = {"source.levels": "4", "model.channels": "6", "model.layers": "2", "epochs": "2",
             "train_share": "0.2"}  # fmt: skip
    config, problems = DensityConfig.read(short)
    assert not problems
    with Elsewhere():
        *_, frame, _, done = train_density(config, CUDA)
    assert isinstance(frame, Frame) and frame.arrays["samples"].shape == (16, 1, 8, 8)
    assert isinstance(done, Done) and done.summary["test_loss"] < 2


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
@pytest.mark.parametrize("name", NETS)
def test_a_graph_of_a_pixel_gives_the_same(name):
    shape = (3, 6, 7)
    model = build(name, shape, 5, classes=3).cuda()
    y = torch.tensor([0, 2])
    fast, slow = same(model, 2, shape, y.cuda())
    assert fast.calls == 0 < slow.calls
    again = sample(model, uniforms((2, *shape), 0), y.cuda())
    assert torch.equal(again.x, fast.x)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
def test_what_cannot_be_captured_is_done_by_hand():
    from engine.autoregressive.graph import captured

    place = torch.ones(3, device="cuda")
    with pytest.warns(UserWarning, match="one by one"):
        work = captured(lambda: place * float(place.sum()))
    place.fill_(2)
    assert work().tolist() == [12.0, 12.0, 12.0]
