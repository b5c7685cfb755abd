"""The maps of one picture: asked for together, each there as soon as it has come."""

from concurrent.futures import Future
from functools import partial

import streamlit as st

from dashboard.core.later import later, soon
from dashboard.explain_images.subject import Subject
from engine.explain.explained import Explained, explain
from engine.explain.methods import Method
from engine.networks.classifiers import Classifier

GROUPS = ("cam", "gradient", "perturbation")  # groups, the quick ones first; few passes first


def _passes(of: Classifier, found: Subject, method: Method) -> int:
    """How much work a map is; nothing where the method will refuse the network."""
    try:
        return method.passes(of.model, found.x)
    except ValueError:
        return 0


class Maps:
    """What some methods say of one picture, as far as it is known."""

    def __init__(
        self, name: str, of: Classifier, found: Subject, methods: list[Method], seed: int
    ) -> None:
        """Ask for all; what this session asked for under the same name and has not begun is
        dropped, so that a slider that moves on leaves no queue behind."""
        self.methods = methods
        keys = {m.id: f"{found.key}/{m.id}-{m.key}/{seed}" for m in methods}
        asked = f"{name}_asked"
        later().drop(set(st.session_state.get(asked, ())) - set(keys.values()))
        st.session_state[asked] = list(keys.values())
        self.coming: dict[str, Future[Explained]] = {}
        passes = partial(_passes, of, found)
        for method in sorted(methods, key=lambda m: (GROUPS.index(m.group), passes(m))):
            work = partial(explain, method, of.model, found.x, found.targets, seed)
            self.coming[method.id] = later().ask(keys[method.id], work)

    @property
    def moving(self) -> bool:
        """Whether some are still to come, after a short wait."""
        return soon(self.coming.values())

    @property
    def missing(self) -> bool:
        """Whether some are still to come, now."""
        return not all(future.done() for future in self.coming.values())

    def of(self, method: Method) -> Explained | None:
        """A method's map, or None while it is computed."""
        future = self.coming[method.id]
        return future.result() if future.done() and not future.cancelled() else None
