"""Where in a text does a part of a program stand, and how is a value written down?"""

import ast
import inspect
import textwrap
from collections.abc import Sequence
from types import ModuleType
from typing import Any, TypeGuard

WIDTH = 100  # characters a line


def literal(value: Any) -> str:
    """A value as a formatter writes it."""
    match value:
        case str():
            text = repr(str(value))
            return f'"{text[1:-1]}"' if text[0] == "'" and '"' not in text else text
        case tuple() | list():
            inner = ", ".join(map(literal, value)) + ("," if len(value) == 1 else "")
            return f"({inner})"
    return repr(value)


def freed(name: str, module: ModuleType | None) -> str:
    """A name without its underscore, where nothing else in its module is called so."""
    tree = ast.parse(inspect.getsource(module)) if module else ast.Module([], [])
    taken = {getattr(node, key, None) for node in ast.walk(tree) for key in ("id", "arg", "name")}
    return name if name.lstrip("_") in taken else name.lstrip("_")


def parts(node: ast.AST) -> list[ast.AST]:
    """The nodes below that have a text of their own, annotations left out."""
    found: list[ast.AST] = []
    for field, value in ast.iter_fields(node):
        if field in ("annotation", "returns", "ctx", "op", "ops"):
            continue
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, ast.AST):
                found += [one] if hasattr(one, "lineno") else parts(one)
    return found


def stores(node: ast.AST) -> TypeGuard[ast.Name]:
    return isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)


def slice_of(lines: Sequence[str], node: Any) -> str:
    """The text of a node. Columns are bytes of UTF-8."""
    first, last = node.lineno - 1, node.end_lineno - 1
    if first == last:
        return lines[first].encode()[node.col_offset : node.end_col_offset].decode()
    inner = lines[first + 1 : last]
    head = lines[first].encode()[node.col_offset :].decode()
    return head + "".join(inner) + lines[last].encode()[: node.end_col_offset].decode()


def place_of(lines: Sequence[str], start: tuple[int, int], node: Any) -> int:
    """Bytes from a start to the beginning of a node."""
    (line, column), last = start, node.lineno
    if line == last:
        return int(node.col_offset - column)
    between = sum(len(text.encode()) for text in lines[line - 1 : last - 1])
    return int(between - column + node.col_offset)


def docstring(node: ast.stmt) -> str | None:
    match node:
        case ast.Expr(value=ast.Constant(value=str(text))):
            return text
    return None


def shortened(said: str, indent: str, summary: str | None) -> list[str]:
    """A docstring of one paragraph: its own first one, or a summary."""
    if summary == "":
        return []
    text = summary or said.strip().split("\n\n")[0]
    words = " ".join(text.split())
    mark = 'r"""' if "\\" in words else '"""'
    lines = textwrap.wrap(words, WIDTH - len(indent) - 7)
    if len(lines) == 1:
        return [f'{indent}{mark}{lines[0]}"""\n']
    inner = "".join(f"{indent}{line}\n" for line in lines[1:])
    return [f'{indent}{mark}{lines[0]}\n{inner}{indent}"""\n']
