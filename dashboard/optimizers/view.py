"""What can be set on the Optimizers page? Everything, in one link."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from engine.config import knob
from engine.optim import OPTIMIZERS, Optimizer
from engine.optim.schedules import SCHEDULES
from engine.topics.optimizers.landscape.edge import Edge
from engine.topics.optimizers.landscape.work import Landscape
from engine.topics.optimizers.races.race import BASE, Race, Rate
from engine.topics.optimizers.surfaces import SURFACES, Surface
from engine.topics.optimizers.walks.basins import Basins
from engine.topics.optimizers.walks.first_order import FirstOrder
from engine.topics.optimizers.walks.one_weight import OneWeight
from engine.topics.optimizers.walks.rate_momentum import RateMomentum, memory
from engine.topics.optimizers.walks.walk import Walk
from engine.training.config import TrainConfig
from engine.training.sweep import Sweep
from engine.words import said

Id = Annotated[str, Field(max_length=40)]
Written = Annotated[str, Field(max_length=80)]


PAIR_STEPS = 300  # of the walk of one pair of learning rate and momentum, at most
SWITCHES = {"adam": "bias_correction", "lion": "one_beta"}  # what common mistakes leave out


def pair_of(value: tuple[float, ...]) -> tuple[float, ...]:
    """Raises ValueError for what is no learning rate and momentum."""
    if value and not (len(value) == 2 and 0 < value[0] <= 10 and 0 <= value[1] < 1):
        raise ValueError(
            said(
                "Expected a learning rate up to 10 and a momentum below 1. Received: {received}.",
                received=list(value),
            )
        )
    return value


class OptimView(Walk):
    """A walk and what else the sections need; optimizers and their knobs are shared by all."""

    tune: Id = "adam"
    """Optimizer whose knobs are in the sidebar."""

    weight: OneWeight = OneWeight()

    arrows: bool = knob(
        True, "Momentum arrows", "What each rule remembers: its direction and its squares."
    )
    solid: bool = knob(False, "In three dimensions", "The surface with the walks on it.")
    twin: bool = knob(
        False, "Common mistake beside it", "Adam without bias correction, Lion with one beta."
    )

    map: Literal["starts", "rates"] = knob(
        "starts",
        "Map",
        "Over all starts, or over learning rate and momentum from one start.",
        options={"starts": "starts", "rates": "rate × momentum"},
    )
    land: Annotated[Surface, SURFACES.field()] = knob(
        SURFACES["himmelblau"](), "Surface", "What is made smaller."
    )
    side: int = knob(120, "Grid", "Starts along each axis.", ge=20, le=300, step=20)
    most: int = knob(500, "Most steps", "After which a walk is given up.", ge=1, le=5000, log=True)
    tolerance: float = knob(
        0.05, "Tolerance", "Distance that counts as reached.", ge=0.001, le=0.5, log=True
    )
    mover: Annotated[Optimizer, OPTIMIZERS.field()] = knob(
        OPTIMIZERS["momentum"](), "Optimizer", "Whose learning rate and momentum vary."
    )

    ground: Literal["measured", "theory"] = knob(
        "measured",
        "Updates",
        "Counted here, or foretold by the spectral radius of momentum on a bowl.",
        options={"measured": "measured", "theory": "by theory"},
    )
    pair: Annotated[tuple[float, ...], AfterValidator(pair_of)] = knob(
        (),
        "Pair",
        "Learning rate and momentum that are looked at; click the map. Empty: Polyak's.",
        max_length=2,
    )

    figure: Literal["own", "by_optimizer", "by_learning_rate", "by_batch_size"] = knob(
        "own",
        "Comparison",
        "Your own, or one of the three classic pictures.",
        options={
            "own": "optimizers × rates",
            "by_optimizer": "by optimizer",
            "by_learning_rate": "by learning rate",
            "by_batch_size": "by batch size",
        },
    )
    base: TrainConfig = BASE.with_("learning_rate", 0.03)
    tried: tuple[Rate, ...] = knob(
        (0.001, 0.003, 0.01, 0.03, 0.1, 0.3),
        "Learning rates",
        "Every optimizer is tried at each.",
        max_length=12,
    )
    seeds: int = knob(4, "Seeds", "Repetitions, each with its own weights.", ge=1, le=16)
    fair: Literal["equal", "best", "clock", "u"] = knob(
        "best",
        "View",
        "What is held equal.",
        options={
            "equal": "equal rate",
            "best": "each at its own best",
            "clock": "by wall-clock",
            "u": "U-curve",
        },
    )
    equal: float = knob(
        0.01, "Equal learning rate", "Of those that were tried.", ge=1e-6, le=10, log=True
    )

    range_test: bool = knob(
        False,
        "Range test beside it",
        "One short training an optimizer, whose rate grows from epoch to epoch.",
    )

    compare: Annotated[tuple[Written, ...], SCHEDULES.several(knobs=True)] = knob(
        ("constant", "cosine", "one_cycle", "warmup"),
        "Schedules",
        "Those that train together.",
        max_length=8,
    )

    parameters: int = knob(
        100_000_000, "Parameters", "Of the network.", ge=1000, le=10**12, log=True
    )

    landscape: Landscape = Landscape()
    edge: Edge = Edge()
    why: FirstOrder = FirstOrder()

    @classmethod
    def allowed(cls, name: str, chosen: dict[str, Any]) -> list[str] | None:
        return [id for id in OPTIMIZERS if memory(id)] if name == "mover" else None

    @property
    def tuned(self) -> str:
        """The optimizer whose knobs are shown: one that takes part, whatever the link says."""
        return self.tune if self.tune in self.optimizers else self.optimizers[0]

    @property
    def scheduled(self) -> tuple[str, ...]:
        """The schedules that are compared, as they are written, each once and in the order of
        their family."""
        order = list(SCHEDULES)
        found = {SCHEDULES.parse(text).spelled for text in self.compare}
        return tuple(sorted(found, key=lambda text: (order.index(text.partition(":")[0]), text)))

    def walk(self) -> Walk:
        return Walk(
            surface=self.surface,
            start=self.start,
            optimizers=self.optimizers,
            rates=self.rates,
            rules=self.rules,
            steps=self.steps,
            seed=self.seed,
            several=self.several,
            values=self.values,
        )

    def twins(self) -> dict[str, Walk]:
        """Two walks each of the rules with a common mistake: as published, and with the mistake."""
        found = {}
        for id, switch in SWITCHES.items():
            right = type(self.rule(id))().get(switch)
            alone = {"optimizers": (id,), "several": f"{id}.{switch}"}
            values = float(right), float(not right)
            found[id] = Walk(**{**dict(self.walk()), **alone, "values": values})
        return found

    def basins(self) -> Basins:
        return Basins(
            surface=self.land,
            optimizers=self.optimizers,
            rates=self.rates,
            rules=self.rules,
            steps=self.most,
            tolerance=self.tolerance,
            side=self.side,
            seed=self.seed,
        )

    def rate_momentum(self) -> RateMomentum:
        return RateMomentum(
            surface=self.land,
            optimizer=self.mover,
            steps=self.most,
            tolerance=self.tolerance,
            seed=self.seed,
        )

    def paired(self, rate: float, momentum: float) -> Walk:
        """The walk of gradient descent with momentum at one pair, on the surface of the maps."""
        return Walk(
            surface=self.land,
            optimizers=("momentum",),
            rates=self.rates.with_("momentum", rate),
            rules=self.rules.with_("momentum.momentum", momentum),
            steps=min(self.most, PAIR_STEPS),
        )

    def race(self) -> Race:
        return Race(  # it tries rates and optimizers of its own, so the base's would say nothing
            base=self.base.with_("learning_rate", BASE.learning_rate).with_(
                "optimizer", BASE.optimizer
            ),
            optimizers=self.optimizers,
            rates=self.tried,
            seeds=self.seeds,
            rules=self.rules,
        )

    def by_schedule(self) -> Sweep:
        """The same training under each of the compared schedules."""
        return Sweep(
            base=self.base.with_("schedule", SCHEDULES["constant"]()),
            vary="schedule",
            values=self.scheduled,
            seeds=self.seeds,
        )
