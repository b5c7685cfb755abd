"""The Explain tables page in a browser: sliders redraw, a point opens its row, files are read."""

from typing import Any

import pytest

from tests.browser.lab import SOON, Lab

_DRAWN = """key => {
    const plot = document.querySelector(`.st-key-${key} .js-plotly-plot`);
    return plot?._fullData?.length ? JSON.stringify([
        plot._fullLayout.shapes?.map(s => s.x0),
        plot._fullData.map(t => [t.name, t.y?.length, t.x?.[0], t.y?.[0]]),
    ]) : null;
}"""
_OTHER = f"([key, before]) => {{ const now = ({_DRAWN})(key); return now && now !== before; }}"


@pytest.fixture
def lab(page: Any) -> Lab:
    return Lab(page)


def show(lab: Lab, query: str, chart: str) -> None:
    lab.page.goto(f"/explain_tables?{query}")
    lab.at(chart).locator(".main-svg").first.wait_for(timeout=2 * SOON)
    lab.settled()


@pytest.mark.parametrize(
    ("query", "knob", "chart", "name"),
    [
        ("scores=screening", "tables_threshold", "tables_thresholds", "threshold"),
        ("section=one&background=20", "tables_what_5", "tables_waterfall", "what"),
        (
            "section=misleads&trap=correlated",
            "tables_correlated.correlation",
            "tables_games",
            "correlated.correlation",
        ),
    ],
)
def test_a_slider_redraws_and_is_in_the_link(
    lab: Lab, query: str, knob: str, chart: str, name: str
) -> None:
    show(lab, query, chart)
    before = lab.page.evaluate(_DRAWN, chart)
    lab.slider(knob).focus()
    lab.page.keyboard.press("ArrowLeft")
    lab.until(_OTHER, [chart, before])
    lab.until(f"() => location.search.includes('{name}')")


def test_all_rows_are_explained_and_a_point_opens_its_row(lab: Lab) -> None:
    query = "section=all&model.data=wine&model.predictor=linear&rows=50&background=20"
    show(lab, query, "tables_beeswarm")
    lab.at("tables_all_again").wait_for(timeout=SOON)
    lab.settled()
    board = lab.at("tables_beeswarm")
    board.scroll_into_view_if_needed()
    spot = lab.page.evaluate(
        """() => {
            const plot = document.querySelector('.st-key-tables_beeswarm .js-plotly-plot');
            const trace = plot._fullData.filter(t => t.type === 'scattergl').pop();
            const at = Array.from(trace.x).reduce((b, x, i) => x > trace.x[b] ? i : b, 0);
            const box = plot.getBoundingClientRect(), {xaxis, yaxis} = plot._fullLayout;
            return [
                box.left + xaxis._offset + xaxis.l2p(trace.x[at]),
                box.top + yaxis._offset + yaxis.l2p(trace.y[at]),
                trace.customdata[at][0],
            ];
        }"""
    )
    lab.page.mouse.move(spot[0] - 4, spot[1])
    lab.page.mouse.move(spot[0], spot[1])
    lab.until("() => document.querySelector('.st-key-tables_beeswarm .hoverlayer .hovertext')")
    lab.page.mouse.click(spot[0], spot[1])
    lab.until("() => location.search.includes('section=one')")
    lab.settled()
    assert lab.link["row"] == str(int(spot[2]))


def test_a_file_is_refused_in_a_sentence_or_learned_from(lab: Lab) -> None:
    show(lab, "model.data=wine&model.predictor=linear", "tables_answers")
    lab.page.get_by_text("Bring your own table").click()
    files = lab.at("tables_file").locator("input[type=file]")
    bad = {"name": "bad.csv", "mimeType": "text/csv", "buffer": b"a,b\n1,2\n"}
    files.set_input_files(bad)
    lab.page.get_by_text("at least 20 are needed").wait_for(timeout=SOON)
    assert "model.csv" not in lab.link
    rows = "\n".join(f"{i % 9};{'ab'[i % 2]};{(i % 9) * 2 + i % 2}" for i in range(90))
    good = {"name": "g.csv", "mimeType": "text/csv", "buffer": f"x;kind;price\n{rows}".encode()}
    files.set_input_files(good)
    lab.page.locator("[class*=st-key-tables_target]").wait_for(timeout=SOON)
    lab.at("tables_numbers").locator(".main-svg").first.wait_for(timeout=SOON)
    assert len(lab.link["model.csv"]) == 16


def test_what_a_slider_says_alone_is_shared_and_found_again(lab: Lab) -> None:
    """The part that follows it is drawn without the page around it, which keeps the links."""
    show(lab, "scores=screening&screening.people=1000", "tables_thresholds")
    before = lab.page.evaluate(_DRAWN, "tables_thresholds")
    lab.slider("tables_threshold").press("ArrowLeft")
    lab.until(_OTHER, ["tables_thresholds", before])
    lab.until("() => location.search.includes('threshold=0.49')")
    lab.page.get_by_role("button", name="Share").click()
    lab.page.get_by_text("threshold=0.49").wait_for(timeout=SOON)
    lab.page.keyboard.press("Escape")
    lab.page.get_by_role("link", name="Home").first.click()
    lab.until("() => !location.pathname.includes('explain_tables')")
    lab.page.locator("a[href*='explain_tables']").first.click()
    lab.until("() => location.search.includes('threshold=0.49')")
