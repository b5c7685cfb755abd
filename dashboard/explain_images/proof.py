"""Does the network use the object at all? Move it, and watch the score and the map follow."""

from dataclasses import replace
from functools import lru_cache

import numpy as np
import streamlit as st
import torch
from numpy.typing import NDArray

from dashboard.core.chart import chart
from dashboard.core.controls import control
from dashboard.core.words import say
from dashboard.explain_images.figures import board as figures
from dashboard.explain_images.suited import refusal
from dashboard.explain_images.view import ImagesView
from engine.explain.methods import METHODS
from engine.scenes.render import render
from engine.scenes.scene import SHAPES, Scene
from engine.topics.explain_images.networks.trained import Classifier
from engine.topics.explain_images.pictures.scenes import moved, shapes_of, single

PLACES = np.linspace(0.25, 0.75, 7, dtype=np.float32)
RADIUS = 0.23  # share of the side: the object stays inside at every place


def show(view: ImagesView, of: Classifier) -> None:
    """One picture with its object where the sliders say."""
    st.markdown(f"#### {say('explain_images.proof')}")
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
    lacks = refusal(of, "grad_cam")
    if lacks:
        st.caption(f":material/block: **{say('explain_images.proof_map')}**: {lacks}")
        heat = np.full(x.shape[2:], np.nan, np.float32)
    else:
        heat = METHODS["grad_cam"]().attribute(of.model, x, torch.tensor([target]))[0, 0].numpy()
    picture = np.broadcast_to(pictures[0].permute(1, 2, 0).numpy(), (*heat.shape, 3))
    figure = figures.follows(
        picture,
        heat,
        chances,
        PLACES,
        (view.across, view.down),
        titles=(
            say("explain_images.proof_picture", name=SHAPES[target]),
            say("explain_images.refused" if lacks else "explain_images.proof_map"),
            say("explain_images.proof_places"),
        ),
        bar=say("explain_images.probability"),
    )
    chart(figure, "images_follows", say("explain_images.proof_alt"))
    st.markdown(
        say(
            "explain_images.proof_says"
            if empty < 0.5 < float(chances.min())
            else "explain_images.proof_not",
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
