"""Plots for light and dark pages: the paper on which they were drawn becomes transparent.

A notebook stores a plot in ink on the page's own paper, so that it can be read anywhere. In the
book the page itself is the paper, light or dark, and the style sheet turns the lightness of the
ink round in the dark: nothing has to be blended, which sections laid out late do not allow. The
pictures are stored without loss as WebP, in less than half the bytes of PNG.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from coursekit import style

PAPER = tuple(bytes.fromhex(style.PAPER.removeprefix("#")))
# How opaque ink must be at least to take away that much of the paper's light, by channel.
_LEAST = np.array(
    [np.ceil(255 * (paper - np.arange(256)).clip(0) / paper) for paper in PAPER], dtype=np.uint8
)


def on_paper(picture: Image.Image) -> bool:
    """Whether a picture was drawn on the page's paper, as its corner shows."""
    return picture.convert("RGB").getpixel((0, 0)) == PAPER


def ink(picture: Image.Image) -> Image.Image:
    """The picture without its paper: laid over paper, it looks as before."""
    seen = np.asarray(picture.convert("RGB"))  # (height, width, 3)
    opacity = np.max([_LEAST[k][seen[..., k]] for k in range(3)], axis=0)  # (height, width)
    drawn = opacity > 0
    layer = np.zeros((*opacity.shape, 4), np.uint8)
    layer[..., 3] = opacity
    layer[drawn, :3] = _colour(seen[drawn].astype(float), opacity[drawn, None] / 255)
    return Image.fromarray(layer, "RGBA")


def _colour(seen: NDArray[np.float64], share: NDArray[np.float64]) -> NDArray[np.uint8]:
    """The colour which, laid over paper with that opacity, is the colour seen."""
    over = PAPER + (seen - PAPER) / share
    return over.clip(0, 255).round().astype(np.uint8)


def published(source: Path) -> Path:
    """The picture as the book shows it, beside the stored one; made once."""
    target = source.with_suffix(".webp")
    if not target.is_file():
        with Image.open(source) as picture:
            if not on_paper(picture):
                return source
            ink(picture).save(target, lossless=True, exact=False)
    return target
