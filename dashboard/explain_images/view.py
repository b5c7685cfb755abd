"""What can be set on the Explain images page? Everything, in one link."""

from typing import Annotated, Literal

from pydantic import AfterValidator

from dashboard.explain_images.side_by_side_config import LookConfig
from engine.config import Config, knob
from engine.explain.scores import SCORES
from engine.topics.explain_images.board import Board
from engine.topics.explain_images.clever_hans import CleverHans
from engine.topics.explain_images.dream.activation_maximisation import ActivationMaximisation
from engine.topics.explain_images.dream.deep_dream import DeepDream
from engine.topics.explain_images.dream.fool import Fool
from engine.topics.explain_images.occlusion_maps import OcclusionMapsConfig
from engine.topics.explain_images.questions import picture_knob, target_knob
from engine.topics.explain_images.sanity import Sanity
from engine.topics.explain_images.stability import Stability
from engine.words import said

FIRST = (  # the scores that people ask for first; one that joins stands behind them
    "pointing_game",
    "pointing_exact",
    "mass_inside",
    "rank_accuracy",
    "mask_auc",
    "best_iou",
    "deletion",
    "insertion",
    "infidelity",
    "sensitivity",
)
SCORE_LABELS = {id: SCORES[id].about.label for id in dict.fromkeys((*FIRST, *SCORES))}
SCORE_LABELS["seconds"] = "Seconds"


def _known(score: str) -> str:
    if score not in SCORE_LABELS:
        raise ValueError(said("There is no score {score!r}.", score=score[:40]))
    return score


Score = Annotated[str, AfterValidator(_known)]


class ImagesView(Config):
    """The sections that look at one picture share the network, the picture and the class; those
    that measure over many are pieces of work with a config of their own."""

    network: str = knob("shapes_cnn", "Network", max_length=40)
    picture: int = picture_knob()
    target: int = target_knob(more=False)
    look: LookConfig = LookConfig()
    stability: Stability = Stability()
    sanity: Sanity = Sanity()
    likeness: Literal["spearman", "ssim"] = knob(
        "spearman",
        "Similarity",
        "Of two maps: do they rank the pixels alike, or do they look alike, window by window?",
        options={"spearman": "rank correlation", "ssim": "SSIM"},
    )
    board: Board = Board()
    score: Score = knob("pointing_game", "Score", options=SCORE_LABELS)
    across: float = knob(
        0.35, "Object, across", "Share of the side, from the left.", ge=0.25, le=0.75, step=0.05
    )
    down: float = knob(
        0.4, "Object, down", "Share of the side, from the top.", ge=0.25, le=0.75, step=0.05
    )
    hans: CleverHans = CleverHans()
    cheat: int = knob(-1, "Network looked at", "Counted from 0; −1: the last.", ge=-1, le=7)
    occlusion: OcclusionMapsConfig = OcclusionMapsConfig()
    dream: ActivationMaximisation = ActivationMaximisation()
    inception: DeepDream = DeepDream()
    fool: Fool = Fool()
