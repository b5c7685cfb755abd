"""Section 7: what does a network lose where a square covers the picture?"""

import time

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from dashboard.core import job
from dashboard.core.chart import chart
from dashboard.core.export import foot
from dashboard.core.runtime import device, store
from dashboard.core.words import reason, say, tr
from dashboard.explain_images import network, subject
from dashboard.explain_images.climbs import fitted, pick_layer, ready, some
from dashboard.explain_images.figures import occlusion as figures
from dashboard.explain_images.subject import Subject
from dashboard.explain_images.view import ImagesView
from engine.networks.classifiers import Classifier
from engine.runs.store import Run
from engine.topics.explain_images.occlusion_maps import (
    Occlude,
    OcclusionMaps,
    OcclusionMapsConfig,
    colour,
    covered,
    effort,
    grid,
    occlusion_maps,
)

ORDER = 70

AT_ONCE = 5e9  # multiplications that a page may wait for: about 0.15 s on two cores


def knobs(view: ImagesView) -> None:
    """Network, picture, class, layer and the square."""
    network.choose(view)
    of = ready(view.network)
    subject.knobs(view, of)
    if of is not None:
        pick_layer(view, "occlusion.layer", of)
        some(view, ("occlusion.window", "occlusion.stride", "occlusion.colour"))


def show(view: ImagesView) -> None:
    """The maps at once where the network is small, as a piece of work where it is not."""
    of = network.opened(view.network)
    if of is None or (found := subject.subject(view, of)) is None:
        return
    square = fitted(view.occlusion, of)
    try:
        top, left = grid(of.shape[1:], square)
    except ValueError as error:
        st.error(reason(error), icon=":material/error:")
        return
    at_once = effort(of) * len(top) * len(left) <= AT_ONCE
    if view.look.source == "data":
        config = Occlude(
            network=view.network, picture=view.picture, target=found.target, square=square
        )
        if store().run(config.key) or not at_once:
            job.panel(
                config,
                "images_occlusion",
                say("explain_images.occlusion_go"),
                lambda run: _grown(of, found, config, run),
                empty=say("explain_images.occlusion_empty"),
                again="explain_images.dream_again",
                every=0.5,
            )
            return
    if not at_once:
        st.info(say("explain_images.occlusion_too_long"))
        return
    maps, seconds = maps_of(of, found, square, f"{found.key}/{square.key}")
    _draw(of, found, square, maps)
    foot(say("explain_images.occlusion_foot", seconds=f"{seconds:.2f}", device=device(),
             key=found.key))  # fmt: skip


@st.cache_data(show_spinner=False, max_entries=64)
def maps_of(
    _of: Classifier, _found: Subject, _square: OcclusionMapsConfig, key: str
) -> tuple[OcclusionMaps, float]:
    """The maps, and how many seconds they took."""
    begun = time.perf_counter()
    maps = occlusion_maps(_of, _found.x[0], _found.target, _square)
    return maps, time.perf_counter() - begun


def _grown(of: Classifier, found: Subject, config: Occlude, run: Run) -> bool:
    """The maps as they fill."""
    if arrays := store().last(config.key):
        _draw(of, found, config.square, OcclusionMaps(**arrays, **run.facts))  # type: ignore[arg-type]
    return bool(arrays)


def _draw(of: Classifier, found: Subject, square: OcclusionMapsConfig, maps: OcclusionMaps) -> None:
    """What the square costs, where it costs most, and the maps."""
    known = np.isfinite(maps.probability)
    if not known.any():
        return
    at = np.unravel_index(np.nanargmin(maps.probability), maps.probability.shape)
    row, column = int(maps.rows[at[0]]), int(maps.columns[at[1]])
    name = tr(of.classes[found.target])
    st.markdown(
        say(
            "explain_images.occlusion_says",
            best=tr(of.classes[maps.full_best]),
            full=f"{maps.full_probability:.1%}",
            name=name,
            row=row,
            column=column,
            low=f"{maps.probability[at]:.1%}",
            there=tr(of.classes[maps.best[at]]),
            share=f"{(maps.best[known] != maps.full_best).mean():.0%}",
            places=known.sum(),
        )
    )
    titles = [
        say("explain_images.occlusion_covered"),
        say("explain_images.occlusion_activity", channel=maps.channel, layer=maps.layer)
        if maps.layer
        else say("explain_images.occlusion_no_activity"),
        say("explain_images.occlusion_chance", name=name),
        say("explain_images.occlusion_best"),
    ]
    chart(
        figures.maps(
            maps, _covered(of, found, square, row, column), [*map(tr, of.classes)], titles
        ),
        "images_occlusion_maps",
        say("explain_images.occlusion_alt"),
    )
    if not maps.layer:
        st.caption(say("explain_images.no_layers", label=tr(of.label)))
        return
    st.caption(
        say(
            "explain_images.occlusion_layer",
            activity=f"{maps.full_activity:.4g}",
            least=f"{np.nanmin(maps.activity):.4g}",
            most=f"{np.nanmax(maps.activity):.4g}",
        )
    )


def _covered(
    of: Classifier, found: Subject, square: OcclusionMapsConfig, row: int, column: int
) -> NDArray[np.uint8]:
    """(C, H, W): the picture with the square's middle at a place."""
    x = found.x[0]
    half = [min(square.window, side) // 2 for side in x.shape[1:]]
    fill = colour(of, x, square.colour)
    seen = covered(x, [(row - half[0], column - half[1])], square.window, fill)[0]
    picture: NDArray[np.uint8] = (of.unscale(seen).clamp(0, 1) * 255).round().byte().numpy()
    return picture


def link_of(config: Occlude) -> dict[str, str]:
    """What the page's link says, to open on these maps."""
    view = ImagesView(network=config.network, picture=config.picture, occlusion=config.square)
    return view.with_("target", config.target).flat()


OPENS = {Occlude: link_of}
