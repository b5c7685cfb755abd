"""How does changed Python text get its line breaks? A statement that fits on one line is one."""

import ast
import re

from engine.plain.source import WIDTH


def reflowed(text: str) -> str:
    """The same program; statements on several lines that fit on one, and heads that do not fit."""
    lines = text.rstrip().split("\n")
    lines = [line for one in lines for line in _head(one)]
    text = "\n".join(lines)
    for node in sorted(_simple(ast.parse(text)), key=lambda node: -node.lineno):
        first, last = node.lineno - 1, (node.end_lineno or 1) - 1
        if first == last:
            continue
        whole = "\n".join(lines[first : last + 1])
        joined = _joined(whole)
        if joined is not None and len(joined) <= WIDTH:
            lines[first : last + 1] = [joined]
    return "\n".join(lines)


def _simple(tree: ast.AST) -> list[ast.stmt]:
    """Statements without a block below."""
    return [n for n in ast.walk(tree) if isinstance(n, ast.stmt) and not hasattr(n, "body")]


def _joined(text: str) -> str | None:
    """A statement on one line; None where a comment or a text of several lines stands inside."""
    inner = text.split("\n")
    if '"""' in text or any("#" in line for line in inner[:-1]):
        return None
    indent = inner[0][: len(inner[0]) - len(inner[0].lstrip())]
    one = " ".join(line.strip() for line in inner)
    one = re.sub(r"(?<=[(\[{]) ", "", one)
    one = re.sub(r",? (?=[)\]}])", "", one)
    try:
        same = ast.dump(ast.parse(one)) == ast.dump(ast.parse("\n".join(inner).strip()))
    except SyntaxError:
        return None
    return indent + one if same else None


def _head(line: str) -> list[str]:
    """The first line of a function, broken where it is too long."""
    found = re.fullmatch(r"( *)def (\w+)\((.*)\):", line)
    if found is None or len(line) <= WIDTH:
        return [line]
    indent, name, arguments = found.groups()
    if len(indent) + 4 + len(arguments) <= WIDTH:
        return [f"{indent}def {name}(", f"{indent}    {arguments}", f"{indent}):"]
    each = [f"{indent}    {one}," for one in arguments.split(", ")]
    return [f"{indent}def {name}(", *each, f"{indent}):"]
