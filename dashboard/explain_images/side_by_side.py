"""Section 1: which pixels does each method point at, and how did Grad-CAM get there?"""

from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from dashboard.core import link
from dashboard.core.chart import Point, chart
from dashboard.core.controls import control
from dashboard.core.live import live
from dashboard.core.numbers import rough
from dashboard.core.words import language, say, tr
from dashboard.explain_images import menus, network, subject, take
from dashboard.explain_images.climbs import layers_of, pick_layer, ready, some
from dashboard.explain_images.figures import layers as layers_figures
from dashboard.explain_images.figures import maps as maps_figures
from dashboard.explain_images.figures.maps import Panel
from dashboard.explain_images.maps import Maps
from dashboard.explain_images.subject import Subject
from dashboard.explain_images.view import ImagesView
from engine.explain.explained import Explained
from engine.explain.maps.boxes import Box, box_around, box_of, iou
from engine.explain.methods import Method
from engine.explain.methods.cam import identity
from engine.explain.networks.feature_maps import choose_layer, maps_of
from engine.explain.weighing import Weighed, weighed
from engine.networks.classifiers import Classifier
from engine.words import pack, unpack, why

ORDER = 10
ID = "look"
BARE = True

DRAWN = ("look.opacity", "look.values", "look.scale", "look.threshold", "look.units")


def knobs(view: ImagesView) -> None:
    """Network, picture and class; the methods; how they are drawn; one method's own settings."""
    network.choose(view)
    of = ready(view.network)
    subject.knobs(view, of)
    menus.methods(view, "look.methods")
    if of is not None:
        pick_layer(view, "look.layer", of)
    some(view, DRAWN)
    with st.expander(say("controls.more")):
        some(view, ("look.focus",))
        control(ImagesView, "images", view, "look.seed")


def show(view: ImagesView) -> None:
    """The layers, every map over the picture as it arrives, and Grad-CAM's weights."""
    of = network.opened(view.network)
    if of is None or (found := subject.subject(view, of)) is None:
        return
    layers = layers_of(of)
    if layers and view.look.layer and view.look.layer not in layers:
        used = choose_layer(of.model, found.x)
        text = say("explain_images.layer_gone", layer=view.look.layer, used=used)
        st.info(text, icon=":material/layers:")
    st.markdown(subject.says(of, found))
    maps = Maps("look", of, found, view.look.chosen(tuple(layers)), view.look.seed)
    live(lambda: _maps(view, of, found, maps), active=maps.moving, every=0.3)
    if not layers:
        st.info(say("explain_images.no_layers", label=tr(of.label)), icon=":material/layers_clear:")
        return
    layer = view.look.layer if view.look.layer in layers else choose_layer(of.model, found.x)
    _layers(view, of, found, tuple(layers), layer)
    _weights(of, found, layer)
    _identity(of, found)


def _maps(view: ImagesView, of: Classifier, found: Subject, maps: Maps) -> bool:
    moving = maps.missing
    look = view.look
    truth = None if found.mask is None else box_around(found.mask)
    panels = [_panel(m, maps.of(m), look.threshold, truth, found.mask) for m in maps.methods]
    title = say("explain_images.picture_true" if truth else "explain_images.picture_title")
    chart(
        maps_figures.side_by_side(
            found.picture, title, panels, opacity=look.opacity, signed=look.values == "signed",
            shared=look.scale == "shared", truth=truth,
        ),
        "images_maps",
        say("explain_images.maps_alt"),
    )  # fmt: skip
    for method, one in zip(maps.methods, map(maps.of, maps.methods), strict=True):
        if one and one.refused:
            st.caption(f":material/block: **{tr(method.about.label)}**: {tr(one.refused)}")
    values = {"colours": say(f"explain_images.colours_{look.values}"), "threshold": look.threshold}
    if truth is None or found.mask is None:
        st.caption(say("explain_images.maps_key_plain", **values))
    else:
        floors = {"whole": truth.area / found.mask.size, "area": float(found.mask.mean())}
        st.caption(say("explain_images.maps_key", **values, **floors))
    take.foot(view, of, found, maps)
    return moving


