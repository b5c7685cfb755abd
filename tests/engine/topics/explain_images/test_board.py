"""Are methods scored on the same pictures, resumably, and does the scoreboard separate?"""

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.modules.module import register_module_forward_pre_hook

from engine.explain.maps.reference_maps import REFERENCE_MAPS
from engine.explain.networks.untrained import layers_with_weights, redrawn
from engine.explain.scores import SCORES
from engine.networks.classifiers import classifier
from engine.runs.events import Checkpoint, Done, Event, Frame, Metrics, Paused, Started
from engine.runs.shipped import FOLDER, put_shipped, shipped
from engine.runs.store import RunStore
from engine.runs.work import Work
from engine.topics.explain_images.board import Board, score
from engine.topics.explain_images.pictures.scenes import draw, moved, pairs, single
from engine.topics.explain_images.sanity import Sanity, stages
from engine.topics.explain_images.stability import Stability

CPU = torch.device("cpu")
SMALL = Board(methods=("grad_cam", "guided_backprop"), count=36, probes=2)


def events(config: Work, *arguments: object) -> list[Event]:
    return list(config.run(CPU, *arguments))  # type: ignore[arg-type]


def arrays(found: list[Event]) -> dict[str, np.ndarray]:
    return {k: v for event in found if isinstance(event, Frame) for k, v in event.arrays.items()}


def test_two_objects_share_all_but_their_shape_and_never_meet() -> None:
    first, second = pairs(200, 0)
    assert (first.shape != second.shape).all()
    assert torch.equal(first.colour, second.colour)
    assert torch.equal(first.back, second.back)
    apart = (first.centre - second.centre)[:, 0].abs()
    assert (apart > first.radius + second.radius).all()
    again, _ = pairs(70, 0)
    assert torch.equal(again.grain, first.grain[:70])
    left = (first.centre[:, 0] < 0.5).float().mean()
    assert 0.4 < left < 0.6


def test_only_pictures_that_the_network_understands_are_scored() -> None:
    of = classifier("shapes_cnn")
    drawn = draw(of, "pairs", 40, 0)
    with torch.no_grad():
        top = of.model(drawn.x).topk(2, dim=1).indices
    assert (top == drawn.target[:, None]).any(1).all()
    assert 0.3 < drawn.kept < 1
    assert drawn.masks.flatten(1).any(1).all()
    assert torch.allclose(of.unscale(drawn.x), drawn.pictures, atol=1e-5)


def test_a_network_that_learned_something_else_is_refused_in_a_sentence() -> None:
    with pytest.raises(ValueError, match="shapes alone"):
        events(Board(network="digits"))


def test_an_object_is_moved_with_its_mask_and_the_answer_goes_with_it() -> None:
    of = classifier("shapes_cnn")
    scene = single(6, 0).take([3])
    places = torch.tensor([[0.4, 0.4], [0.6, 0.6]])
    pictures, masks = moved(of, scene, places)
    rows = torch.arange(64).float()
    for mask, (x, y) in zip(masks, places.tolist(), strict=True):
        centre = (mask.float().sum(0) @ rows / mask.sum(), mask.float().sum(1) @ rows / mask.sum())
        assert [float(c) / 64 for c in centre] == pytest.approx([x, y], abs=0.03)
    with torch.no_grad():
        assert (of.model(of.scale(pictures)).argmax(1) == scene.shape).all()


def test_the_scoreboard_separates_grad_cam_from_its_floors() -> None:
    found = events(SMALL)
    assert isinstance(found[0], Started) and isinstance(found[-1], Done)
    score = {k: float(v.mean()) for k, v in arrays(found).items() if v.ndim == 1}
    cam = score["grad_cam/pointing_game"]
    assert cam >= 0.9
    for floor in ("random/pointing_game", "edges/pointing_game"):
        assert cam - score[floor] >= 0.3
    assert cam - score["grad_cam/untrained:pointing_game"] >= 0.3
    for name in (*REFERENCE_MAPS, *SMALL.methods):
        for id in SCORES:
            length = 2 if id == "sensitivity" else 36
            assert len(arrays(found)[f"{name}/{id}"]) == length
    means = found[-1].summary
    assert means["pointing_game:grad_cam"] == pytest.approx(cam)


def test_a_paused_scoreboard_goes_on_to_the_same_numbers() -> None:
    config = SMALL.with_("methods", ("saliency",)).with_("count", 20)
    whole = arrays(events(config))
    first = events(config, None, 2000)  # within a method
    assert isinstance(first[-1], Paused)
    saved = [event for event in first if isinstance(event, Checkpoint)][-1].save()
    rest = events(config, saved)
    both = arrays(first) | arrays(rest)
    assert both.keys() == whole.keys()
    for key, values in whole.items():
        if "seconds" not in key:
            assert np.array_equal(both[key], values), key
    assert not {type(e) for e in rest} & {Paused}


@pytest.mark.parametrize("name", ["edges", "grad_cam", "smooth_grad", "kernel_shap"])
def test_a_batch_is_scored_like_its_pictures_one_at_a_time(name: str) -> None:
    of = classifier("shapes_cnn")
    drawn = draw(of, "pairs", 12, 0).rows(0, 3, CPU)
    blind = redrawn(of.model, layers_with_weights(of.model), 0)
    together = score(SMALL, name, of.model, blind, drawn, 2)
    alone = [
        score(SMALL, name, of.model, blind, drawn.rows(i, i + 1, CPU), 2 - i) for i in range(3)
    ]
    for key, values in together.items():
        if key != "seconds":
            each = torch.cat([found[key] for found in alone if key in found])
            away = (values - each).abs()
            # where a map is zero but for rounding, rounding decides which pixel is deleted first
            assert float(away.mean()) < 1e-3 if "curve" in key else float(away.max()) < 5e-3, key


