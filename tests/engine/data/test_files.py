"""Are published files and pictures read correctly, and wrong ones refused by name?"""

import gzip
import struct
import sys
import zlib
from pathlib import Path

import pytest
import torch
from PIL import Image

from engine.data import DATASETS, DataError, prepare
from engine.data._idx import read_idx
from engine.data._spec import Data
from engine.plain import Plain

N_TRAIN, N_TEST = 120, 20


def idx(shape: tuple[int, ...], body: bytes) -> bytes:
    return bytes([0, 0, 8, len(shape)]) + struct.pack(f">{len(shape)}I", *shape) + body


def idx_files(seed: int = 0) -> dict[str, bytes]:
    draw = torch.Generator().manual_seed(seed)
    files = {}
    for stem, n in (("train", N_TRAIN), ("t10k", N_TEST)):
        pixels = torch.randint(256, (n * 784,), generator=draw, dtype=torch.uint8)
        files[f"{stem}-images-idx3-ubyte"] = idx((n, 28, 28), bytes(pixels.tolist()))
        files[f"{stem}-labels-idx1-ubyte"] = idx((n,), bytes(k % 10 for k in range(n)))
    return files


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("BLINDSPOT_DATA", str(tmp_path))
    return tmp_path


def put(raw: Path, files: dict[str, bytes]) -> Path:
    raw.mkdir(parents=True, exist_ok=True)
    for name, body in files.items():
        (raw / name).write_bytes(body)
    return raw


@pytest.mark.parametrize(
    ("name", "inside"),
    [("mnist", "MNIST"), ("fashion_mnist", "FashionMNIST"), ("kmnist", "KMNIST")],
)
@pytest.mark.parametrize("packed", [False, True])
def test_idx_files_are_read_plain_and_packed(
    folder: Path, name: str, inside: str, packed: bool
) -> None:
    files = idx_files()
    pack = {f"{k}.gz": gzip.compress(v) for k, v in files.items()}
    put(folder / inside / "raw", pack if packed else files)
    data = DATASETS[name]().load(0)
    assert data.x.shape == (N_TRAIN + N_TEST, 1, 28, 28) and data.test == N_TEST
    assert len(data.classes) == 10 and data.y[:12].tolist() == [*range(10), 0, 1]
    body = files["train-images-idx3-ubyte"][16:]
    assert data.x[1, 0, 0].tolist() == list(body[784 : 784 + 28])
    got = prepare(DATASETS[name](), 0)
    assert got.test.index.tolist() == list(range(N_TRAIN, N_TRAIN + N_TEST))


def test_fewer_training_examples_leave_the_test_set_whole(folder: Path) -> None:
    put(folder / "MNIST" / "raw", idx_files())
    data = DATASETS["mnist"](examples=100).load(0)
    assert len(data.x) == 100 + N_TEST and data.test == N_TEST


@pytest.mark.parametrize("name", [n for n in DATASETS if not DATASETS[n].local])
def test_missing_files_are_one_sentence_that_says_what_to_put_where(folder: Path, name) -> None:
    with pytest.raises(DataError) as error:
        DATASETS[name]().load(0)
    text = str(error.value)
    assert str(folder) in text and "put" in text and text.endswith(".") and "\n" not in text


