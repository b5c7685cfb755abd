"""A boundary between the classes, or a density for each: who is right, who can make up points?"""

from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from dashboard.core import link
from dashboard.core.ask import Choice, Question, SceneQuestions
from dashboard.core.chart import chart
from dashboard.core.controls import control, few_first
from dashboard.core.judged import judged
from dashboard.core.numbers import rough
from dashboard.core.words import say
from dashboard.neurons import placing
from dashboard.neurons.figures import density as figures
from dashboard.neurons.view import NeuronsView
from engine.statistics import interval
from engine.topics.neurons.clouds import Clouds, points_of
from engine.topics.neurons.crossover import SEEDS, SIZES, Crossover, crossover
from engine.topics.neurons.density import DRAWN, METHODS, Classified, DensityConfig, classified
from engine.topics.neurons.points import REACH, Placed

ORDER = 60
NUMBERS = {"logistic": 3, "lda": 8, "qda": 11, "bayes": 9}
"""What each learns of the points: weights; or shares, means and what is free of covariances."""


@st.cache_data(show_spinner=False, max_entries=128)
def classified_of(_config: DensityConfig, key: str) -> Classified | None:
    return classified(_config)


@st.cache_data(show_spinner=False, max_entries=64)
def crossover_of(preset: str, seed: int, penalty: float, extra: int) -> Crossover:
    return crossover(Clouds.model_validate({"preset": preset, "seed": seed}), penalty, extra)


def over(config: DensityConfig) -> Crossover | None:
    """The comparison over N; None of somebody's own points, of which there are no more."""
    clouds = config.clouds
    if clouds.preset == "own":
        return None
    return crossover_of(clouds.preset, clouds.seed, config.penalty, config.extra)


def knobs(view: NeuronsView) -> None:
    """Points, whose density, and where the verdict is made."""
    names = ["method", "clouds.preset", "extra", "size"]
    if view.density.clouds.preset != "own":
        names.insert(2, "clouds.count")
    else:
        names = names[:2]
    control(NeuronsView, "neurons", view, f"density.{names.pop(0)}")
    few = [f"density.{name}" for name in names]
    rest = [f"density.{name}" for name in ("clouds.seed", "penalty", "draw")]
    few_first(NeuronsView, "neurons", view, few, rest)


def show(view: NeuronsView) -> None:
    """The plane with all boundaries; samples; who is ahead with how many points."""
    st.markdown(say("neurons.density_question"))
    config = view.density
    found = classified_of(config, config.key)
    if found is None:
        st.info(say("neurons.both_classes"), icon=":material/add_circle:")
    else:
        left, right = st.columns([5, 3], gap="medium", vertical_alignment="center")
        with left:
            alt = say("neurons.plane_alt")
            chart(lambda: figures.plane(config, found), "neurons_plane", alt, of=(config.key,))
        with right:
            st.markdown(_says(config, found))
            _sample(view, found)
        st.caption(_checked(found))
    _over(config)
    placing.below(
        view,
        "density",
        None if found is None else lambda: _table(config, found),
        how="neurons.place_clouds",
        draw=lambda: _area(view),
        seed=config.clouds.seed,
    )


def _area(view: NeuronsView) -> None:
    def put(own: tuple[Placed, ...]) -> None:
        new = view.density.clouds.model_copy(update={"preset": "own", "own": own})
        link.write(NeuronsView, view.with_("density.clouds", new))

    placing.area(
        "density",
        points_of(view.density.clouds),
        put,
        classes=[say("neurons.class", number=kind) for kind in (0, 1)],
        span=(float(REACH), float(REACH)),
        alt=say("neurons.area_alt"),
    )


def _sample(view: NeuronsView, found: Classified) -> None:
    """The button that makes up points, or says why there is nothing to draw them from."""
    config = view.density

    def again() -> None:
        link.write(NeuronsView, view.with_("density.draw", config.draw % 999 + 1))

    name = figures.label(config.method)
    title = say("neurons.sample", count=DRAWN)
    st.button(title, key="neurons_sample", icon=":material/casino:", on_click=again)
    if not config.draw:
        return
    if config.method == "logistic":
        st.warning(say("neurons.no_sample"), icon=":material/block:")
    elif found.sampled is not None:
        st.info(say("neurons.sampled", count=DRAWN, name=name), icon=":material/casino:")


