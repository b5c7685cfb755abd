"""What is around every page: menu, notes, presenter mode, honest errors."""

import streamlit as st

from dashboard import link
from dashboard.chart import prepare
from dashboard.router import PageInfo, by_section, find_pages
from dashboard.words import ASSETS, say


def pages() -> dict[str, st.Page]:
    """Every page by name, as Streamlit's own objects: anew for every run, which marks them."""
    return {
        info.name: st.Page(
            info.path,
            title=info.title,
            icon=info.icon,
            url_path="" if info.name == "home" else info.name,
            default=info.name == "home",
        )
        for info in find_pages()
    }


def show() -> None:
    """Build the menu and run the page that was asked for."""
    st.set_page_config(page_title="Blindspot", page_icon=str(ASSETS / "icon.svg"), layout="wide")
    found = pages()
    infos = find_pages()
    menu = {section: [found[i.name] for i in group] for section, group in by_section(infos).items()}
    page = st.navigation(menu, position="top")
    name = next(name for name, candidate in found.items() if candidate == page)
    info = next(info for info in infos if info.name == name)
    st.html(ASSETS / "style" / "app.css")
    prepare()
    above = st.container()
    link.settle()
    link.remember(name)
    if name != "home":
        header(info)
    page.run()
    if found_wrong := link.notes():
        above.warning("  \n".join(found_wrong), icon=":material/info:")


def header(info: PageInfo) -> None:
    """Title, what the page is about, and presenter mode."""
    with st.container(horizontal=True, vertical_alignment="center", key="header"):
        st.markdown(f"### {info.title}")
        st.caption(info.summary)
        st.space("stretch")
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
