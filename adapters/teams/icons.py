"""The icons of the app package: our mark, a heart with a tick in it, as the playground shows it. Pure.

Source: learn.microsoft.com/microsoftteams/platform/concepts/design/design-teams-app-icon-store-appbar
"""

import math
import struct
import zlib
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final

Point = tuple[float, float]
Outline = Sequence[Point]  #: closed: the last point is joined to the first
Colour = tuple[int, int, int]

COLOUR_PX: Final = 192
OUTLINE_PX: Final = 32

_GROUND: Final[Colour] = (0x0F, 0x5F, 0x5C)
_HEART: Final[Colour] = (0xFF, 0xD4, 0x87)
_WHITE: Final[Colour] = (0xFF, 0xFF, 0xFF)

# The mark is drawn in a square of 32 × 32, as in `playground/static/mark.svg`.
_CENTRE: Final = (16.0, 16.5)
_CURVES: Final = (
    ((16.0, 25.5), (15.6, 25.5), (15.2, 25.4), (14.9, 25.1)),
    ((14.9, 25.1), (9.0, 20.3), (6.0, 17.1), (6.0, 13.3)),
    ((6.0, 13.3), (6.0, 10.3), (8.3, 8.0), (11.2, 8.0)),
    ((11.2, 8.0), (13.1, 8.0), (14.9, 9.0), (16.0, 10.6)),
    ((16.0, 10.6), (17.1, 9.0), (18.9, 8.0), (20.8, 8.0)),
    ((20.8, 8.0), (23.7, 8.0), (26.0, 10.3), (26.0, 13.3)),
    ((26.0, 13.3), (26.0, 17.1), (23.0, 20.3), (17.1, 25.1)),
    ((17.1, 25.1), (16.8, 25.4), (16.4, 25.5), (16.0, 25.5)),
)
_TICK: Final = ((11.5, 15.2), (14.7, 18.4), (20.7, 12.1))
_TICK_WIDTH: Final = 2.6

_STEPS: Final = 12  #: straight pieces of a curve or of a round end
_LINES: Final = 8  #: that are looked at in each row of pixels


def colour() -> bytes:
    """The mark on our green, a full square as Teams wants it: it rounds the corners. A PNG of 192 × 192."""
    scale = 5.4  # 108 wide: inside the safe area of 120
    heart = _inside([_scaled(_heart(), scale, COLOUR_PX)], COLOUR_PX)
    tick = _inside(_scaled_all(_stroked(_TICK, _TICK_WIDTH), scale, COLOUR_PX), COLOUR_PX)
    pixels = (
        bytes(round(_mixed(_mixed(ground, warm, h), ground, t)) for ground, warm in zip(_GROUND, _HEART, strict=True))
        for h, t in zip(heart, tick, strict=True)
    )
    return _png(pixels, COLOUR_PX, alpha=False)


def outline() -> bytes:
    """The mark in white lines on nothing. A PNG of 32 × 32."""
    scale = 1.36  # as large as it gets with its lines
    heart = _heart()
    lines = [*_stroked((*heart, heart[0]), 1.7), *_stroked(_TICK, 1.9)]
    covered = _inside(_scaled_all(lines, scale, OUTLINE_PX), OUTLINE_PX)
    return _png((bytes((*_WHITE, round(255 * share))) for share in covered), OUTLINE_PX, alpha=True)


def _heart() -> list[Point]:
    return [_on(curve, step / _STEPS) for curve in _CURVES for step in range(_STEPS)]


def _on(curve: Sequence[Point], t: float) -> Point:
    """The point of a cubic Bézier curve at `t`, from 0 to 1."""
    weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3)
    x, y = (sum(weight * point[axis] for weight, point in zip(weights, curve, strict=True)) for axis in (0, 1))
    return x, y


def _stroked(line: Sequence[Point], width: float) -> list[Outline]:
    """Each straight piece with round ends; together they are the line, drawn with a round pen."""
    return [_pill(start, end, width / 2) for start, end in pairwise(line) if start != end]


def _pill(start: Point, end: Point, radius: float) -> Outline:
    across = math.atan2(end[1] - start[1], end[0] - start[0]) + math.pi / 2
    return [
        (x + radius * math.cos(angle), y + radius * math.sin(angle))
        for (x, y), begin in ((start, across), (end, across + math.pi))
        for angle in (begin + math.pi * step / _STEPS for step in range(_STEPS + 1))
    ]


def _scaled(outline: Outline, scale: float, size: int) -> Outline:
    """With the mark's centre in the middle of the picture."""
    return [((x - _CENTRE[0]) * scale + size / 2, (y - _CENTRE[1]) * scale + size / 2) for x, y in outline]


def _scaled_all(outlines: Iterable[Outline], scale: float, size: int) -> list[Outline]:
    return [_scaled(each, scale, size) for each in outlines]


def _inside(outlines: Sequence[Outline], size: int) -> list[float]:
    """How much of each pixel is inside any of the outlines, which all turn the same way; row by row."""
    edges = [
        (*start, *end)
        for each in outlines
        for start, end in zip(each, (*each[1:], each[0]), strict=True)
        if start[1] != end[1]
    ]
    covered: list[float] = []
    for row in range(size):
        shares = [0.0] * size
        for line in range(_LINES):
            y = row + (line + 0.5) / _LINES
            for begin, end in _spans(edges, y):
                for pixel in range(max(0, math.floor(begin)), min(size, math.ceil(end))):
                    shares[pixel] += (min(end, pixel + 1) - max(begin, pixel)) / _LINES
        covered += [min(1.0, share) for share in shares]
    return covered


def _spans(edges: Sequence[tuple[float, float, float, float]], y: float) -> Iterable[Point]:
    """From where to where a line is inside: where as many edges go up as down, it is outside."""
    crossings = sorted(
        (x0 + (y - y0) * (x1 - x0) / (y1 - y0), 1 if y1 > y0 else -1)
        for x0, y0, x1, y1 in edges
        if min(y0, y1) <= y < max(y0, y1)
    )
    winding, begin = 0, 0.0
    for x, way in crossings:
        if winding == 0:
            begin = x
        winding += way
        if winding == 0:
            yield begin, x


def _mixed(below: float, above: float, share: float) -> float:
    return below + (above - below) * share


def _png(pixels: Iterable[bytes], size: int, *, alpha: bool) -> bytes:
    """Source: www.w3.org/TR/png-3"""
    listed = list(pixels)
    rows = b"".join(b"\0" + b"".join(listed[row * size : (row + 1) * size]) for row in range(size))
    header = struct.pack(">IIBBBBB", size, size, 8, 6 if alpha else 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )
