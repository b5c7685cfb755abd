"""What is around every page: menu, notes, presenter mode, honest errors."""

from collections.abc import Sequence

import streamlit as st

from dashboard.core import link, marked, words
from dashboard.core.chart import prepare
from dashboard.core.router import PageInfo, by_group, find_pages
from dashboard.core.scenes import opening
from dashboard.core.words import say, tr
from engine.paths import ASSETS


def pages(infos: Sequence[PageInfo]) -> dict[str, st.Page]:
    """Pages by name, as Streamlit's own objects."""
    return {
        info.name: st.Page(
            info.path,
            title=tr(info.title),
            icon=info.icon,
            url_path="" if info.name == "home" else info.name,
            default=info.name == "home",
        )
        for info in infos
    }


def show() -> None:
    """Build the menu and run the page that was asked for."""
    st.set_page_config(page_title="Blindspot", page_icon=str(ASSETS / "icon.svg"), layout="wide")
    words.settle()  # the menu is in the visitor's language, too
    infos = find_pages()
    found = pages(infos)
    menu = {tr(name): [found[i.name] for i in group] for name, group in by_group(infos).items()}
    page = st.navigation(menu, position="top")
    name = next(name for name, candidate in found.items() if candidate == page)
    info = next(info for info in infos if info.name == name)
    st.html(ASSETS / "style" / "app.css")
    if words.right_to_left():
        st.html(ASSETS / "style" / "rtl.css")
    prepare()
    above = st.container()
    link.settle()
    link.remember(name, opening(name))
    if name != "home":
        header(info)
    marked.begin()
    page.run()
    marked.end()
    if found_wrong := link.notes():
        above.warning("  \n".join(map(tr, found_wrong)), icon=":material/info:")


def header(info: PageInfo) -> None:
    """Title, what the page is about, and presenter mode."""
    with st.container(horizontal=True, vertical_alignment="center", key="header"):
        st.markdown(f"### {tr(info.title)}")
        st.caption(tr(info.summary))
        st.space("stretch")
        words.language_menu()
        with st.popover("?", help=say("shell.keys")):
            st.markdown(say("shell.keyboard"))
        st.toggle(
            say("shell.presenter"),
            key="presenter",
            persist_state="session",
            help=say("shell.presenter_help"),
        )
    if st.session_state.get("presenter"):
        st.html(ASSETS / "style" / "presenter.css")
