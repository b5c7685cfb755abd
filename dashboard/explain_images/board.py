"""Section 3: is it right? Every method against every score, and three floors."""

from collections.abc import Mapping
from functools import lru_cache

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import streamlit as st
from numpy.typing import NDArray

from dashboard.core import job
from dashboard.core.chart import chart
from dashboard.core.controls import control, few_first
from dashboard.core.runtime import store
from dashboard.core.words import language, reason, say, tr
from dashboard.explain_images import menus, network, proof
from dashboard.explain_images.figures import board as figures
from dashboard.explain_images.figures.board import Bar, Curve
from dashboard.explain_images.suited import suited
from dashboard.explain_images.view import SCORE_LABELS, ImagesView
from dashboard.figures import images
from engine.explain.maps.reference_maps import REFERENCE_MAPS
from engine.explain.methods import METHODS
from engine.explain.scores import SCORES
from engine.networks.classifiers import Classifier
from engine.runs.store import Run
from engine.statistics import interval
from engine.topics.explain_images.board import UNTRAINED, Board
from engine.topics.explain_images.pictures.scenes import Pictures, draw, shapes_of

ORDER = 30
OPENS = {Board: "board."}

Found = Mapping[str, Mapping[str, NDArray[np.float32]]]  # method, score, (N,)
BEST = 5  # curves drawn beside the floors'


def score_labels() -> dict[str, str]:
    return {id: tr(title) for id, title in SCORE_LABELS.items()}


def knobs(view: ImagesView) -> None:
    """Network, pictures and methods first; the rest folded."""
    network.choose(view, "board.network")
    for name in ("board.pictures", "picture"):
        control(ImagesView, "images", view, name)
    menus.methods(view, "board.methods")
    rest = [f"board.{name}" for name in ("count", "probes", "tolerance", "seed")]
    few_first(ImagesView, "images", view, [], rest)


def show(view: ImagesView) -> None:
    """First that the network uses the object, then who finds it."""
    of = network.opened(view.board.network)
    if of is None:
        return
    try:
        shapes_of(of)
    except ValueError as error:
        st.error(reason(error), icon=":material/error:")
        return
    proof.show(view, of)
    st.markdown(f"#### {say('explain_images.board_title')}")
    if (board := suited(view.board, of)) is None:
        return
    view = view.with_("board", board)
    _asked(board, of)
    job.panel(
        board,
        "images_board",
        say("explain_images.board_start", count=board.count),
        lambda run: _draw(view, run),
        empty=say("explain_images.board_empty"),
        again="explain_images.again",
        every=1.0,
    )


def _draw(view: ImagesView, run: Run) -> bool:
    config = view.board
    found = _found(config, job.moment(run))
    if not found:
        return False
    st.markdown(_says(run, found, config.tolerance))
    _table(found)
    control(ImagesView, "images", view, "score")
    now = (
        config,
        job.moment(run),
        language(),
    )  # figures cost more than all else on a move of the object
    chart(_ranking(*now, view.score), "images_ranking", say("explain_images.ranking_alt"))
    if view.score in SCORES:
        about = SCORES[view.score].about
        st.caption(f"{tr(about.summary)} ${about.formula}$ ({about.source})")
    st.markdown(f"#### {say('explain_images.curves_title', best=BEST)}")
    chart(_curves(*now), "images_curves", say("explain_images.curves_alt"))
    st.caption(say("explain_images.board_caption", kept=f"{float(run.facts['kept']):.0%}"))
    return True


@lru_cache(maxsize=4)
def _found(config: Board, moment: str) -> Found:
    """Method to score to its value for every picture, of the methods that are done."""
    found: dict[str, dict[str, NDArray[np.float32]]] = {}
    for arrays in store().frames(config.key).values():
        for key, values in arrays.items():
            name, _, score = key.partition("/")
            found.setdefault(name, {})[score] = values.astype(np.float32)
    return found


def label(name: str) -> str:
    """Of a method or a floor."""
    return tr(METHODS[name].about.label) if name in METHODS else say(f"explain_images.floor_{name}")


def _asked(config: Board, of: Classifier) -> None:
    """Six of the pictures, each with the shape that is asked for."""
    try:
        figure = _first(of, config.pictures, config.seed, language())
    except ValueError as error:
        st.error(reason(error), icon=":material/error:")
        return
    chart(figure, "images_asked", say("explain_images.asked_alt"))


@lru_cache(maxsize=16)
def _first(of: Classifier, kind: Pictures, seed: int, language: str) -> go.Figure:
    drawn = draw(of, kind, 15, seed)
    pictures = (drawn.pictures[:6].numpy() * 255).round().astype(np.uint8)
    names = [tr(of.classes[k]) for k in drawn.target[:6].tolist()]
    return images.gallery(pictures, [say("explain_images.asked", name=name) for name in names])


