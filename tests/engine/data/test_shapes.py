"""Is the evidence where the mask says, and nowhere else?"""

from dataclasses import replace

import pytest
import torch

from engine.data import DATASETS
from engine.scenes.render import MARKS, mark_side, render
from engine.scenes.scene import LUMINANCE, SHAPES, TEXTURES, compose

CENTRES = {"circle": 0.9, "square": 1.0, "triangle": 1.0, "cross": 1.0, "ring": 0.96, "star": 1.0}


@pytest.mark.parametrize("mark", ["none", "corner"])
@pytest.mark.parametrize("colour", [True, False])
@pytest.mark.parametrize("size", [16, 32])
def test_the_mask_is_where_a_picture_without_the_object_differs(
    size: int, colour: bool, mark: str
) -> None:
    dataset = DATASETS["shapes"](size=size, colour=colour, mark=mark, examples=600)
    data = dataset.load(0)
    empty, nothing = render(dataset.scenes(0).without_object(), size, colour)
    assert torch.equal(data.masks, (data.x != empty).any(1))
    assert not nothing.any()


def test_nothing_but_the_shape_tells_the_class() -> None:
    scene = DATASETS["shapes"](examples=6000).scenes(0)
    y = scene.shape
    for name in ("centre", "radius", "angle", "colour", "back", "frequency", "turn", "phase"):
        values = getattr(scene, name).flatten(1) if getattr(scene, name).ndim > 1 else None
        values = getattr(scene, name)[:, None] if values is None else values
        for k in range(len(SHAPES)):
            mine, others = values[y == k], values[y != k]
            error = (values.var(0) * (1 / len(mine) + 1 / len(others))).sqrt()
            assert ((mine.mean(0) - others.mean(0)).abs() < 5 * error).all(), (name, k)
    table = torch.stack([scene.texture[y == k].bincount() for k in range(len(SHAPES))]).double()
    expected = table.sum(1, keepdim=True) * table.sum(0) / table.sum()
    chi_squared = ((table - expected) ** 2 / expected).sum()
    assert chi_squared < 37.7  # 15 degrees of freedom, one in a thousand


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("angle", [0.0, 0.7])
def test_an_object_fills_its_circle_and_no_more(shape: str, angle: float) -> None:
    size, radius = 128, 0.3
    _, mask = render(compose(shape, x=0.4, y=0.55, radius=radius, angle=angle), size)
    y, x = mask[0].nonzero().T
    distance = ((x + 0.5) / size - 0.4).hypot((y + 0.5) / size - 0.55)
    assert distance.max().item() == pytest.approx(CENTRES[shape] * radius, abs=1.5 / size)


@pytest.mark.parametrize(
    ("shape", "area"),
    [
        ("circle", 3.1416 * 0.81),
        ("square", 2.0),
        ("triangle", 1.299),
        ("cross", 2 * 0.6 * 2 * 0.91**0.5 - 0.36),
        ("ring", 3.1416 * (0.96**2 - 0.56**2)),
        ("star", 5 * 0.42 * 0.5878),  # ten triangles: 10 * (1 * 0.42 * sin 36°) / 2
    ],
)
def test_an_object_has_the_area_of_its_form(shape: str, area: float) -> None:
    scene = compose(shape, radius=0.4, angle=0.3, colour=(1, 1, 1), back=((0, 0, 0), (0, 0, 0)))
    image, _ = render(scene, 128, colour=False)
    assert image.double().sum() / 255 / 128**2 == pytest.approx(area * 0.16, rel=0.01)


def test_moving_the_object_by_whole_pixels_moves_its_mask() -> None:
    still = compose("star", x=0.4, y=0.4, radius=0.25)
    moved = replace(still, centre=still.centre + 5 / 32)
    assert torch.equal(render(moved, 32)[1], render(still, 32)[1].roll((5, 5), (1, 2)))


def test_a_mark_changes_the_corner_and_nothing_else() -> None:
    plain, marked = (DATASETS["shapes"](mark=mark, examples=120) for mark in ("none", "corner"))
    one, other = plain.load(0), marked.load(0)
    side = mark_side(32)
    outside = torch.ones(32, 32, dtype=torch.bool)
    outside[:side, :side] = False
    assert torch.equal(one.x[..., outside], other.x[..., outside])
    corner = other.x[..., :side, :side].float() / 255
    expected = MARKS[marked.scenes(0).mark][:, :, None, None].expand_as(corner)
    assert torch.allclose(corner, expected, atol=0.5 / 255 + 1e-6)


@pytest.mark.parametrize("rho", [0.0, 0.5, 0.9, 1.0])
def test_the_mark_agrees_with_the_class_as_often_as_said(rho: float) -> None:
    n = 10_000
    scene = DATASETS["shapes"](mark="corner", agreement=rho, examples=n).scenes(0)
    expected = rho + (1 - rho) / len(SHAPES)
    error = (expected * (1 - expected) / n) ** 0.5
    agrees = (scene.mark == scene.shape).double().mean().item()
    assert abs(agrees - expected) <= 4 * error
    if rho < 1:
        wrong = scene.mark[scene.mark != scene.shape]
        assert wrong.bincount(minlength=6).min() > 0.12 * len(wrong)


def test_marks_differ_in_grey_and_there_is_one_for_each_class() -> None:
    assert len(MARKS) == len(SHAPES)
    assert (MARKS @ LUMINANCE).sort().values.diff().min() > 0.1


def test_object_and_background_are_at_least_a_fifth_apart_in_luminance() -> None:
    scene = DATASETS["shapes"](examples=3000).scenes(0)
    colours = torch.cat([scene.colour[:, None], scene.back], dim=1)  # (N, 3, 3)
    assert colours.min() >= 0 and colours.max() <= 1
    level = colours @ LUMINANCE
    assert (level[:, 1:] - level[:, :1]).abs().min() > 0.2


@pytest.mark.parametrize("texture", TEXTURES)
def test_a_texture_shows_both_its_colours(texture: str) -> None:
    scene = compose("ring", texture=texture, back=((0, 0, 0), (1, 1, 1))).without_object()
    image, _ = render(scene, 64, colour=False)
    assert image.min() < 60 and image.max() > 195 and 70 < image.float().mean() < 185
