"""Named scenes: settings that show one thing well. Each is a link, with what to see in it."""

import tomllib
from functools import cache

import streamlit as st
from pydantic import BaseModel

from dashboard.core import link
from dashboard.core.choices import one
from dashboard.core.words import say, tr
from engine.paths import TEXT


class Scene(BaseModel, frozen=True):
    """One scene of a page. Its sentences are English; catalogues have their translations."""

    id: str  # for ever
    title: str
    link: str  # settings: "data=moons optimizer.beta1=0.8"
    see: str  # what to look at, what to ask the class
    ask: str = ""  # id of a question of its section; empty: it asks nothing
    highlight: str = ""  # settings that are framed and come first, by their names in links

    @property
    def settings(self) -> dict[str, str]:
        """The link's items."""
        return dict(item.split("=", 1) for item in self.link.split())


class _File(BaseModel):
    opens: str = ""  # id of the scene that a bare address shows
    scene: list[Scene]


@cache
def _read(page: str) -> _File:
    path = TEXT / "en" / "scenes" / f"{page}.toml"
    if not path.exists():
        return _File(scene=[])
    return _File.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))


def scenes(page: str) -> list[Scene]:
    """Every scene of a page, in order; none where it has no file of them."""
    return _read(page).scene


def opening(page: str) -> dict[str, str]:
    """The settings that a bare address stands for: those of the page's opening scene.

    Defaults are for ever, because keys and old links rest on them; what a page opens on may change.
    """
    found = _read(page)
    return next((scene.settings for scene in found.scene if scene.id == found.opens), {})


def at_scene(page: str) -> bool:
    """Whether the link is that of a scene, whose sentence says what is to be seen."""
    return any(scene.settings == link.own() for scene in scenes(page))


def scene_menu(page: str) -> None:
    """A menu of scenes; the chosen one's settings become the link."""
    found = {scene.id: scene for scene in scenes(page)}
    open_now = current(page)

    def choose(id: str | None) -> None:
        if id:
            _open(found[id])

    one(
        f"{page}_scene",
        say("shell.scenes"),
        {id: tr(scene.title) for id, scene in found.items()},
        open_now.id if open_now else None,
        choose,
        index=None,
        placeholder=say("shell.scene"),
    )
    if open_now and not (open_now.ask and "ask" in st.query_params):  # it would give it away
        st.caption(tr(open_now.see))
    if st.session_state.get("presenter"):
        _stepping(list(found.values()), open_now)


def current(page: str) -> Scene | None:
    """The scene that the link opens, if it is one."""
    now = link.own()
    return next((scene for scene in scenes(page) if scene.settings == now), None)


def _open(scene: Scene) -> None:
    """Show a scene; one that asks, asks first."""
    more = {"ask": "1" if scene.ask else "", "highlight": scene.highlight}
    link.replace(scene.settings | {name: value for name, value in more.items() if value})


def _stepping(found: list[Scene], now: Scene | None) -> None:
    """Previous and next scene, by the keys that a presenter's remote sends."""
    at = found.index(now) if now else -1

    def go(to: int) -> None:
        _open(found[to % len(found)])

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
