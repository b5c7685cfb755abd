"""Trained networks that pages ask: one family, wherever they come from."""

from engine.networks import classifiers as classifiers
from engine.networks import published as published
from engine.networks.family import (
    ORIGINS,
    SOURCES,
    Described,
    Member,
    Origin,
    Source,
    Use,
    describe,
    members,
    source,
)

__all__ = [
    "ORIGINS",
    "SOURCES",
    "Described",
    "Member",
    "Origin",
    "Source",
    "Use",
    "describe",
    "members",
    "source",
]
