"""Write what can be read from the code into its documents: the tables of every family's members.

`python scripts/make_docs.py` writes docs/formulas.md, and the tables of README.md between their
markers; a test holds both to what this script makes. What a table says is changed in the `About`
of the member, never here.
"""

import ast
import re
import sys
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from engine.config import Part
from engine.paths import ROOT
from engine.registry import Registry, all_families

FORMULAS, README = ROOT / "docs" / "formulas.md", ROOT / "README.md"
IN_README = ("engine.explain.methods", "engine.optim", "engine.nn.activations")
NO_SOURCE = "—"
INTRO = """\
# Formulas

Every member of every family: what it is, its formula, where that is from, and the tests that hold \
it to known values. `make docs` makes this page from the code, so that it cannot say anything else \
than what runs. A dash stands where there is nothing to cite.
"""


@dataclass(frozen=True)
class Family:
    """One registry, as its documents see it."""

    package: str  # engine.nn.activations
    registry: Registry[Part]

    @property
    def folder(self) -> str:
        return self.package.replace(".", "/")

    @property
    def title(self) -> str:
        """The kind in the plural: "model of a table" gives "Models of a table"."""
        noun, of, rest = self.registry.kind.partition(" of ")
        plural = noun if noun.endswith("s") and not noun.endswith("ss") else f"{noun}s"
        plural = f"{noun}es" if noun.endswith("ss") else plural
        return (plural + of + rest).capitalize()

    @property
    def about(self) -> str:
        """The first sentence of the package."""
        said = import_module(self.package).__doc__ or ""
        return re.split(r"(?<=\.)\s", said.strip())[0]

    @property
    def constant(self) -> str:
        """The name of the registry in code: ACTIVATIONS."""
        found = vars(import_module(self.package)).items()
        return next(name for name, value in found if value is self.registry)

    def members(self) -> list[type[Part]]:
        """By id: the order of imports is no order."""
        return [self.registry[id] for id in sorted(self.registry)]


def families() -> list[Family]:
    return [Family(package, registry) for package, registry in all_families().items()]


def formula(latex: str) -> str:
    """LaTeX as GitHub's Markdown shows it in a table, where a bar would end the cell."""
    latex = latex.replace(r"\|", r"\Vert ").replace("|", r"\vert ")
    latex = re.sub(r"\\operatorname(?=\{)", r"\\mathrm", latex)  # which GitHub does not know
    return f"$`{latex}`$" if latex else ""


def text(words: str) -> str:
    """Words as they are, in a cell of a Markdown table."""
    return re.sub(r"([|*_<`\[\]])", r"\\\1", words)


def source(member: type[Part]) -> str:
    about = member.about
    return f"[{text(about.source)}]({about.url})" if about.source else NO_SOURCE


def link(path: str, words: str, start: str) -> str:
    return f"[{words}]({start}{path})"


@dataclass(frozen=True)
class TestFile:
    """What a file of tests speaks of."""

    path: Path  # from the root
    names: frozenset[str]
    strings: frozenset[str]


@cache
def test_files() -> tuple[TestFile, ...]:
    found = []
    for path in sorted((ROOT / "tests" / "engine").rglob("test_*.py")):
        if path.name == "test_registries.py":  # of every member
            continue
        names, strings = set(), set()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Name(id=name) | ast.alias(name=name) | ast.Attribute(attr=name):
                    names.add(name)
                case ast.Constant(value=str(said)):
                    strings.add(said)
                case ast.keyword(arg=str(name)):
                    strings.add(name)
        found.append(TestFile(path.relative_to(ROOT), frozenset(names), frozenset(strings)))
    return tuple(found)


def home(family: Family) -> Path:
    """The folder of tests that mirrors a family's: the nearest one that there is."""
    folder = Path("tests") / family.folder
    while not (ROOT / folder).is_dir():
        folder = folder.parent
    return folder


def where_tested(family: Family, member: type[Part], most: int = 2) -> list[Path]:
    """The tests nearest to a member: by their name, by their folder, and by whom they name."""
    noun = family.registry.kind.partition(" of ")[0].split()[-1]  # "explanation method": method
    words = (noun, family.package.rpartition(".")[2])
    found: list[tuple[int, Path]] = []
    for file in test_files():
        named = member.__name__ in file.names or member.about.id in file.strings
        near = file.path.is_relative_to(home(family))
        if family.constant not in file.names and not (named and near):
            continue
        own = file.path.stem == f"test_{member.about.id}"
        family_s = any(word in file.path.stem for word in words)
        found.append((8 * own + 4 * family_s + 2 * near + named, file.path))
    best = max((rank for rank, _ in found), default=0)
    return [path for rank, path in found if rank == best][:most]


def table(head: list[str], rows: list[list[str]]) -> str:
    """A Markdown table; a column that is empty throughout is left out."""
    kept = [i for i in range(len(head)) if any(row[i] for row in rows)]
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line[i] for i in kept) + " |" for line in lines)


def full(family: Family) -> str:
    """One family, as docs/formulas.md tells it."""
    rows = []
    for member in family.members():
        about = member.about
        file = f"{family.folder}/{about.id}.py"
        tests = ", ".join(link(str(t), t.stem, "../") for t in where_tested(family, member))
        name = f"{link(file, text(about.label), '../')}<br>`{about.id}`"
        rows.append([name, text(about.summary), formula(about.formula), source(member), tests])
    if all(not member.about.source for member in family.members()):
        rows = [[*row[:3], "", row[4]] for row in rows]
    head = ["member", "what it is", "formula", "source", "tested in"]
    return (
        f"## {family.title}\n\n{family.about} In {link(family.folder, family.folder, '../')}.\n\n"
        f"{table(head, rows)}\n"
    )


def short(family: Family) -> str:
    """One family, as README.md tells it: folded, since a reader looks for one of them."""
    rows = [
        [link(f"{family.folder}/{m.about.id}.py", text(m.about.label), ""), text(m.about.summary),
         source(m)]
        for m in family.members()
    ]  # fmt: skip
    heading = f"{len(rows)} {family.title.lower()}"
    rows_of = table(["member", "what it is", "source"], rows)
    return f"<details><summary>{heading}</summary>\n\n{rows_of}\n\n</details>"


def formulas() -> str:
    """The text of docs/formulas.md."""
    found = sorted(families(), key=lambda family: family.title)
    anchors = [f"[{f.title}](#{f.title.lower().replace(' ', '-')})" for f in found]
    return "\n".join([INTRO, " · ".join(anchors) + "\n", *map(full, found)])


def marks(package: str) -> tuple[str, str]:
    return f"<!-- made from {package} by `make docs` -->", "<!-- until here -->"


def readme(before: str) -> str:
    """README.md with its tables made anew. Raises ValueError where their markers are not there."""
    for family in families():
        if family.package in IN_README:
            start, end = marks(family.package)
            head, found, rest = before.partition(start)
            _, ends, tail = rest.partition(end)
            if not found or not ends:
                raise ValueError(f"README.md has no place for {family.package}: {start} … {end}")
            before = f"{head}{start}\n\n{short(family)}\n\n{end}{tail}"
    return before


def main() -> None:
    FORMULAS.parent.mkdir(exist_ok=True)
    FORMULAS.write_text(formulas(), encoding="utf-8")
    README.write_text(readme(README.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
