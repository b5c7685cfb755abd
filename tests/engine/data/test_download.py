"""Does a download end in complete files, or in one sentence and nothing at all?"""

import gzip
import hashlib
import http.server
import io
import tarfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.data import DATASETS, DataError, cifar10, download, mnist

LABELS = "train-labels-idx1-ubyte"


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """A folder and the address where it is served."""
    root = tmp_path / "served"
    root.mkdir()

    def handler(*args: object, **more: object) -> Quiet:
        return Quiet(*args, directory=str(root), **more)  # type: ignore[arg-type]

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))  # seconds between looks
    thread.start()
    yield root, f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("BLINDSPOT_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


def idx_files() -> dict[str, bytes]:
    files = {}
    for stem, n in (("train", 120), ("t10k", 20)):
        size = n.to_bytes(4, "big")
        side = (28).to_bytes(4, "big")
        files[f"{stem}-images-idx3-ubyte"] = b"\0\0\x08\3" + size + side + side + bytes(n * 784)
        files[f"{stem}-labels-idx1-ubyte"] = b"\0\0\x08\1" + size + bytes(k % 10 for k in range(n))
    return files


def serve_mnist(root: Path, address: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, bytes]:
    files = idx_files()
    for name, body in files.items():
        packed = gzip.compress(body)
        (root / f"{name}.gz").write_bytes(packed)
        monkeypatch.setitem(mnist.MD5, name, hashlib.md5(packed).hexdigest())
    monkeypatch.setattr(mnist.Mnist, "mirrors", (address,))
    return files


def left_behind(folder: Path) -> list[str]:
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())


def test_mnist_is_downloaded_checked_and_readable(served, folder: Path, monkeypatch) -> None:
    files = serve_mnist(*served, monkeypatch)
    download(DATASETS["mnist"]())
    assert left_behind(folder) == sorted(f"MNIST/raw/{name}" for name in files)
    assert (folder / "MNIST" / "raw" / LABELS).read_bytes() == files[LABELS]
    assert DATASETS["mnist"]().load(0).test == 20


def test_a_second_mirror_is_tried_when_the_first_lacks_the_files(
    served, folder: Path, monkeypatch
) -> None:
    serve_mnist(*served, monkeypatch)
    monkeypatch.setattr(mnist.Mnist, "mirrors", (served[1] + "nowhere/", served[1]))
    download(DATASETS["mnist"]())
    assert DATASETS["mnist"]().load(0).test == 20


def test_files_that_are_there_are_not_fetched_again(served, folder: Path, monkeypatch) -> None:
    serve_mnist(*served, monkeypatch)
    download(DATASETS["mnist"]())
    monkeypatch.setattr(mnist.Mnist, "mirrors", ("http://127.0.0.1:9/",))
    download(DATASETS["mnist"]())


def refused(dataset: str) -> str:
    with pytest.raises(DataError) as error:
        download(DATASETS[dataset]())
    text = str(error.value)
    assert "\n" not in text and text.endswith(".")
    return text


def test_no_network_is_one_sentence_that_says_what_to_do_instead(folder: Path, monkeypatch) -> None:
    monkeypatch.setattr(mnist.Mnist, "mirrors", ("http://127.0.0.1:9/",))  # nothing listens there
    text = refused("mnist")
    assert text.startswith("MNIST could not be downloaded from http://127.0.0.1:9/")
    assert "put the file MNIST/raw/train-images-idx3-ubyte into" in text
    assert left_behind(folder) == []


def test_a_file_with_another_checksum_is_refused_and_not_kept(
    served, folder: Path, monkeypatch
) -> None:
    serve_mnist(*served, monkeypatch)
    (served[0] / f"{LABELS}.gz").write_bytes(gzip.compress(b"something else"))
    assert "could not be downloaded" in refused("mnist")
    assert f"MNIST/raw/{LABELS}" not in left_behind(folder)


