"""The blind-spot page at its extremes: every scheme, every piece of the museum, every corner."""

import re
from urllib.parse import parse_qsl, urlencode

import pytest

from dashboard.blind_spot import cost, masklab
from dashboard.blind_spot.exhibit import exhibit_of
from dashboard.blind_spot.view import SpotView
from dashboard.core.places import place_of
from dashboard.core.sections import sections_of
from engine.autoregressive.classification import Kind
from engine.autoregressive.orders import ORDERS
from engine.autoregressive.schemes import SCHEMES
from engine.topics.autoregressive.exhibit import Exhibit
from engine.topics.autoregressive.museum import MUSEUM, STANDING
from tests.pages.app import sentences, touched, visit, works

SECTIONS = list(sections_of("blind_spot"))


def pressed(link, name, cell):
    """The settings after a press on a cell of a mask."""
    view, problems = SpotView.read(dict(parse_qsl(link)))
    assert not problems
    parts = masklab.parts_of(exhibit_of(view).masks())
    grid = parts[name].astype(float)
    grid[cell] = 1 - grid[cell]
    return masklab.edited(view, parts, name, grid.tolist())


def link_of(view):
    return urlencode(view.flat())


def table(app):
    (found,) = app.table
    return found.value


@pytest.mark.parametrize("section", SECTIONS)
@pytest.mark.parametrize(
    "link", ["", "size=7&layers=10&kernel=7&dilation=4", "size=32&row=31&column=0&layers=1"]
)
def test_every_section_stands_at_its_extremes(section, link):
    app = works(visit("blind_spot", f"section={section}&{link}"))
    assert not sentences(app)


def test_the_counts_are_those_of_the_reference_table():
    """k = 3, L = 5: 60 legal, 50 seen by a single mask, 10 blind; two stacks see all 60."""
    rows = table(works(visit("blind_spot", "layers=5")))
    assert list(rows["Used"]) == [50, 60]
    assert list(rows["Legal, but blind"]) == [10, 0]
    assert list(rows["Used, by formula"]) == ["50 ✓", "60 ✓"]


@pytest.mark.parametrize("scheme", SCHEMES)
def test_no_formula_disagrees_with_the_count(scheme):
    rows = table(works(visit("blind_spot", f"scheme={scheme}&size=25&row=16&column=12&layers=6")))
    assert not any("✗" in told for told in rows["Used, by formula"])


@pytest.mark.parametrize("piece", MUSEUM)
def test_every_piece_of_the_museum_gets_its_verdict(piece):
    app = works(visit("blind_spot", f"section=masks&piece={piece}"))
    said = " ".join(element.value for element in app.markdown)
    assert ("Leaks." if MUSEUM[piece].verdict == "leaks" else "loses context") in said


def test_pressing_a_cell_makes_the_mask_ones_own():
    view = pressed("piece=blind_spot", "first", (2, 2))
    assert view.piece == "custom" and view.first == "111100001"
    app = works(visit("blind_spot", f"section=masks&{link_of(view)}"))
    assert any("Leaks." in element.value for element in app.markdown)


@pytest.mark.parametrize("mask", ["10", "abc", "1" * 5000, "111100000"])
def test_a_mask_that_is_none_falls_back_to_the_right_one(mask):
    works(visit("blind_spot", f"section=masks&piece=custom&first={mask}&later={mask}"))


def test_the_trained_model_sees_no_more_than_its_masks_let_through():
    app = works(visit("blind_spot", "section=measured&weights=trained&row=5&column=4"))
    said = [element.value for element in app.markdown if "masks let" in element.value]
    assert len(said) == 2 and not any("Unexpected: 1" in text for text in said)


@pytest.mark.parametrize("order", ORDERS)
def test_every_order_is_drawn(order):
    works(visit("blind_spot", f"section=order&order={order}&history=200"))


