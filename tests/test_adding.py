"""Adding one is adding a file: throw-away members, a kind of work, a section and a page are dropped
into a copy of the tree, which finds them, and in which nothing that stood before has moved.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from engine.paths import ROOT
from engine.registry import all_families

WORK = '''"""What does a throw-away kind of work do? It counts to three."""

from typing import ClassVar

from engine.config import knob
from engine.runs.events import Done, Metrics, Started
from engine.runs.work import Work, work


@work
class Counting(Work):
    kind: ClassVar[str] = "zz_counting"
    to: int = knob(3, "To", ge=1, le=9)

    def run(self, device, start=None, until=None):
        yield Started(self.to)
        for step in range(1, self.to + 1):
            yield Metrics(step, {"count": float(step)})
        yield Done(self.to, {"count": float(self.to)}, {})
'''
SECTION = '''"""A throw-away section: what does it count?"""

import streamlit as st

from dashboard.core.controls import control
from dashboard.core.words import say
from dashboard.zz_page.view import View
from engine.topics.zz_topic.counting import Counting

ORDER = 10
OPENS = {Counting: "counting."}


def knobs(view: View) -> None:
    control(View, "zz", view, "counting.to")


def show(view: View) -> None:
    st.markdown(say("zz_page.counts", to=view.counting.to))
'''
VIEW = '''"""What can be set on a throw-away page?"""

from engine.config import Config
from engine.topics.zz_topic.counting import Counting


class View(Config):
    counting: Counting = Counting()
'''
PAGE = '''"""Does a throw-away page open?"""

import streamlit as st

from dashboard.core import link, sections
from dashboard.core.lessons import lesson
from dashboard.core.scenes import scene_menu
from dashboard.zz_page.view import View

PAGE = {
    "title": "Throw-away",
    "icon": ":material/delete:",
    "group": "Practice",
    "order": 799,
    "summary": "A page that is found.",
}

view = link.read(View)
section = sections.choose("zz_page")
with st.sidebar:
    scene_menu("zz_page")
    section.knobs(view)
section.show(view)
lesson("zz_page", section.id)
'''
EXTRA_SECTION = '''"""A throw-away section of a page that was there."""

import streamlit as st

from dashboard.core.words import say

ORDER = 990


def knobs(view) -> None:
    pass


def show(view) -> None:
    st.markdown(say("activations.section_zz_extra"))
'''
CHECK = """
import sys
sys.path.insert(0, ".")
from engine.registry import all_families
from engine.runs.work import WORK, dump, import_kinds, load
from tests.pages.app import visit, works
from tests.pins import pinned

for package, family in all_families().items():
    assert "zz_extra" in family, f"{package} did not find its new member"
    assert family.parse("zz_extra").id == "zz_extra"
import_kinds()
for kind, keys in pinned()["kinds"].items():
    for link, key in keys.items():
        config, problems = WORK[kind].read(dict(i.split("=", 1) for i in link.split("&") if i))
        first = config.model_copy(update={"revision": 1})
        assert not problems and first.key == key, (kind, link, problems)
work = WORK["zz_counting"](to=5)
assert load(dump(work)) == work
assert [event for event in work.run(None)][-1].summary == {"count": 5.0}
from dashboard.core.places import place_of
assert place_of(work) == ("zz_page", {"counting.to": "5"})
app = works(visit("zz_page", "counting.to=7"))
assert any("up to 7" in element.value for element in app.markdown), "its own words"
assert any("counts" in element.value for element in app.markdown), "its lesson"
app = works(visit("activations", "section=zz_extra"))
assert any(element.value == "Extra" for element in app.markdown)
from dashboard.home.search import search
assert search("throw away", "en")[0].path.stem == "zz_page"
from engine.optim import OPTIMIZERS
app = works(visit("optimizers", "section=surfaces&optimizers=zz_extra&steps=20"))
app = works(visit("activations", "gallery.shown=relu~zz_extra"))
print("found")
"""


def member(package: str, registry: object) -> str:
    """A member of a family that is another one under a name of its own."""
    spec = next(
        name
        for name in (f"{package}._spec", package)
        if (module := sys.modules.get(name)) and registry in vars(module).values()
    )
    name = next(n for n, value in vars(sys.modules[spec]).items() if value is registry)
    first = next(iter(registry.values()))  # type: ignore[attr-defined]
    return f'''"""A throw-away member."""

from dataclasses import replace

from {first.__module__} import {first.__name__} as Base
from {spec} import {name}


@{name}.register
class Extra(Base):
    about = replace(Base.about, id="zz_extra", label="Throw-away")
'''


def write(root: Path, path: str, text: str) -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text, encoding="utf-8")


def test_adding_one_is_adding_a_file(tmp_path: Path) -> None:
    root = tmp_path / "copy"
    for room in ("engine", "dashboard", "pages", "tests", "assets", "scripts", ".streamlit"):
        leave = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / room, root / room, ignore=leave)
    for package, registry in all_families().items():
        write(root, f"{package.replace('.', '/')}/zz_extra.py", member(package, registry))
    write(root, "engine/topics/zz_topic/__init__.py", '"""A throw-away topic."""\n')
    write(root, "engine/topics/zz_topic/counting.py", WORK)
    write(root, "dashboard/zz_page/__init__.py", '"""A throw-away page."""\n')
    write(root, "dashboard/zz_page/view.py", VIEW)
    write(root, "dashboard/zz_page/zz_count.py", SECTION)
    write(root, "pages/zz_page.py", PAGE)
    words = 'section_zz_count = "Counting"\ncounts = "It goes up to {to}."\n'
    write(root, "assets/text/en/words/zz_page.toml", words)
    lessons = root / "assets/text/en/lessons"
    write(lessons, "zz_page.md", "## Counting {#zz_count}\n\nWhat counts here.\n")
    write(root, "dashboard/activations/zz_extra.py", EXTRA_SECTION)
    text = (root / "assets/text/en/words/activations.toml").read_text(encoding="utf-8")
    write(root, "assets/text/en/words/activations.toml", f'section_zz_extra = "Extra"\n{text}')
    text = (lessons / "activations.md").read_text(encoding="utf-8")
    write(lessons, "activations.md", f"{text}\n## Extra {{#zz_extra}}\n\nMore.\n")
    write(root, "check.py", f'if __name__ == "__main__":\n{indented(CHECK)}')
    ran = subprocess.run(
        [sys.executable, "check.py"],
        cwd=root,
        env=os.environ | {"BLINDSPOT_RUNS": str(tmp_path / "runs")},
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert ran.returncode == 0 and "found" in ran.stdout, (
        f"{ran.stdout[-2500:]}\n{ran.stderr[-2500:]}"
    )


def indented(text: str) -> str:
    return "".join(f"    {line}\n" for line in text.splitlines())