def _panel(
    method: Method,
    one: Explained | None,
    threshold: float,
    truth: Box | None,
    mask: NDArray[np.bool_] | None,
) -> Panel:
    """A map and what is worth a number. A box says where a blob lies; of a map of single pixels,
    which outlines an object and fills no box, it is the share on the object."""
    label = tr(method.about.label)
    if one is None:
        return Panel(label, say("explain_images.coming"), None)
    if one.values is None:
        return Panel(label, say("explain_images.refused"), None)
    fast = one.seconds < 1
    time = (
        say("explain_images.ms", ms=one.seconds * 1000)
        if fast
        else say("explain_images.s", s=one.seconds)
    )
    fine = method.group == "gradient"
    box, note = None if fine else box_of(one.values, threshold), time
    if truth is not None and box is not None:
        note = say("explain_images.note_iou", iou=iou(box, truth), time=time)
    elif fine and mask is not None and (total := float(np.maximum(one.values, 0).sum())) > 0:
        inside = float(np.maximum(one.values, 0)[mask].sum()) / total
        note = say("explain_images.note_inside", inside=inside, time=time)
    if one.residual is not None:  # of those that promise a sum
        note = say("explain_images.note_sum", relative=one.residual.relative, note=note)
    return Panel(label, note, one.values, box)


@st.cache_data(show_spinner=False, max_entries=64)
def _thumbnails(
    _of: Classifier,
    _found: Subject,
    key: str,
    names: tuple[str, ...],
    layer: str,
    units: str,
    language: str,
) -> Any:
    """A picture with words in it: each language has its own."""
    maps = maps_of(_of.model, _found.x, names)
    shown = {name: maps[name][0].numpy() for name in names}
    return layers_figures.thumbnails(shown, layer, units)


def _layers(
    view: ImagesView, of: Classifier, found: Subject, names: tuple[str, ...], layer: str
) -> None:
    def clicked(point: Point) -> None:
        link.write(ImagesView, view.with_("look.layer", point.custom[0]))

    scale = say(f"explain_images.units_{view.look.units}")
    st.caption(f"{say('explain_images.layers')} {scale}")
    chart(
        _thumbnails(of, found, found.key, names, layer, view.look.units, language()),
        "images_layers",
        say("explain_images.layers_alt"),
        on_click=clicked,
    )


@st.cache_data(show_spinner=False, max_entries=64)
def _weighed(_of: Classifier, _found: Subject, key: str, layer: str) -> Weighed:
    return weighed(_of.model, _found.x, _found.targets, layer)


def _weights(of: Classifier, found: Subject, layer: str) -> None:
    """Grad-CAM's formula with the numbers of this picture."""
    parts = _weighed(of, found, found.key, layer)
    height, width = parts.total.shape
    heaviest = int(abs(parts.alpha).argmax())
    st.markdown(f"#### {say('explain_images.weigh_title', layer=layer)}")
    st.markdown(
        say(
            "explain_images.weigh",
            h=height,
            w=width,
            z=height * width,
            count=len(parts.alpha),
            up=int((parts.alpha > 0).sum()),
            down=int((parts.alpha < 0).sum()),
            k=heaviest,
            alpha=f"{parts.alpha[heaviest]:+.3g}",
            top=f"{max(0.0, float(parts.total.max())):.3g}",
        )
    )
    titles = (say("explain_images.weigh_sum"), say("explain_images.weigh_relu"))
    chart(layers_figures.weights(parts, titles), "images_weights", say("explain_images.weigh_alt"))


@st.cache_data(show_spinner=False, max_entries=64)
def _parts(_of: Classifier, _found: Subject, key: str) -> tuple[float, float, float] | str:
    """Sum of CAM's places, bias and score; or why there is no such identity."""
    try:
        parts = identity(_of.model, _found.x, _found.targets)
    except ValueError as error:
        return pack(why(error))
    return float(parts.maps.sum()), float(parts.bias.sum()), float(parts.score.sum())


def _identity(of: Classifier, found: Subject) -> None:
    """CAM's identity with the numbers of this picture."""
    parts = _parts(of, found, found.key)
    if isinstance(parts, str):
        st.caption(say("explain_images.no_identity", why=tr(unpack(parts))))
        return
    total, bias, score = parts
    st.markdown(
        say(
            "explain_images.identity",
            score=f"{score:.4f}",
            sum=f"{total:.4f}",
            bias=f"{'−' if bias < 0 else '+'} {abs(bias):.4f}",
            off=rough(abs(score - total - bias)),
        )
    )
