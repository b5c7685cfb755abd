"""Do the documents say what is so? Their tables are those of the code, and every path exists."""

import re
import tomllib
from fnmatch import fnmatch
from pathlib import Path

import pytest
import yaml

from engine.paths import ROOT
from scripts import make_docs
from scripts.make_docs import FORMULAS, README, Family, families, where_tested

FAMILIES = families()
MEMBERS = [(family, member) for family in FAMILIES for member in family.members()]
NAMES = [f"{family.package}.{member.about.id}" for family, member in MEMBERS]


def test_the_table_of_formulas_is_fresh() -> None:
    assert FORMULAS.read_text(encoding="utf-8") == make_docs.formulas(), "run `make docs`"


def test_the_tables_of_the_readme_are_fresh() -> None:
    text = README.read_text(encoding="utf-8")
    assert text == make_docs.readme(text), "run `make docs`"


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.package)
def test_every_member_has_its_line(family: Family) -> None:
    text = FORMULAS.read_text(encoding="utf-8")
    section = text.partition(f"\n## {family.title}\n")[2].partition("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("| [")]
    assert [re.findall(r"<br>`(\w+)`", line) for line in lines] == [
        [id] for id in sorted(family.registry)
    ]


@pytest.mark.parametrize(("family", "member"), MEMBERS, ids=NAMES)
def test_every_member_has_a_test_of_its_own_or_of_its_family(family: Family, member: type) -> None:
    """The contracts of all families hold every member; what it computes needs a known value."""
    assert where_tested(family, member), f"no file in tests/engine speaks of {member.__name__}"


@pytest.mark.parametrize(("family", "member"), MEMBERS, ids=NAMES)
def test_a_formula_breaks_no_table(family: Family, member: type) -> None:
    shown = make_docs.formula(member.about.formula)  # type: ignore[attr-defined]
    assert "|" not in shown and "\n" not in shown and shown.count("`") in (0, 2)


def test_a_bar_is_a_bar_in_a_table_too() -> None:
    assert make_docs.formula(r"|x| + \|y\|") == r"$`\vert x\vert  + \Vert y\Vert `$"


DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
each_document = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
ENDS = r"\.(?:py|md|toml|json|css|js|png|svg|yml|yaml|cff|txt|safetensors|sh)"


def written_paths(text: str) -> list[str]:
    """What stands in backticks and is a path: it has a slash, or the end of a file's name.

    Not a formula ($`…`$), an address, a command, or what only a run makes (see .gitignore).
    """
    made = {line.strip("/") for line in (ROOT / ".gitignore").read_text().splitlines()}
    prose = re.sub(r"(?ms)^```.*?^```$|\$`[^`]*`\$", "", text)
    found = re.findall(r"(?<!`)`([^`\n]+)`(?!`)", prose)
    paths = [
        one for one in found if re.fullmatch(r"[\w.<>*-]*(?:/[\w.<>*-]*)+|[\w<>*-]+" + ENDS, one)
    ]
    return [one for one in paths if one.strip("/") not in made]


def exists(path: str, base: Path) -> bool:
    """Whether a path from the root, or from the document, is there; <name> stands for any."""
    pattern = re.sub(r"<[^>]*>", "*", path).strip("/")
    return any(any(start.glob(pattern)) for start in (ROOT, base))


@each_document
def test_every_path_that_is_written_exists(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    missing = [path for path in written_paths(text) if not exists(path, document.parent)]
    assert not missing, f"{document.name} names what is not there: {missing}"


@each_document
def test_every_link_to_a_file_leads_somewhere(document: Path) -> None:
    links = re.findall(r"\]\((?!https?:|#)([^)#\s]+)", document.read_text(encoding="utf-8"))
    missing = [link for link in links if not (document.parent / link).exists()]
    assert not missing, f"{document.name} links to what is not there: {missing}"


def test_a_path_that_is_not_there_is_found_out() -> None:
    found = written_paths(
        "`engine/nowhere.py`, `make run`, `runs/`, `a`, $`x/y`$, `pages/<name>.py`"
    )
    assert found == ["engine/nowhere.py", "pages/<name>.py"]
    assert [exists(path, ROOT) for path in found] == [False, True]


def tree() -> list[str]:
    """The paths that README.md's picture of the folders names, those of folders with a slash."""
    block = README.read_text(encoding="utf-8").partition("## Where things are\n")[2]
    block = block.partition("\nImports go one way")[0]
    found: list[str] = []
    above: list[tuple[int, str]] = []  # (indent, folder)
    for line in filter(None, block.splitlines()):
        indent = len(line) - len(line.lstrip())
        while above and above[-1][0] >= indent:
            above.pop()
        names = re.split(r"\s{2,}", line.strip())[0].split()
        base = above[-1][1] if above else ""
        found += [base + name for name in names]
        if len(names) == 1 and names[0].endswith("/"):
            above.append((indent, base + names[0]))
    return found


@pytest.mark.parametrize("path", tree())
def test_what_the_readme_draws_is_there(path: str) -> None:
    assert exists(path, ROOT), f"README.md draws {path}, which is not there"


def drawable(room: Path) -> list[str]:
    """The folders (with a slash) and modules of a room, as paths from the root."""
    rooms = [f"{p.relative_to(ROOT)}/" for p in room.iterdir() if any(p.glob("**/*.py"))]
    modules = [str(p.relative_to(ROOT)) for p in room.glob("[!_]*.py")]
    return sorted(path for path in rooms + modules if Path(path).name[0] not in "._")


@pytest.mark.parametrize("room", ["", "engine", "dashboard", "engine/runs", "engine/training"])
def test_the_readme_draws_every_folder_and_module(room: str) -> None:
    """Folders of pages and of topics stand for all: a new one has no list to edit."""
    drawn = [re.sub("<[^>]*>", "*", path) for path in tree()]
    missing = [path for path in drawable(ROOT / room) if not any(fnmatch(path, d) for d in drawn)]
    assert not missing, f"README.md does not draw {missing}"


def test_the_forms_around_the_code_can_be_read() -> None:
    """What other programs read: a citation, a workflow, hooks."""
    read = {
        name: yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))
        for name in ("CITATION.cff", ".github/workflows/test.yml", ".pre-commit-config.yaml")
    }
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert read["CITATION.cff"]["version"] == project["version"]
    assert read["CITATION.cff"]["license"] == project["license"]
    steps = read[".github/workflows/test.yml"]["jobs"]["test"]["steps"]
    assert any("make test" in step.get("run", "") for step in steps)
    hooks = read[".pre-commit-config.yaml"]["repos"][0]["hooks"]
    assert all(hook["entry"].startswith(".venv/bin/") for hook in hooks), "versions would drift"


def test_the_help_of_make_names_every_command_of_the_documents() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    commands = set(re.findall(r"^([a-z-]+):.*## ", makefile, re.MULTILINE))
    for document in DOCUMENTS:
        named = re.findall(r"(?:^    |`)make ([a-z-]+)", document.read_text(encoding="utf-8"), re.M)
        assert set(named) <= commands, f"{document.name}: {set(named) - commands}"


def test_the_readme_names_every_setting_of_the_environment() -> None:
    code = [
        path for room in ("engine", "dashboard", "scripts") for path in (ROOT / room).rglob("*.py")
    ]
    read = {
        name
        for path in code
        for name in re.findall(
            r'environ[^\n]*"(BLINDSPOT_[A-Z_]+)"', path.read_text(encoding="utf-8")
        )
    }
    settings = README.read_text(encoding="utf-8").partition("\n## Settings\n")[2]
    told = set(re.findall(r"^\| `(BLINDSPOT_\w+)`", settings, re.MULTILINE))
    assert told == read
