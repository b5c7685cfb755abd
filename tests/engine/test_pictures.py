"""Does an upload become the picture that was meant, or a sentence, in bounded memory?"""

import io
import re
import struct
import subprocess
import tracemalloc
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import EpsImagePlugin, Image

from engine.data import DataError
from engine.explain.fitting import fit
from engine.pictures import MOST_BYTES, PictureError, read_picture

RED, BLUE = (255, 0, 0), (0, 0, 255)


def encoded(picture: Image.Image, kind: str = "PNG", **more: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **more)
    return out.getvalue()


def halves(mode: str = "RGB", size: tuple[int, int] = (40, 20)) -> Image.Image:
    """Red on the left, blue on the right."""
    picture = Image.new("RGB", size, RED)
    picture.paste(BLUE, (size[0] // 2, 0, *size))
    return picture.convert(mode)


def png_of_size(width: int, height: int) -> bytes:
    """A PNG whose header announces a size, with next to nothing behind it."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + body))
        return struct.pack(">I", len(body)) + kind + body + check

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(bytes(2**20), 9)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        chunk(kind, content)
        for kind, content in ((b"IHDR", header), (b"IDAT", body), (b"IEND", b""))
    )


@pytest.mark.parametrize(
    ("kind", "mode"),
    [
        ("PNG", "RGB"),
        ("JPEG", "RGB"),
        ("BMP", "RGB"),
        ("GIF", "RGB"),
        ("WEBP", "RGB"),
        ("PNG", "P"),
        ("BMP", "P"),
        ("GIF", "P"),
        ("JPEG", "CMYK"),
    ],
)
def test_every_kind_and_mode_shows_the_same_colours(kind: str, mode: str) -> None:
    found = read_picture(encoded(halves(mode), kind))
    assert found.shape == (3, 20, 40)
    assert found[:, 10, 5].tolist() == pytest.approx([1, 0, 0], abs=0.1)
    assert found[:, 10, 34].tolist() == pytest.approx([0, 0, 1], abs=0.1)


def test_sixteen_bits_keep_their_order_and_fill_the_range() -> None:
    ramp = np.linspace(1000, 60_000, 32, dtype=np.uint16)[None].repeat(4, 0)
    found = read_picture(encoded(Image.fromarray(ramp)))
    line = found[0, 0]
    assert (line.diff() > 0).all()
    assert line[0] == pytest.approx(0, abs=0.01)
    assert line[-1] == pytest.approx(1, abs=0.01)
    assert torch.equal(found[0], found[1])


def test_what_is_transparent_shows_white() -> None:
    picture = Image.new("RGBA", (8, 8), (255, 0, 0, 255))
    picture.putpixel((0, 0), (0, 0, 0, 0))
    picture.putpixel((1, 0), (0, 0, 0, 128))
    found = read_picture(encoded(picture))
    assert found[:, 0, 0].tolist() == [1, 1, 1]
    assert found[:, 0, 1].tolist() == pytest.approx([0.5] * 3, abs=0.01)
    assert found[:, 4, 4].tolist() == [1, 0, 0]


def test_a_transparent_palette_shows_white() -> None:
    picture = halves("P")
    found = read_picture(encoded(picture, transparency=picture.getpixel((39, 0))))
    assert found[:, 10, 5].tolist() == pytest.approx([1, 0, 0], abs=0.01)
    assert found[:, 10, 34].tolist() == [1, 1, 1]


def test_a_photo_is_turned_as_its_camera_was_held() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turn by a quarter, clockwise
    found = read_picture(encoded(halves(), "PNG", exif=exif))
    assert found.shape == (3, 40, 20)
    assert found[:, 2, 10].tolist() == [1, 0, 0]
    assert found[:, 37, 10].tolist() == [0, 0, 1]


def test_one_pixel_is_a_picture() -> None:
    found = read_picture(encoded(Image.new("RGB", (1, 1), RED)))
    assert fit(found, (3, 64, 64))[:, 30, 30].tolist() == [1, 0, 0]


def test_a_large_picture_is_made_smaller() -> None:
    found = read_picture(encoded(halves(size=(3000, 1500)), "PNG"))
    assert found.shape == (3, 512, 1024)


@pytest.mark.parametrize("side", [20_000, 9_000])
def test_a_bomb_is_refused_before_it_is_unpacked(side: int) -> None:
    data = png_of_size(side, side)
    tracemalloc.start()
    with pytest.raises(PictureError, match="million are read"):
        read_picture(data)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 5e6


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"GIF89a",
        b"%PDF-1.4",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        encoded(halves())[:-40],
        encoded(halves(), "JPEG")[:300],
        png_of_size(300, 300)[:60],
    ],
    ids=["empty", "cut GIF", "PDF", "SVG", "cut PNG", "cut JPEG", "cut in its header"],
)
def test_what_is_no_whole_picture_is_refused_in_a_sentence(data: bytes) -> None:
    with pytest.raises(PictureError, match="no picture that can be read, or it is damaged"):
        read_picture(data)


def test_a_file_beyond_the_limit_is_not_even_looked_at() -> None:
    with pytest.raises(PictureError, match="at most 10 are read"):
        read_picture(encoded(halves()) + bytes(MOST_BYTES))


def test_a_picture_is_fitted_by_its_centre_and_keeps_its_luminance() -> None:
    picture = torch.zeros(3, 10, 30)
    picture[1, :, 10:20] = 1  # the square in the middle is green
    assert fit(picture, (1, 5, 5)).unique().tolist() == pytest.approx([0.587])
    assert fit(picture, (3, 20, 20))[1].mean() == pytest.approx(1)


@pytest.mark.parametrize("size", [(10, 30), (30, 10)])
def test_the_whole_of_a_picture_keeps_its_proportion(size: tuple[int, int]) -> None:
    around = torch.tensor([0.5, 0.25, 0.75])[:, None, None]
    found = fit(torch.ones(3, *size), (3, 24, 24), around)
    bars = (found == around).all(0)  # (24, 24)
    torch.testing.assert_close(found[:, ~bars], torch.ones_like(found[:, ~bars]))
    rows, columns = ((~bars).any(dim).sum().item() for dim in (1, 0))
    assert (rows, columns) == ((8, 24) if size == (10, 30) else (24, 8))
    assert bars[0, 0] and bars[-1, -1]  # the picture stands in the middle


def test_the_whole_of_a_square_leaves_no_bars() -> None:
    picture, around = torch.rand(3, 17, 17), torch.zeros(3, 1, 1)
    assert torch.equal(fit(picture, (3, 24, 24), around), fit(picture, (3, 24, 24)))


POSTSCRIPT = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\nshowpage\n"


@pytest.fixture
def no_program(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Programs that were started; none is."""
    started: list[object] = []

    def start(*given: object, **_: object) -> None:
        started.append(given[0])
        raise OSError("not in a test")

    monkeypatch.setattr(subprocess, "Popen", start)
    monkeypatch.setattr(EpsImagePlugin, "gs_binary", None)  # it is looked for once
    return started


def uploaded(data: bytes, _: Path) -> None:
    read_picture(data)


def completed(data: bytes, _: Path) -> None:
    from dashboard.sampling.picture import read

    read(data, (1, 8, 8), 2)


def of_a_folder(data: bytes, folder: Path) -> None:
    from engine.data._pictures import read_picture as read

    (folder / "pic.png").write_bytes(data)
    read(folder / "pic.png", 32)


@pytest.mark.parametrize("way", [uploaded, completed, of_a_folder])
def test_postscript_named_as_a_picture_is_refused_wherever_pictures_come_in(
    way: Callable[[bytes, Path], None], no_program: list[object], tmp_path: Path
) -> None:
    with pytest.raises((ValueError, DataError), match="no picture that can be read"):
        way(POSTSCRIPT, tmp_path)
    assert not no_program


def test_pictures_are_opened_in_one_place() -> None:
    root = Path(__file__).resolve().parents[2]
    opening = [
        str(path.relative_to(root))
        for folder in ("engine", "dashboard", "pages")
        for path in (root / folder).rglob("*.py")
        if re.search(r"\bImage\.open\(|\bimread\(|\bread_image\(", path.read_text("utf-8"))
    ]
    assert opening == ["engine/pictures.py"], "read what comes in with engine.pictures"


def test_a_folder_shows_transparent_and_deep_pictures_as_uploads_are_shown(tmp_path: Path) -> None:
    from engine.data._pictures import read_picture as read

    clear = Image.new("RGBA", (20, 20), (0, 0, 0, 0))
    clear.save(tmp_path / "clear.png")
    assert (read(tmp_path / "clear.png", 16) == 255).all()
    ramp = np.linspace(1000, 60_000, 16, dtype=np.uint16)[None].repeat(16, 0)
    Image.fromarray(ramp).save(tmp_path / "deep.png")
    assert (read(tmp_path / "deep.png", 16)[0, 0].int().diff() > 0).all()
