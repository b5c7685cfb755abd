"""What does a program hold that stands alone? Definitions, each once, and what they import."""

import ast
import importlib
import inspect
import re
import textwrap
from collections.abc import Callable
from types import ModuleType
from typing import Any

from engine.config import Part
from engine.plain.copied import Copy
from engine.plain.source import WIDTH, freed, stores

LONG = 80  # characters of a setting's value that is a constant of its own
STANDARD = ("collections", "dataclasses", "functools", "gzip", "hashlib", "math", "pathlib",
            "string", "struct", "sys")  # fmt: skip


class Plain:
    """The definitions of one script, each once, what is needed before what needs it."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}  # name to definition, in order
        self.imports: set[str] = set()
        self._made: dict[Any, str] = {}  # function or class to its name
        self._entries: dict[str, tuple[str, dict[str, str]]] = {}  # of parts: text, settings
        self._heads: dict[str, str] = {}  # the title above a definition
        self._title = ""

    def begin(self, title: str) -> None:
        """A title above what is added next."""
        self._title = title

    def add(self, name: str, text: str) -> str:
        """A definition under a name, or under a number of it where the name is another's."""
        free, number = name, 1
        while self.texts.get(free, text) != text:
            number += 1
            free = f"{name}_{number}"
            text = re.sub(r"^(def|class) \w+", rf"\1 {free}", text, count=1, flags=re.MULTILINE)
        if free not in self.texts:
            self.texts[free] = text
            self._heads[free], self._title = self._title, ""
        return free

    def call(self, part: Part, method: Callable[..., Any], *arguments: str, name: str = "") -> str:
        """A call of a part's method as a function named like the part.

        Args:
            part: whose settings become arguments with their values.
            method: bound to the part.
            arguments: texts of what it is called with.
            name: of the function; default: the part's id.

        Returns:
            The call; settings are named in it where the function says another value.
        """
        known = dict(part)
        copy = Copy(self, method.__func__, known, part)  # type: ignore[attr-defined]
        own = {n: self._short(n, value) for n, value in copy.settings().items()}
        text = copy.function(name or part.id, own, part.about.summary)
        bare = copy.function(name or part.id, {}, "")
        for found, (other, values) in self._entries.items():
            if other == bare:
                changed = [f"{n}={v}" for n, v in own.items() if v != values[n]]
                return f"{found}({', '.join([*arguments, *changed])})"
        made = self.add(name or part.id, text)
        self._entries[made] = bare, own
        return f"{made}({', '.join(arguments)})"

    def method(self, part: Part, method: Callable[..., Any], name: str) -> str:
        """A part's method as a function of that name; its name."""
        copy = Copy(self, method.__func__, dict(part), part)  # type: ignore[attr-defined]
        return self.add(name, copy.function(name, copy.settings()))

    def _short(self, name: str, value: str) -> str:
        """The value of a setting, or the name of a constant that holds a long one."""
        if len(value) < LONG:
            return value
        rows = textwrap.wrap(value, WIDTH - 14, initial_indent="    ", subsequent_indent="    ")
        text = f"{name.upper()} = (\n" + "\n".join(rows) + "\n)  # fmt: skip"
        return self.add(name.upper(), text)

    def function(self, function: Callable[..., Any], **known: Any) -> str:
        """A copy of a function and of what it needs; its name.

        Args:
            known: arguments that have one value in all of the script; they are left out.
        """
        plain = inspect.unwrap(function)
        if plain not in self._made or known:
            name = self._made[plain] = freed(plain.__name__, inspect.getmodule(plain))
            text = Copy(self, plain, known).function(name)
            self._made[plain] = self.add(name, text)
        return self._made[plain]

    def type(self, cls: type) -> str:
        """A copy of a class and of what it needs; its name."""
        if cls not in self._made:
            name = self._made[cls] = freed(cls.__name__, inspect.getmodule(cls))
            self._made[cls] = self.add(name, Copy(self, cls, {}).type(name))
        return self._made[cls]

    def value(self, name: str, module: ModuleType) -> str:
        """A copy of a module's constant, or the import that binds a name there."""
        for node in ast.parse(inspect.getsource(module)).body:
            match node:
                case ast.Import(names=names):
                    for alias in names:
                        if (alias.asname or alias.name) == name:
                            self.imports.add(ast.unparse(ast.Import([alias])))
                            return name
                case ast.ImportFrom(module=str(home), names=names):
                    for alias in names:
                        if (alias.asname or alias.name) != name:
                            continue
                        if home.split(".")[0] == "engine":
                            return self.value(alias.name, importlib.import_module(home))
                        self.imports.add(ast.unparse(ast.ImportFrom(home, [alias], 0)))
                        return name
                case ast.Assign(targets=[target]) | ast.AnnAssign(target=target):
                    if name in {n.id for n in ast.walk(target) if stores(n)}:
                        text = Copy(self, module, {}).statement(node)
                        self.add(ast.unparse(target), text)
                        return name
        raise ValueError(f"{module.__name__} does not say what {name} is")

    def written(self) -> str:
        """All definitions, two lines apart; constants stand together."""
        found = ""
        for name, text in self.texts.items():
            block, title = text.startswith(("def ", "class ", "@")), self._heads[name]
            after = "\n\n\n" if block or found.endswith("\n\n") else "\n"
            if title:
                text = f"# ---- {title} ----\n{text}"
                after = "\n\n\n" if found.endswith("\n\n") else "\n\n"
            found = f"{found.rstrip()}{after if found else ''}{text}" + ("\n\n" if block else "")
        return found.strip()

    def imported(self, *more: str) -> str:
        """The lines that import: Python's own, then torch and others; sorted."""
        names: dict[str, set[str]] = {}
        for line in self.imports | set(more):
            home, _, name = line.partition(" import ")
            names.setdefault(home, set()).add(name)
        lines = [
            f"{h} import {', '.join(sorted(n))}" if h[0] == "f" else h for h, n in names.items()
        ]
        lines.sort(key=lambda line: (line.startswith("from"), line))
        own = [line for line in lines if line.split()[1].split(".")[0] in STANDARD]
        rest = [line for line in lines if line not in own]
        return "\n\n".join("\n".join(block) for block in (own, rest) if block)
