"""One reader of pictures for the whole app: what it takes, what it refuses, who asks it."""

import io
import re

import numpy as np
import pytest
import torch
from PIL import Image

from dashboard.sampling.picture import levels_of
from engine.data import DataError
from engine.data._pictures import read_picture as from_folder
from engine.paths import ROOT
from engine.pictures import MOST_SIDE, PictureError, read, tensor
from engine.topics.explain_images.pictures.uploads import read_picture as uploaded

EPS = (
    b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 8 8\n%%EndComments\n"
    b"(/tmp/written) (w) file closefile\nshowpage\n%%EOF\n"
)


def encoded(picture, kind="PNG", **more):
    out = io.BytesIO()
    picture.save(out, kind, **more)
    return out.getvalue()


@pytest.fixture
def ghostscript(monkeypatch):
    """Whether a picture got as far as the program that runs PostScript."""
    from PIL import EpsImagePlugin

    called = []
    monkeypatch.setattr(EpsImagePlugin, "Ghostscript", lambda *_, **__: called.append(1))
    Image.init()  # every format that Pillow has, EPS too
    return called


def test_postscript_named_png_is_refused_in_a_sentence_wherever_pictures_come_in(
    ghostscript, tmp_path
):
    path = tmp_path / "pic.png"
    path.write_bytes(EPS)
    ways = {
        "the reader": lambda: read(EPS, 64),
        "the reader, of a file": lambda: read(path, 64),
        "an upload to be explained": lambda: uploaded(EPS),
        "an upload to be completed": lambda: levels_of(EPS, (1, 8, 8), 4),
        "a folder": lambda: from_folder(path, 16),
    }
    for way, ask in ways.items():
        with pytest.raises((PictureError, DataError), match="no picture that can be read") as told:
            ask()
        assert str(told.value).count(". ") == 0, f"{way} says more than a sentence"
    assert not ghostscript


def test_nobody_else_decodes_pictures():
    for folder in ("engine", "dashboard", "pages"):
        for path in (ROOT / folder).rglob("*.py"):
            if path != ROOT / "engine" / "pictures.py":
                text = path.read_text(encoding="utf-8")
                assert not re.search(r"Image\.open\(|imread\(|decode_image\(", text), (
                    f"{path.relative_to(ROOT)} reads pictures by itself; ask engine.pictures"
                )


def test_sixteen_bits_keep_their_brightness():
    levels = np.array([[0, 257, 128 * 257, 65_535]], np.uint16)
    assert tensor(read(encoded(Image.fromarray(levels)), 64))[0].tolist() == [[0, 1, 128, 255]]


def test_a_folder_shows_what_is_transparent_in_white(tmp_path):
    path = tmp_path / "pic.png"
    Image.new("RGBA", (16, 16), (0, 0, 0, 0)).save(path)
    assert (from_folder(path, 16) == 255).all()


@pytest.mark.parametrize(
    ("mode", "colour", "clear"),
    [("RGBA", (0, 0, 0, 0), None), ("LA", (0, 0), None), ("RGB", (0, 0, 0), (0, 0, 0)),
     ("L", 0, 0), ("1", 0, 0), ("P", 0, 0), ("I;16", 0, 0)],
)  # fmt: skip
def test_what_is_transparent_in_any_way_shows_white(mode, colour, clear):
    picture = Image.new(mode, (4, 4), colour)
    more = {} if clear is None else {"transparency": clear}
    assert (tensor(read(encoded(picture, **more), 64)) == 255).all()


def test_a_completed_picture_is_turned_as_its_camera_was_held():
    picture = Image.new("L", (8, 8), 0)
    picture.paste(100, (0, 0, 8, 4))  # the upper half is bright
    exif = Image.Exif()
    exif[0x0112] = 3  # upside down
    x = levels_of(encoded(picture, exif=exif), (1, 8, 8), 256)
    assert x[0, 0, 0].max() == 0
    assert x[0, 0, 7].min() == 100


def test_of_an_animation_the_first_picture_is_decoded_and_no_other():
    frames = [Image.new("L", (4, 4), 10 * k) for k in range(20)]
    data = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])
    assert torch.equal(tensor(read(data, 4)), torch.zeros(3, 4, 4, dtype=torch.uint8))


@pytest.mark.parametrize("size", [(1, MOST_SIDE + 1), (MOST_SIDE + 1, 1)])
def test_a_strip_is_refused(size):
    with pytest.raises(PictureError, match="a side of at most"):
        read(encoded(Image.new("1", size)), 64)
