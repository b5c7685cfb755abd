"""A run's program stands alone: it runs where there is only torch, and finds the run's numbers."""

import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from engine.runs.work import Work
from engine.topics.optimizers.races.race import Race
from engine.training.config import TrainConfig
from engine.training.script_of import has_script, script_of
from engine.training.sweep import Sweep
from tests.engine.data.test_files import idx_files, put
from tests.exported import alone, program, ran, well_written
from tests.pairs import choices, covering

SAME = "The same result."
SHORT = {"epochs": "3", "data.examples": "200"}
STEEP = {"optimizer": "gradient_descent", "loss": "mse", "layers.activation": "relu"}


def small(**settings: str) -> TrainConfig:
    """A training of about a tenth of a second."""
    named = {name.replace("__", "."): text for name, text in settings.items()}
    config, problems = TrainConfig.read(SHORT | named)
    assert not [p for p in problems if "examples" not in p], problems  # not all are drawn
    return config


def sweep(vary: str = "", *values: str, seeds: int = 1, **settings: str) -> Sweep:
    return Sweep(base=small(**settings), vary=vary, values=values, seeds=seeds)


TRAININGS: dict[str, Work] = {
    "diverged": small(**STEEP, learning_rate="10"),
    "early stopping": small(patience="2", learning_rate="0.05", epochs="40", data="moons"),
    "16 bits": small(precision="bf16"),
    "rate changed in mid-run": small(changes="2!0.1", schedule="cosine", clip="1", l1="0.001"),
    "several looks an epoch": small(data__examples="20000", epochs="1", patience="1"),
    "label noise": small(label_noise="0.2", train_share="0.5", data_seed="3"),
    "table": small(data="diabetes", loss="mse", epochs="2"),
    "dropout": small(layers__dropout="0.3", layers__normalisation="layer"),
    "own points": small(data="own_points"),
}
COMPARISONS: dict[str, Work] = {
    "seeds": sweep(seeds=3),
    "a number": sweep("learning_rate", "0.001", "0.003", seeds=2),
    "optimizers": sweep("optimizer", "adam", "lion", "muon", seeds=2),
    "activations": sweep("layers.activation", "relu", "absolute", "tanh"),
    "first weights": sweep("layers.initialiser", "he_normal", "zeros"),
    "schedules": sweep("schedule", "constant", "cosine", "one_cycle"),
    "widths": sweep("model.hidden", "8", "8~8", ""),
    "data": sweep("data.noise", "0", "0.3"),
    "losses": sweep("loss", "cross_entropy", "mse"),
    "batches": sweep("batch_size", "16", "64"),
    "clipping": sweep("clip", "0", "0.1"),
    "penalties": sweep("l2", "0", "0.1", layers__dropout="0.3", seeds=2),
    "some diverge": sweep("learning_rate", "0.01", "10", seeds=2, **STEEP),
    "race": Race(base=small(), optimizers=("adam", "momentum"), rates=(0.003, 0.01), seeds=2),
}


def test_programs_of_all_pairs_of_members_stand_alone(tmp_path: Path) -> None:
    used: dict[str, set[str]] = {name: set() for name in choices()}
    programs = {}
    for number, config in enumerate(covering()):
        programs[f"{number:03d}"] = program(config)
        for name in used:
            if name in config.knobs():
                used[name].add(config.get(name).id)
    said = alone(programs, tmp_path)
    failed = {name: text for name, text in said.items() if SAME not in text}
    assert not failed, f"{len(failed)} of {len(programs)}: {next(iter(failed.values()))}"
    assert used == {name: set(ids) for name, ids in choices().items()}
    assert well_written(programs, tmp_path) == ""


def test_programs_of_other_ways_to_train_stand_alone(tmp_path: Path) -> None:
    programs = {name: program(config) for name, config in TRAININGS.items()}
    for name, said in alone(programs, tmp_path).items():
        assert said.endswith(f"{SAME}\n"), f"{name}: {said}"
    assert well_written(programs, tmp_path) == ""
    assert '"diverged"' in programs["diverged"]


def test_programs_of_comparisons_repeat_every_network(tmp_path: Path) -> None:
    programs = {name: program(config) for name, config in COMPARISONS.items()}
    for name, said in alone(programs, tmp_path).items():
        config = COMPARISONS[name]
        networks = len(config.variants())  # type: ignore[attr-defined]
        assert said.count(SAME) == networks, f"{name}: {said}"
    assert well_written(programs, tmp_path) == ""
    assert "DIVERGED" in programs["some diverge"]


def test_a_training_that_rounding_decides_is_told_so(tmp_path: Path) -> None:
    wild = program(sweep("learning_rate", "0.001", "1", epochs="20"))
    said = alone({"wild": wild}, tmp_path)["wild"]
    assert said.count(SAME) == 1 and "as rounding can do" in said


def test_wrong_numbers_fail(tmp_path: Path) -> None:
    text = program(small())
    wrong = {
        name: re.sub(rf'("{name}": )([\d.]+)', lambda m: f"{m[1]}{float(m[2]) * 1.01:.6g}", text)
        for name in ("start", "validation", "test")
    }
    died = program(small(**STEEP, learning_rate="10"))
    later = re.sub(r'("diverged": )(\d+)}', lambda m: f"{m[1]}{int(m[2]) + 1}}}", died)
    assert text not in wrong.values() and later != died
    for name, said in alone(wrong | {"update": later}, tmp_path).items():
        assert "AssertionError" in said, name


def test_a_program_holds_only_what_its_run_needs() -> None:
    text = program(small())
    for absent in (
        "Dropout",
        "patience",
        "DIVERGED",
        "CHANGES",
        "clip",
        "autocast",
        "l1",
        "engine",
    ):
        assert absent not in text, absent
    lines = [line for line in text.splitlines() if line.startswith(("import ", "from "))]
    packages = {line.split()[1].split(".")[0] for line in lines}
    assert packages == {"hashlib", "math", "collections", "torch"}
    assert len(text.splitlines()) < 200


def test_there_is_no_program_of_what_has_not_ended() -> None:
    config = small()
    run, _ = ran(config)
    assert has_script(config, run)
    for state in ("queued", "running", "paused", "failed"):
        assert not has_script(config, replace(run, state=state))  # type: ignore[arg-type]


def test_a_first_loss_that_was_not_kept_is_measured_again() -> None:
    config = small()
    run, history = ran(config)
    assert script_of(config, run, {}) == script_of(config, run, history)


def test_files_that_are_missing_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = tmp_path / "data"
    monkeypatch.setenv("BLINDSPOT_DATA", str(data))
    put(data / "MNIST" / "raw", idx_files())
    config, _ = TrainConfig.read({"data": "mnist", "epochs": "1", "model.hidden": "4"})
    text = program(config)
    (tmp_path / "one.py").write_text(text, encoding="utf-8")
    empty = tmp_path / "empty"
    empty.mkdir()

    def call(*more: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-I", str(tmp_path / "one.py"), *more]
        return subprocess.run(command, cwd=empty, capture_output=True, text=True)

    missing = call()
    assert missing.returncode == 1 and "There is no data/MNIST" in missing.stderr
    assert "Traceback" not in missing.stderr
    assert SAME in call(str(data)).stdout
