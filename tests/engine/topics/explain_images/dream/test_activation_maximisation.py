"""Does a picture climb to where mathematics says, the same every time, paused or not?"""

import pytest
import torch

from engine.optim import OPTIMIZERS
from engine.runs.events import Checkpoint, Done, Frame, Metrics, Paused, Started
from engine.runs.work import dump, load
from engine.topics.explain_images.dream.activation_maximisation import (
    ActivationMaximisation,
    maximise,
)
from engine.topics.explain_images.dream.regularisers import REGULARISERS
from tests.engine.topics.explain_images.dream.subjects import CPU, cnn, linear

BARE = {"jitter": {"share": 0}, "total_variation": {"weight": 0}, "seeds": 2}
DESCENT = BARE | {"optimizer": "gradient_descent", "box": False}


def told(config, network, **how):
    """{step: metrics}, the frames, and the last event."""
    found, frames = {}, {}
    for event in maximise(config, network, CPU, **how):
        match event:
            case Metrics(step, values):
                found[step] = values
            case Frame(step, arrays):
                frames[step] = arrays
    return found, frames, event


def test_a_linear_score_with_l2_ends_at_w_over_two_lambda():
    network = linear()
    config = ActivationMaximisation.model_validate(
        DESCENT | {"target": 1, "l2": {"weight": 0.5}, "learning_rate": 0.2, "steps": 200}
    )
    _, _, done = told(config, network)
    w = network.model[1].weight[1].view(network.shape)
    for x in done.weights["x"]:
        torch.testing.assert_close(x, w / (2 * 0.5), atol=1e-4, rtol=1e-4)


def test_shrinking_is_l2_taken_after_the_step():
    network, rate, weight = linear(), 0.1, 0.25
    common = DESCENT | {"target": 0, "learning_rate": rate, "steps": 300}
    share = 2 * rate * weight
    l2 = ActivationMaximisation.model_validate(common | {"l2": {"weight": weight}})
    shrink = ActivationMaximisation.model_validate(common | {"shrink": {"share": share}})
    a, b = (told(config, network)[2].weights["x"] for config in (l2, shrink))
    torch.testing.assert_close(b, a * (1 - share), atol=1e-4, rtol=1e-4)  # the fixed points


def test_a_step_without_regularisers_adds_the_slope():
    network = linear()
    config = ActivationMaximisation.model_validate(
        DESCENT | {"target": 2, "learning_rate": 0.3, "steps": 10, "noise": 0.0}
    )
    _, _, done = told(config, network)
    w = network.model[1].weight[2].view(network.shape)
    torch.testing.assert_close(done.weights["x"], (3 * w).expand(2, *network.shape))


@pytest.mark.parametrize("goal", ["class", "chance", "channel", "unit"])
def test_what_is_asked_for_climbs_from_every_first_picture(goal):
    network = cnn()
    config = ActivationMaximisation.model_validate(
        BARE | {"goal": goal, "target": 2, "layer": "conv2" if goal in ("channel", "unit") else "",
                "channel": 3, "steps": 40}
    )  # fmt: skip
    found, frames, done = told(config, network)
    for i in range(config.seeds):
        assert found[40][f"score:{i}"] > found[0][f"score:{i}"] + 0.2
    assert isinstance(done, Done) and set(frames) == set(found)
    if goal in ("class", "chance"):
        assert all(found[40][f"probability:{i}"] > 0.9 for i in range(config.seeds))
        assert frames[40]["probabilities"][:, 2] == pytest.approx(
            [found[40][f"probability:{i}"] for i in range(config.seeds)]
        )


def test_a_unit_is_one_number_of_its_layer_and_a_channel_their_mean():
    network = cnn()
    common = BARE | {"layer": "conv1", "channel": 2, "steps": 10}
    outs = {}
    for goal, row, column in (("channel", -1, -1), ("unit", -1, -1), ("unit", 0, 3)):
        config = ActivationMaximisation.model_validate(
            common | {"goal": goal, "row": row, "column": column}
        )
        found, _, done = told(config, network)
        out = network.model.conv1(done.weights["x"])[:, 2]  # (B, 16, 16)
        value = {(-1, -1): out[:, 8, 8], (0, 3): out[:, 0, 3]}[row, column]
        value = out.mean((1, 2)) if goal == "channel" else value
        outs[goal, row] = [found[10][f"score:{i}"] for i in range(2)]
        assert outs[goal, row] == pytest.approx(value.tolist(), rel=1e-4)


def test_pictures_stay_between_black_and_white_unless_that_is_switched_off():
    network = linear()
    config = ActivationMaximisation.model_validate(
        BARE | {"learning_rate": 1.0, "steps": 20, "target": 0}
    )
    for box in (True, False):
        _, _, done = told(config.with_("box", box), network)
        picture = network.unscale(done.weights["x"])
        inside = bool((picture >= -1e-6).all() and (picture <= 1 + 1e-6).all())
        assert inside == box


