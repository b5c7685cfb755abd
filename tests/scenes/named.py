"""How is the test of a scene named?"""

import re
from pathlib import Path

FOLDER = Path(__file__).parent
FILES = "test_claims_{page}.py"


def test_of(id: str) -> str:
    """Of the scene with this id."""
    return "test_" + id.replace("-", "_")


test_of.__test__ = False  # type: ignore[attr-defined]  # it is a name, not a test


def page_of(path: Path) -> str:
    """The page whose scenes a file of tests is about."""
    found = re.fullmatch(r"test_claims_(\w+)", path.stem)
    assert found, path
    return found[1]
