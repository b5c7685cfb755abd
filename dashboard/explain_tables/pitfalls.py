"""Section 5: where does an explanation mislead, although every number of it is right?"""

from functools import partial

import numpy as np
import streamlit as st

from dashboard.core import job
from dashboard.core.chart import chart
from dashboard.core.controls import control
from dashboard.core.numbers import rough
from dashboard.core.runtime import store
from dashboard.core.words import say, tr
from dashboard.explain_tables import case
from dashboard.explain_tables import choices as choose
from dashboard.explain_tables.figures import pitfalls as figures
from dashboard.explain_tables.fragment import alone
from dashboard.explain_tables.view import TablesView
from engine.data.card_fraud import FEATURES
from engine.runs.store import Run
from engine.topics.explain_tables.models import fitted
from engine.topics.explain_tables.pitfalls.backgrounds import SIZES, Backgrounds, choices
from engine.topics.explain_tables.pitfalls.correlated import (
    Correlated,
    closed_form,
    cloud,
    computed,
    ellipse,
    hybrids,
)
from engine.topics.explain_tables.pitfalls.fraud_case import FraudCase
from engine.topics.explain_tables.pitfalls.proxy import LIMIT, Seen, seen

ORDER = 50
ID = "misleads"
OPENS = {FraudCase: "case.", Backgrounds: lambda config: {"trap": "background"} | config.flat()}

ASKED = 4  # of so many rows one is drawn: marks are what the browser waits for
GRID = np.linspace(-0.99, 0.99, 67)


def knobs(view: TablesView) -> None:
    """Those of the trap that is open."""
    match view.trap:
        case "correlated":
            choose.part(view, "correlated", hide=("correlated.correlation",))
        case "proxy":
            choose.part(view, "proxy")
        case "background":
            choose.model(view)
            for name in ("row", "draws"):
                control(TablesView, "tables", view, name)
        case "case":
            case.knobs(view)


def show(view: TablesView) -> None:
    """One of four traps."""
    control(TablesView, "tables", view, "trap")
    match view.trap:
        case "correlated":
            alone(view, ("correlated",), _correlated)
        case "background":
            config = Backgrounds(model=view.model, row=view.row, draws=view.draws)
            job.panel(
                config,
                "tables_spread",
                say("explain_tables.compare"),
                lambda run: _background(config, run),
                empty=choose.working(config) or say("explain_tables.spread_empty"),
                alone=config.draws <= Backgrounds().draws,
                below=partial(choose.ran, view, config),
            )
        case "proxy":
            _proxy(view)
        case "case":
            case.show(view)


def _correlated(view: TablesView) -> None:
    """The cloud, what the model is asked about, and both answers over the correlation."""
    control(TablesView, "tables", view, "correlated.correlation")
    config = view.correlated
    rho = config.correlation
    asked, outside = hybrids(config)
    found, exact = computed(config), closed_form(config, rho)
    names = say("explain_tables.interventional"), say("explain_tables.conditional")
    lines = closed_form(config, GRID)
    st.markdown(
        say(
            "explain_tables.correlated_says",
            f1=_minus(f"{config.first_weight:g}"),
            f2=_minus(f"{config.second_weight:+g}".replace("+", "+ ").replace("-", "− ")),
            rho=_minus(f"{rho:g}"),
            plain1=_minus(f"{exact.interventional[0]:+.3f}"),
            plain2=_minus(f"{exact.interventional[1]:+.3f}"),
            cond1=_minus(f"{exact.conditional[0]:+.3f}"),
            cond2=_minus(f"{exact.conditional[1]:+.3f}"),
            outside=f"{outside:.0%}",
        )
    )
    chart(
        figures.games(
            cloud(config), asked[::ASKED], ellipse(rho), (config.first, config.second), GRID,
            dict(zip(names, lines, strict=True)), rho, dict(zip(names, found, strict=True)),
        ),
        "tables_games",
        say("explain_tables.games_alt"),
    )  # fmt: skip
    gap = float(np.abs(found.conditional - exact.conditional).max())
    sampled = float(np.abs(found.interventional - exact.interventional).max())
    st.caption(
        say(
            "explain_tables.games_checked",
            conditional=rough(gap),
            sampled=f"{sampled:.3f}",
            drawn=ASKED,
        )
    )
    st.latex(_sum(config))
    choose.foot_at_once(view, config)


def _minus(number: str) -> str:
    """As it is printed in a sentence."""
    return number.replace("-", "−")


