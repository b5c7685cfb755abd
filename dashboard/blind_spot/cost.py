"""Section 4: what does the blind spot cost? A texture whose information sits inside it, and digits
where little does.
"""

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from dashboard.blind_spot.choices import knobs_of
from dashboard.blind_spot.figures import masks
from dashboard.blind_spot.view import SpotView
from dashboard.core import job
from dashboard.core.chart import chart
from dashboard.core.export import honest
from dashboard.core.live import live
from dashboard.core.runtime import jobs, store
from dashboard.core.words import say, tr
from dashboard.figures import bits_curves
from dashboard.figures.curves import Line
from engine.autoregressive.models import AUTOREGRESSIVE, Autoregressive
from engine.autoregressive.pictures import SOURCES, Source
from engine.autoregressive.texture import Texture
from engine.runs.shipped import put_shipped
from engine.runs.store import EMPTY, Run
from engine.statistics import compare
from engine.topics.autoregressive.config import DensityConfig
from engine.topics.autoregressive.exhibit import Exhibit

ORDER = 40
KNOBS = ("kernel", "levels")

LAYERS, CHANNELS = 4, 32  # of the single stack; the gated one is as large in parameters
SEEDS = 6  # of the same plain network with and without the wedge


def knobs(view: SpotView) -> None:
    knobs_of(view, *KNOBS)


def show(view: SpotView) -> None:
    """The texture, the two numbers that separate the schemes, and both networks learning."""
    texture = Texture(kernel=view.kernel, levels=view.levels)
    st.markdown(say("blind_spot.texture", shift=texture.shift, kernel=view.kernel))
    left, right = st.columns([3, 2])
    with left:
        x = texture.sample(4, 0)
        sheet = {say("blind_spot.texture_alt"): x.numpy()}
        chart(
            masks.drawn(sheet, view.levels, height=200),
            "spot_texture",
            say("blind_spot.texture_alt"),
        )
    with right:
        st.metric(say("blind_spot.entropy"), say("blind_spot.bits", value=texture.entropy()))
        st.metric(
            say("blind_spot.bound"), say("blind_spot.bits", value=texture.bound_of_a_single_mask()),
            help=say("blind_spot.bound_help"),
        )  # fmt: skip
    limits = {
        say("blind_spot.bound"): texture.bound_of_a_single_mask(),
        say("blind_spot.entropy"): texture.entropy(),
    }
    for column, (name, configs) in zip(st.columns(2), pairs(view).items(), strict=True):
        with column:
            _learn(name, configs, limits if name == "texture" else {})
    _wedge_alone(view.kernel)


def with_and_without(kernel: int) -> list[Exhibit]:
    """One plain network on digits, through one mask a layer and through two stacks: one a seed."""
    return [
        Exhibit.model_validate({"piece": "blind_spot", "kernel": kernel, "seed": seed})
        for seed in range(SEEDS)
    ]


def _wedge_alone(kernel: int) -> None:
    """What the wedge costs on digits where nothing but the masks differs."""
    configs = with_and_without(kernel)
    for config in configs:
        put_shipped(store(), config)
    runs = [store().run(config.key) for config in configs]
    known = [run for run in runs if run and "these" in run.summary]
    if not known:
        return
    one, two = ([float(run.summary[name]) for run in known] for name in ("these", "right"))
    found = compare([one, two], ratio=False).verdict(0, 1)
    sizes = {name: f"{int(known[0].facts[name]):,}" for name in ("these", "right")}
    numbers = {"gap": found.difference, "low": found.low, "high": found.high, "seeds": found.seeds}
    st.markdown(
        say("blind_spot.wedge_alone", one=sum(one) / len(one), two=sum(two) / len(two),
            **numbers)
        + " "
        + say(f"blind_spot.wedge_{'real' if found.real else 'noise'}", **sizes)
    )  # fmt: skip


def pairs(view: SpotView) -> dict[str, dict[str, DensityConfig]]:
    """Both networks on the texture and on digits; those of the defaults come with the app."""
    texture = Texture(kernel=view.kernel, levels=view.levels)
    sources: dict[str, tuple[Source, int]] = {
        "texture": (SOURCES["texture"].model_validate({"texture": texture}), 8),
        "digits": (SOURCES["images"](), 12),
    }
    return {name: pair(source, view.kernel, epochs) for name, (source, epochs) in sources.items()}


