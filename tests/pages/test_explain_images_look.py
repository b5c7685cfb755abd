"""The sections that look at one picture: at defaults, at ends, and by links that are wrong."""

import base64
import re
import time
from urllib.parse import urlencode

import numpy as np
import pytest
import torch

from dashboard.core.later import Later, soon
from dashboard.explain_images import side_by_side
from dashboard.explain_images.canvas import read_grey
from dashboard.explain_images.side_by_side_config import FIRST, LookConfig
from engine.explain.explained import Explained
from engine.explain.maps.boxes import box_around
from engine.explain.methods import METHODS
from engine.explain.methods.grad_cam import GradCAM
from engine.networks.classifiers import classifier
from engine.networks.layers import layers_of
from tests.pages.app import sentences, visit, works


def look(**settings: object) -> str:
    return urlencode({"section": "look", **{k.replace("__", "."): v for k, v in settings.items()}})


@pytest.mark.parametrize("query", ["section=residual", "section=stability&stability.repeats=3"])
def test_a_section_opens_without_a_word_of_complaint(query: str) -> None:
    assert not sentences(works(visit("explain_images", query)))


def test_no_method_is_blamed_for_a_promise_that_it_did_not_make() -> None:
    """LRP owes the score less what biases keep; GradientShap keeps its promise on average only."""
    app = works(visit("explain_images", "section=residual"))
    for _ in range(200):  # maps come one by one, from a thread
        (table,) = [frame.value for frame in app.dataframe]
        if "computing…" not in table.to_string():
            break
        time.sleep(0.1)
        app = works(app.run())
    (text,) = [m.value for m in app.markdown if "within 1 %" in m.value]
    promising = [id for id, method in METHODS.items() if method.promise]
    assert text.startswith(f"All {len(promising) - 1} methods"), text
    assert len(table) == len(promising)  # and every one of them is shown


def test_the_name_of_the_network_stands_beside_how_often_it_is_right() -> None:
    app = works(visit("explain_images", look(network="digits")))
    assert any("Digits" in c.value and "Right for 98.9%" in c.value for c in app.caption)


@pytest.mark.parametrize("network", ["shapes_resnet", "digits", "glyphs"])
def test_every_shipped_network_is_explained_by_every_method(network: str) -> None:
    methods = "~".join(METHODS)
    app = works(visit("explain_images", look(network=network, look__methods=methods)))
    assert not sentences(app)


@pytest.mark.parametrize(
    "query",
    [
        look(picture=239, target=5, look__opacity=0, look__threshold=0.95),
        look(look__source="other", picture=239),
        look(look__source="other", look__other="digits", network="glyphs"),
        "section=stability&look.source=other&look.other=shapes&network=digits&stability.repeats=3",
        look(target=999, look__opacity=1, look__values="size", look__scale="shared"),
        look(look__methods="kernel_shap", look__focus="kernel_shap") + "&look.focus.across=16",
        look(look__focus="smooth_grad") + "&look.focus.samples=2&look.focus.noise=0",
        "section=residual&look.focus=integrated_gradients&look.focus.steps=4&target=2",
    ],
)
def test_settings_at_their_ends_are_taken(query: str) -> None:
    assert not sentences(works(visit("explain_images", query)))


@pytest.mark.parametrize(
    "query, word",
    [
        ("section=look&look.methods=grad_camm", "grad_cam"),
        ("section=look&look.focus=nonsense", "nonsense"),
        ("section=look&look.opacity=2", "0 to 1"),
        ("section=look&look.source=other&look.other=nonsense", "no pictures 'nonsense'"),
        ("section=look&look.source=other&look.other=mnist", "MNIST"),
        ("section=stability&stability.seed=1&stability.repeats=1000", "50"),
    ],
)
def test_a_wrong_link_is_refused_in_a_sentence(query: str, word: str) -> None:
    app = works(visit("explain_images", query))
    assert any(word in sentence for sentence in sentences(app)), sentences(app)


def test_a_layer_of_another_network_is_left_out_and_said() -> None:
    app = works(visit("explain_images", look(look__layer="block2_1")))
    assert any("block2_1" in info.value for info in app.info)


