"""Can a pixel's work be captured, and does replaying it give the pixels of the model?

Where there is no GPU, a tape stands in for the graph: like one, it keeps the kernels of one step
with their addresses and their Python numbers, and runs just these again. No tensor may be read by
the host between, and none may be of another device.
"""

import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_flatten

from engine.autoregressive import sampling
from engine.autoregressive.graph import Graphed
from engine.autoregressive.sampling import sample, uniforms, walk
from tests.engine.autoregressive.test_sampling import build, same

SHAPES = [((1, 6, 7), 17, None), ((3, 4, 5), 4, (2, 0, 1))]
NETS = ["naive", "gated"]
READS = ("_local_scalar_dense", "nonzero", "masked_select", "_unique", "equal", "lift_fresh")


def tensors(tree):
    return [leaf for leaf in tree_flatten(tree)[0] if isinstance(leaf, torch.Tensor)]


class OneDevice(TorchDispatchMode):
    """Fails at what makes the host wait for the device, and at tensors of two devices."""

    def __torch_dispatch__(self, kernel, types, args=(), kwargs=None):
        name = kernel.overloadpacket.__name__
        assert name not in READS, f"{name} makes the host wait for the device"
        places = {str(t.device) for t in tensors((args, kwargs)) if t.ndim}
        assert len(places) < 2 or name == "copy_", f"{name} meets tensors of {places}"
        return kernel(*args, **kwargs or {})


class Tape(OneDevice):
    def __init__(self):
        super().__init__()
        self.kernels = []

    def __torch_dispatch__(self, kernel, types, args=(), kwargs=None):
        found = super().__torch_dispatch__(kernel, types, args, kwargs)
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
def test_sampling_stays_on_its_device(monkeypatch, name, shape, levels, order):
    class Launched(Graphed):
        capture = staticmethod(lambda work: work)

    monkeypatch.setattr(sampling, "Cache", Launched)
    model = build(name, shape, levels, classes=3, order=order).to("meta")
    x = torch.zeros(2, *shape, dtype=torch.int64, device="meta")
    level = torch.zeros(2, dtype=torch.int64, device="meta")
    with OneDevice():
        turns = walk(model, x, level)
        turn, count = next(turns), 0
        while turn is not None:
            assert turn.logits.device.type == "meta"
            count += 1
            try:
                turn = turns.send(level)
            except StopIteration:
                turn = None
    assert count == x[0].numel()


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
