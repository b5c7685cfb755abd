"""How is a function, a class or a constant copied into a program that stands alone?"""

import ast
import inspect
import textwrap
from collections.abc import Mapping, Sequence
from types import ModuleType
from typing import TYPE_CHECKING, Any

from engine.config import Part
from engine.plain.reflow import reflowed
from engine.plain.source import (
    docstring,
    freed,
    literal,
    parts,
    place_of,
    shortened,
    slice_of,
    stores,
)

if TYPE_CHECKING:
    from engine.plain.definitions import Plain

REFUSALS = ("ValueError", "DataError")  # a run that is exported has passed these checks


class Copy:
    """One function, class or constant, copied."""

    def __init__(
        self, plain: "Plain", of: Any, known: Mapping[str, Any], part: Part | None = None
    ) -> None:
        self.plain, self.known, self.part = plain, known, part
        self.home = of if isinstance(of, ModuleType) else inspect.getmodule(of)
        self.text = textwrap.dedent(inspect.getsource(of))
        self.tree = ast.parse(self.text).body[0]
        self.lines = self.text.splitlines(keepends=True)
        bound = {n.id for n in ast.walk(self.tree) if stores(n)}
        bound |= {n.arg for n in ast.walk(self.tree) if isinstance(n, ast.arg)}
        self.local = bound if not isinstance(of, ModuleType) else set()
        self.used: list[str] = []  # settings that the text reads
        self.unread: set[str] = set()  # names that only what is left out has read

    # ---- what is copied ----

    def settings(self) -> dict[str, str]:
        """Settings that become arguments, with their values."""
        self.function("probe")
        return {name: literal(value) for name, value in self.known.items() if name in self.used}

    def function(
        self, name: str, settings: Mapping[str, str] | None = None, summary: str | None = None
    ) -> str:
        assert isinstance(self.tree, ast.FunctionDef)
        self.used = []
        text = self._function(self.tree, name, settings or {}, summary)
        return reflowed(text)

    def type(self, name: str) -> str:
        node = self.tree
        assert isinstance(node, ast.ClassDef)
        body = "".join(self.body(node.body))
        marks = "".join(f"@{self.render(mark)}\n" for mark in node.decorator_list)
        return reflowed(f"{marks}class {name}{self._bases(node)}:\n{body}")

    def statement(self, node: ast.stmt) -> str:
        """A constant of a module, with the comments above it."""
        self.lines = inspect.getsource(self.home).splitlines(keepends=True)  # type: ignore[arg-type]
        first = node.lineno - 1
        while first and self.lines[first - 1].startswith("#"):
            first -= 1
        above = "".join(self.lines[first : node.lineno - 1])
        last = self.lines[(node.end_lineno or 0) - 1].encode()[node.end_col_offset or 0 :].decode()
        return reflowed(above + self.render(node) + last.rstrip())

    # ---- its text ----

    def _bases(self, node: ast.ClassDef) -> str:
        return f"({', '.join(map(self.render, node.bases))})" if node.bases else ""

    def _function(
        self, node: ast.FunctionDef, name: str, settings: Mapping[str, str], summary: str | None
    ) -> str:
        indent = " " * node.col_offset
        marks = "".join(f"{indent}@{self.render(mark)}\n" for mark in node.decorator_list)
        head = self._head(node, settings)
        return f"{marks}{indent}def {name}({head}):\n" + "".join(self.body(node.body, summary))

    def _head(self, node: ast.FunctionDef, settings: Mapping[str, str]) -> str:
        taken, found = node.args, []
        names = [arg.arg for arg in taken.posonlyargs + taken.args]
        defaults = [None] * (len(names) - len(taken.defaults)) + list(taken.defaults)  # type: ignore[list-item]
        pairs = list(zip(names, defaults, strict=True))
        late = list(zip([arg.arg for arg in taken.kwonlyargs], taken.kw_defaults, strict=True))
        for name, default in pairs:
            if name in self.known or (name == "self" and self.part is not None):
                continue
            found.append(f"{name}={self.render(default)}" if default else name)
        if taken.vararg:
            found.append(f"*{taken.vararg.arg}")
        rest = [(n, d) for n, d in late if n not in self.known]
        if rest and not taken.vararg:
            found.append("*")
        found += [f"{n}={self.render(d)}" if d else n for n, d in rest]
        return ", ".join(found + [f"{n}={v}" for n, v in settings.items()])

    def body(self, statements: Sequence[ast.stmt], summary: str | None = None) -> list[str]:
        """The lines of a block: comments and blank lines stay, what is not needed goes."""
        found: list[str] = []
        indent, opening = " " * statements[0].col_offset, True
        said = docstring(statements[0])
        if said is not None or summary:
            found += shortened(said or "", indent, summary)
        last = statements[0].lineno - 1
        if said is not None:
            last = statements[0].end_lineno or 0
            statements = statements[1:]
        gone = self._gone(statements)
        for node in statements:
            first = min([node.lineno, *(m.lineno for m in getattr(node, "decorator_list", []))])
            between = self.lines[last : first - 1]
            last = node.end_lineno or 0
            if node in gone:
                continue
            text = self._statement(node)
            if not text:
                between = []
            elif opening and node is not statements[0]:  # what stood before it is gone
                between = [line for line in between if line.strip()]
            found += [*between, text] if text else []
            opening = opening and not text
            if isinstance(node, ast.If) and text and self._ends(node):
                break
        return found or [f"{indent}pass\n"]

    def _ends(self, node: ast.If) -> bool:
        """Whether what is decided by the settings leaves the function there."""
        taken = self._decided(node.test)
        chosen = node.body if taken else node.orelse
        return taken is not None and isinstance(chosen[-1], ast.Return | ast.Raise)

    def _statement(self, node: ast.stmt) -> str:
        """A statement with its line ends; "" where it is not needed."""
        indent = " " * node.col_offset
        tail = self.lines[(node.end_lineno or 1) - 1].encode()[node.end_col_offset or 0 :].decode()
        if hasattr(node, "body") or "type: ignore" in tail:
            tail = "\n"
        match node:
            case ast.Import() | ast.ImportFrom():
                self._hoist(node)
                return ""
            case ast.FunctionDef():
                return self._function(node, node.name, {}, None)
            case ast.If(test=test, body=body, orelse=orelse):
                if not orelse and all(_refuses(one) for one in body):
                    return ""
                if (taken := self._decided(test)) is not None:
                    chosen = body if taken else orelse
                    return self._dedented(chosen, node.col_offset) if chosen else ""
            case ast.Try(body=body, handlers=handlers):
                if all(_refuses(one) for handler in handlers for one in handler.body):
                    return self._dedented(body, node.col_offset)
            case ast.Match(subject=subject, cases=cases):
                if (value := self._decided(subject)) is not None:
                    for case in cases:
                        pattern = case.pattern
                        if not isinstance(pattern, ast.MatchValue) or (
                            self._decided(pattern.value) == value
                        ):
                            return self._dedented(case.body, node.col_offset)
            case ast.Expr(value=ast.Call() as call) if self._chosen(call) is not None:
                return ""
            case ast.Assign(targets=[ast.Tuple(elts=left)], value=ast.Call() as call):
                if (values := self._chosen(call)) is not None:
                    names = ", ".join(map(self.render, left))
                    return f"{indent}{names} = {', '.join(values)}{tail}"
        return indent + self.render(node) + tail

    def _dedented(self, statements: Sequence[ast.stmt], column: int) -> str:
        text = "".join(self.body(statements))
        return textwrap.indent(textwrap.dedent(text), " " * column)

    def _hoist(self, node: ast.Import | ast.ImportFrom) -> None:
        """An import in mid-function goes to the top of the script."""
        for alias in node.names:
            one = [ast.alias(alias.name, alias.asname)]
            self.plain.imports.add(
                ast.unparse(ast.Import(one))
                if isinstance(node, ast.Import)
                else ast.unparse(ast.ImportFrom(node.module, one, 0))
            )

    def _gone(self, statements: Sequence[ast.stmt]) -> list[ast.stmt]:
        """Assignments that only what is left out of a `Data` has read."""
        last = statements[-1] if statements else None
        match last:
            case ast.Return(value=ast.Call(func=ast.Name(id="Data"), keywords=keywords)):
                left = [k.value for k in keywords if k.arg not in ("x", "y")]
                stay = [k.value for k in keywords if k.arg in ("x", "y")]
                lost = {n.id for value in left for n in ast.walk(value) if isinstance(n, ast.Name)}
                used = {
                    n.id
                    for node in [*statements[:-1], *stay]
                    for n in ast.walk(node)
                    if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)
                }  # fmt: skip
                self.unread = lost - used
                return [
                    node
                    for node in statements
                    if isinstance(node, ast.Assign)
                    and isinstance(node.targets[0], ast.Name)
                    and node.targets[0].id in self.unread
                ]
        return []

    def _decided(self, node: ast.expr) -> Any:
        """The value of an expression that the settings decide; None where they do not."""
        names = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
        known = dict(self.known) | ({"self": self.part} if self.part is not None else {})
        free = {n for n in names if n not in known}
        if free - {"bool", "len"}:
            return None
        if "self" in names and any(
            isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute) for n in ast.walk(node)
        ):
            return None
        # A condition of the engine's own source, over settings: nothing that anybody typed.
        allowed = {"__builtins__": {"bool": bool, "len": len}}
        value = eval(compile(ast.Expression(node), "setting", "eval"), allowed, known)
        return bool(value) if not isinstance(value, str) else value

    def _chosen(self, call: ast.Call) -> list[str] | None:
        """What `self.chosen(knobs, …)` of an update rule gives: the values of its settings."""
        if ast.unparse(call.func) != "self.chosen" or self.part is None:
            return None
        return [literal(getattr(self.part, ast.literal_eval(name))) for name in call.args[1:]]

    def render(self, node: ast.AST) -> str:
        """The text of a node, copied with its changes."""
        if (changed := self._changed(node)) is not None:
            return changed
        text, edits = slice_of(self.lines, node), []
        start = node.lineno, node.col_offset  # type: ignore[attr-defined]
        for child in parts(node):
            if not hasattr(child, "lineno"):
                continue
            old = slice_of(self.lines, child)
            if isinstance(child, ast.stmt):
                continue
            new = self.render(child)
            if new != old:
                edits.append((place_of(self.lines, start, child), old, new))
        data = text.encode()
        for place, old, new in sorted(edits, reverse=True):
            data = data[:place] + new.encode() + data[place + len(old.encode()) :]
        text = data.decode()
        inner = [b for b in (getattr(node, "body", None), getattr(node, "orelse", None))
                 if isinstance(b, list) and b]  # fmt: skip
        if isinstance(node, ast.stmt) and inner:
            return self._compound(node, text, inner)
        return text

    def _compound(self, node: ast.stmt, text: str, blocks: list[list[ast.stmt]]) -> str:
        """A for, while, with or undecided if: its head as rendered, its blocks one by one."""
        head = text.encode()
        size = place_of(self.lines, (node.lineno, node.col_offset), blocks[0][0])
        whole = len(slice_of(self.lines, node).encode())
        head = head[: len(head) - (whole - size)]  # what comes before the first block
        found = head.decode().rstrip() + "\n" + "".join(self.body(blocks[0]))
        indent = " " * node.col_offset
        for block in blocks[1:]:
            again = slice_of(self.lines, block[0]).startswith("elif")
            found += (
                f"{indent}{self.render(block[0])}\n"
                if again
                else f"{indent}else:\n{''.join(self.body(block))}"
            )
        return found.removesuffix("\n")

    def _changed(self, node: ast.AST) -> str | None:
        match node:
            case ast.AnnAssign(target=target, annotation=annotation, value=value):
                if isinstance(self.tree, ast.ClassDef) and node in self.tree.body:
                    self.render(annotation)  # a field: its type is needed, too
                    return None
                if value is not None:
                    return f"{self.render(target)} = {self.render(value)}"
            case ast.IfExp(test=test, body=body, orelse=orelse):
                if (taken := self._decided(test)) is not None:
                    return self.render(body if taken else orelse)
            case ast.Call(func=ast.Name(id="said"), args=[template], keywords=values):
                text = slice_of(self.lines, template)
                filled = ", ".join(f"{k.arg}={self.render(k.value)}" for k in values)
                return f"{text}.format({filled})" if values else text
            case ast.Call(func=ast.Name(id="Data"), keywords=keywords):
                given = {k.arg: k.value for k in keywords}
                return f"{self.render(given['x'])}, {self.render(given['y'])}"
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=method), args=args):
                if isinstance(other := vars(self.home).get(name), Part):
                    return self.plain.call(other, getattr(other, method), *map(self.render, args))
            case ast.Attribute(value=ast.Name(id="self"), attr=attribute) if self.part is not None:
                return self._own(attribute)
            case ast.Attribute(value=value) if ast.unparse(value) == "self.about" and self.part:
                return literal(getattr(self.part.about, node.attr))  # type: ignore[attr-defined]
            case ast.Name(id=name, ctx=ast.Store()) if name in self.unread:
                return "_"
            case ast.Name(id=name, ctx=ast.Load()):
                return self._named(name)
        return None

    def _own(self, attribute: str) -> str:
        """What `self.attribute` of a part is."""
        value = getattr(self.part, attribute)
        if callable(value) and self.part is not None:
            return self.plain.method(self.part, value, freed(attribute, self.home))
        if attribute in self.known and attribute not in self.local and not isinstance(value, bool):
            self.used.append(attribute)
            return attribute
        return literal(value)

    def _named(self, name: str) -> str | None:
        if self.part is None and name in self.known:
            return literal(self.known[name])
        if name in self.local or self.home is None or name not in vars(self.home):
            return None  # bound here, or Python's own
        value = vars(self.home)[name]
        if isinstance(value, ModuleType) or not getattr(value, "__module__", "").startswith(
            "engine"
        ):
            return self.plain.value(name, self.home)
        plain = inspect.unwrap(value) if callable(value) else value
        if isinstance(plain, type):
            return self.plain.type(plain)
        return (
            self.plain.function(plain)
            if inspect.isfunction(plain)
            else self.plain.value(name, self.home)
        )


def _refuses(node: ast.stmt) -> bool:
    match node:
        case ast.Raise(exc=ast.Call(func=ast.Name(id=name))):
            return name in REFUSALS or name == "_refused"
    return False
