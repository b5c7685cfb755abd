"""How do bytes that nobody vouches for become a picture? The only place that decodes one."""

import io
import struct
import zlib
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageOps
from torch import Tensor

from engine.words import said

FORMATS = ("JPEG", "PNG", "BMP", "GIF", "WEBP")  # none that calls another program
SUFFIXES = (".jpg", ".jpeg", ".png", ".bmp", ".gif", ".webp")
MOST_BYTES = 10 * 2**20  # of a file, where its reader allows no more
MOST_PIXELS = 40_000_000  # of a picture before it is made smaller
MOST_SIDE = 20_000  # pixels: a strip of a million by one is slow out of all proportion
DEEP = ("I", "I;16", "I;16L", "I;16B", "I;16N")  # modes of more than 8 bits a channel


class PictureError(ValueError):
    """These bytes cannot be used. The message is one sentence that says why."""


def read(source: bytes | Path, enough: int, most_bytes: int = MOST_BYTES) -> Image.Image:
    """A picture as it is meant to be seen, 8-bit RGB.

    Turned as its EXIF note says; CMYK, palettes and grey become RGB; of 16 bits the upper 8 are
    kept (level / 257); what is transparent shows white; of an animation the first frame alone is
    decoded. The size is looked at before anything is decoded.

    Args:
        source: a file, or what is in it.
        enough: pixels; of a JPEG no more need to be decoded, the picture may be larger.
        most_bytes: of the file.

    Raises:
        PictureError: no picture, a damaged one, or too large a one.
    """
    try:
        size = len(source) if isinstance(source, bytes) else source.stat().st_size
        if size > most_bytes:
            raise PictureError(
                said(
                    "The file has {size:.1f} MiB; at most {most} are read.",
                    size=size / 2**20,
                    most=most_bytes >> 20,
                )
            )
        stream = io.BytesIO(source) if isinstance(source, bytes) else source
        with Image.open(stream, formats=FORMATS) as picture:
            _check(*picture.size)
            picture.draft("RGB", (enough, enough))  # a large JPEG is decoded small
            picture.load()
            return rgb(ImageOps.exif_transpose(picture))
    except PictureError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):  # size not told
        raise PictureError(
            said(
                "The picture has more than {have} million pixels; at most {most} million are read.",
                have=(Image.MAX_IMAGE_PIXELS or 0) // 10**6,
                most=MOST_PIXELS // 10**6,
            )
        ) from None
    # what Pillow's readers raise on what is damaged or no picture
    except (
        OSError,
        SyntaxError,
        ValueError,
        EOFError,
        ArithmeticError,
        IndexError,
        KeyError,
        TypeError,
        MemoryError,
        struct.error,
        zlib.error,
    ):
        kinds = ", ".join(FORMATS)
        raise PictureError(
            said(
                "This is no picture that can be read, or it is damaged; possible: {kinds}.",
                kinds=kinds,
            )
        ) from None


def square(path: Path, size: int) -> Tensor:
    """A picture, cropped to a centred square and resized: (3, size, size) uint8, RGB.

    It trusts the file, which `read` does not: for scripts that stand alone, whose pictures were
    read before.
    """
    with Image.open(path) as file:
        file.draft("RGB", (size, size))  # a large JPEG is decoded small
        file.load()
        picture = rgb(ImageOps.exif_transpose(file))
    return tensor(ImageOps.fit(picture, (size, size), Image.Resampling.BILINEAR))


def tensor(picture: Image.Image) -> Tensor:
    """(3, H, W) uint8 of an RGB picture."""
    pixels = torch.frombuffer(bytearray(picture.tobytes()), dtype=torch.uint8)
    return pixels.view(picture.height, picture.width, 3).permute(2, 0, 1)


def _check(width: int, height: int) -> None:
    if width * height > MOST_PIXELS:
        raise PictureError(
            said(
                "The picture has {width:,} by {height:,} pixels; at most {most} million are read.",
                width=width,
                height=height,
                most=MOST_PIXELS // 10**6,
            )
        )
    if max(width, height) > MOST_SIDE:
        raise PictureError(
            said(
                "The picture has {width:,} by {height:,} pixels; a side of at most {most:,} is "
                "read.",
                width=width,
                height=height,
                most=MOST_SIDE,
            )
        )


def rgb(picture: Image.Image) -> Image.Image:
    """8-bit RGB, on white."""
    if picture.mode in DEEP:
        levels = np.asarray(picture).astype(np.int64)
        grey = np.rint(levels / 257).clip(0, 255).astype(np.uint8)
        if isinstance(clear := picture.info.get("transparency"), int):
            grey[levels == clear] = 255
        return Image.fromarray(grey).convert("RGB")
    if picture.has_transparency_data:
        picture = picture.convert("RGBA")
        white = Image.new("RGB", picture.size, "white")
        white.paste(picture, mask=picture.getchannel("A"))
        return white
    return picture.convert("RGB")
