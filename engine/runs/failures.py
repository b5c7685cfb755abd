"""What does a person read when work ends in an error? A sentence that says what to do."""

import torch
from distributed import KilledWorker
from pydantic import ValidationError

from engine.config import sentences
from engine.runs.files import StoreError
from engine.words import joined, said, why


def explain(error: BaseException) -> tuple[str, str]:
    """The state in which a run ends by this error, and the sentence."""
    match error:
        case KilledWorker() | ConnectionError():
            return (
                "interrupted",
                said(
                    "The worker process died in mid-run. Resume goes on from the last checkpoint."
                ),
            )
        case MemoryError() | torch.OutOfMemoryError():
            return "failed", said("There was not enough memory. Try a smaller batch or network.")
        case RuntimeError() if "DefaultCPUAllocator" in str(error):  # torch's own, on a CPU
            return "failed", said("There was not enough memory. Try a smaller batch or network.")
        case ValueError() if "more than 1 value per channel" in str(error):
            return "failed", said(
                "Batch normalisation cannot learn from one example alone, and the last batch has "
                "only one. Choose another batch size."
            )
        case ValidationError():
            return "failed", joined(sentences(error))
        case StoreError() | ValueError():
            return "failed", why(error)
        case _:
            return "failed", f"{type(error).__name__}: {error}".split("\n")[0][:300]
