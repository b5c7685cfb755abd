"""Which bytes are a picture, and how do they become one without trusting them?

The only place that opens pictures: of uploads, of folders, of whatever comes in. Pillow knows
formats that it hands to other programs (PostScript to Ghostscript); those here it reads itself.
"""

import io
import struct
import warnings
import zlib
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageOps
from torch import Tensor

FORMATS = ("JPEG", "PNG", "BMP", "GIF", "WEBP")  # none that calls another program
SUFFIXES = tuple(kind.lower() for kind in (*FORMATS, "JPG"))  # of their files
MOST_BYTES = 10 * 2**20  # of an upload
MOST_PIXELS = 50_000_000  # of a picture before it is made smaller
MOST_SIDE = 1024  # pixels that are kept
DEEP = ("I", "I;16", "I;16L", "I;16B", "I;16N", "F")  # modes of more than 8 bits a channel


class PictureError(ValueError):
    """These bytes cannot be used. The message is one sentence that says why."""


def open_picture(
    source: bytes | Path, side: int = MOST_SIDE, most_bytes: int = MOST_BYTES
) -> Image.Image:
    """A picture as it is meant to be seen, in 8-bit RGB.

    Turned as its EXIF note says; CMYK, palettes and grey become RGB; 16 bits become 8, from the
    darkest to the brightest value; what is transparent shows white; of an animation the first
    frame. The size is looked at before anything is decoded.

    Args:
        source: what a file holds, or where it lies.
        side: pixels that are enough; a large JPEG is decoded smaller, but no smaller than this.
        most_bytes: of the file.

    Raises:
        PictureError: no picture, a damaged one, or too large a one.
    """
    try:
        size = source.stat().st_size if isinstance(source, Path) else len(source)
        if size > most_bytes:
            raise PictureError(
                f"The file has {size / 2**20:.1f} MiB; at most {most_bytes >> 20} are read."
            )
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            file = source if isinstance(source, Path) else io.BytesIO(source)
            with Image.open(file, formats=FORMATS) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    raise PictureError(
                        f"The picture has {picture.width:,} by {picture.height:,} pixels; at most "
                        f"{MOST_PIXELS // 10**6} million are read. Make it smaller first."
                    )
                picture.draft("RGB", (side, side))
                picture.load()
                return _rgb(ImageOps.exif_transpose(picture))
    except PictureError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):  # size not told
        raise PictureError(
            f"The picture has more than {(Image.MAX_IMAGE_PIXELS or 0) // 10**6} million pixels; "
            f"at most {MOST_PIXELS // 10**6} million are read. Make it smaller first."
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
            f"This is no picture that can be read, or it is damaged; possible: {kinds}."
        ) from None


def read_picture(data: bytes, most: int = MOST_SIDE) -> Tensor:
    """An uploaded picture, made smaller where it is large.

    Args:
        data: of a file; at most 10 MiB.
        most: pixels of the longer side of the result, at most.

    Returns:
        (3, H, W) float32 in 0..1.

    Raises:
        PictureError: as `open_picture`.
    """
    seen = open_picture(data, most)
    seen.thumbnail((most, most), Image.Resampling.LANCZOS)
    return as_tensor(seen).float() / 255


def as_tensor(picture: Image.Image) -> Tensor:
    """(C, H, W) uint8 of an 8-bit picture, grey or RGB."""
    pixels = torch.frombuffer(bytearray(picture.tobytes()), dtype=torch.uint8)
    return pixels.view(picture.height, picture.width, -1).permute(2, 0, 1)


def _rgb(picture: Image.Image) -> Image.Image:
    """8-bit RGB, on white."""
    if picture.mode in DEEP:
        deep = np.asarray(picture, np.float64)
        reach = np.ptp(deep) or 1.0
        picture = Image.fromarray(((deep - deep.min()) / reach * 255).round().astype(np.uint8))
    if picture.has_transparency_data:
        picture = picture.convert("RGBA")
        white = Image.new("RGBA", picture.size, "white")
        picture = Image.alpha_composite(white, picture)
    return picture.convert("RGB")
