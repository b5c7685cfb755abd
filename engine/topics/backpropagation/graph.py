"""How does a typed expression become a graph of gates? One node a value, in an order in which each
stands behind what it needs."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from engine.formulas import Formula, FormulaError, parse
from engine.formulas.nodes import CONSTANTS, Binary, Call, Constant, Minus, Name, Node, Number
from engine.topics.backpropagation.gates import GATES, Gate, power
from engine.words import said

LONGEST = 200  # characters
MOST_GATES, MOST_VARIABLES = 40, 12
_VARIABLE = r"[A-Za-z]\d{0,2}"  # x, w1, h12; e is a constant
_USED = re.compile(rf"(?<![\w.])({_VARIABLE})(?!\w)", re.ASCII)
_DEFINES = re.compile(rf"\s*({_VARIABLE})\s*=", re.ASCII)


@dataclass(frozen=True, slots=True)
class Vertex:
    """One value of a graph."""

    gate: str  # id in GATES; "^n" for a fixed power, "variable" or "number"
    sign: str  # on its node
    inputs: tuple[int, ...] = ()  # numbers of the vertices that it needs
    name: str = ""  # that it was given
    varies: bool = True  # whether a variable is behind it
    number: float = 0.0  # of a number


@dataclass(frozen=True, slots=True)
class Graph:
    """A whole program of expressions."""

    text: str
    vertices: tuple[Vertex, ...]
    variables: tuple[str, ...]  # in the order in which they were first used
    outputs: tuple[int, ...]  # vertices that nothing else needs
    statements: tuple[tuple[str, Formula], ...] = field(repr=False)
    ends: tuple[int, ...] = ()  # the vertex of each statement

    def gate(self, at: int) -> Gate | None:
        """What computes a vertex; None of a variable or a number."""
        return gate_of(self.vertices[at].gate)

    def users(self, at: int) -> int:
        """By how many edges a value is used: a gate that needs it twice counts twice."""
        return sum(vertex.inputs.count(at) for vertex in self.vertices)

    def label(self, at: int) -> str:
        """Its name where it has one; else what computes it."""
        vertex = self.vertices[at]
        return vertex.name or vertex.sign

    def at(self, variable: str) -> int:
        """Number of a variable's vertex."""
        return next(
            i for i, v in enumerate(self.vertices) if v.gate == "variable" and v.name == variable
        )


@lru_cache(maxsize=256)
def gate_of(id: str) -> Gate | None:
    if id in GATES:
        return GATES[id]
    return power(float(id[1:])) if id.startswith("^") else None


@lru_cache(maxsize=256)
def graph_of(text: str) -> Graph:
    """The graph of expressions apart by semicolons: `h = w*x; (h - y)^2`.

    Args:
        text: at most `LONGEST` characters; every letter, with a number behind it or not, is a
            variable, unless a statement defines it.

    Raises:
        FormulaError: it is none. The message is one sentence that says where.
    """
    if len(text) > LONGEST:
        sentence = said(
            "An expression has at most {most} characters. Received: {n:,}.",
            most=LONGEST,
            n=len(text),
        )
        raise FormulaError(sentence, LONGEST)
    parts = [part for part in re.finditer(r"[^;\n]+", text) if part[0].strip()]
    if not parts:
        raise FormulaError(said("The expression is empty."), 0)
    defined = [found[1] for part in parts if (found := _DEFINES.match(part[0]))]
    variables = _variables(text, defined)
    builder, statements = _Builder(variables), []
    for part in parts:
        name, start = "", part.start()
        if found := _DEFINES.match(part[0]):
            name, start = found[1], part.start() + found.end()
            if name == "e" or name in builder.named:
                sentence = said(
                    "{name} at character {place} has a meaning already: take another letter.",
                    name=name,
                    place=part.start() + 1,
                )
                raise FormulaError(sentence, part.start())
        known = list(builder.named) or [next(n for n in "xyzuvwabcdfgh" if n not in defined)]
        formula = parse(" " * start + text[start : part.end()], known)
        builder.add(formula.root, name, part.start())
        statements.append((name, formula))
    vertices = tuple(builder.vertices)
    needed = {i for vertex in vertices for i in vertex.inputs}
    ends = dict.fromkeys(i for i in builder.ends if i not in needed and vertices[i].varies)
    if not ends:
        raise FormulaError(said("The expression uses no variable: write one as a letter, x."), 0)
    return Graph(
        text.strip(), vertices, variables, tuple(ends), tuple(statements), tuple(builder.ends)
    )


def _variables(text: str, defined: Sequence[str]) -> tuple[str, ...]:
    """The letters of a text that no statement defines, in order."""
    used = dict.fromkeys(name for name in _USED.findall(text) if name != "e")
    found = tuple(name for name in used if name not in defined)
    if len(found) > MOST_VARIABLES:
        place = text.index(found[MOST_VARIABLES])
        sentence = said(
            "At most {most} variables; {name} at character {place} is one more.",
            most=MOST_VARIABLES,
            name=found[MOST_VARIABLES],
            place=place + 1,
        )
        raise FormulaError(sentence, place)
    return found


class _Builder:
    """The vertices so far, and what their names mean."""

    def __init__(self, variables: Sequence[str]) -> None:
        self.vertices: list[Vertex] = []
        self.named: dict[str, int] = {}
        self.ends: list[int] = []
        self._gates, self._place = 0, 0
        for name in variables:
            self.named[name] = self._put(Vertex("variable", name, name=name))

    def add(self, root: Node, name: str, place: int) -> None:
        """One statement."""
        self._place = place
        at = self._of(root)
        if name:
            self.named[name] = at
            old = self.vertices[at]
            if old.inputs and not old.name:  # another name of a value changes nothing
                self.vertices[at] = Vertex(old.gate, old.sign, old.inputs, name, old.varies)
        self.ends.append(at)

    def _of(self, node: Node) -> int:
        match node:
            case Name(name):
                return self.named[name]
            case Number(value):
                return self._put(Vertex("number", f"{value:g}", varies=False, number=value))
            case Constant(name):
                value, sign = CONSTANTS[name][0], {"pi": "π"}.get(name, name)
                return self._put(Vertex("number", sign, varies=False, number=value))
            case Minus(Number(value)):
                return self._put(Vertex("number", f"−{value:g}", varies=False, number=-value))
            case Minus(of):
                return self._gate("minus", (of,))
            case Call(name, arguments):
                return self._gate(name, arguments)
            case Binary("^", left, Number(value)):
                return self._gate(f"^{value!r}", (left,))
            case Binary("^", left, Minus(Number(value))):
                return self._gate(f"^{-value!r}", (left,))
            case Binary(sign, left, right):
                return self._gate(sign, (left, right))
        raise TypeError(node)

    def _gate(self, id: str, parts: Sequence[Node]) -> int:
        inputs = tuple(self._of(part) for part in parts)
        self._gates += 1
        if self._gates > MOST_GATES:
            sentence = said(
                "At most {most} gates fit into the picture; the part from character {place} on has "
                "more.",
                most=MOST_GATES,
                place=self._place + 1,
            )
            raise FormulaError(sentence, self._place)
        gate = gate_of(id)
        if gate is None:
            raise TypeError(id)
        varies = any(self.vertices[i].varies for i in inputs)
        return self._put(Vertex(id, gate.sign, inputs, varies=varies))

    def _put(self, vertex: Vertex) -> int:
        self.vertices.append(vertex)
        return len(self.vertices) - 1