def test_total_variation_makes_smoother_pictures_and_l2_weaker_ones():
    network = cnn()
    config = ActivationMaximisation.model_validate(BARE | {"steps": 60, "target": 1})
    plain = told(config, network)[2].weights["x"]
    smooth = told(config.with_("total_variation.weight", 0.03), network)[2].weights["x"]
    weak = told(config.with_("l2.weight", 0.03), network)[2].weights["x"]

    def roughness(x):
        return x.diff(dim=2).square().mean() + x.diff(dim=3).square().mean()

    assert roughness(smooth) < 0.5 * roughness(plain)
    assert weak.square().mean() < 0.5 * plain.square().mean()


@pytest.mark.parametrize("optimizer", ["adam", "gradient_descent"])
def test_a_paused_climb_ends_where_an_unbroken_one_does(optimizer):
    network = cnn()
    config = ActivationMaximisation.model_validate(
        {"steps": 20, "seeds": 2, "target": 1, "optimizer": optimizer, "blur": {"width": 0.5}}
    )
    for event in maximise(config, network, CPU, until=10):
        if isinstance(event, Checkpoint):
            state = event.save()
    assert isinstance(event, Paused) and event.step == 10
    rest = told(config, network, start=state)[2]
    whole = told(config, network)[2]
    assert torch.equal(rest.weights["x"], whole.weights["x"])
    assert rest.summary["score:0"] == whole.summary["score:0"]


def test_a_checkpoint_of_another_climb_is_refused():
    network = cnn()
    state = {"progress": torch.tensor([1.0, 0.0]), "state/other": torch.zeros(1)}
    with pytest.raises(ValueError, match="does not fit"):
        list(maximise(ActivationMaximisation(steps=10, target=0), network, CPU, start=state))


def test_pictures_of_a_batch_do_not_know_of_each_other():
    network = cnn()
    config = ActivationMaximisation.model_validate(BARE | {"steps": 15, "target": 3, "seeds": 3})
    together = told(config, network)[2].weights["x"]
    alone = told(config.with_("seed", 2).with_("seeds", 1), network)[2].weights["x"]
    torch.testing.assert_close(together[2:], alone, atol=1e-4, rtol=1e-4)


def test_the_network_is_left_as_it_was():
    network = cnn()
    before = {name: value.clone() for name, value in network.model.state_dict().items()}
    told(ActivationMaximisation.model_validate(BARE | {"goal": "channel", "steps": 10}), network)
    assert all(
        torch.equal(value, before[name]) for name, value in network.model.state_dict().items()
    )
    assert all(p.grad is None for p in network.model.parameters())
    assert not any(m._forward_hooks for m in network.model.modules())
    assert not network.model.training


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"target": 9}, "numbered from 0"),
        ({"goal": "channel", "layer": "nowhere"}, "no layer"),
        ({"goal": "unit", "layer": "conv1", "channel": 99}, "6 channels"),
    ],
)
def test_what_is_not_there_is_refused_in_a_sentence(settings, sentence):
    with pytest.raises(ValueError, match=sentence):
        list(maximise(ActivationMaximisation.model_validate(settings), cnn(), CPU))


def test_only_rules_that_treat_every_pixel_alone_are_offered():
    ids = ActivationMaximisation.allowed("optimizer", {})
    assert "adam" in ids and all(OPTIMIZERS[id].elementwise for id in ids)


def test_every_regulariser_can_be_switched_on():
    for id, member in REGULARISERS.items():
        assert type(getattr(ActivationMaximisation(), id)) is member
        bare = ActivationMaximisation.model_validate({name: {} for name in REGULARISERS})
        assert [part.id for part in bare.with_(f"{id}.{member.strength}", 0.5).regularisers()] == [
            id
        ]


def test_it_is_a_kind_of_work():
    config = ActivationMaximisation.model_validate({"l2": {"weight": 0.1}, "optimizer": "momentum"})
    assert load(dump(config)) == config
    assert ActivationMaximisation.read(config.flat()) == (config, [])
    started = next(iter(maximise(ActivationMaximisation(steps=10, target=0), cnn(), CPU)))
    assert isinstance(started, Started) and started.steps == 10


def test_the_best_real_picture_is_told_for_comparison():
    network, real = linear(), torch.randn(7, 1, 3, 4)
    started = next(
        iter(maximise(ActivationMaximisation(steps=10, target=1), network, CPU, real=real))
    )
    assert started.facts["best_real"] == pytest.approx(network.model(real)[:, 1].max().item())
