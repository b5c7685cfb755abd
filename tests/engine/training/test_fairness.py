"""The hashes that prove a shared start are of the start, whatever happened since."""

import subprocess
import sys

import pytest
import torch
from safetensors.torch import save_file

from engine.paths import ROOT
from engine.runs.events import Checkpoint, Started
from engine.runs.work import dump
from engine.topics.activations.counting_squares import CountingSquares
from engine.topics.activations.dead_units import DeadUnits
from engine.topics.activations.square_images import ImagesConfig
from engine.topics.activations.which_learns import which_learns, xor_sweep
from engine.topics.autoregressive.config import DensityConfig
from engine.topics.optimizers.races.race import Race
from engine.training.config import TrainConfig
from engine.training.fairness import by_seed, parts_at, proofs, shared_tensors
from engine.training.sweep import Sweep
from tests.events import told

CPU = torch.device("cpu")
SMALL = {"data": "moons", "data.examples": "120", "epochs": "4", "batch_size": "20"}
BASE, _ = TrainConfig.read(SMALL)
KINDS = {
    "one training": BASE,
    "a density": DensityConfig.read(
        {"source": "texture", "source.examples": "60", "epochs": "2", "batch_size": "16"}
    )[0],
    "a race": Race(base=BASE, optimizers=("adam", "momentum"), rates=(0.01, 0.1), seeds=2),
    "a comparison": Sweep(base=BASE, vary="learning_rate", values=("0.01", "0.1"), seeds=2),
    "several programs": Sweep(base=BASE, vary="batch_size", values=("10", "20"), seeds=2),
    "schedules": Sweep(base=BASE, vary="schedule", values=("constant", "cosine"), seeds=2),
    "which one learns": which_learns(("relu", "tanh"), BASE, seeds=2),
    "hidden units": xor_sweep((1, 4), seeds=2).with_("base.epochs", 2),
    "counting squares": CountingSquares(
        images=ImagesConfig(side=16, examples=100, most=2), seeds=2, steps=20
    ),
    "dead units": DeadUnits(steps=20, seeds=2),
}


def halfway(config):
    """Facts of the start, and what a checkpoint in the middle saved."""
    facts, state = {}, None
    for event in config.run(CPU, until=7):
        if isinstance(event, Started):
            facts = event.facts
        elif isinstance(event, Checkpoint):
            state = event.save()
    assert any("weights_hash" in name for name in facts) and state is not None
    return facts, state


@pytest.mark.parametrize("name", KINDS)
def test_the_proof_of_a_run_that_goes_on_is_that_of_an_unbroken_one(name):
    facts, state = halfway(KINDS[name])
    assert next(KINDS[name].run(CPU, start=state)).facts == facts


def test_the_proof_holds_in_a_fresh_process(tmp_path):
    config = KINDS["a race"]
    facts, state = halfway(config)
    assert facts["shared"] == 1
    save_file(state, tmp_path / "state")
    (tmp_path / "config").write_text(dump(config), encoding="utf-8")
    program = (
        "import sys, torch; from pathlib import Path; from safetensors.torch import load_file;"
        "from engine.runs.work import load; there = Path(sys.argv[1]);"
        "config = load((there / 'config').read_text());"
        "print(next(config.run(torch.device('cpu'), load_file(there / 'state'))).facts)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout.strip() == str(facts)


@pytest.mark.parametrize("name", ["a race", "a comparison", "schedules", "counting squares"])
def test_each_seed_has_a_proof_of_its_own(name):
    found = proofs(next(KINDS[name].run(CPU)).facts, 2)
    assert [one.holds for one in found] == [True, True]
    assert found[0].weights != found[1].weights


def test_what_is_not_shared_is_not_proven():
    hashes = {"weights_hash": ["a", "b", "a", "c"], "order_hash": ["o", "p", "o", "p"]}
    facts = by_seed(hashes, seeds=2)
    assert (facts["weights_hash/1"], facts["shared"]) == ("b, c", 0)
    assert [one.holds for one in proofs(facts, 2)] == [True, False]
    assert proofs({}, 2) == []


def test_networks_of_other_shapes_share_the_tensors_of_the_same_name_and_shape():
    wide, narrow = (BASE.with_("model.hidden", hidden) for hidden in ((8, 4), (8, 6)))
    found = shared_tensors([wide, narrow])
    assert [name for name, count in found.items() if count == 2] == [
        "dense1.weight",
        "dense1.bias",
        "dense3.bias",
    ]
    assert found["dense2.weight"] == 1


def test_runs_that_differ_in_the_rate_part_at_the_first_update_that_shows_it():
    """The loss before the first update is one; the second update's is no longer."""
    config = KINDS["a comparison"]
    found = told(config.run(CPU))
    assert parts_at(found, [0, 2]) == 2
    assert parts_at(found, [0, 0]) is None
    assert parts_at(found, [0, 1]) == 0, "another seed is another network from the start"
    assert parts_at({}, [0, 1]) is None


def test_a_schedule_that_begins_as_another_parts_from_it_later():
    base = BASE.with_("epochs", 30)
    changed = Sweep(base=base, vary="schedule", values=("constant", "step_decay"), seeds=1)
    whole = told(changed.run(CPU))
    assert parts_at(whole, [0, 1]) > 2
