"""What a run says of the machine that computed it."""

import torch

from engine.device import describe_device


def test_a_run_tells_how_many_threads_added_up_its_sums():
    """With another number of them sums are in another order, and last digits differ."""
    before = torch.get_num_threads()
    try:
        texts = []
        for count in (1, 2):
            torch.set_num_threads(count)
            texts.append(describe_device(torch.device("cpu")))
    finally:
        torch.set_num_threads(before)
    assert ", 1 of " in texts[0] and ", 2 of " in texts[1]
