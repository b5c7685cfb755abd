"""Pages are read once: at a rerun nothing is parsed, whoever reruns and how many at once."""

import ast
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from dashboard.core.places import describe
from dashboard.core.router import find_pages
from engine.runs.work import WORK, import_kinds
from tests.pages.app import visit, works


@pytest.fixture
def parsed(monkeypatch):
    """Names of the files that were parsed since."""
    found, true = [], ast.parse

    def parse(source, filename="<unknown>", *rest, **more):
        found.append(filename)
        return true(source, filename, *rest, **more)

    monkeypatch.setattr(ast, "parse", parse)
    return found


def test_many_who_ask_at_once_read_each_page_once(parsed, tmp_path):
    for number in range(8):
        said = {"title": "T", "icon": "", "group": "", "order": -number, "summary": ""}
        text = f"from a.b import c, d\nPAGE = {said!r}\n"
        (tmp_path / f"page_{number}.py").write_text(text, encoding="utf-8")
    together = threading.Barrier(16)

    def ask(_):
        together.wait()
        return find_pages(tmp_path)

    with ThreadPoolExecutor(16) as several:
        answers = list(several.map(ask, range(16)))
    assert len(parsed) == 8
    assert all(answer is answers[0] for answer in answers), "each visitor got pages of its own"
    assert [page.name for page in answers[0]] == [f"page_{n}" for n in reversed(range(8))]
    assert answers[0][0].imports == ("a.b", "a.b.c", "a.b.d")


def test_reruns_in_several_threads_parse_nothing(parsed):
    import_kinds()
    kinds = [kind() for kind in WORK.values()]
    app = works(visit("runs"))
    parsed.clear()
    with ThreadPoolExecutor(8) as several:
        asking = [several.submit(describe, kind) for kind in kinds * 8]
        asking += [several.submit(find_pages) for _ in range(64)]
        for _ in range(3):
            works(app.run())
        assert all(future.result() for future in asking)
    assert parsed == [], "a page's file is parsed at each rerun, in a visitor's thread"


def test_no_page_is_parsed_for_the_visitor_who_opens_it_first(parsed):
    for info in find_pages():
        if info.name not in ("home", "runs"):  # the quickest; what is true of two is of all
            continue
        parsed.clear()
        works(visit(info.name))
        names = {info.path.name, "app.py"}
        assert not names & {Path(str(name)).name for name in parsed}, "not by Streamlit either"
