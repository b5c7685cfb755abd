"""How does a text become a formula? By precedence, sign by sign; what is none gets a sentence that
says where."""

import re
from collections.abc import Sequence
from difflib import get_close_matches
from typing import NamedTuple

from engine.formulas.formula import Formula
from engine.formulas.nodes import (
    ALSO,
    CONSTANTS,
    FUNCTIONS,
    Binary,
    Call,
    Constant,
    Minus,
    Name,
    Node,
    Number,
)
from engine.words import said

LONGEST = 300  # characters
DEEPEST = 40  # brackets, signs and powers within each other
SPOKEN = str.maketrans({"−": "-", "·": "*", "×": "*", "÷": "/", "²": "^2", "³": "^3", "π": "pi",
                        "₁": "1", "₂": "2"})  # fmt: skip
TOKEN = re.compile(
    r"\s*(?:(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?P<name>[A-Za-z_]\w*)"
    r"|(?P<sign>\*\*|[-+*/^(),]))",
    re.ASCII,
)
LEVEL = {"+": 1, "-": 1, "*": 2, "/": 2, "^": 4}
MINUS = 3  # -x^2 is -(x^2), and -x*y is (-x)*y


class FormulaError(ValueError):
    """A text is no formula. The message is one sentence that says where and what to do."""

    def __init__(self, sentence: str, place: int) -> None:
        super().__init__(sentence)
        self.place = place  # number of the character, from 0


class Token(NamedTuple):
    kind: str  # number, name, sign or end
    text: str
    place: int


def parse(text: str, names: Sequence[str]) -> Formula:
    """The formula of a text.

    Args:
        text: at most `LONGEST` characters; + - * / ^, functions, brackets, numbers, pi and e.
        names: of the variables that it may use.

    Raises:
        FormulaError: it is none.
    """
    if len(text) > LONGEST:
        sentence = said(
            "A formula has at most {most} characters. Received: {n:,}.", most=LONGEST, n=len(text)
        )
        raise FormulaError(sentence, LONGEST)
    reader = _Reader(_tokens(text.translate(SPOKEN)), tuple(names))
    found = reader.expression(0, 0)
    if reader.now.kind != "end":
        raise reader.unexpected()
    return Formula(text.strip(), found, tuple(names))


def _tokens(text: str) -> list[Token]:
    found, place = [], 0
    while text[place:].strip():
        match = TOKEN.match(text, place)
        if match is None:
            at = place + len(text[place:]) - len(text[place:].lstrip())
            sentence = said(
                "{sign} at character {place} means nothing in a formula. Use numbers, names, "
                "+ - * / ^ and brackets.",
                sign=text[at],
                place=at + 1,
            )
            raise FormulaError(sentence, at)
        kind = match.lastgroup or ""
        found.append(Token(kind, match[kind].replace("**", "^"), match.start(kind)))
        place = match.end()
    return [*found, Token("end", "", len(text))]


class _Reader:
    """Where in the tokens the reading is."""

    def __init__(self, tokens: list[Token], names: tuple[str, ...]) -> None:
        self._tokens, self._at, self._names = tokens, 0, names

    @property
    def now(self) -> Token:
        return self._tokens[self._at]

    def take(self) -> Token:
        token = self.now
        self._at += token.kind != "end"
        return token

    def expression(self, level: int, depth: int) -> Node:
        """Everything from here that binds more tightly than `level`."""
        if depth > DEEPEST:
            sentence = said(
                "The formula is nested too deeply at character {place}: at most {most} brackets, "
                "signs and powers within each other.",
                place=self.now.place + 1,
                most=DEEPEST,
            )
            raise FormulaError(sentence, self.now.place)
        left = self._first(depth)
        while self.now.kind == "sign" and LEVEL.get(self.now.text, 0) > level:
            sign = self.take().text
            # A power is right-associative: 2^3^2 is 2^(3^2).
            inner = LEVEL[sign] - (sign == "^")
            left = Binary(sign, left, self.expression(inner, depth + 1))
        return left

    def _first(self, depth: int) -> Node:
        token = self.take()
        match token.kind:
            case "number":
                return Number(float(token.text))
            case "name":
                return self._named(token, depth)
        match token.text:
            case "-":
                return Minus(self.expression(MINUS, depth + 1))
            case "+":
                return self.expression(MINUS, depth + 1)
            case "(":
                found = self.expression(0, depth + 1)
                self._expect(")")
                return found
        self._at -= token.kind != "end"
        raise self.unexpected()

    def _named(self, token: Token, depth: int) -> Node:
        name = ALSO.get(token.text, token.text)
        if self.now.text == "(" and name in FUNCTIONS:
            return self._call(name, token.place, depth)
        if name in self._names:
            return Name(name)
        if name in CONSTANTS:
            return Constant(name)
        if name in FUNCTIONS:
            sentence = said("{name} needs brackets: {name}(…).", name=name)
            raise FormulaError(sentence, token.place)
        known = [*self._names, *CONSTANTS, *FUNCTIONS]
        close = get_close_matches(token.text, known, n=1)
        sentence = said(
            "{name} at character {place} is not known. {hint}",
            name=token.text[:30],
            place=token.place + 1,
            hint=said("Did you mean {name}?", name=close[0])
            if close
            else said("Variables are {names}.", names=", ".join(self._names)),
        )
        raise FormulaError(sentence, token.place)

    def _call(self, name: str, place: int, depth: int) -> Node:
        self._expect("(")
        arguments = [self.expression(0, depth + 1)]
        while self.now.text == ",":
            self.take()
            arguments.append(self.expression(0, depth + 1))
        self._expect(")")
        if len(arguments) != FUNCTIONS[name].places:
            sentence = said(
                "{name} takes {places} values, not {n}.",
                name=name,
                places=FUNCTIONS[name].places,
                n=len(arguments),
            )
            raise FormulaError(sentence, place)
        return Call(name, tuple(arguments))

    def _expect(self, sign: str) -> None:
        if self.take().text != sign:
            self._at -= self.now.kind != "end"
            sentence = said(
                "A {sign} is missing at character {place}.", sign=sign, place=self.now.place + 1
            )
            raise FormulaError(sentence, self.now.place)

    def unexpected(self) -> FormulaError:
        """What stands here cannot stand here."""
        token = self.now
        if token.kind == "end":
            if len(self._tokens) == 1:
                return FormulaError(said("The formula is empty."), 0)
            return FormulaError(said("The formula ends before it is whole."), token.place)
        if token.kind in ("number", "name") or token.text == "(":
            sentence = said(
                "A sign is missing before {text} at character {place}: write 2*x for 2x.",
                text=token.text[:30],
                place=token.place + 1,
            )
            return FormulaError(sentence, token.place)
        sentence = said(
            "{text} at character {place} is not expected there.",
            text=token.text,
            place=token.place + 1,
        )
        return FormulaError(sentence, token.place)
