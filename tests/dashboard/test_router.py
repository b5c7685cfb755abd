"""Pages are read once a server, however many ask at once."""

import ast
from concurrent.futures import ThreadPoolExecutor

import pytest

from dashboard import router
from dashboard.router import PAGES, find_pages
from dashboard.runs import describe
from engine.work import WORK, import_kinds
from tests.pages.app import ROOT, visit, works


@pytest.fixture
def parsed(monkeypatch):
    """What `ast.parse` is asked for, call by call; nothing was read before."""
    asked, parse = [], ast.parse
    router._pages.cache_clear()

    def counted(*given, **named):
        asked.append(given[0])
        return parse(*given, **named)

    monkeypatch.setattr(ast, "parse", counted)
    return asked


def test_many_who_ask_at_once_have_each_page_parsed_once(parsed):
    with ThreadPoolExecutor(16) as threads:
        answers = list(threads.map(lambda _: find_pages(), range(64)))
    assert len(parsed) == len(list(PAGES.glob("*.py")))
    assert all(answer is answers[0] for answer in answers)


def test_reruns_in_several_threads_parse_nothing(parsed):
    import_kinds()
    kinds = [kind() for kind in WORK.values()]
    app = works(visit("runs"))
    parsed.clear()
    with ThreadPoolExecutor(8) as threads:
        asking = [threads.submit(describe, kind) for kind in kinds * 8]
        asking += [threads.submit(find_pages) for _ in range(64)]
        for _ in range(3):
            works(app.run())
        assert all(future.result() for future in asking)
    assert not parsed


@pytest.mark.parametrize("name", [info.name for info in find_pages()])
def test_no_page_is_parsed_for_the_visitor_who_opens_it_first(parsed, name):
    find_pages()
    parsed.clear()
    works(visit(name))
    ours = {
        page.read_text(encoding="utf-8")
        for page in (ROOT / "dashboard" / "app.py", *PAGES.glob("*.py"))
    }
    assert not ours & set(parsed), "neither by us nor by Streamlit, which looks for values to write"
