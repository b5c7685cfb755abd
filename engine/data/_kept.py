"""Where does lie what people bring or draw, and how does a link name it? By what is in it."""

import hashlib
import re
from contextlib import suppress
from pathlib import Path

from engine.data._spec import DataError, data_folder
from engine.runs.files import StoreError, write_whole
from engine.words import said

NAME = re.compile("[0-9a-f]{16}")


class Kept:
    """Files of one kind below the data folder, each under 16 hex digits of its SHA-256."""

    def __init__(self, folder: str, suffix: str, most: int) -> None:
        """
        Args:
            most: bytes of all files together; the oldest go first.
        """
        self.folder, self.suffix, self.most = folder, suffix, most

    def keep(self, content: bytes) -> str:
        """The name of what is kept from now on. Raises DataError where it cannot be written."""
        name = hashlib.sha256(content).hexdigest()[:16]
        try:
            write_whole(self._file(name), content)
        except StoreError as error:
            raise DataError(error.args[0]) from None
        self._prune(self._file(name))
        return name

    def read(self, name: str) -> bytes:
        """Raises DataError where there is none of that name."""
        try:
            return self._file(name).read_bytes()
        except OSError:
            raise DataError(
                said("What this link names is not on this machine: bring or draw it again.")
            ) from None

    def _file(self, name: str) -> Path:
        if not NAME.fullmatch(name):
            raise DataError(said("{name!r} does not name a kept file.", name=name[:20]))
        return data_folder() / self.folder / f"{name}{self.suffix}"

    def _prune(self, newest: Path) -> None:
        """Make room, by files that were kept here alone: the folder may hold files of its owner."""
        found: list[tuple[float, int, Path]] = []
        for file in newest.parent.glob(f"*{self.suffix}"):
            with suppress(OSError):  # another visitor's pruning may take it away
                if NAME.fullmatch(file.stem) and file != newest:
                    status = file.stat()
                    found.append((status.st_mtime, status.st_size, file))
        total = newest.stat().st_size + sum(size for _, size, _ in found)
        for _, size, file in sorted(found):
            if total <= self.most:
                break
            total -= size
            with suppress(OSError):
                file.unlink()