def test_layers_are_drawn_again_from_the_top_and_the_model_stays_as_it_was() -> None:
    model = classifier("shapes_cnn").model
    before = {k: v.clone() for k, v in model.state_dict().items()}
    names = [name for name, _ in stages(model)]
    assert names == ["dense", "conv4", "conv3", "conv2", "conv1"]
    twin = redrawn(model, ["conv4", "norm4"], seed=0)
    after = twin.state_dict()
    changed = {k.split(".")[0] for k, v in before.items() if not torch.equal(v, after[k])}
    assert changed == {"conv4", "norm4"}
    assert all(torch.equal(v, model.state_dict()[k]) for k, v in before.items())
    assert torch.equal(after["norm4.weight"], torch.ones(96))
    assert not twin.training


def test_a_layer_is_not_drawn_as_it_was_before_training() -> None:
    of = classifier("shapes_cnn")
    assert of.config is not None
    born = of.config.model.build(of.shape, 6, of.config.layers, of.config.seed).state_dict()
    blind = redrawn(of.model, layers_with_weights(of.model), of.config.seed, of.config.layers)
    alike = torch.cosine_similarity(
        born["dense.weight"].flatten(), blind.state_dict()["dense.weight"].flatten(), dim=0
    )
    assert abs(float(alike)) < 0.2


def test_forgetting_changes_grad_cam_at_once_and_guided_backpropagation_last() -> None:
    config = Sanity(methods=("grad_cam", "guided_backprop"), pictures=8)
    found = events(config)
    values = {e.step: e.values for e in found if isinstance(e, Metrics)}
    assert list(values) == [0, 1, 2, 3, 4, 5]
    assert values[0]["spearman:grad_cam"] == pytest.approx(1)
    assert values[0]["ssim:guided_backprop"] == pytest.approx(1)
    assert values[0]["agreement"] == 1
    for step in (1, 2, 3):
        assert values[step]["spearman:grad_cam"] < 0.35
        assert values[step]["spearman:guided_backprop"] > 0.5
    first = events(config, None, 3)
    saved = [e for e in first if isinstance(e, Checkpoint)][-1].save()
    rest = {e.step: e.values for e in events(config, saved) if isinstance(e, Metrics)}
    assert rest == {step: values[step] for step in (3, 4, 5)}


@pytest.mark.parametrize("config", [Board(), Sanity(), Stability()], ids=lambda c: c.kind)
def test_a_shipped_result_is_a_run_like_any_other(config: Work, store: RunStore) -> None:
    assert put_shipped(store, config)
    run = store.run(config.key)
    assert run is not None
    assert run.state == "done"
    assert run.step == run.steps
    assert run.seconds > 0
    assert store.frames(config.key)
    assert not put_shipped(store, config), "a run that is there is never replaced"
    assert not put_shipped(store, config.with_("seed", 5)), "another setting has no shipped result"
    assert shipped(config.key) == config
    assert shipped(config.with_("seed", 5).key) is None is shipped(f"../results/{config.key}")


def test_the_shipped_scoreboard_is_what_the_engine_measures_today(store: RunStore) -> None:
    config = Board()
    put_shipped(store, config)
    kept = {k: v for a in store.frames(config.key).values() for k, v in a.items()}
    few = config.with_("methods", ("grad_cam",)).with_("count", 16).with_("probes", 0)
    for key, values in arrays(events(few)).items():
        if not any(word in key for word in ("seconds", "curve", "infidelity")):
            assert np.abs(kept[key][:16] - values).max() <= 0.02, key


def test_shipped_results_stay_small() -> None:
    assert sum(path.stat().st_size for path in FOLDER.glob("*")) < 8e6


def test_steps_follow_the_work_that_is_done() -> None:
    """Half of the steps are behind when half of the pictures have passed the network."""
    config = Board(methods=("score_cam", "saliency", "occlusion"), count=12, probes=2)
    network = type(classifier(config.network).model)
    passed, seen = [0.0], []

    def counted(module: nn.Module, args: tuple[torch.Tensor]) -> None:
        if isinstance(module, network):
            passed[0] += len(args[0]) * (3 if args[0].requires_grad else 1)

    hook = register_module_forward_pre_hook(counted)
    try:
        for event in config.run(CPU):
            if isinstance(event, Started):
                total = event.steps
            if isinstance(event, Metrics):
                seen.append((event.step / total, passed[0]))
    finally:
        hook.remove()
    for share, done in seen:
        assert abs(share - done / passed[0]) < 0.06, (share, done / passed[0])


def test_a_board_that_was_paused_under_another_plan_starts_anew() -> None:
    whole = events(SMALL)
    last = [event for event in whole if isinstance(event, Checkpoint)][-3].save()
    other = last | {"progress": torch.tensor([last["progress"][0], 1.0, 7.0]).double()}
    again, expected = arrays(events(SMALL, other)), arrays(whole)
    for key in expected:
        if not key.endswith("/seconds"):
            np.testing.assert_array_equal(again[key], expected[key])
