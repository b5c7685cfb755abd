"""Runs of one seed that move side by side: their losses, their surfaces, and where they part."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import streamlit as st

from dashboard.core.chart import chart
from dashboard.core.runtime import store
from dashboard.core.words import say, tr
from dashboard.figures import plane
from dashboard.figures.curves import Look, looks
from dashboard.figures.lockstep import lockstep
from engine.runs.files import Arrays
from engine.runs.store import EMPTY, Series
from engine.training.fairness import parts_at
from engine.training.seeds import LOSS, Band, band, worst_of
from engine.training.sweep import Sweep


@dataclass(frozen=True)
class Seen:
    """What is known of a comparison at one moment, and how it is drawn."""

    sweep: Sweep
    history: Series
    groups: Mapping[str, range]  # label of each value to the numbers of its runs
    per_epoch: Sequence[int]  # updates an epoch of each value
    log: bool
    format: str
    title: str = ""  # of the setting that varies, with which the labels begin
    numbers: Sequence[float] = ()  # its values, where they are numbers

    def short(self, label: str) -> str:
        """A label in a legend, whose title says of what it is a value."""
        return label.removeprefix(self.title).strip() or label

    @cached_property
    def looks(self) -> dict[str, Look]:
        """Of each setting, by its short label."""
        return looks([self.short(label) for label in self.groups], numbers=self.numbers)

    @cached_property
    def worst(self) -> float:
        runs = [run for members in self.groups.values() for run in members]
        return worst_of(self.history, LOSS, runs)

    @cached_property
    def ratio(self) -> bool:
        """Whether losses are compared by their ratio: none is below zero."""
        known = [v for name, (_, v) in self.history.items() if name.startswith(f"{LOSS}:")]
        return all((values >= 0).all() for values in known)

    @property
    def unit(self) -> str:
        return f" ({tr(self.sweep.base.loss.unit)})" if self.sweep.base.loss.unit else ""

    def bands(self, series: str) -> dict[str, Band]:
        """The seeds of each value, x in updates."""
        how = {"worst": self.worst} if series == LOSS else {"lower": False}
        return {
            label: band(self.history, series, members, **how)  # type: ignore[arg-type]
            for label, members in self.groups.items()
        }

    def over_epochs(self, series: str) -> dict[str, Band]:
        """The same by short label, x in epochs."""
        found = zip(self.bands(series).items(), self.per_epoch, strict=True)
        return {self.short(label): one.times(1 / per) for (label, one), per in found}

    @cached_property
    def parted(self) -> int | None:
        """The update after which the first seed's runs are no longer the same; None where each
        run is of another seed, or has batches of its own."""
        if len(self.groups) < 2 or len(set(self.per_epoch)) > 1:
            return None
        return parts_at(self.history, [members[0] for members in self.groups.values()])

    @property
    def parted_epoch(self) -> float | None:
        return None if self.parted is None else self.parted / self.per_epoch[0]


def side_by_side(seen: Seen) -> None:
    """The first seed of each value, or every seed, at every moment whose surfaces were kept."""
    found = _moments(seen)
    if not found:
        return
    first = {label: members[0] for label, members in _runs(seen).items()}
    per = dict(zip(map(seen.short, seen.groups), seen.per_epoch, strict=True))
    common = seen.per_epoch[0]
    losses = {
        label: (steps / per.get(label, common), values)
        for label, run in first.items()
        if len(steps := (at := seen.history.get(f"{LOSS}:{run}", EMPTY))[0])
        and len(values := at[1])
    }
    title = say("compare.surfaces")
    which = "compare.side_by_side" if len(seen.groups) > 1 else "compare.seed_by_seed"
    st.markdown(f"#### {say(which, seed=seen.sweep.base.seed)}")
    if len(found) > 1 and losses:
        film = lockstep(
            losses,
            [(step / common, surfaces) for step, surfaces in found],
            title=say("compare.validation_loss") + seen.unit,
            parted=seen.parted_epoch,
            log=seen.log,
            styles=seen.looks if len(seen.groups) > 1 else None,
            legend=seen.title if len(seen.groups) > 1 else "",
        )
        chart(film, "compare_film", title, format=seen.format)
    else:
        chart(plane.gallery(found[-1][1]), "compare_surfaces", title, format=seen.format)
    st.caption(title)
    if seen.parted is not None:
        when = "compare.parted" if seen.parted else "compare.parted_start"
        st.caption(say(when, update=f"{seen.parted:,}"))


def _runs(seen: Seen) -> dict[str, Sequence[int]]:
    """What stands side by side: each value, or each seed where there is one value."""
    if len(seen.groups) > 1:
        return {seen.short(label): members for label, members in seen.groups.items()}
    seed = seen.sweep.base.seed
    (members,) = seen.groups.values()
    return {say("compare.seed", seed=seed + i): [run] for i, run in enumerate(members)}


def _moments(seen: Seen) -> list[tuple[int, Arrays]]:
    """(update, label to surface); what one moment lacks is as it was before."""
    key, runs = seen.sweep.key, {label: members[0] for label, members in _runs(seen).items()}
    last: Arrays = {}
    found: list[tuple[int, Arrays]] = []
    for step in store().frame_steps(key):
        arrays = store().frame(key, step)
        last = last | {
            label: np.asarray(arrays[f"surface:{run}"])
            for label, run in runs.items()
            if f"surface:{run}" in arrays
        }
        found.append((step, last))
    return [(step, {label: one[label] for label in last}) for step, one in found
            if set(one) == set(last) and last]  # fmt: skip