def pair(source: Source, kernel: int, epochs: int) -> dict[str, DensityConfig]:
    """A single stack and a gated one of nearly equally many parameters, trained alike."""
    knobs = {"kernel": kernel, "first_kernel": kernel, "layers": LAYERS}
    naive = AUTOREGRESSIVE["naive"].model_validate({**knobs, "channels": CHANNELS})
    sizes = {c: AUTOREGRESSIVE["gated"].model_validate({**knobs, "channels": c})
             for c in range(3, CHANNELS + 1)}  # fmt: skip
    wanted = _parameters(source, naive)
    gated = min(sizes.values(), key=lambda model: abs(_parameters(source, model) - wanted))
    return {
        model.id: DensityConfig(
            source=source, model=model, epochs=epochs, learning_rate=0.005, conditional=False
        )
        for model in (naive, gated)
    }


KEYS: dict[str | type[Any], Callable[[Any], Any]] = {
    Source: lambda part: part.key,
    Autoregressive: lambda part: part.key,
}


@st.cache_data(show_spinner=False, max_entries=512, hash_funcs=KEYS)
def _parameters(source: Source, model: Autoregressive) -> int:
    levels = source.get("texture.levels") if source.id == "texture" else source.get("levels")
    return sum(p.numel() for p in model.build((1, 8, 8), levels).parameters())


def _learn(name: str, configs: Mapping[str, DensityConfig], marks: Mapping[str, float]) -> None:
    st.markdown(f"**{say(f'blind_spot.learn_{name}')}**")
    for config in configs.values():
        put_shipped(store(), config)
    runs = [store().run(config.key) for config in configs.values()]
    active = any(run and run.active for run in runs)
    live(lambda: _draw(name, configs, marks), active=active, every=0.7)


def _draw(name: str, configs: Mapping[str, DensityConfig], marks: Mapping[str, float]) -> bool:
    """Both curves of held-out bits/dim; whether they still grow."""
    runs = {id: store().run(config.key) for id, config in configs.items()}
    moving = any(run and run.active for run in runs.values())
    done = all(run and run.state == "done" for run in runs.values())
    with st.container(horizontal=True):
        st.button(
            say("job.train_again") if done else say("blind_spot.learn"), key=f"spot_learn_{name}",
            icon=":material/play_arrow:", disabled=moving, on_click=_start, args=(configs, done),
        )  # fmt: skip
        if moving:
            st.button(say("training.stop"), key=f"spot_stop_{name}", icon=":material/stop:",
                      on_click=_stop, args=(configs,))  # fmt: skip
    for id, run in runs.items():
        if run and run.active:
            job.progress(run, f"{tr(AUTOREGRESSIVE[id].about.label)}:")
    lines, per_epoch, epochs = [], 1, 1
    for index, (id, config) in enumerate(configs.items()):
        run = runs[id]
        history = store().history(config.key) if run else {}
        per_epoch = int(run.facts.get("per_epoch", per_epoch)) if run else per_epoch
        epochs = config.epochs
        title = tr(AUTOREGRESSIVE[id].about.label)
        lines.append(Line(title, *history.get("validation_loss", EMPTY), index, index))
    figure = bits_curves.learning(f"spot_{name}", lines, marks, per_epoch=per_epoch, epochs=epochs)
    chart(figure, f"spot_learning_{name}", say("blind_spot.learning_alt"))
    for id, config in configs.items():
        st.caption(_reached(tr(AUTOREGRESSIVE[id].about.label), config, runs[id]))
    if marks and done:
        st.caption(_of_the_process_itself(config.source))
    return moving


def _reached(name: str, config: DensityConfig, run: Run | None) -> str:
    """What a network reached, how large it is, and where the number comes from."""
    size = f"{_parameters(config.source, config.model):,}"
    if not run or "test_loss" not in run.summary:
        return say("blind_spot.untrained", name=name, parameters=size)
    bits = say("blind_spot.bits", value=run.summary["test_loss"])
    return say(
        "blind_spot.reached", name=name, parameters=size, reached=bits, origin=honest(config, run)
    )


def _of_the_process_itself(source: Source) -> str:
    """The bits of these very pictures: of a few hundred, a model may need less than the entropy."""
    part = source.load(0).test
    ideal = -float(source.get("texture").ideal_log2(part.x).mean())
    return say("blind_spot.ideal", value=say("blind_spot.bits", value=ideal), pictures=len(part.x))


def _start(configs: Mapping[str, DensityConfig], again: bool) -> None:
    for config in configs.values():
        (jobs().again if again else jobs().submit)(config)


def _stop(configs: Mapping[str, DensityConfig]) -> None:
    for config in configs.values():
        jobs().stop(config.key, "stopped", wait=1.0)
