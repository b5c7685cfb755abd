"""One file, one member, one name, in every family there is: what discovery and links rely on."""

import pkgutil
import re
from importlib import import_module
from typing import Any

import pytest
from pydantic import ValidationError

from engine.config import Knob, Part, bounds, family, sentences, shown
from engine.nn.activations import ACTIVATIONS
from engine.paths import ROOT
from engine.registry import Registry, all_families

FAMILIES = all_families()
MEMBERS = [(package, member) for package, family in FAMILIES.items() for member in family.values()]
each_family = pytest.mark.parametrize("package", FAMILIES)
each_member = pytest.mark.parametrize(
    ("package", "member"), MEMBERS, ids=[f"{p}.{member.about.id}" for p, member in MEMBERS]
)


def test_every_registry_of_the_engine_is_found() -> None:
    """A family that is made and not discovered would be in no document and in no test."""
    made = re.compile(r"^[A-Z]+: Registry\[\w+\] = Registry\(", re.MULTILINE)
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "engine").rglob("*.py")]
    assert len(FAMILIES) == sum(len(made.findall(text)) for text in texts)


@each_family
def test_a_family_says_what_it_is(package: str) -> None:
    assert FAMILIES[package], f"{package} has no members"
    assert re.fullmatch(r"[a-z][a-z ]+", FAMILIES[package].kind)
    said = import_module(package).__doc__
    assert said and re.match(r"[A-Z][^.:]+[.:]", said), "begin with what the members are"


@each_family
def test_a_member_lives_in_the_file_of_its_name(package: str) -> None:
    modules = {module.name for module in pkgutil.iter_modules(import_module(package).__path__)}
    for id, member in FAMILIES[package].items():
        assert id in modules, f"{package} has no {id}.py"
        assert member.__module__ == f"{package}.{id}"
    for name in modules - set(FAMILIES[package]):
        found = vars(import_module(f"{package}.{name}")).values()
        parts = [part for part in found if isinstance(part, type) and issubclass(part, Part)]
        own = [part for part in parts if part.__module__ == f"{package}.{name}"]
        lost = [part for part in own if hasattr(part, "about")]
        assert not lost, f"{lost} would be a member, had it been registered and its file its id"


@each_family
def test_an_unknown_id_names_the_nearest_one(package: str) -> None:
    for id in FAMILIES[package]:
        with pytest.raises(ValueError, match=f"Did you mean '{id}'"):
            FAMILIES[package][f"{id}x"]


@each_family
def test_no_two_members_have_one_label(package: str) -> None:
    labels = [member.about.label for member in FAMILIES[package].values()]
    assert len(set(labels)) == len(labels)


@each_member
def test_a_member_says_what_it_is(package: str, member: type[Part]) -> None:
    about = member.about
    assert re.fullmatch(r"[a-z][a-z0-9_]*", about.id)
    assert about.label and about.label == about.label.strip()
    assert re.search(r"[\w)][.?]$", about.summary), "one sentence, with its full stop"
    assert "$" not in about.formula and about.formula.count("{") == about.formula.count("}")


@each_member
def test_a_source_can_be_opened(package: str, member: type[Part]) -> None:
    """What comes from a paper names it and links to it; what is the project's own does neither."""
    source, url = member.about.source, member.about.url
    assert bool(source) == bool(url), "a source has an address, and an address says what it is of"
    assert not url or re.fullmatch(r"https://[\w.-]+\.[a-z]+/\S+", url)


@each_member
def test_every_knob_can_be_drawn(package: str, member: type[Part]) -> None:
    for name, field in member().knobs().items():
        look = shown(field)
        assert isinstance(look, Knob) and look.title, name
        value: Any = member().get(name)
        if isinstance(value, int | float) and not isinstance(value, bool) and not look.options:
            low, high = bounds(field)
            assert low is not None and high is not None and low <= value <= high, name
        assert family(field) is None or isinstance(value, Part)


@each_member
def test_a_member_survives_json_and_its_link(package: str, member: type[Part]) -> None:
    part = member()
    assert type(part).model_validate_json(part.model_dump_json()) == part
    assert FAMILIES[package].parse({"id": part.id, **part.model_dump(mode="json")}) == part
    assert FAMILIES[package].parse(part.id) == part
    assert member.read(part.flat()) == (part, [])


def test_a_name_is_registered_once() -> None:
    registry: Registry[Part] = Registry("thing")
    registry.register(next(iter(ACTIVATIONS.values())))
    with pytest.raises(ValueError, match="registered twice"):
        registry.register(next(iter(ACTIVATIONS.values())))


@each_member
def test_a_knob_outside_its_range_is_refused_with_a_sentence(
    package: str, member: type[Part]
) -> None:
    for name, field in member.model_fields.items():
        low, high = bounds(field)
        tries = [low - 1, high + 1] if low is not None and high is not None else []
        look = shown(field)
        if field.annotation is bool or (look and look.options):
            tries = ["nonsense"]
        for wrong in tries:
            with pytest.raises(ValidationError) as caught:
                member(**{name: wrong})
            (sentence,) = sentences(caught.value)
            assert name in sentence and sentence.endswith(".")


def test_a_member_is_written_with_its_knobs_and_read_back() -> None:
    for registry in all_families().values():
        for id in registry:
            part = registry[id]()
            assert part.spelled == id
            assert registry.parse(part.spelled) == part
    schedules = all_families()["engine.optim.schedules"]
    text = "warmup:share=0.05:then=linear"
    assert schedules.parse(text).spelled == text
    with pytest.raises(ValueError, match="from 0 to 0"):
        schedules.parse("warmup:share=7")
    with pytest.raises(ValueError, match="no setting"):
        schedules.parse("warmup:shares=0.1")