def _says(run: Run, found: Found, tolerance: float) -> str:
    """How Grad-CAM does in the pointing game, beside each floor."""
    if "grad_cam" not in found:
        return say("explain_images.board_running", done=len(found))
    mean, half = interval(found["grad_cam"]["pointing_game"])
    floors = _floors(found, "pointing_game")
    scores = _listed(floors)
    text = say(
        "explain_images.board_says",
        mean=f"{mean:.0%}",
        half=f"{100 * half:.0f}",
        count=run.facts["pictures"],
        floors=scores,
        gap=f"{100 * (mean - max(floors.values())):.0f}",
    )
    if "pointing_exact" not in found["grad_cam"]:  # an older run
        return text
    best = max(
        (name for name in found if name in METHODS),
        key=lambda name: float(found[name]["pointing_exact"].mean()),
    )
    return f"{text} " + say(
        "explain_images.board_exact",
        tolerance=f"{tolerance:.1%}",
        mean=f"{found['grad_cam']['pointing_exact'].mean():.0%}",
        floors=_listed(_floors(found, "pointing_exact")),
        best=label(best),
        high=f"{found[best]['pointing_exact'].mean():.0%}",
    )


def _floors(found: Found, score: str) -> dict[str, float]:
    """What Grad-CAM's score has to be compared with."""
    own = found["grad_cam"].get(UNTRAINED + score)
    floors = {} if own is None else {say("explain_images.floor_untrained"): interval(own)[0]}
    return floors | {
        label(name): interval(found[name][score])[0] for name in REFERENCE_MAPS if name in found
    }


def _listed(floors: Mapping[str, float]) -> str:
    return ", ".join(f"{name} {value:.0%}" for name, value in floors.items())


def _table(found: Found) -> None:
    """Means, to be sorted by any column."""
    blind, rows, columns = say("explain_images.untrained_column"), [], {}
    for name, scores in found.items():
        row: dict[str, object] = {say("explain_images.method"): label(name)}
        for id, title in score_labels().items():
            row[title] = interval(scores[id])[0] if id in scores else None
            if id == "pointing_game":
                row[blind] = interval(scores.get(UNTRAINED + id, scores[id]))[0]
        rows.append(row)
    for id, title in score_labels().items():
        arrow = "↑" if id in SCORES and SCORES[id].higher_is_better else "↓"
        columns[title] = st.column_config.NumberColumn(
            f"{title} {arrow}",
            format="%.2f" if id in SCORES else "%.4f",
            help=tr(SCORES[id].about.summary)
            if id in SCORES
            else say("explain_images.seconds_help"),
        )
    columns[blind] = st.column_config.NumberColumn(
        format="%.2f", help=say("explain_images.untrained_help")
    )
    columns[say("explain_images.method")] = st.column_config.TextColumn(width=165, pinned=True)
    table = pd.DataFrame(rows).sort_values(tr(SCORE_LABELS["pointing_game"]), ascending=False)
    st.dataframe(
        table,
        hide_index=True,
        placeholder="–",
        column_config=columns,
        height=35 * (len(table) + 1) + 3,
    )


def _group(name: str) -> str:
    return METHODS[name].group if name in METHODS else "floor"


def _bar(name: str, score: str, scores: Mapping[str, NDArray[np.float32]]) -> Bar:
    mean, half = interval(scores[score])
    group = _group(name)
    blind = scores.get(UNTRAINED + score)
    return Bar(label(name), group, mean, half, None if blind is None else interval(blind)[0])


@lru_cache(maxsize=16)
def _ranking(config: Board, moment: str, language: str, score: str) -> go.Figure:
    found = _found(config, moment)
    bars = [_bar(name, score, values) for name, values in found.items() if score in values]
    higher = score in SCORES and SCORES[score].higher_is_better
    better = say("explain_images.higher" if higher else "explain_images.lower")
    figure = figures.ranking(
        [bar for bar in bars if bar.group != "floor"],
        f"{tr(SCORE_LABELS[score])} ({better})",
        {
            group: say(f"explain_images.group_{group}")
            for group in ("gradient", "perturbation", "cam")
        },
        untrained=say("explain_images.untrained"),
        floors=[bar for bar in bars if bar.group == "floor" and score != "seconds"],
        higher=higher,
    )
    if score == "seconds":
        figure.update_xaxes(type="log", title=say("explain_images.seconds_axis"))
    return figure


@lru_cache(maxsize=4)
def _curves(config: Board, moment: str, language: str) -> go.Figure:
    """The best by insertion less deletion, and the floors."""
    found = _found(config, moment)
    gain = {n: float(s["insertion"].mean() - s["deletion"].mean()) for n, s in found.items()}
    best = sorted((n for n in found if n in METHODS), key=lambda n: -gain[n])[:BEST]
    shown = [
        Curve(label(n), _group(n), found[n]["curve:deletion"], found[n]["curve:insertion"])
        for n in (*best, *(name for name in REFERENCE_MAPS if name in found))
    ]
    return figures.curves(
        shown,
        (say("explain_images.deletion_title"), say("explain_images.insertion_title")),
        (say("explain_images.exchanged"), say("explain_images.probability")),
    )
