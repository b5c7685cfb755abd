"""Does the network use the object at all? Move it, and watch the score and the map follow."""

from dataclasses import replace
from functools import lru_cache

import numpy as np
import streamlit as st
import torch
from numpy.typing import NDArray

from dashboard.chart import chart
from dashboard.controls import control
from dashboard.figures import images_board
from dashboard.images.lacking import lacks_maps
from dashboard.images.view import ImagesView
from dashboard.words import say
from engine.data._render import render
from engine.data._scene import SHAPES, Scene
from engine.explain.classifiers import Classifier
from engine.explain.methods import METHODS
from engine.explain.scenes import moved, shapes_of, single

PLACES = np.linspace(0.25, 0.75, 7, dtype=np.float32)
RADIUS = 0.23  # share of the side: the object stays inside at every place


def show(view: ImagesView, of: Classifier) -> None:
    """One picture with its object where the sliders say."""
    st.markdown(f"#### {say('images.proof')}")
    with st.container(horizontal=True):
        for name in ("across", "down"):
            control(ImagesView, "images", view, name)
    number = view.picture % 60
    chances, empty, target = _everywhere(of, number)
    scene = _scene(number)
    pictures, _ = moved(of, scene, torch.tensor([[view.across, view.down]]))
    x = of.scale(pictures)
    with torch.no_grad():
        logits = of.model(x)[0]
    method = METHODS["saliency" if lacks_maps(of) else "grad_cam"]()
    heat = method.attribute(of.model, x, torch.tensor([target]))[0].sum(0).numpy()
    picture = np.broadcast_to(pictures[0].permute(1, 2, 0).numpy(), (*heat.shape, 3))
    figure = images_board.follows(
        picture,
        heat,
        chances,
        PLACES,
        (view.across, view.down),
        titles=(
            say("images.proof_picture", name=SHAPES[target]),
            method.about.label,
            say("images.proof_places"),
        ),
        bar=say("images.probability"),
    )
    chart(figure, "images_follows", say("images.proof_alt"))
    st.markdown(
        say(
            "images.proof_says" if empty < 0.5 < float(chances.min()) else "images.proof_not",
            name=SHAPES[target],
            now=f"{float(logits.softmax(0)[target]):.1%}",
            low=f"{chances.min():.1%}",
            high=f"{chances.max():.1%}",
            empty=f"{empty:.1%}",
        )
    )


def _scene(number: int) -> Scene:
    """One picture; its object is small enough to be moved about."""
    scene = single(60, 0).take([number])
    return replace(scene, radius=torch.full_like(scene.radius, RADIUS))


@lru_cache(maxsize=64)
def _everywhere(of: Classifier, number: int) -> tuple[NDArray[np.float32], float, int]:
    """The class's probability with its object at every place (P, P), and without it; the class."""
    scene = _scene(number)
    target = int(scene.shape[0])
    rows, columns = np.meshgrid(PLACES, PLACES, indexing="ij")
    centre = torch.from_numpy(np.stack([columns, rows], axis=-1).reshape(-1, 2))
    pictures, _ = moved(of, scene, centre)
    data = shapes_of(of)
    bare, _ = render(scene.without_object(), data.size, data.colour)
    x = of.scale(torch.cat([pictures, bare.float() / 255]))
    with torch.no_grad():
        chances = of.model(x).softmax(1)[:, target].numpy()
    return chances[:-1].reshape(rows.shape), float(chances[-1]), target
