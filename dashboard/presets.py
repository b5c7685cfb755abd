"""Named scenes: settings that show one thing well. `assets/presets/<page>.toml`; each is a link."""

import tomllib
from functools import cache

import streamlit as st

from dashboard import link
from dashboard.controls import KEPT
from dashboard.words import ASSETS, say

PRESETS = ASSETS / "presets"


@cache
def scenes(page: str) -> list[dict[str, str]]:
    """Every scene of a page: title, what to see, and a link's settings."""
    path = PRESETS / f"{page}.toml"
    found: list[dict[str, str]] = tomllib.loads(path.read_text(encoding="utf-8"))["scene"]
    return found


def presets(page: str) -> None:
    """A menu of scenes; the chosen one's settings become the link."""
    found = {scene["title"]: scene for scene in scenes(page)}
    key = f"{page}_scene"
    now = st.query_params.to_dict()
    current = next((title for title, scene in found.items() if settings(scene) == now), None)
    if st.session_state.get(key) != current:
        st.session_state[key] = current

    def choose() -> None:
        if title := st.session_state[key]:
            link.put(settings(found[title]))

    st.selectbox(
        say("shell.scenes"),
        list(found),
        key=key,
        index=None,
        on_change=choose,
        placeholder=say("shell.scene"),
        **KEPT,
    )
    if current:
        st.caption(found[current]["see"])
    if st.session_state.get("presenter"):
        _stepping(found, current)


def _stepping(found: dict[str, dict[str, str]], current: str | None) -> None:
    """Previous and next scene, by the keys that a presenter's remote sends."""
    titles = list(found)
    at = titles.index(current) if current else -1

    def go(to: int) -> None:
        st.query_params.from_dict(settings(found[titles[to % len(titles)]]))

    with st.container(horizontal=True):
        for key, to, icon in (("pageup", max(at, 0) - 1, "back"), ("pagedown", at + 1, "forward")):
            st.button(
                say(f"shell.scene_{icon}"),
                icon=f":material/arrow_{icon}:",
                key=f"scene_{icon}",
                shortcut=key,
                on_click=go,
                args=(to,),
            )


def settings(scene: dict[str, str]) -> dict[str, str]:
    """The link's items of a scene: "data=moons optimizer.beta1=0.8"."""
    return dict(item.split("=", 1) for item in scene["link"].split())