@pytest.mark.parametrize("section", ["look", "stability"])
@pytest.mark.parametrize("source", ["upload", "drawn"])
def test_a_picture_of_ones_own_is_asked_for(source: str, section: str) -> None:
    app = works(visit("explain_images", f"section={section}&look.source={source}"))
    assert len(app.info) == 1 and not sentences(app)


def test_what_the_board_sends_becomes_a_picture_or_nothing() -> None:
    values = np.arange(64, dtype=np.uint8)
    text = base64.b64encode(values.tobytes()).decode()
    found = read_grey(text, (3, 8, 8))
    assert found is not None and found.shape == (3, 8, 8)
    torch.testing.assert_close(found[1], torch.from_numpy(values / 255).float().view(8, 8))
    for wrong in ("", "no base64!", text[:20], base64.b64encode(bytes(64)).decode()):
        assert read_grey(wrong, (3, 8, 8)) is None


def test_the_focused_method_has_its_settings_and_the_layer_goes_to_all_that_take_one() -> None:
    config = LookConfig(methods=("grad_cam", "saliency"), focus=METHODS["lrp"](gamma=1))
    found = config.with_("layer", "act1").chosen(("act1", "act2"))
    assert [m.id for m in found] == ["grad_cam", "saliency", "lrp"]
    assert found[0] == GradCAM(layer="act1") and found[2] == METHODS["lrp"](gamma=1)
    assert config.with_("layer", "gone").chosen(("act1",))[0] == GradCAM()
    assert set(FIRST) <= set(METHODS)


def test_maps_come_later_once_each_and_old_wishes_are_dropped() -> None:
    from threading import Event

    begun, go, counted = Event(), Event(), []
    later = Later(most=3)

    def slow() -> str:
        begun.set()
        go.wait(10)
        return "slow"

    first = later.ask("slow", slow)
    assert begun.wait(10)
    second = later.ask("next", lambda: counted.append(1))
    assert later.ask("next", lambda: counted.append(2)) is second
    assert soon([first], 0.01)
    later.drop(["next", "slow", "unknown"])
    assert second.cancelled() and not first.cancelled()
    go.set()
    assert first.result(10) == "slow" and not soon([first])
    assert later.ask("next", lambda: "again").result(10) == "again" and not counted
    for name in "abc":
        later.ask(name, lambda: None).result(10)
    assert later.ask("slow", lambda: "anew").result(10) == "anew"  # the oldest was let go


def test_what_is_not_there_is_said_with_what_is_used_instead() -> None:
    app = works(visit("explain_images", "target=77&look.layer=conv9"))
    said = " ".join(info.value for info in app.info)
    assert "no class 77: its last one, star, is used" in said
    used = re.search(r"no layer 'conv9': '(\w+)' is used", said)
    assert used and used[1] in layers_of(classifier("shapes_cnn"))


def test_every_accuracy_has_its_floor() -> None:
    for network, chance in (("shapes_cnn", "16.7%"), ("glyphs", "3.8%")):
        app = works(visit("explain_images", f"network={network}"))
        (text,) = [one.value for one in app.caption if "did not learn from" in one.value]
        assert f"guessing among its {len(classifier(network).classes)} classes" in text
        assert chance in text


def test_a_box_is_scored_only_where_a_map_is_a_blob_and_beside_its_floor() -> None:
    """A map of single pixels that outlines its object fills no box."""
    found = classifier("shapes_cnn").examples(1)
    mask = found.masks[0].numpy()
    thin = np.zeros(mask.shape, np.float32)
    thin[mask] = 1
    one = Explained(thin, None, 0.1)
    truth = box_around(mask)
    blob = side_by_side._panel(METHODS["grad_cam"](), one, 0.2, truth, mask)
    fine = side_by_side._panel(METHODS["saliency"](), one, 0.2, truth, mask)
    assert "IoU 1.00" in blob.note and blob.box == truth
    assert "100% on it" in fine.note and fine.box is None
    app = works(visit("explain_images", ""))
    (key,) = [one.value for one in app.caption if "IoU is what both" in one.value]
    assert re.search(r"whole picture reaches 0\.\d\d", key)
    assert re.search(r"it covers \d+%", key)
