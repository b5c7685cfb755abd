"""Is a task found by its file, and are its metrics what they are by hand?"""

from importlib import import_module

import pytest
import torch

from engine.nn.losses import LOSSES
from engine.tasks import TASKS


@pytest.mark.parametrize("id", list(TASKS))
def test_a_task_lives_in_the_file_of_its_name_and_has_a_loss(id: str) -> None:
    assert import_module(f"engine.tasks.{id}")
    assert any(id in loss.tasks for loss in LOSSES.values())


def test_every_task_of_a_loss_is_there() -> None:
    assert {task for loss in LOSSES.values() for task in loss.tasks} <= set(TASKS)


def test_accuracy_is_the_share_of_examples_whose_largest_output_is_right() -> None:
    outputs = torch.tensor([[2.0, 1.0], [0.0, 3.0], [5.0, 4.0], [1.0, 0.0]])
    found = TASKS["classification"].metrics(outputs, torch.tensor([0, 1, 1, 0]))
    assert found["accuracy"].item() == 0.75


@pytest.mark.parametrize(
    ("guess", "r2"),
    [([1.0, 2.0, 6.0], 1.0), ([3.0, 3.0, 3.0], 0.0), ([6.0, 3.0, 3.0], 1 - 35 / 14)],
)
def test_r2_is_one_for_the_truth_and_zero_for_its_mean(guess: list[float], r2: float) -> None:
    truth = torch.tensor([[1.0], [2.0], [6.0]])  # mean 3, sum of squares around it 14
    found = TASKS["regression"].metrics(torch.tensor(guess)[:, None], truth)
    assert found["r2"].item() == pytest.approx(r2)  # residuals of the last: 25 + 1 + 9
