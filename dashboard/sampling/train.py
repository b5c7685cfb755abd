"""Section 5: how does a density learn? Its bits, and the same draws getting better."""

import numpy as np
import streamlit as st

from dashboard.core import job, sections
from dashboard.core.chart import chart
from dashboard.core.choices import held
from dashboard.core.controls import control
from dashboard.core.costs import affordable
from dashboard.core.export import foot, honest
from dashboard.core.live import live
from dashboard.core.numbers import fixed
from dashboard.core.runtime import store
from dashboard.core.words import reason, say, tr
from dashboard.figures import bits_curves
from dashboard.figures.curves import Line
from dashboard.sampling.figures import bits as figures
from dashboard.sampling.view import SamplingView
from engine.autoregressive.models.naive import Naive
from engine.data import DataError
from engine.runs.shipped import put_shipped
from engine.runs.store import EMPTY
from engine.topics.autoregressive.config import DensityConfig

ORDER = 50
OPENS = {DensityConfig: "train."}

FRAME = "sampling_frame"  # index of the shown picture; None: the newest
FEW = ("source", "model", "conditional", "learning_rate", "batch_size", "epochs")


def knobs(view: SamplingView) -> None:
    """The knobs of a training run, the few that teach first."""
    names = [name for name in view.knobs() if name.startswith("train.")]
    few = [n for n in names if n.split(".")[1] in FEW and n.split(".")[-1] not in ("texture",)]
    for name in few:
        control(SamplingView, "sampling", view, name)
    with st.expander(say("controls.more"), key="sampling_train_more"):
        for name in names:
            if name not in few:
                control(SamplingView, "sampling", view, name)


def show(view: SamplingView) -> None:
    """One run; follows it while it moves."""
    config = view.train
    if not affordable(config, "sampling", view, "train"):
        return
    try:
        levels, parameters = config.pictures(), config.costs().weights
    except (DataError, ValueError) as error:
        st.error(reason(error), icon=":material/folder_off:")
        return
    channels, height, width = levels.shape
    st.caption(say("sampling.will_train", n=len(levels.train.x), c=channels, h=height, w=width,
                   k=levels.levels, parameters=f"{parameters:,}"))  # fmt: skip
    put_shipped(store(), config)
    live(lambda: _draw(view, config), active=job.active(config), every=0.7)


def _draw(view: SamplingView, config: DensityConfig) -> bool:
    run = job.bar(config, "sampling_train", say("training.train"), "job.train_again",
                  more=lambda: _use(view, config))  # fmt: skip
    moving = bool(run and run.active)
    if moving:
        st.session_state[FRAME] = None
    history = store().history(config.key) if run else {}
    frames = store().frame_steps(config.key) if run else []
    per_epoch = int(run.facts.get("per_epoch", 1)) if run else 1
    index = st.session_state.get(FRAME)
    index = len(frames) - 1 if index is None or index >= len(frames) else index
    left, right = st.columns([3, 2])
    with left:
        lines = [
            Line(say(f"sampling.curve_{name}"), *history.get(name, EMPTY), colour, dash,
                 raw=name == "batch_loss")
            for name, colour, dash in (
                ("batch_loss", 7, 0), ("train_loss", 0, 0), ("validation_loss", 1, 1))
        ]  # fmt: skip
        at = frames[index] / per_epoch if frames else None
        figure = bits_curves.learning(
            "sampling_learning", lines, marks_of(config), per_epoch=per_epoch,
            epochs=config.epochs, at=at,
        )  # fmt: skip
        chart(figure, "sampling_learning", say("sampling.learning_alt"))
        _bound(config)
    with right:
        _samples(config, frames, index, per_epoch)
    if len(frames) > 1 and not moving:
        held(
            st.select_slider,
            "sampling_scrub",
            say("training.scrub"),
            index,
            lambda at: st.session_state.update({FRAME: at}),
            range(len(frames)),
            format_func=lambda i: say("training.epoch", epoch=f"{frames[i] / per_epoch:.2f}"),
        )
    _numbers(history, run.summary if run else {})
    foot(honest(config, run if run and run.steps else None), run, key="sampling_train_foot")
    return moving


def marks_of(config: DensityConfig) -> dict[str, float]:
    """What is known before training: of the texture everything, else knowing nothing."""
    if config.source.id == "texture":
        texture = config.source.get("texture")
        entropy = {say("blind_spot.entropy"): texture.entropy()}
        if widest_of(config) > texture.kernel:
            return entropy
        return {say("blind_spot.bound"): texture.bound_of_a_single_mask()} | entropy
    return {say("sampling.uniform"): float(np.log2(config.source.get("levels")))}


def widest_of(config: DensityConfig) -> int:
    """Side of the widest kernel of a network of one masked stack; 0 of any other model."""
    model = config.model
    return max(model.kernel, model.first_kernel) if isinstance(model, Naive) else 0


def _bound(config: DensityConfig) -> None:
    """That the texture's bound does not hold for this network, where it does not."""
    if config.source.id != "texture":
        return
    kernel, widest = config.source.get("texture.kernel"), widest_of(config)
    if widest > kernel:
        st.caption(say("sampling.no_bound", widest=widest, kernel=kernel))


def _samples(config: DensityConfig, frames: list[int], index: int, per_epoch: int) -> None:
    if not frames:
        run = store().run(config.key)
        st.info(say("sampling.comes" if run and run.active else "sampling.not_yet"))
        return
    drawn = store().frame(config.key, frames[index]).get("samples")
    if drawn is None:
        return
    run = store().run(config.key)
    levels = int(run.facts.get("levels", 2)) if run else 2
    chart(
        figures.gallery(drawn, [""] * len(drawn), levels, across=4,
                              each=90),
        "sampling_samples", say("sampling.samples_alt"),
    )  # fmt: skip
    st.caption(say("sampling.same_draw", epoch=f"{frames[index] / per_epoch:.2f}"))


def _use(view: SamplingView, config: DensityConfig) -> None:
    use = view.with_("net", "run").with_("run", config.key)
    st.button(say("sampling.use_it"), icon=":material/draw:", key="sampling_use",
              on_click=lambda: sections.go("sampling", "step", use))  # fmt: skip


def _numbers(history: dict[str, tuple[np.ndarray, np.ndarray]], summary: dict[str, float]) -> None:
    with st.container(horizontal=True):
        for name in ("train_loss", "validation_loss"):
            if name in history:
                st.metric(f"{say(f'sampling.curve_{name}')} ↓", fixed(history[name][1][-1]),
                          help=say("sampling.per_dim"))  # fmt: skip
        if "test_loss" in summary:
            st.metric(f"{say('sampling.test_part')} ↓", fixed(summary['test_loss']),
                      help=say("sampling.per_dim"))  # fmt: skip
            st.metric(tr("nats"), f"{summary['test_nats']:.1f}", help=say("sampling.nats_help"))
