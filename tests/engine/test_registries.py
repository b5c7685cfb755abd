"""One file, one member, one name: what discovery and links rely on."""

import pkgutil
import re
from importlib import import_module

import pytest

from engine.config import Knob, Part, bounds, family, shown
from engine.data import DATASETS
from engine.explain.methods import METHODS
from engine.models import MODELS
from engine.nn.activations import ACTIVATIONS
from engine.nn.initialisers import INITIALISERS
from engine.nn.losses import LOSSES
from engine.optim import OPTIMIZERS
from engine.optim.schedules import SCHEDULES
from engine.registry import Registry
from engine.topics.explain_images.dream.regularisers import REGULARISERS
from engine.topics.explain_tables.estimators import ESTIMATORS

FAMILIES = {
    "engine.data": DATASETS,
    "engine.topics.explain_tables.estimators": ESTIMATORS,
    "engine.explain.methods": METHODS,
    "engine.topics.explain_images.dream.regularisers": REGULARISERS,
    "engine.models": MODELS,
    "engine.nn.activations": ACTIVATIONS,
    "engine.nn.initialisers": INITIALISERS,
    "engine.nn.losses": LOSSES,
    "engine.optim": OPTIMIZERS,
    "engine.optim.schedules": SCHEDULES,
}
MEMBERS = [(package, member) for package, family in FAMILIES.items() for member in family.values()]
each_family = pytest.mark.parametrize("package", FAMILIES)
each_member = pytest.mark.parametrize(
    "package, member", MEMBERS, ids=lambda v: getattr(v, "__name__", v)
)


@each_family
def test_a_member_lives_in_the_file_of_its_name(package):
    modules = {module.name for module in pkgutil.iter_modules(import_module(package).__path__)}
    for id, member in FAMILIES[package].items():
        assert id in modules, f"{package} has no {id}.py"
        assert member.__module__ == f"{package}.{id}"


@each_family
def test_an_unknown_id_names_the_nearest_one(package):
    registry = FAMILIES[package]
    id = next(iter(registry))
    with pytest.raises(ValueError, match=f"Did you mean '{id}'"):
        registry[f"{id}x"]


@each_member
def test_a_member_says_what_it_is(package, member):
    about = member.about
    assert re.fullmatch(r"[a-z][a-z0-9_]*", about.id)
    assert about.label and about.summary.endswith(".")
    assert not about.url or about.url.startswith("https://")


@each_member
def test_every_knob_can_be_drawn(package, member):
    for name, field in member().knobs().items():
        look = shown(field)
        assert isinstance(look, Knob) and look.title, name
        value = member().get(name)
        if isinstance(value, int | float) and not isinstance(value, bool) and not look.options:
            low, high = bounds(field)
            assert low is not None and high is not None and low <= value <= high, name
        assert family(field) is None or isinstance(value, Part)


@each_member
def test_a_member_survives_json(package, member):
    part = member()
    assert type(part).model_validate_json(part.model_dump_json()) == part


def test_a_name_is_registered_once():
    registry: Registry[Part] = Registry("thing")
    registry.register(next(iter(ACTIVATIONS.values())))
    with pytest.raises(ValueError, match="registered twice"):
        registry.register(next(iter(ACTIVATIONS.values())))
