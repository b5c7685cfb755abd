"""How does a published data set get here when a person asks for it?

Each file is fetched into a temporary folder, checked, unpacked there and moved into place, so that
what is in the data folder is complete.
"""

import gzip
import http.client
import os
import tarfile
import tempfile
import urllib.error
import urllib.request
import zlib
from pathlib import Path
from typing import IO

from engine.data._spec import DataError, Dataset, Remote, data_folder
from engine.device import guard_torchvision
from engine.words import said

WAIT = 15.0  # seconds for a server to answer at all
MOST_BYTES = 256 * 2**20  # of one unpacked file; the largest published one has 47 MB


def download(dataset: Dataset) -> None:
    """Fetch the files of a data set into the data folder. Those already there are kept.

    Raises:
        DataError: there is nothing to download, no network, or what came is not the file.
    """
    label = dataset.about.label
    remotes = dataset.remote()
    if not remotes:
        raise DataError(said("There is nothing to download for {label}.", label=label))
    folder = data_folder()
    for remote in remotes:
        if all((folder / name).is_file() for name in remote.holds):
            continue
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=folder, prefix=".download-") as temporary:
                archive = _fetch(remote, Path(temporary), label)
                _unpack(archive, remote, folder, label)
        except OSError as error:
            why = error.strerror or error
            raise DataError(
                said(
                    "{label} could not be written to {folder}: {why}.",
                    label=label,
                    folder=folder,
                    why=why,
                )
            ) from error


def _fetch(remote: Remote, folder: Path, label: str) -> Path:
    guard_torchvision()
    from torchvision.datasets.utils import download_url  # slow to import, and needed only here

    why: Exception | None = None
    for url in remote.urls:
        name = url.rsplit("/", 1)[-1]
        try:
            # torchvision waits for ever; a server that does not answer is found out here
            urllib.request.urlopen(url, timeout=WAIT).close()
            download_url(url, folder, name, remote.md5)
            return folder / name
        except (OSError, RuntimeError, ValueError, http.client.HTTPException) as error:
            if isinstance(error, urllib.error.HTTPError):
                error.close()
            why = error
    common = {
        "label": label,
        "address": remote.urls[-1],
        "why": _brief(why),
        "files": ", ".join(remote.holds),
        "folder": data_folder(),
    }
    if len(remote.holds) > 1:
        raise DataError(
            said(
                "{label} could not be downloaded from {address} ({why}); with no network, "
                "put the files {files} into {folder}.",
                **common,
            )
        ) from why
    raise DataError(
        said(
            "{label} could not be downloaded from {address} ({why}); with no network, "
            "put the file {files} into {folder}.",
            **common,
        )
    ) from why


def _unpack(archive: Path, remote: Remote, folder: Path, label: str) -> None:
    """Only the files that were announced, whatever else an archive holds."""
    try:
        if archive.name.endswith(".tar.gz"):
            with tarfile.open(archive) as tar:
                for name in remote.holds:
                    if (member := tar.extractfile(name)) is None:
                        raise KeyError(name)
                    _place(member, folder / name, archive.parent)
        else:
            with gzip.open(archive) as file:
                _place(file, folder / remote.holds[0], archive.parent)
    except (tarfile.TarError, KeyError, EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise DataError(
            said(
                "What {address} sent for {label} cannot be unpacked.",
                address=remote.urls[0],
                label=label,
            )
        ) from error


def _place(source: IO[bytes] | gzip.GzipFile, target: Path, temporary: Path) -> None:
    """Copy to a temporary name, then rename: the file is there whole, or not at all."""
    partial, left = temporary / "partial", MOST_BYTES
    with open(partial, "wb") as out:
        while block := source.read(2**20):
            left -= len(block)
            if left < 0:  # a small archive can unpack to a great deal
                raise DataError(
                    said(
                        "{name} has more than {most} MiB unpacked.",
                        name=target.name,
                        most=MOST_BYTES >> 20,
                    )
                )
            out.write(block)
    target.parent.mkdir(parents=True, exist_ok=True)
    os.replace(partial, target)


def _brief(error: Exception | None) -> str:
    reason = getattr(error, "reason", None) or error
    return str(reason).strip().rstrip(".").splitlines()[0][:120] if str(reason).strip() else "?"
