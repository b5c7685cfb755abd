"""Do the documents say what is so? Their tables are those of the code, and every path exists."""

import re

import pytest

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
