"""Section 2: does an explanation add up to the score that it promises to share out?"""

from functools import partial

import numpy as np
import streamlit as st

from dashboard.core.chart import chart
from dashboard.core.controls import control
from dashboard.core.later import later
from dashboard.core.live import live
from dashboard.core.words import say, tr
from dashboard.explain_images import network, subject
from dashboard.explain_images.climbs import layers_of, ready, some
from dashboard.explain_images.figures import residual as figures
from dashboard.explain_images.maps import Maps
from dashboard.explain_images.subject import Subject
from dashboard.explain_images.view import ImagesView
from engine.explain.explained import Explained, explain
from engine.explain.methods import METHODS
from engine.explain.methods.integrated_gradients import IntegratedGradients
from engine.networks.classifiers import Classifier
from engine.words import said

ORDER = 20

KEPT = 0.01  # miss, as a share of what is owed, below which a promise is called kept
STEPS = (4, 8, 16, 32, 64, 128)
BASELINES = {
    "mean": said("mean"),
    "dark": said("dark"),
    "blur": said("blur"),
    "noise": said("noise"),
}


def knobs(view: ImagesView) -> None:
    """Network, picture and class; and one method's own settings."""
    network.choose(view)
    subject.knobs(view, ready(view.network))
    some(view, ("look.focus",))
    control(ImagesView, "images", view, "look.seed")


def show(view: ImagesView) -> None:
    """A row for every method that promises a sum, and what the steps of an integral buy."""
    of = network.opened(view.network)
    if of is None or (found := subject.subject(view, of)) is None:
        return
    st.markdown(subject.says(of, found))
    promising = tuple(id for id, method in METHODS.items() if method.promise)
    look = view.look.model_copy(update={"methods": promising})
    methods = [m for m in look.chosen(tuple(layers_of(of))) if m.promise]
    maps = Maps("residual", of, found, methods, view.look.seed)
    live(lambda: _table(maps), active=maps.moving, every=0.3)
    _steps(of, found)


def _table(maps: Maps) -> bool:
    moving = maps.missing
    rows, shown, counted = [], {}, {}
    for method in maps.methods:
        one = maps.of(method)
        row = {say("explain_images.look_method"): tr(method.about.label)}
        if one is None or one.residual is None:
            row[say("explain_images.promise")] = (
                say("explain_images.coming") if one is None else one.refused
            )
            rows.append(row)
            continue
        found = one.residual
        shown[tr(method.about.label)] = found.relative
        if not method.on_average:  # of the others each single map is promised
            counted[tr(method.about.label)] = found.relative
        rows.append(
            row
            | {
                say("explain_images.promise"): tr(PLAIN[method.id]),
                say("explain_images.total"): f"{found.total:.4f}",
                say("explain_images.owed"): f"{found.owed:.4f}",
                say("explain_images.missing"): f"{found.missing:+.2e}",
                say("explain_images.relative"): f"{found.relative:.2%}",
                say("explain_images.share"): f"{abs(found.missing) / max(found.mass, 1e-12):.2%}",
            }
        )
    if counted:
        worst = max(counted, key=lambda label: counted[label])
        kept = sum(value < KEPT for value in counted.values())
        st.markdown(
            say("explain_images.residual_all", count=len(counted))
            if kept == len(counted)
            else say("explain_images.residual_says", kept=kept, count=len(counted), worst=worst,
                     relative=counted[worst])
        )  # fmt: skip
    st.dataframe(rows, hide_index=True, placeholder="–", key="images_residual")
    st.caption(say("explain_images.residual_key"))
    if shown:
        chart(
            figures.bars(shown, KEPT, axis=say("explain_images.residual_axis")),
            "images_residual_bars",
            say("explain_images.residual_alt"),
        )
    return moving


PLAIN = {
    "integrated_gradients": said("S(x) − S(baseline)"),
    "deep_lift": said("S(x) − S(baseline)"),
    "kernel_shap": said("S(x) − S(baseline)"),
    "gradient_shap": said("≈ S(x) − mean S(baselines)"),
    "lrp": said("S(x), less what biases keep"),
    "cam": said("S(x) − bias"),
}
"""The promises without LaTeX, which a table cannot draw."""


def _steps(of: Classifier, found: Subject) -> None:
    """The miss of integrated gradients over the steps of its integral."""
    asked = {
        (baseline, steps): later().ask(
            f"{found.key}/steps-{baseline}-{steps}",
            partial(
                explain, IntegratedGradients(baseline=baseline, steps=steps), of.model, found.x,
                found.targets,
            ),
        )
        for steps in STEPS
        for baseline in BASELINES
    }  # fmt: skip

    def draw() -> bool:
        there: dict[tuple[str, int], Explained] = {
            key: future.result() for key, future in asked.items() if future.done()
        }
        curves = {
            tr(name): np.array([
                one.residual.relative if (one := there.get((baseline, s))) and one.residual
                else np.nan
                for s in STEPS
            ])
            for baseline, name in BASELINES.items()
        }  # fmt: skip
        st.markdown(f"#### {say('explain_images.steps_title')}")
        chart(
            figures.steps(
                curves, np.array(STEPS), axis=say("explain_images.residual_axis"),
                across=say("explain_images.steps_axis"),
            ),
            "images_residual_steps",
            say("explain_images.steps_alt"),
        )  # fmt: skip
        return len(there) < len(asked)

    live(draw, active=not all(f.done() for f in asked.values()), every=0.4)
