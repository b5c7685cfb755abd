"""What is cached for everybody is cached for each language, where words are in it."""

import ast

import pytest

from engine.paths import ROOT

FILES = sorted((ROOT / "dashboard").rglob("*.py"))
WORDS = {"say", "tr", "reason"}


def cached(function: ast.FunctionDef) -> bool:
    return any("cache" in ast.unparse(decorator) for decorator in function.decorator_list)


def speaks(function: ast.FunctionDef) -> bool:
    """Whether it says something, or draws what does."""
    raised = {
        inner
        for node in ast.walk(function)
        if isinstance(node, ast.Raise)
        for inner in ast.walk(node)
    }  # no cache keeps what is raised
    for node in ast.walk(function):
        match node:
            case _ if node in raised:
                continue
            case ast.Call(func=ast.Name(id=name)) if name in WORDS:
                return True
            case ast.Call(func=ast.Attribute(value=ast.Name(id=module))) if "figures" in module:
                return True
    return False


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_cache_of_words_is_one_a_language(path: object) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))  # type: ignore[attr-defined]
    wrong = [
        function.name
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef)
        and cached(function)
        and speaks(function)
        and "language" not in {arg.arg for arg in function.args.args}
    ]
    assert not wrong, f"add `language` to {wrong}: the first visitor's would be everybody's"
