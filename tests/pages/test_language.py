"""Whoever reads another language gets it: by menu and link, in errors too, each visitor apart."""

import io
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from dashboard.core import lessons, words
from dashboard.core.chart import payload
from dashboard.core.router import find_pages
from dashboard.core.sections import sections_of
from dashboard.figures.curves import Line, curves
from dashboard.language import catalogue, languages, reason, speak_by
from dashboard.runs.table import row_of, table_csv
from engine.paths import TEXT
from engine.pictures import FORMATS, MOST_SIDE, read
from engine.runs.store import Run, RunStore
from engine.runs.work import dump
from engine.topics.explain_tables.tables.sheet import read_sheet
from engine.training.config import TrainConfig
from engine.training.script_of import script_of
from scripts.make_catalogue import POT
from scripts.make_catalogue import catalogue as template_of_translators
from scripts.make_test_language import CODE, make
from tests.exported import ran
from tests.pages.app import refused, visit, works
from tests.visible import CLOSE, OPEN, figure_texts, outside, texts


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("languages")
    make(made)
    return made


@pytest.fixture(autouse=True)
def test_language(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("BLINDSPOT_LANGUAGES", str(folder))
    languages.cache_clear()
    lessons.load.cache_clear()
    yield
    languages.cache_clear()
    lessons.load.cache_clear()


def test_a_link_and_a_menu_choose_the_language() -> None:
    app = works(visit("training", {"lang": CODE}))
    assert app.select_slider(key="training_learning_rate").label.startswith(OPEN)
    menu = app.selectbox(key="lang")
    assert menu.value == CODE and menu.options == ["English", "Test"]


def test_without_a_second_language_there_is_no_menu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BLINDSPOT_LANGUAGES")
    languages.cache_clear()
    assert not [box for box in visit("training").selectbox if box.key == "lang"]


def test_an_unknown_language_is_english_with_a_sentence() -> None:
    app = works(visit("training", {"lang": "qq"}))
    assert any("no language 'qq'" in sentence for sentence in refused(app))
    assert not app.select_slider(key="training_learning_rate").label.startswith(OPEN)


def test_two_visitors_have_each_their_own() -> None:
    for language in ("en", CODE, "en", CODE):  # what is cached for one is not shown to another
        app = works(visit("activations", {"lang": language}))
        assert app.caption[0].value.startswith(OPEN) == (language == CODE)


def test_what_the_engine_refuses_is_said_in_the_language() -> None:
    app = works(visit("training", {"lang": CODE, "learning_rate": "70"}))
    (sentence,) = refused(app)
    assert sentence.startswith(OPEN) and sentence.endswith(CLOSE) and not outside(sentence)


@pytest.mark.parametrize("page", [path.stem for path in (TEXT / "en" / "lessons").glob("*.md")])
def test_formulas_and_ids_of_lessons_are_the_same(page: str, folder: Path) -> None:
    english, other = (lessons.load(page, language) for language in ("en", CODE))
    assert list(english) == list(other)
    formula = re.compile(r"\$\$.*?\$\$|\$[^$]+\$", re.DOTALL)
    for id, text in english.items():
        assert formula.findall(text) == formula.findall(other[id])
        assert OPEN in other[id]


@pytest.mark.parametrize("page", [info.name for info in find_pages()])
def test_a_page_says_nothing_outside_the_language(
    page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(RunStore, "runs", lambda store: [])  # what others ran has names of its own
    found: set[str] = set()
    for section in list(sections_of(page)) or [""]:
        app = works(visit(page, {"lang": CODE} | ({"section": section} if section else {})))
        found |= {text for _, text in texts(app) if outside(text)}
    assert not found, sorted(found)[:20]


def test_the_template_of_translators_is_fresh() -> None:
    assert POT.read_bytes() == template_of_translators(), "python scripts/make_catalogue.py"


def test_a_catalogue_is_read_as_gettext_writes_it(tmp_path: Path) -> None:
    (tmp_path / "he").mkdir()
    path = tmp_path / "he" / "messages.po"
    path.write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
        'msgid "Learning rate"\nmsgstr "קצב למידה"\n\n#, fuzzy\nmsgid "Data"\nmsgstr "?"\n',
        encoding="utf-8",
    )
    hebrew = catalogue._read(path)
    assert hebrew.rtl and hebrew("Learning rate") == "קצב למידה"
    assert hebrew("Data") == "Data", "what nobody has checked is said in English"


def test_a_word_outside_brackets_is_found_and_what_is_data_is_not() -> None:
    assert outside("⟦Loss⟧ is 3") == [] and outside("⟦Loss⟧ of moons") == ["moons"]
    assert outside("⟦Loss ⟧Moons⟦ falls⟧") == ["Moons"]
    assert not outside("⟦Trained on ⟧CPU (x86_64), 2 cores, 24 GiB⟦ with ⟧`adam`⟦⟧ $x=\\text{sum}$")
    assert not outside("⟦the effect of ⟧account age (months)⟦⟧, data=moons, %{customdata[0]}")


BAD = {  # links that hold something that cannot be, of every kind that is refused
    "training": ("learning_rate=70", "data=spiral", "learning_rat=1", "model=cnn", "revision=9",
                 "compare=sweep&vary=epochs&values=a~b", "compare=sweep&vary=optimizer&values=x",
                 "data=mnist", "section=x"),
    "optimizers": ("section=x", "steps=0", "optimizers=xx", "section=basins&mover=adagrad",
                   "section=race&seeds=16&tried=0.1~0.2~0.3~0.4~0.5~0.6~0.7~0.8"),
    "activations": ("neuron.inputs=1~2&neuron.weights=1", "softmax.logits=1", "linear.depth=1000",
                    "section=learns&learns.base.data=digits",
                    "section=squares&squares.activations=xx"),
    "blind_spot": ("kernel=4", "section=networks&network=xx", "section=order&order=0~0"),
    "sampling": ("temperature=-1", "top=1", "section=use&label=99", "run=run-0123456789abcdef"),
    "explain_images": ("network=xx", "look.methods=xx", "picture=-1"),
    "explain_tables": ("model.data=csv", "row=-1", "background=0", "trap=xx"),
}  # fmt: skip
_SAID_BACK = re.compile(  # what a refusal repeats of a link: values in quotes, and lists of ids
    r"'[^']*'|(?<=⟧)[a-z_\d]+(?:, [a-z_\d]+)*(?=⟦)"
)


@pytest.mark.parametrize("page", BAD)
def test_what_a_link_cannot_have_is_refused_in_the_language(page: str) -> None:
    for query in BAD[page]:
        app = works(visit(page, f"{query}&lang={CODE}"))
        sentences = [element.value for element in (*app.warning, *app.error, *app.info)]
        left = {s for s in sentences if outside(_SAID_BACK.sub("", s))}
        assert not left, f"{query}: {left}"


_RUN = Run(
    key="0" * 16, kind=TrainConfig.kind, config=dump(TrainConfig()), state="done", step=1, steps=1,
    seconds=1.0, created=0.0, used=0.0, device="CPU", facts={}, summary={"validation_loss": 0.5},
    message="", note="", pinned=False, owner="",
)  # fmt: skip


@pytest.fixture
def reader() -> Iterator[Callable[[str], None]]:
    """Lets somebody read a language, outside of a page."""
    yield lambda code: speak_by(lambda: code)
    speak_by(words.language)


def test_a_table_that_is_downloaded_has_its_heads_in_the_language(
    reader: Callable[[str], None],
) -> None:
    for code in ("en", CODE):
        reader(code)
        heads = table_csv([row_of(_RUN)]).partition("\n")[0]
        assert "Validation loss" in heads
        assert bool(outside(heads)) == (code == "en")


def test_a_script_that_is_downloaded_is_the_same_in_every_language(
    reader: Callable[[str], None],
) -> None:
    """Its remarks are in English, as those of the code that it runs."""
    run, history = ran(TrainConfig(epochs=1))
    english = script_of(TrainConfig(epochs=1), run, history)
    reader(CODE)
    assert script_of(TrainConfig(epochs=1), run, history) == english


def test_a_chart_that_is_downloaded_as_a_picture_says_what_the_page_says(
    reader: Callable[[str], None],
) -> None:
    reader(CODE)
    line = Line("⟦Loss⟧", np.arange(3), np.arange(3.0), 0)
    figure = curves("loss", [line], per_epoch=1, title="⟦loss⟧")
    sent = json.loads(payload(figure, alt="⟦Loss⟧"))
    found = [text for _, text in figure_texts(sent["figure"], "figure")]
    assert any("epoch" in text for text in found)
    assert not {text for text in found if outside(text)}


def test_what_is_wrong_with_an_upload_is_said_in_the_language(
    reader: Callable[[str], None],
) -> None:
    reader(CODE)
    wide = io.BytesIO()
    Image.new("1", (MOST_SIDE + 1, 1)).save(wide, "PNG")
    for read_it, content in (
        (lambda data: read(data, 100), b"no picture"),
        (lambda data: read(data, 100, most_bytes=3), b"large"),
        (lambda data: read(data, 100), wide.getvalue()),
        (read_sheet, b""),
        (read_sheet, b"a\n1\n"),
        (read_sheet, b"a,b\n1,2\n"),
        (read_sheet, b"\x00\xff\x00\x01" * 50),
    ):
        with pytest.raises(ValueError) as error:
            read_it(content)
        told = reason(error.value)
        assert OPEN in told and not set(outside(told)) - set(FORMATS), told