def test_the_target_stays_inside_the_image():
    view, problems = SpotView.read({"size": "9", "row": "31", "column": "31"})
    assert problems == [] and view.target == (8, 8)


def test_what_the_wedge_costs_is_known_before_anything_is_trained():
    """The single mask stays at its bound, the gated network reaches the entropy."""
    app = works(visit("blind_spot", "section=cost"))
    told = [element.value for element in app.caption if "on the test part" in element.value]
    bits = [float(re.search(r": ([\d.]+) bits/dim", text)[1]) for text in told]
    assert len(bits) == 4 and bits[0] > 0.999 and bits[1] < 0.33 and bits[3] < bits[2]
    assert all("Trained" in text and "key" in text for text in told)


def test_a_trained_network_leaves_no_setting_without_effect():
    app = works(visit("blind_spot", "section=measured&weights=trained"))
    assert "spot_layers" not in {slider.key for slider in app.slider}
    app = works(visit("blind_spot", "section=measured"))
    assert "spot_layers" in {slider.key for slider in app.slider}


def test_a_channel_matrix_is_edited_cell_by_cell():
    """Red may look at nothing of its own pixel first: letting it see green leaks."""
    app = works(visit("blind_spot", "section=masks&piece=custom&colour=1"))
    assert not any("Leaks." in element.value for element in app.markdown)
    view = pressed("piece=custom&colour=1", "first_channels", (0, 1))
    assert view.first_channels == "010100110"
    app = works(visit("blind_spot", f"section=masks&{link_of(view)}"))
    assert any("Leaks." in element.value for element in app.markdown)


def test_the_reversed_channels_of_the_museum_can_be_put_right():
    view = pressed("piece=channels_reversed", "later_channels", (0, 1))
    assert view.piece == "custom" and view.colour and view.later_channels == "101011001"


@pytest.mark.parametrize("kernel", [3, 5, 7])
def test_every_kernel_opens_on_what_the_wedge_costs(kernel):
    app = works(visit("blind_spot", f"section=cost&kernel={kernel}"))
    told = [element.value for element in app.caption if "on the test part" in element.value]
    bits = [float(re.search(r": ([\d.]+) bits/dim", text)[1]) for text in told]
    assert len(bits) == 4 and bits[0] > 0.99 and bits[1] < 0.5


def test_a_piece_of_the_museum_shows_what_training_made_of_it():
    app = works(visit("blind_spot", "section=masks&piece=own_row_kept"))
    said = " ".join(element.value for element in app.markdown)
    assert re.search(r"it needs \*\*0\.0\d\d bits/dim\*\*, where the right one needs \*\*1\.", said)
    assert any("2 networks" in element.value for element in app.caption)


@pytest.mark.parametrize("piece", MUSEUM)
def test_every_piece_says_whether_it_was_published_and_what_its_author_meant(piece):
    app = works(visit("blind_spot", f"section=masks&piece={piece}"))
    found = MUSEUM[piece]
    (text,) = [one.value for one in app.caption if STANDING[found.standing] in one.value]
    assert found.intent in text and (found.url in text if found.url else "http" not in text)


def test_the_wedge_alone_is_priced_over_seeds_and_on_equal_terms():
    app = works(visit("blind_spot", "section=cost"))
    (text,) = [one.value for one in app.markdown if "The wedge alone" in one.value]
    low, high = map(float, re.search(r"interval ([\d.]+) to ([\d.]+)", text).groups())
    assert 0 < low < high < 0.2 and f"{cost.SEEDS} times" in text and "parameters against" in text


@pytest.mark.parametrize("piece", ["reversed", "replicate", "circular"])
def test_a_leak_within_the_noise_of_seeds_is_not_called_too_good(piece):
    app = works(visit("blind_spot", f"section=masks&piece={piece}"))
    said = " ".join(element.value for element in app.markdown)
    assert "no number looks suspicious" in said and "by more than other first weights" not in said


