"""Which expression is differentiated, and where? An example, or one that is typed."""

from collections.abc import Mapping
from typing import Annotated, NamedTuple

from pydantic import AfterValidator, Field, model_validator

from engine.config import Config, knob
from engine.topics.backpropagation import trained
from engine.topics.backpropagation.graph import LONGEST, MOST_VARIABLES, Graph, graph_of
from engine.words import said


class Example(NamedTuple):
    label: str
    text: str
    fixed: tuple[float, ...]  # one a variable, in the order of their first use

    @property
    def numbers(self) -> tuple[float, ...]:
        """The fixed ones; of the network those that its training left."""
        return self.fixed or trained.numbers()


EXAMPLES: Mapping[str, Example] = {
    "gates": Example(said("every gate"), "(x*y + max(z, w))*2", (3.0, -4.0, 2.0, -1.0)),
    "weight": Example(said("one weight"), "(w*x - y)^2", (1.0, 2.0, 6.0)),
    "product": Example(said("sum times z"), "q = x + y; q*z", (-2.0, 5.0, -4.0)),
    "twice": Example(said("a value used twice"), "x*x + x", (3.0,)),
    "neuron": Example(
        said("a neuron"), "1/(1 + exp(-(w0*x0 + w1*x1 + b)))", (2.0, -1.0, -3.0, -2.0, -3.0)
    ),
    "chain": Example(
        said("a chain of four units"),
        "h1=tanh(t1*x); h2=tanh(t2*h1); h3=tanh(t3*h2); y=tanh(t4*h3)",
        (1.0, 0.5, 2.0, -1.5, 1.0),
    ),
    "units": Example(
        said("eight units, two outputs"),
        "h1=tanh(t1*x); h2=tanh(t2*x); h3=tanh(t3*x); h5=tanh(t5*(h1+h2)); h6=tanh(t6*(h2+h3)); "
        "h7=tanh(t7*h6); h8=tanh(t8*(h5+h7)); h4=tanh(t4*h1)",
        (1.0, 0.5, -1.0, 0.8, 1.2, 0.7, -1.5, 0.9, 2.0),
    ),
    "network": Example(said("a step of a trained network"), trained.TEXT, ()),
    "zero": Example(said("division by zero"), "log(x)/(x - y)", (2.0, 2.0)),
}
USUAL = 1.0  # of a variable that was given no number
Value = Annotated[float, Field(ge=-1e6, le=1e6)]


def _checked(text: str) -> str:
    if text:
        graph_of(text)
    return text


class ExpressionConfig(Config):
    """An expression and the numbers of its variables."""

    example: str = knob(
        "gates",
        "Example",
        "Where nothing of one's own is typed.",
        options={id: example.label for id, example in EXAMPLES.items()},
    )
    formula: Annotated[str, AfterValidator(_checked)] = knob(
        "",
        "Own expression",
        "Letters are variables; several statements by semicolons: h = w*x; (h - y)^2. "
        "Empty: the example.",
        max_length=LONGEST,
    )
    values: tuple[Value, ...] = knob(
        (),
        "Numbers",
        "Of the variables, in the order of their first use. Empty: the example's.",
        max_length=MOST_VARIABLES,
    )
    output: int = knob(
        0, "Output", "Whose slopes are asked for, where there are several.", ge=0, le=11
    )

    @model_validator(mode="after")
    def _known(self) -> "ExpressionConfig":
        if self.example not in EXAMPLES:
            raise ValueError(
                said(
                    "There is no example {wanted}. Possible: {ids}.",
                    wanted=repr(self.example[:40]),
                    ids=", ".join(EXAMPLES),
                )
            )
        count = len(self.graph.variables)
        if len(self.values) > count:
            raise ValueError(
                said(
                    "The expression has {count} variables, and {given} numbers were given.",
                    count=count,
                    given=len(self.values),
                )
            )
        return self

    @property
    def text(self) -> str:
        return self.formula or EXAMPLES[self.example].text

    @property
    def graph(self) -> Graph:
        return graph_of(self.text)

    @property
    def numbers(self) -> tuple[float, ...]:
        """One a variable."""
        own = self.values or (() if self.formula else EXAMPLES[self.example].numbers)
        return (*own, *[USUAL] * (len(self.graph.variables) - len(own)))

    @property
    def end(self) -> int:
        """The vertex that is differentiated; the last output where there are fewer."""
        ends = self.graph.outputs
        return ends[min(self.output, len(ends) - 1)]


def retyped(config: ExpressionConfig, text: str) -> ExpressionConfig:
    """The same with another expression; variables of the same name keep their numbers.

    Raises:
        FormulaError: the text is none.
    """
    if not text.strip():
        return ExpressionConfig(example=config.example)
    here = dict(zip(config.graph.variables, config.numbers, strict=True))
    values = tuple(here.get(name, USUAL) for name in graph_of(text).variables)
    return ExpressionConfig(example=config.example, formula=text, values=values)