LABELS, IMAGES = "train-labels-idx1-ubyte", "train-images-idx3-ubyte"
WRONG = {
    "empty": (IMAGES, b""),
    "another magic number": (IMAGES, b"\x89PNG" + b"\0" * 400),
    "signed bytes": (LABELS, bytes([0, 0, 9, 1]) + struct.pack(">I", 2) + b"\0\0"),
    "header only": (LABELS, idx((N_TRAIN,), b"")),
    "truncated": (IMAGES, idx((N_TRAIN, 28, 28), b"\0" * 784)),
    "too long": (LABELS, idx((N_TRAIN,), b"\0" * (N_TRAIN + 1))),
    "four thousand million rows": (LABELS, idx((2**32 - 1,), b"\0" * 10)),
    "an overflowing product": (IMAGES, idx((2**32 - 1, 2**32 - 1, 2**32 - 1), b"\0" * 10)),
    "an empty dimension": (IMAGES, idx((0, 28, 28), b"")),
    "another size of picture": (IMAGES, idx((4, 14, 14), b"\0" * 784)),
    "labels above nine": (LABELS, idx((N_TRAIN,), b"\x0b" * N_TRAIN)),
    "another number of labels": (LABELS, idx((3,), b"\0\1\2")),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_idx_file_is_refused_by_name(folder: Path, case: str) -> None:
    name, body = WRONG[case]
    put(folder / "MNIST" / "raw", {**idx_files(), name: body})
    with pytest.raises(DataError, match=r"train-(images|labels)-idx. *.*is damaged: .*delete it"):
        DATASETS["mnist"]().load(0)


@pytest.mark.parametrize(
    "body",
    [
        gzip.compress(idx((5,), b"\0" * 5))[:-9],
        b"no gzip at all",
        gzip.compress(idx((5,), b"\0" * 5_000_000)),  # goes on after what the header says
        gzip.compress(b"")[:10] + b"\xff" * 20,
    ],
    ids=["cut", "not gzip", "too long", "not deflated"],  # the bytes hold the time
)
def test_a_wrong_packed_file_is_refused_by_name(tmp_path: Path, body: bytes) -> None:
    path = tmp_path / "labels.gz"
    path.write_bytes(body)
    with pytest.raises(DataError, match=r"labels\.gz is damaged"):
        read_idx(path, 1)


def cifar(n: int, label: int | None = None) -> bytes:
    return b"".join(
        bytes([k % 10 if label is None else label])
        + bytes([k]) * 1024
        + b"\1" * 1024
        + b"\2" * 1024
        for k in range(n)
    )


def cifar_files() -> dict[str, bytes]:
    names = [*(f"data_batch_{k}.bin" for k in range(1, 6)), "test_batch.bin"]
    return {name: cifar(30) for name in names}


def test_cifar_is_read_from_its_binary_version(folder: Path) -> None:
    put(folder / "cifar-10-batches-bin", cifar_files())
    data = DATASETS["cifar10"]().load(0)
    assert data.x.shape == (180, 3, 32, 32) and data.test == 30
    assert data.x[7, 0].unique().tolist() == [7]
    assert data.x[7, 1].unique().tolist() == [1] and data.x[7, 2].unique().tolist() == [2]
    assert data.y[:12].tolist() == [*range(10), 0, 1] and data.classes[3] == "cat"


@pytest.mark.parametrize("body", [b"", cifar(3)[:-1], cifar(3, label=10), cifar(1) * 10_001])
def test_a_wrong_cifar_batch_is_refused_by_name(folder: Path, body: bytes) -> None:
    put(folder / "cifar-10-batches-bin", {**cifar_files(), "data_batch_2.bin": body})
    with pytest.raises(DataError, match=r"data_batch_2\.bin is damaged"):
        DATASETS["cifar10"]().load(0)


def picture(path: Path, colour: tuple[int, int, int], size: tuple[int, int] = (40, 30)) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", size, colour).save(path)


def pictures(root: Path, each: int = 6, classes: tuple[str, ...] = ("blue", "red")) -> None:
    for name in classes:
        for k in range(each):
            picture(root / name / f"{k:02}.png", (255 if name == "red" else k, 0, 9))


def from_folder(**knobs: object) -> Data:
    return DATASETS["image_folder"](**knobs).load(0)


def test_a_folder_of_class_folders_is_read(folder: Path) -> None:
    pictures(folder / "mine")
    data = from_folder(size=16)
    assert data.classes == ("blue", "red") and data.test == 0
    assert data.y.tolist() == [0] * 6 + [1] * 6
    assert data.x.shape == (12, 3, 16, 16)
    assert data.x[3, :, 0, 0].tolist() == [3, 0, 9] and data.x[6, :, 8, 8].tolist() == [255, 0, 9]


def test_train_and_test_folders_become_training_and_published_test_rows(folder: Path) -> None:
    pictures(folder / "mine" / "train", each=8)
    pictures(folder / "mine" / "test", each=3)
    data = from_folder(folder="mine")
    assert len(data.x) == 22 and data.test == 6
    assert prepare(DATASETS["image_folder"](folder="mine"), 0).test.index.tolist() == [
        *range(16, 22)
    ]


def test_the_number_of_pictures_is_capped_class_by_class(folder: Path) -> None:
    pictures(folder / "mine", each=25)
    assert from_folder(examples=20).y.bincount().tolist() == [10, 10]


def test_an_empty_name_finds_the_first_folder_with_the_layout(folder: Path) -> None:
    put(folder / "MNIST" / "raw", idx_files())
    (folder / ".hidden").mkdir()
    pictures(folder / "zebras")
    pictures(folder / "ants", classes=("black", "red"))
    assert from_folder().classes == ("black", "red")
    assert from_folder(folder="zebras").classes == ("blue", "red")


def test_a_wide_picture_is_cropped_in_the_middle_and_not_squeezed(folder: Path) -> None:
    pictures(folder / "mine")
    image = Image.new("RGB", (300, 100), (255, 0, 0))
    image.paste((0, 255, 0), (100, 0, 200, 100))
    image.save(folder / "mine" / "red" / "00.png")
    green = from_folder(size=16).x[6, 1]
    assert green[:, 1:-1].min() == 255 and green.min() > 200  # the edge's columns are mixed


@pytest.mark.parametrize("name", ["../outside", "/etc", "a/../../outside", "..", "..\\outside"])
def test_a_name_that_leads_out_of_the_data_folder_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    (tmp_path / "data" / "a").mkdir(parents=True)
    pictures(tmp_path / "outside")
    monkeypatch.setenv("BLINDSPOT_DATA", str(tmp_path / "data"))
    with pytest.raises(DataError, match="plain name"):
        from_folder(folder=name)


def test_links_are_never_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = tmp_path / "data"
    pictures(tmp_path / "outside")
    pictures(data / "mine")
    monkeypatch.setenv("BLINDSPOT_DATA", str(data))
    (data / "linked").symlink_to(tmp_path / "outside")
    with pytest.raises(DataError, match="is a link"):
        from_folder(folder="linked")
    (data / "mine" / "extra").symlink_to(tmp_path / "outside" / "red")
    (data / "mine" / "red" / "zz.png").symlink_to(tmp_path / "outside" / "red" / "00.png")
    read = from_folder(folder="mine")
    assert read.classes == ("blue", "red") and len(read.x) == 12
    (data / "mine" / "train").symlink_to(tmp_path / "outside")
    assert len(from_folder(folder="mine").x) == 12


@pytest.mark.parametrize("classes", [(), ("red",)])
def test_fewer_than_two_classes_are_refused(folder: Path, classes: tuple[str, ...]) -> None:
    (folder / "mine").mkdir()
    pictures(folder / "mine", classes=classes)
    with pytest.raises(DataError, match="mine needs at least two class folders"):
        from_folder(folder="mine")
    with pytest.raises(DataError, match="put one there"):
        from_folder()


def test_a_handful_of_pictures_is_refused(folder: Path) -> None:
    pictures(folder / "mine", each=1)
    with pytest.raises(DataError, match="has 2 pictures; at least 10"):
        from_folder()


def test_a_test_class_that_was_never_trained_is_refused_by_name(folder: Path) -> None:
    pictures(folder / "mine" / "train")
    pictures(folder / "mine" / "test", classes=("green", "red"))
    with pytest.raises(DataError, match="'green'"):
        from_folder()


def test_too_many_pixels_together_are_refused(folder: Path, monkeypatch) -> None:
    pictures(folder / "mine")
    monkeypatch.setattr("engine.data.image_folder.MOST_PIXELS", 12 * 32 * 32 * 3 - 1)
    with pytest.raises(DataError, match="12 pictures of 32 by 32 pixels are too much"):
        from_folder()


def png_that_says(width: int, height: int) -> bytes:
    """A PNG of a few bytes whose header announces any size."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + body))
        return struct.pack(">I", len(body)) + kind + body + check

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    packed = zlib.compress(b"\0" * 1000)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"this is a text",
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff\xe0" + b"\0" * 50,
        png_that_says(8000, 8000),
        png_that_says(12_000, 12_000),
        png_that_says(60_000, 60_000),
        png_that_says(200, 200),
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n",
        b"P6 100000 100000 255\n",
    ],
)
def test_a_file_that_is_no_picture_or_a_bomb_is_refused_by_name(folder: Path, body: bytes) -> None:
    pictures(folder / "mine")
    (folder / "mine" / "red" / "00.png").write_bytes(body)
    with pytest.raises(DataError, match=r"00\.png cannot be used"):
        from_folder()


def test_a_truncated_jpeg_is_refused_by_name(folder: Path) -> None:
    pictures(folder / "mine")
    path = folder / "mine" / "red" / "aa.jpg"
    Image.effect_noise((200, 200), 80).save(path)
    path.write_bytes(path.read_bytes()[:2000])
    with pytest.raises(DataError, match=r"aa\.jpg cannot be used"):
        from_folder()


@pytest.mark.parametrize("mode", ["L", "LA", "P", "RGBA", "1", "I;16"])
def test_pictures_of_every_colour_mode_become_rgb(folder: Path, mode: str) -> None:
    pictures(folder / "mine")
    Image.new(mode, (20, 20)).save(folder / "mine" / "red" / "00.png")
    assert from_folder().x[6].shape == (3, 32, 32)


def alone(name: str, monkeypatch: pytest.MonkeyPatch, folder: Path, **knobs: object) -> Data:
    """What the short reader of an exported script makes of the same files."""
    part, plain = DATASETS[name].model_validate(knobs), Plain()
    call = part.source(plain, "0")
    text = f"{plain.imported('import torch')}\n\n\n{plain.written()}\n"
    assert "engine" not in text
    space: dict[str, object] = {}
    exec(compile(text, "alone.py", "exec"), space)
    monkeypatch.setattr(sys, "argv", ["alone.py", str(folder)])
    x, y = eval(call, space)
    return Data(x=x, y=y)


@pytest.mark.parametrize("packed", [False, True])
def test_a_script_reads_idx_files_as_we_do(
    folder: Path, packed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = idx_files()
    pack = {f"{k}.gz": gzip.compress(v) for k, v in files.items()}
    put(folder / "MNIST" / "raw", pack if packed else files)
    ours, theirs = (
        DATASETS["mnist"].model_validate({"examples": 100}).load(0),
        alone("mnist", monkeypatch, folder, examples=100),
    )
    assert torch.equal(ours.x, theirs.x) and torch.equal(ours.y, theirs.y)


def test_a_script_reads_cifar_as_we_do(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(folder / "cifar-10-batches-bin", cifar_files())
    ours = DATASETS["cifar10"].model_validate({"examples": 100}).load(0)
    theirs = alone("cifar10", monkeypatch, folder, examples=100)
    assert torch.equal(ours.x, theirs.x) and torch.equal(ours.y, theirs.y)


@pytest.mark.parametrize("parts", [("",), ("train", "test")])
def test_a_script_reads_a_folder_of_pictures_as_we_do(
    folder: Path, parts: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    for part in parts:
        pictures(folder / "mine" / part)
    Image.new("LA", (50, 20), (90, 120)).save(folder / "mine" / parts[0] / "red" / "a.png")
    ours = DATASETS["image_folder"].model_validate({"size": 16}).load(0)
    theirs = alone("image_folder", monkeypatch, folder, size=16)
    assert torch.equal(ours.x, theirs.x) and torch.equal(ours.y, theirs.y)