def test_masks_of_ones_own_can_be_trained():
    app = works(visit("blind_spot", "section=masks&piece=custom&first=111110000"))
    said = " ".join(element.value for element in app.markdown)
    assert "On pictures that it never saw" not in said and "learns digits twice" in said
    assert not app.button(key="spot_exhibit_start").disabled


def test_a_piece_that_the_museum_does_not_have_is_told_and_keeps_the_rest():
    app = works(visit("blind_spot", "section=masks&piece=b_frist&layers=7"))
    (told,) = [text for text in sentences(app) if "b_frist" in text]
    assert "Museum of masks" in told
    assert app.slider(key="spot_layers").value == 7


def test_any_network_opens_on_a_field_that_is_larger_than_what_is_used():
    app = works(visit("blind_spot", "section=networks"))
    theory, used = (float(metric.value.split()[0]) for metric in app.metric[:2])
    assert used < 0.8 * theory


@pytest.mark.parametrize(
    "config",
    [
        Exhibit(piece="rows_below"),
        Exhibit(kernel=5),
        Exhibit(piece="custom", first="1" * 9, seed=4),
    ],
)
def test_a_run_of_the_museum_opens_on_itself(config):
    page, items = place_of(config)
    assert (page, items.pop("section")) == ("blind_spot", "masks")
    view, problems = SpotView.read(items)
    assert problems == []
    assert exhibit_of(view).key == config.key


TWO_STACKS = ["own_row_kept", "wrong_end", "replicate", "reflect", "circular", "row_gets_nothing"]
GRIDS = ("first", "later", "vertical_first", "vertical_later")


@pytest.mark.parametrize("piece", TWO_STACKS)
def test_a_piece_of_two_stacks_shows_both_and_what_lies_outside(piece):
    app = works(visit("blind_spot", f"section=masks&piece={piece}"))
    masks = MUSEUM[piece].make(3)
    grids = touched(app)
    assert {f"spot_{name}" for name in GRIDS} <= set(grids)
    assert grids["spot_vertical_first"]["value"] == masks.vertical[0][0, 0].astype(int).tolist()
    outside = [one.value for one in app.caption if "Outside the image" in one.value]
    assert len(outside) == (masks.padding != "zeros")


@pytest.mark.parametrize("piece", ["own_row_kept", "circular"])
def test_editing_a_piece_of_two_stacks_keeps_all_else_of_it(piece):
    """A press and another press: what is trained and judged is the piece again."""
    view = pressed(f"piece={piece}", "vertical_first", (0, 0))
    view = pressed(link_of(view), "vertical_first", (0, 0))
    app = works(visit("blind_spot", f"section=masks&{link_of(view)}"))
    assert view.piece == "custom"
    now, was = exhibit_of(view).masks(), MUSEUM[piece].make(3)
    assert now.padding == was.padding and now.vertical
    for a, b in zip((*now.main, *now.vertical), (*was.main, *was.vertical), strict=True):
        assert (a == b).all()
    assert any("two stacks" in one.value for one in app.markdown), "what was meant"


def test_a_leak_between_colours_is_drawn():
    """Red sees the green and blue of its own pixel: pink in their boards, not in its own."""
    view = SpotView(piece="channels_reversed")
    row, column = view.target
    boards = list(masklab._fields(view, MUSEUM["channels_reversed"].make(3)).values())
    assert [board[-1, row, column] for board in boards] == [Kind.TARGET, Kind.LEAK, Kind.LEAK]
    app = works(visit("blind_spot", "section=masks&piece=channels_reversed&channel=2"))
    assert any("blue of the target" in one.value for one in app.caption)


def test_dilations_may_differ_from_layer_to_layer():
    rows = table(works(visit("blind_spot", "dilations=1~2~4&layers=3&size=25&row=16&column=12")))
    assert list(rows["Used, by formula"]) == ["–", "–"]
    assert SpotView(layers=5, dilations=(1, 2)).steps == (1, 2, 1, 2, 1)
