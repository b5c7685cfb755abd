"""What is said of work that is too large, before anything is drawn or built for it?"""

import streamlit as st

from dashboard.core import link
from dashboard.core.words import say, tr
from engine.config import Config
from engine.runs.costs import too_large
from engine.runs.work import Work


def affordable(config: Work, name: str, view: Config | None = None, field: str = "") -> bool:
    """Whether it can be asked for; else a sentence, and a button for settings that work.

    Args:
        config: the work.
        name: prefix of the widget's key.
        view: the page's settings, of which the work is one; None: the link holds the work itself.
        field: its name there.
    """
    if (found := too_large(config)) is None:
        return True
    st.error(tr(found.sentence), icon=":material/weight:")
    instead = found.instead
    if instead is not None:
        whole = instead if view is None else view.model_copy(update={field: instead})
        st.button(
            say("job.smaller"),
            icon=":material/compress:",
            key=f"{name}_smaller",
            on_click=link.write,
            args=(type(whole), whole),
        )
    return False