def _says(config: DensityConfig, found: Classified) -> str:
    """How many of the points are right, and what the chosen one learned, in numbers."""
    id = config.method
    name = figures.label(id)
    if id not in found.maps:
        return say("neurons.no_density", name=name)
    text = say("neurons.learned", name=name, right=f"{found.right[id]:.0%}", numbers=NUMBERS[id])
    if id == "logistic":
        b, one, two = found.weights
        return f"{text} " + say(
            "neurons.learned_line", b=f"{b:.3g}", one=f"{one:.3g}", two=f"{two:.3g}"
        )
    density = found.densities[id]
    numbers = {}
    for kind in (0, 1):
        (x, y), ((a, b), (_, c)) = density.means[kind], density.covariances[kind]
        numbers[f"mean{kind}"] = f"({x:z.2f}, {y:z.2f})"
        numbers[f"var{kind}"] = f"({a:.3g}, {c:.3g})"
        numbers[f"cov{kind}"] = f"{b + 0.0:.3g}"
    return f"{text} {say('neurons.learned_density', **numbers)}"


def _checked(found: Classified) -> str:
    each = ", ".join(f"{figures.label(id)} {rough(off)}" for id, off in found.library.items())
    return say("neurons.density_checked", each=each)


def _over(config: DensityConfig) -> None:
    """Accuracy over the training points with the verdict at one number of them."""
    found = over(config)
    if found is None:
        st.info(say("neurons.no_more"), icon=":material/edit_location:")
        return
    alt = say("neurons.over_alt", seeds=SEEDS)
    of = (config.clouds.preset, config.clouds.seed, config.penalty, config.extra, config.size)
    chart(lambda: figures.over_points(config, found), "neurons_over", alt, of=of)
    crossed = {id: found.crossed(id) for id in METHODS[1:]}
    texts = [
        say(
            "neurons.crossed" if found.sure(id) else "neurons.crossed_perhaps",
            name=figures.label(id),
            size=size,
        )
        for id, size in crossed.items()
        if size is not None
    ]
    st.markdown(" ".join(texts) or say("neurons.not_crossed"))
    st.markdown(say("neurons.judged", size=config.size, seeds=SEEDS))
    ids, comparison = found.at(int(config.size))
    judged(comparison, [figures.label(id) for id in ids], "neurons_verdict", done=True)


def _table(config: DensityConfig, found: Classified) -> dict[str, NDArray[Any]]:
    """Accuracy over N where there is one; else the points with their probabilities."""
    many = over(config)
    if many is None:
        table = {"x1": found.x[:, 0], "x2": found.x[:, 1], "class": found.y}
        return table | {f"p_{id}": one.probability(found.x) for id, one in found.densities.items()}
    table = {"n": np.array(SIZES)}
    for id, rows in zip(METHODS, many.accuracy, strict=True):
        both = np.array([interval(values) for values in rows])
        table |= {f"{id}_mean": both[:, 0], f"{id}_half_width": both[:, 1]}
    return table


def _cannot(view: NeuronsView) -> Question | None:
    """Who has no density?"""
    found = classified_of(view.density, view.density.key)
    if found is None:
        return None
    without = [id for id in METHODS if id not in found.densities]
    options = {id: figures.label(id) for id in METHODS}
    return Choice(say("neurons.ask_cannot"), options, without[0]) if len(without) == 1 else None


def _few(view: NeuronsView) -> Question | None:
    """Who is ahead at the chosen number of points?"""
    found = over(view.density)
    if found is None:
        return None
    ids, comparison = found.at(int(view.density.size))
    options = {id: figures.label(id) for id in ids}
    question = say("neurons.ask_few", size=view.density.size, inputs=2 + view.density.extra)
    return Choice(question, options, ids[comparison.order[0]])


ASKS: SceneQuestions = {"cannot": _cannot, "few": _few}