def _sum(config: Correlated) -> str:
    """The conditional value of x₂ with the current numbers."""
    rho, w, x = config.correlation, config.first_weight, config.first
    v2, v1 = config.second_weight, config.second
    alone_2 = (v2 + rho * w) * v1
    alone_1 = (w + rho * v2) * x
    whole = w * x + v2 * v1
    phi = closed_form(config, rho).conditional[1]
    return (
        r"\varphi_2=\tfrac12\,[\,v(\{2\})-v(\emptyset)\,]+\tfrac12\,[\,v(\{1,2\})-v(\{1\})\,]"
        rf"=\tfrac12\cdot({alone_2:.3f})+\tfrac12\cdot({whole:.3f}-{alone_1:.3f})={phi:.3f}"
        r",\quad v(\{2\})=(w_2+\rho w_1)\,x_2"
    ).replace("--", "+")


def _background(config: Backgrounds, run: Run) -> bool:
    arrays = store().last(config.key)
    if not arrays:
        return False
    model = fitted(config.model)
    values = np.asarray(arrays["values"], np.float64)
    sizes = SIZES[: len(values)]
    table = model.table
    st.markdown(f"#### {say('explain_tables.how_many')}")
    chart(
        figures.spread(values, sizes, table.features, tr(model.unit)),
        "tables_spread",
        say("explain_tables.spread_alt"),
    )
    top = int(np.abs(values[-1]).mean(0).argmax())
    st.caption(
        say(
            "explain_tables.spread_says",
            feature=choose.plain(table.features[top]),
            few=f"{np.ptp(values[0, :, top]):.3f}",
            many=f"{np.ptp(values[-1, :, top]):.3f}",
            draws=config.draws,
            size=sizes[-1],
            estimator=tr(str(run.facts["estimator"])),
        )
    )
    if "chosen" in arrays:
        _against(config, np.asarray(arrays["chosen"]), np.asarray(arrays["bases"]))
    return True


def _against(config: Backgrounds, chosen: np.ndarray, bases: np.ndarray) -> None:
    """The same row, the same model, another question."""
    model = fitted(config.model)
    table = model.table
    names = [say("explain_tables.random"), say("explain_tables.middle"), *map(tr, table.classes)][
        : len(choices(table))
    ]
    top = np.argsort(-np.abs(chosen).max(0), kind="stable")[:8]
    shown = {
        say("explain_tables.against", who=name, base=f"{base:.2f}"): {
            table.features[i]: float(values[i]) for i in top
        }
        for name, values, base in zip(names, chosen, bases, strict=True)
    }
    row = table.x[min(config.row, len(table.x) - 1)]
    st.markdown(f"#### {say('explain_tables.against_whom')}")
    chart(
        figures.side_by_side(shown, say("explain_tables.value"), tr(model.unit)),
        "tables_side",
        say("explain_tables.side_alt"),
    )
    answer = float(model.predict(row[None])[0])
    st.caption(
        say(
            "explain_tables.against_says", answer=f"{answer:.3f}", unit=choose.plain(tr(model.unit))
        )
    )


def _proxy(view: TablesView) -> None:
    """The same payments with and without the amount."""
    models: dict[str, Seen] = {
        say("explain_tables.with_amount"): seen(view.proxy, False),
        say("explain_tables.without_amount"): seen(view.proxy, True),
    }
    limit, (given, hidden) = FEATURES[LIMIT], models.values()

    def of(one: Seen) -> float:
        return float(one.importance[one.features.index(limit)])

    st.markdown(
        say(
            "explain_tables.proxy_says",
            with_=f"{of(given):.2f}",
            without=f"{of(hidden):.2f}",
            place=1 + int((hidden.importance > of(hidden)).sum()),
            columns=len(hidden.features),
            auc=f"{given.auc:.3f}",
            auc_hidden=f"{hidden.auc:.3f}",
            moved=f"{hidden.moved:+.2f}",
        )
    )
    chart(
        figures.side_by_side(
            {
                name: dict(zip(one.features, one.importance.tolist(), strict=True))
                for name, one in models.items()
            },
            say("explain_tables.mean_value"),
            say("explain_tables.log_odds_fraud"),
        ),
        "tables_proxy",
        say("explain_tables.proxy_alt"),
    )
    st.caption(say("explain_tables.proxy_foot"))
    choose.foot_at_once(view, view.proxy)
