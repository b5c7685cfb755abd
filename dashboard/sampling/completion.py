"""Section 2: what could the rest of a picture be?"""

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from dashboard.core import link
from dashboard.core.chart import Point, chart
from dashboard.core.words import reason, say, tr
from dashboard.sampling.figures import bits as bits_figures
from dashboard.sampling.figures import steps as steps_figures
from dashboard.sampling.model import Chosen, opened
from dashboard.sampling.picture import bits_here, given_class, picture
from dashboard.sampling.settings import settings
from dashboard.sampling.view import SamplingView
from engine.autoregressive.density import Values
from engine.autoregressive.sampling import complete
from engine.autoregressive.unlabelled import class_of_beginning, classes_drawn

ORDER = 20
KNOBS = (
    "net",
    "run",
    "source",
    "picture",
    "whose",
    "label",
    "keep",
    "first",
    "rows",
    "count",
    "seed",
    "temperature",
)


def kept(view: SamplingView, height: int, width: int) -> NDArray[np.bool_]:
    """(H, W) which pixels are given."""
    mask = np.zeros((height, width), bool)
    if view.keep == "rows":
        mask[view.first : view.first + view.rows] = True
    elif view.keep == "box" and len(view.box) == 4:
        top, left, bottom, right = view.box
        mask[min(top, bottom) : max(top, bottom) + 1, min(left, right) : max(left, right) + 1] = (
            True
        )
    return mask


@st.cache_data(show_spinner=False, max_entries=64)
def completions(
    _found: Chosen, key: str, levels: tuple[int, ...], mask: bytes,
    label: int | tuple[int, ...], count: int, seed: int, temperature: float,
) -> NDArray[np.int64]:  # fmt: skip
    """(n, C, H, W): the given pixels, and n ways to go on, of one class or of one each."""
    given = np.frombuffer(mask, bool).reshape(_found.model.shape[1:])
    return complete(_found.model, levels, given, label, count, seed, temperature)


def knobs(view: SamplingView) -> None:
    settings(view, KNOBS)


def show(view: SamplingView) -> None:
    opened(view, _show)


def _show(view: SamplingView, found: Chosen) -> None:
    """The picture, what is kept of it, and N completions with their spread."""
    x, label = picture(view, found)
    _, height, width = found.model.shape
    mask = kept(view, height, width)
    labels: int | tuple[int, ...] = label
    try:
        if view.whose == "open" and found.model.classes:
            chances = class_of_beginning(found.model, x, mask)
            labels = classes_drawn(chances, view.count, view.seed)
        drawn = completions(found, found.key, tuple(x.flatten().tolist()), mask.tobytes(), labels,
                            view.count, view.seed, view.temperature)  # fmt: skip
    except ValueError as error:
        st.error(reason(error), icon=":material/error:")
        return
    left, right = st.columns([2, 3])
    with left:
        _given(view, found, x, mask)
    with right:
        titles = [say("sampling.true"), *_titles(found, labels, view.count)]
        pictures = np.concatenate([x.numpy(), drawn])
        chart(
            bits_figures.gallery(pictures, titles, found.model.levels),
            "sampling_completions", say("sampling.completions_alt"),
        )  # fmt: skip
    _spread(found, bits_here(view, found, x, label), mask, drawn)
    given = given_class(view, found, label)
    st.info(f"{given} {_plain(mask, found, view)}".strip(), icon=":material/info:")


def _titles(found: Chosen, labels: int | tuple[int, ...], count: int) -> list[str]:
    """Numbers, with the class that was drawn where each has its own."""
    if isinstance(labels, int):
        return [str(n + 1) for n in range(count)]
    names = [tr(name) for name in found.pictures.classes]
    return [say("sampling.as_class", number=n + 1, name=names[k]) for n, k in enumerate(labels)]


def _given(view: SamplingView, found: Chosen, x: Values, mask: NDArray[np.bool_]) -> None:
    """The picture without what is not given; two clicks brush a region."""
    shown = np.where(mask, x[0].float().numpy(), -1)
    figure = steps_figures.board(shown, found.model.levels, "given", 360)

    def corner(point: Point) -> None:
        here = (round(point.y), round(point.x))
        box = (*view.box, *here) if len(view.box) == 2 else here
        link.write(SamplingView, view.with_("keep", "box").with_("box", box))

    chart(figure, "sampling_given", say("sampling.given_alt"), on_click=corner)
    st.caption(say("sampling.brush_second" if len(view.box) == 2 else "sampling.brush"))


def _spread(
    found: Chosen, costs: NDArray[np.float32], mask: NDArray[np.bool_], drawn: NDArray[np.int64]
) -> None:
    """Variance over the completions, and the bits of the true rest."""
    bits = costs.sum(0)  # (H, W)
    rest = ~mask
    left, right = st.columns(2)
    with left:
        spread = drawn.std(0).mean(0) / max(1, found.model.levels - 1)
        chart(
            bits_figures.heat(
                spread, say("sampling.spread"), top=0.5, unit=tr("share of the range")
            ),
            "sampling_spread", say("sampling.spread"),
        )  # fmt: skip
    with right:
        shown = np.where(rest, bits, np.nan)
        chart(
            bits_figures.heat(shown, say("sampling.rest_bits"), top=None, unit=tr("bits")),
            "sampling_rest", say("sampling.rest_bits"),
        )  # fmt: skip
    values = max(1, int(rest.sum()) * found.model.shape[0])
    with st.container(horizontal=True):
        st.metric(say("sampling.rest"), say("sampling.bits", value=f"{bits[rest].sum():.1f}"),
                  help=say("sampling.rest_help"))  # fmt: skip
        st.metric(say("sampling.per_dim"), f"{bits[rest].sum() / values:.3f}",
                  help=say("sampling.divisor", n=values))  # fmt: skip


def _plain(mask: NDArray[np.bool_], found: Chosen, view: SamplingView) -> str:
    """What raster order can do with these pixels, and what it cannot."""
    flat = mask.ravel()
    first_free = int(np.argmin(flat)) if not flat.all() else len(flat)
    later = int(flat[first_free:].sum())
    if not later:
        class_too = found.model.classes and view.whose != "open"
        return say("sampling.raster_fine_class" if class_too else "sampling.raster_fine")
    return say("sampling.raster_cannot", later=later)