def test_a_file_that_cannot_be_unpacked_is_refused_and_not_kept(
    served, folder: Path, monkeypatch
) -> None:
    serve_mnist(*served, monkeypatch)
    body = gzip.compress(bytes(5000))[:-8]
    (served[0] / f"{LABELS}.gz").write_bytes(body)
    monkeypatch.setitem(mnist.MD5, LABELS, hashlib.md5(body).hexdigest())
    assert "cannot be unpacked" in refused("mnist")
    assert f"MNIST/raw/{LABELS}" not in left_behind(folder)


def test_a_file_that_unpacks_to_far_too_much_is_refused(served, folder: Path, monkeypatch) -> None:
    serve_mnist(*served, monkeypatch)
    monkeypatch.setattr("engine.data._download.MOST_BYTES", 2**20 - 1)
    body = gzip.compress(bytes(2**20))
    (served[0] / f"{LABELS}.gz").write_bytes(body)
    monkeypatch.setitem(mnist.MD5, LABELS, hashlib.md5(body).hexdigest())
    assert f"{LABELS} has more than" in refused("mnist")
    assert f"MNIST/raw/{LABELS}" not in left_behind(folder)


def serve_cifar(root: Path, address: str, monkeypatch, names: list[str]) -> None:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        for name in names:
            body = b"".join(bytes([k % 10]) + bytes(3072) for k in range(20))
            member = tarfile.TarInfo(name)
            member.size = len(body)
            tar.addfile(member, io.BytesIO(body))
    (root / "cifar-10-binary.tar.gz").write_bytes(packed.getvalue())
    monkeypatch.setattr(cifar10, "URLS", (address + "cifar-10-binary.tar.gz",))
    monkeypatch.setattr(cifar10, "MD5", hashlib.md5(packed.getvalue()).hexdigest())


ANNOUNCED = [f"{cifar10.FOLDER}/{name}" for name in cifar10.TRAIN + cifar10.TEST]


def test_cifar_is_downloaded_and_only_the_announced_files_are_unpacked(
    served, folder: Path, monkeypatch
) -> None:
    serve_cifar(*served, monkeypatch, [*ANNOUNCED, "../escaped.txt", "/tmp/escaped.txt", "extra"])
    download(DATASETS["cifar10"]())
    assert left_behind(folder) == sorted(ANNOUNCED)
    assert not (folder.parent / "escaped.txt").exists()
    assert len(DATASETS["cifar10"]().load(0).x) == 120


def test_an_archive_that_lacks_a_file_is_refused(served, folder: Path, monkeypatch) -> None:
    serve_cifar(*served, monkeypatch, ANNOUNCED[:-1])
    assert "cannot be unpacked" in refused("cifar10")


def test_a_folder_that_cannot_be_written_is_one_sentence(
    served, tmp_path: Path, monkeypatch
) -> None:
    serve_mnist(*served, monkeypatch)
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("BLINDSPOT_DATA", str(tmp_path / "file"))
    assert "could not be written" in refused("mnist")


@pytest.mark.parametrize("name", ["moons", "digits", "image_folder"])
def test_what_has_no_files_to_fetch_says_so(name: str) -> None:
    assert "nothing to download" in refused(name)


@pytest.mark.parametrize("name", ["mnist", "fashion_mnist", "kmnist", "cifar10"])
def test_published_addresses_and_checksums_are_well_formed(name: str) -> None:
    for remote in DATASETS[name]().remote():
        assert all(url.startswith(("http://", "https://")) for url in remote.urls)
        assert len(remote.md5) == 32 and int(remote.md5, 16)
        assert all(not Path(held).is_absolute() for held in remote.holds)


@pytest.mark.parametrize("name", ["mnist", "fashion_mnist", "kmnist"])
def test_an_address_is_a_folder_and_the_published_file_in_it(name):
    for remote in DATASETS[name]().remote():
        (held,) = remote.holds
        published = held.rsplit("/", 1)[-1] + ".gz"
        assert [url.rsplit("/", 1)[-1] for url in remote.urls] == [published] * len(remote.urls)
