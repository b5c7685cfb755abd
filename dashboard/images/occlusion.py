"""Section 7: what does a network lose where a square covers the picture?"""

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from dashboard.activations import job
from dashboard.chart import chart
from dashboard.controls import control
from dashboard.figures import images_occlusion
from dashboard.images.climbs import fitted, pick_layer, pick_target, ready, some
from dashboard.images.network import choose, opened
from dashboard.images.view import ImagesView
from dashboard.live import live
from dashboard.runtime import store
from dashboard.words import say
from engine.explain.classifiers import Classifier
from engine.explain.dream.look import held_out
from engine.explain.occlusion_maps import (
    Occlude,
    OcclusionMaps,
    colour,
    covered,
    effort,
    grid,
    occlusion_maps,
)

AT_ONCE = 5e9  # multiplications that a page may wait for: about 0.15 s on two cores


def knobs(view: ImagesView) -> None:
    """Network, picture, class, layer and the square."""
    choose(view)
    control(ImagesView, "images", view, "picture")
    if (network := ready(view.network)) is None:
        return
    pick_target(view, network)
    pick_layer(view, "occlusion.layer", network)
    some(view, ("occlusion.window", "occlusion.stride", "occlusion.colour"))


def show(view: ImagesView) -> None:
    """The maps at once where the network is small, as a piece of work where it is not."""
    network = opened(view.network)
    if network is None:
        return
    target = min(view.target, len(network.classes) - 1)
    config = Occlude(
        network=view.network,
        picture=view.picture,
        target=answer_of(network, view.network, view.picture) if target < 0 else target,
        square=fitted(view.occlusion, network),
    )
    try:
        top, left = grid(network.shape[1:], config.square)
    except ValueError as error:
        st.error(str(error), icon=":material/error:")
        return
    if effort(network) * len(top) * len(left) <= AT_ONCE:
        _draw(network, config, maps_of(network, config, config.key))
        job.foot(config, None, 0)
    else:
        live(lambda: _follow(network, config), active=job.active(config), every=0.5)


@st.cache_data(show_spinner=False, max_entries=128)
def answer_of(_network: Classifier, name: str, picture: int) -> int:
    """The class that the network names."""
    return int(_network.model(held_out(_network, picture)[None]).argmax())


@st.cache_data(show_spinner=False, max_entries=64)
def maps_of(_network: Classifier, _config: Occlude, key: str) -> OcclusionMaps:
    x = held_out(_network, _config.picture)
    return occlusion_maps(_network, x, _config.target, _config.square)


def _follow(network: Classifier, config: Occlude) -> bool:
    """The maps as they fill."""
    run = job.bar(config, "images_occlusion", say("images_dream.occlusion_go"))
    steps = store().frame_steps(config.key) if run else []
    if run and steps:
        arrays = store().frame(config.key, steps[-1])
        _draw(network, config, OcclusionMaps(**arrays, **run.facts))  # type: ignore[arg-type]
        job.foot(config, run, 0)
    else:
        st.info(say("images_dream.occlusion_empty"))
    return bool(run and run.active)


def _draw(network: Classifier, config: Occlude, found: OcclusionMaps) -> None:
    """What the square costs, where it costs most, and the maps."""
    known = np.isfinite(found.probability)
    if not known.any():
        return
    row, column = np.unravel_index(np.nanargmin(found.probability), found.probability.shape)
    names = network.classes
    st.markdown(
        say(
            "images_dream.occlusion_says",
            best=names[found.full_best],
            full=f"{found.full_probability:.1%}",
            name=names[config.target],
            row=found.rows[row],
            column=found.columns[column],
            low=f"{found.probability[row, column]:.1%}",
            there=names[found.best[row, column]],
            share=f"{(found.best[known] != found.full_best).mean():.0%}",
            places=known.sum(),
        )
    )
    titles = [
        say("images_dream.occlusion_covered"),
        say("images_dream.occlusion_activity", channel=found.channel, layer=found.layer),
        say("images_dream.occlusion_chance", name=names[config.target]),
        say("images_dream.occlusion_best"),
    ]
    picture = _covered(network, config, int(found.rows[row]), int(found.columns[column]))
    chart(
        images_occlusion.maps(found, picture, names, titles),
        "images_occlusion_maps",
        say("images_dream.occlusion_alt"),
    )
    st.caption(
        say(
            "images_dream.occlusion_layer",
            activity=f"{found.full_activity:.4g}",
            least=f"{np.nanmin(found.activity):.4g}",
            most=f"{np.nanmax(found.activity):.4g}",
        )
    )


def _covered(network: Classifier, config: Occlude, row: int, column: int) -> NDArray[np.uint8]:
    """(C, H, W): the picture with the square's middle at a place."""
    x, square = held_out(network, config.picture), config.square
    half = [min(square.window, side) // 2 for side in x.shape[1:]]
    fill = colour(network, x, square.colour)
    seen = covered(x, [(row - half[0], column - half[1])], square.window, fill)[0]
    picture: NDArray[np.uint8] = (network.unscale(seen).clamp(0, 1) * 255).byte().numpy()
    return picture
