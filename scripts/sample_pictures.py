"""Draws the pictures of the sample course, with the standard library alone: they are ours, and anybody can redraw them.

python scripts/sample_pictures.py
"""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

SAMPLE = Path(__file__).parents[1] / "src" / "etude" / "sample"
WIDTH, HEIGHT = 640, 300
FINE = 3
"""Each pixel is drawn as so many by so many, then averaged: smooth edges."""
PAPER, INK, RULE, ACCENT = 0, 1, 2, 3
COLOURS = ((250, 248, 243), (44, 47, 51), (150, 148, 142), (190, 72, 40))
GROUND_Y, CM_PX = 262, 28
START_CM, PART = 8.0, 0.5
DIGITS = {"1": "26227", "2": "71747", "4": "55711", "8": "75757"}
"""Three by five dots, a row per octal digit."""


class Canvas:
    """A picture of palette numbers, `FINE` times as wide and high as it will be."""

    def __init__(self) -> None:
        self._rows = [bytearray(WIDTH * FINE) for _ in range(HEIGHT * FINE)]

    def box(self, left: float, top: float, width: float, height: float, colour: int) -> None:
        """Fill a rectangle; all in pixels of the finished picture."""
        start, end = round(left * FINE), round((left + width) * FINE)
        for row in self._rows[max(0, round(top * FINE)) : round((top + height) * FINE)]:
            row[max(0, start) : end] = bytes([colour]) * max(0, end - max(0, start))

    def disc(self, x: float, y: float, radius: float, colour: int) -> None:
        """Fill a circle."""
        for line in range(round((y - radius) * FINE), round((y + radius) * FINE) + 1):
            half = (radius**2 - (line / FINE - y) ** 2) ** 0.5 if abs(line / FINE - y) <= radius else 0.0
            self.box(x - half, line / FINE, 2 * half, 1 / FINE, colour)

    def number(self, text: str, left: float, top: float, dot: float = 3.0) -> None:
        """Write a number in dots."""
        for place, sign in enumerate(text):
            for row, bits in enumerate(DIGITS[sign]):
                for column in range(3):
                    if int(bits) >> (2 - column) & 1:
                        self.box(left + (place * 4 + column) * dot, top + row * dot, dot, dot, INK)

    def png(self) -> bytes:
        """Return it as a PNG file."""
        lines = b"".join(b"\0" + self._line(y) for y in range(HEIGHT))
        header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
        parts = ((b"IHDR", header), (b"IDAT", zlib.compress(lines, 9)), (b"IEND", b""))
        return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in parts)

    def _line(self, y: int) -> bytes:
        rows = self._rows[y * FINE : (y + 1) * FINE]
        found = bytearray()
        for x in range(WIDTH):
            seen = [COLOURS[one] for row in rows for one in row[x * FINE : (x + 1) * FINE]]
            found += bytes(round(sum(channel) / len(seen)) for channel in zip(*seen, strict=True))
        return bytes(found)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def draw_bounces() -> bytes:
    """Return the way of a ball that is dropped from 8 cm and comes back to half the height: 4, 2, 1, then 0.5 cm."""
    canvas = Canvas()
    for left in range(24, WIDTH - 24, 14):  # the height from which on a bounce counts
        canvas.box(left, GROUND_Y - CM_PX - 0.75, 8, 1.5, ACCENT)
    canvas.box(24, GROUND_Y, WIDTH - 48, 3, INK)
    x, height = 70.0, START_CM
    _fall(canvas, x, height)
    while height * PART >= START_CM / 16:
        x = _landing(x, height, is_drop=height == START_CM)
        height *= PART
        _bounce(canvas, x, height)
        x += _half_width(height)
    return canvas.png()


def _half_width(height_cm: float) -> float:
    """How far the ball travels while it falls from a height: as the square root, as the time does."""
    return 42 * height_cm**0.5 * 0.95


def _landing(x: float, height_cm: float, *, is_drop: bool) -> float:
    return x + _half_width(height_cm) * (0.6 if is_drop else 1.0)


def _fall(canvas: Canvas, x: float, height_cm: float) -> None:
    width = _half_width(height_cm) * 0.6
    _curve(canvas, x, width, height_cm, sides=(1,))
    _top(canvas, x, height_cm)


def _bounce(canvas: Canvas, left: float, height_cm: float) -> None:
    middle = left + _half_width(height_cm)
    _curve(canvas, middle, _half_width(height_cm), height_cm, sides=(-1, 1))
    _top(canvas, middle, height_cm)


def _curve(canvas: Canvas, middle: float, half_width: float, height_cm: float, sides: tuple[int, ...]) -> None:
    steps = 300
    for side in sides:
        for step in range(steps + 1):
            part = step / steps
            y = GROUND_Y - height_cm * CM_PX * (1 - part**2)
            canvas.disc(middle + side * part * half_width, y, 1.3, RULE)


def _top(canvas: Canvas, x: float, height_cm: float) -> None:
    y = GROUND_Y - height_cm * CM_PX
    canvas.disc(x, y, 8, ACCENT if height_cm >= 1 else RULE)
    if height_cm >= 1:  # a fraction would be written differently in each language
        canvas.number(f"{height_cm:g}", x + 13, y - 18)


def main() -> None:
    """Write every picture to its activity's files."""
    folder = SAMPLE / "bounces" / "files"
    folder.mkdir(exist_ok=True)
    (folder / "bounces.png").write_bytes(draw_bounces())


if __name__ == "__main__":
    main()
