"""Pictures in levels, for densities to learn. To add a source, add one file here."""

from engine.autoregressive.pictures._spec import SOURCES, Levels, Part, Source

SOURCES.discover(__name__)

__all__ = ["SOURCES", "Levels", "Part", "Source"]
