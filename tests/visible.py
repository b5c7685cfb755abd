"""What does a page show in words? Every text of it: labels, helps, tables, and inside charts."""

import gzip
import importlib
import io
import json
import pkgutil
import re
from collections.abc import Iterator
from functools import cache
from itertools import chain
from typing import Any

import pyarrow as pa
import torch
from google.protobuf.descriptor import FieldDescriptor
from streamlit.testing.v1 import AppTest

import dashboard
import engine
from engine.config import Config
from engine.data import DATASETS
from engine.formulas.nodes import FUNCTIONS

OPEN, CLOSE = "⟦", "⟧"
NAMES = {  # fields of Streamlit's messages that hold words, whatever the element is
    "label", "help", "body", "placeholder", "options", "text", "caption", "alt", "title",
    "format_func", "content", "value",
}  # fmt: skip
# What is no sentence of ours and stays as it is in every language.
_DATA = (
    r"Blindspot",
    r"^(?:English|Test)$",  # languages are named in themselves
    r"[\w() ]*(?:CPU|NVIDIA|AMD) ?[^⟦⟧]*?\d+ GiB",  # a machine, as a run has noted it
    r"−?log[₂₁₀]+",  # formulas outside of TeX
    r"\b[a-z_]+\d+(?:_\d+)?(?:\.\w+)*\b|^(?:\+ )?(?:flatten|dense|average)$",  # layers
    r"^(?:DRAW|PixelCNN)$",  # published models
    r"[\w-]+-ubyte\b|(?<![\w/])/[\w./-]+",  # files
    r"\b(?:MNIST|ImageNet|ResNet|MobileNetV3-small|EfficientNet-B0)\b",
)
_STRIP = re.compile(
    r"\$\$.*?\$\$|\$[^$]*\$|`[^`]*`|https?://\S+|:material/\w+:|<[^>]*>|%\{[^}]*\}|&\w+;"
    r"|\b(?:[0-9a-f]{8}){1,2}\b|\b[\w.]+=\S+|\{#[^}]*\}",
    re.DOTALL,
)
_WORD = re.compile(r"[A-Za-z][A-Za-z'’-]{2,}")


def texts(app: AppTest) -> Iterator[tuple[str, str]]:
    """(where, text) of everything that the page shows."""
    for block in (app.main, app.sidebar):
        yield from _of(block)


def _of(block: Any) -> Iterator[tuple[str, str]]:
    for child in block.children.values():
        proto = getattr(child, "proto", None)
        kind = getattr(child, "type", type(child).__name__)
        if proto is not None:
            yield from _message(kind, proto)
        if hasattr(child, "children"):
            yield from _of(child)


def _message(kind: str, message: Any) -> Iterator[tuple[str, str]]:
    if not hasattr(message, "ListFields"):
        return
    for field, value in message.ListFields():
        many = value if field.is_repeated else [value]
        if field.type == FieldDescriptor.TYPE_MESSAGE:
            for one in many:
                if hasattr(one, "ListFields"):
                    yield from _message(kind, one)
        elif kind in ("text_input", "text_area") and field.name == "value":
            continue  # what somebody types: numbers and ids
        elif field.type == FieldDescriptor.TYPE_STRING and field.name in NAMES:
            for one in many:
                yield f"{kind}.{field.name}", one
        elif field.type == FieldDescriptor.TYPE_BYTES:
            for one in many:
                yield from _bytes(kind, one)


def _bytes(kind: str, data: bytes) -> Iterator[tuple[str, str]]:
    """A table, or what a chart of ours was sent."""
    try:
        table = pa.ipc.open_stream(io.BytesIO(data)).read_all()
    except (pa.ArrowInvalid, OSError):
        table = None
    if table is not None:
        for name in table.column_names:
            if not name.startswith("__index"):
                yield f"{kind}.column", name
            for cell in set(table[name].to_pylist()):
                if isinstance(cell, str):
                    yield f"{kind}.cell", cell
        return
    try:
        found = json.loads(gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data)
    except (ValueError, OSError):
        return
    if isinstance(found, dict) and "figure" in found:
        yield f"{kind}.alt", found.get("alt", "")
        yield from figure_texts(found["figure"], "figure")


def figure_texts(part: Any, where: str) -> Iterator[tuple[str, str]]:
    words = ("text", "name", "hovertemplate", "ticktext", "label", "title", "hovertext")
    if isinstance(part, dict):
        for name, value in part.items():
            if name in words and isinstance(value, str):
                yield f"{where}.{name}", value
            elif name in words and isinstance(value, list):
                for one in value:
                    if isinstance(one, str):
                        yield f"{where}.{name}", one
            if isinstance(value, dict | list):
                yield from figure_texts(
                    value, f"{where}.{name}" if isinstance(value, dict) else where
                )
    elif isinstance(part, list):
        for one in part:
            yield from figure_texts(one, where)


@cache
def _data() -> re.Pattern[str]:
    """Names and citations that are data: they are shown as they came."""
    for room in (engine, dashboard):
        for module in pkgutil.walk_packages(room.__path__, f"{room.__name__}."):
            if module.name not in ("dashboard.app", "dashboard.serve"):
                importlib.import_module(module.name)
    cited = {about.source for about in _abouts(Config)}
    sources = cited | {source.partition(",")[0] for source in cited}  # titles of papers
    columns: set[str] = set()  # a table of ours is shown as a visitor's own would be
    for kind in DATASETS.values():
        if kind.kind == "table":
            table = kind().load(0)
            columns |= {table.target, *table.features, *chain(*table.codes.values())}
            columns |= {name.partition(" (")[0] for name in table.features}
    layers = {name for name in dir(torch.nn) if name[0].isupper()}
    names = sorted(map(re.escape, {*sources, *columns} - {""}), key=len, reverse=True)
    cells = f"^(?:{'|'.join(layers)})$"
    functions = "|".join(FUNCTIONS)  # of formulas, as they are typed
    typed = rf"\b(?:{functions})(?=\()|^(?:{functions})$"
    return re.compile("|".join([*names, cells, typed, *_DATA]))


def _abouts(of: type[Config]) -> Iterator[Any]:
    for child in of.__subclasses__():
        if about := getattr(child, "about", None):
            yield about
        yield from _abouts(child)


def outside(text: str) -> list[str]:
    """The words of a text that stand outside brackets, are no formula, no code and no data."""
    depth, kept = 0, []
    for sign in _data().sub(" ", _STRIP.sub(" ", text.replace("\\", ""))):
        depth += (sign == OPEN) - (sign == CLOSE)
        if depth == 0 and sign != CLOSE:
            kept.append(sign)
    return _WORD.findall("".join(kept))
