"""Which optimizers take part, each with which knobs and which learning rate?"""

from typing import TYPE_CHECKING, Annotated, Any

from pydantic import AfterValidator, create_model

from engine.config import Config, knob
from engine.optim import OPTIMIZERS, Optimizer
from engine.topics.optimizers.surfaces import Surface
from engine.topics.optimizers.walks.pace import suited
from engine.words import said


def known(name: str) -> str:
    """Raises ValueError for a text that is no optimizer's id."""
    if name not in OPTIMIZERS:
        raise ValueError(
            said(
                "{problem} Known: {known}.",
                problem=OPTIMIZERS.unknown(name),
                known=", ".join(OPTIMIZERS),
            )
        )
    return name


def distinct(names: tuple[str, ...]) -> tuple[str, ...]:
    """Raises ValueError where there is none, or one twice."""
    if not names or len(set(names)) < len(names):
        raise ValueError(
            said(
                "Expected different optimizers, at least one. Received: {received}.",
                received=list(names),
            )
        )
    return names


OptimizerIds = Annotated[
    tuple[Annotated[str, AfterValidator(known)], ...], AfterValidator(distinct)
]

if TYPE_CHECKING:

    class Rules(Config): ...

    class Rates(Config): ...
else:
    # One field for each member of the registry, so that a new optimizer needs no line here, and
    # `rules.adam.beta1` and `rates.adam` are knobs like any other: drawn, checked and in the link.
    Rules = create_model(
        "Rules",
        __base__=Config,
        __doc__="Every optimizer's own knobs.",
        **{id: (member, member()) for id, member in OPTIMIZERS.items()},
    )
    Rates = create_model(
        "Rates",
        __base__=Config,
        __doc__="Every optimizer's learning rate.",
        **{
            id: (
                float,
                knob(
                    0.0,
                    f"{member.about.label}: learning rate",
                    "Length of its steps; 0 takes a rate that suits the surface.",
                    ge=0,
                    le=10,
                    log=True,
                ),
            )
            for id, member in OPTIMIZERS.items()
        },
    )


class Entrants(Config):
    """The optimizers that take part, and tables of knobs and rates of all that could.

    Knobs of those that do not take part are dropped, so that they change no key.
    """

    optimizers: OptimizerIds = knob(
        ("gradient_descent", "momentum", "rmsprop", "adam"),
        "Optimizers",
        "Those that walk together.",
        max_length=16,
    )
    rates: Rates = Rates()
    rules: Rules = Rules()

    def model_post_init(self, context: Any) -> None:
        for table in ("rates", "rules"):
            mine = {id: getattr(getattr(self, table), id) for id in self.optimizers}
            object.__setattr__(self, table, type(getattr(self, table))(**mine))

    def knobs(self, prefix: str = "") -> dict[str, Any]:
        """As of any config, without those of optimizers that do not take part."""
        return {
            name: field
            for name, field in super().knobs(prefix).items()
            if (parts := name.removeprefix(prefix).split("."))[0] not in ("rates", "rules")
            or parts[1] in self.optimizers
        }

    def rule(self, id: str) -> Optimizer:
        """The optimizer with its knobs."""
        return self.get(f"rules.{id}")

    def rate(self, id: str, surface: Surface) -> float:
        """The learning rate chosen, or else one that suits the surface."""
        return self.get(f"rates.{id}") or suited(id, surface)
