"""Which bytes are a picture, and how do they become one without trusting them?"""

import io
import struct
import warnings
import zlib

import numpy as np
import torch
from PIL import Image, ImageOps
from torch import Tensor

FORMATS = ("JPEG", "PNG", "BMP", "GIF", "WEBP")  # none that calls another program
MOST_BYTES = 10 * 2**20
MOST_PIXELS = 40_000_000  # of a picture before it is made smaller
MOST_SIDE = 1024  # pixels that are kept
DEEP = ("I", "I;16", "I;16L", "I;16B", "I;16N", "F")  # modes of more than 8 bits a channel


class PictureError(ValueError):
    """These bytes cannot be used. The message is one sentence that says why."""


def read_picture(data: bytes, most: int = MOST_SIDE) -> Tensor:
    """A picture as it is meant to be seen.

    Turned as its EXIF note says; CMYK, palettes and grey become RGB; 16 bits become 8, from the
    darkest to the brightest value; what is transparent shows white; of an animation the first
    frame. The size is looked at before anything is decoded, and a larger picture is made smaller.

    Args:
        data: of a file; at most 10 MiB.
        most: pixels of the longer side of the result, at most.

    Returns:
        (3, H, W) float32 in 0..1.

    Raises:
        PictureError: no picture, a damaged one, or too large a one.
    """
    if len(data) > MOST_BYTES:
        size = len(data) / 2**20
        raise PictureError(f"The file has {size:.1f} MiB; at most {MOST_BYTES >> 20} are read.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    raise PictureError(
                        f"The picture has {picture.width:,} by {picture.height:,} pixels; at most "
                        f"{MOST_PIXELS // 10**6} million are read. Make it smaller first."
                    )
                picture.draft("RGB", (most, most))  # a large JPEG is decoded small
                picture.load()
                seen = _rgb(ImageOps.exif_transpose(picture))
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
    seen.thumbnail((most, most), Image.Resampling.LANCZOS)
    pixels = torch.frombuffer(bytearray(seen.tobytes()), dtype=torch.uint8)
    return pixels.view(seen.height, seen.width, 3).permute(2, 0, 1).float() / 255


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


def fit(picture: Tensor, shape: tuple[int, int, int], around: Tensor | None = None) -> Tensor:
    """A picture in the size and the channels of a network, its sides in the proportion they had.

    Args:
        picture: (3, H, W) in 0..1, of any size.
        shape: (C, h, w), C of 1 (luminance) or 3.
        around: (C, 1, 1) colour in 0..1 of what the whole picture leaves free; None: the largest
            centred part of the network's proportion, which leaves nothing free.

    Returns:
        (C, h, w) in 0..1.
    """
    channels, *room = shape
    if channels == 1:
        weights = torch.tensor([0.299, 0.587, 0.114])  # ITU-R BT.601
        picture = (weights[:, None, None] * picture).sum(0, keepdim=True)
    sides = picture.shape[1:]
    scales = [there / side for there, side in zip(room, sides, strict=True)]
    scale = max(scales) if around is None else min(scales)
    part = [min(side, round(there / scale)) for there, side in zip(room, sides, strict=True)]
    top, left = ((side - kept) // 2 for side, kept in zip(sides, part, strict=True))
    size = [max(1, min(there, round(kept * scale))) for there, kept in zip(room, part, strict=True)]
    seen = torch.nn.functional.interpolate(
        picture[None, :, top : top + part[0], left : left + part[1]],
        size if around is not None else room,
        mode="bilinear",
        antialias=True,
    )[0].clamp(0, 1)
    if around is None:
        return seen
    whole = around.expand(shape).clone()
    top, left = ((there - taken) // 2 for there, taken in zip(room, size, strict=True))
    whole[:, top : top + size[0], left : left + size[1]] = seen
    return whole
