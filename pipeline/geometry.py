"""Places on a page: boxes in pixels, and the affine transforms that lead from a view back to the page's frame.

The frame is the page as rasterized: x to the right, y down, the origin at the outer corner of the top left pixel.
"""

import math
from collections.abc import Iterable
from typing import Self

import msgspec


class Box(msgspec.Struct, frozen=True, array_like=True):
    """A rectangle in pixels, half-open: `right` and `bottom` lie just outside."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        """Width in pixels."""
        return self.right - self.left

    @property
    def height(self) -> int:
        """Height in pixels."""
        return self.bottom - self.top

    def union(self, other: "Box") -> "Box":
        """The smallest box that holds both."""
        return Box(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )

    def within(self, width: int, height: int) -> "Box":
        """The part of the box that lies on a page of `width` x `height` pixels."""
        left, top = min(max(self.left, 0), width), min(max(self.top, 0), height)
        return Box(left, top, min(max(self.right, left), width), min(max(self.bottom, top), height))


def around(boxes: Iterable[Box]) -> Box | None:
    """The smallest box that holds all of them; None of none."""
    sides = tuple(zip(*map(msgspec.structs.astuple, boxes), strict=True))
    if not sides:
        return None
    left, top, right, bottom = sides
    return Box(min(left), min(top), max(right), max(bottom))


class Affine(msgspec.Struct, frozen=True, array_like=True):
    """The map (x, y) -> (a x + b y + c, d x + e y + f)."""

    a: float = 1.0
    b: float = 0.0
    c: float = 0.0
    d: float = 0.0
    e: float = 1.0
    f: float = 0.0

    @classmethod
    def scaling(cls, x: float, y: float) -> Self:
        """Multiply x and y."""
        return cls(a=x, e=y)

    @classmethod
    def shift(cls, x: float, y: float) -> Self:
        """Move by (x, y); a crop at (x, y) is the shift by (-x, -y)."""
        return cls(c=x, f=y)

    @classmethod
    def rotation(cls, degrees: float) -> Self:
        """Turn about the origin, clockwise as seen on the page (y points down)."""
        sine, cosine = math.sin(math.radians(degrees)), math.cos(math.radians(degrees))
        return cls(a=cosine, b=-sine, d=sine, e=cosine)

    def then(self, after: "Affine") -> "Affine":
        """This map first, `after` second."""
        return Affine(
            after.a * self.a + after.b * self.d,
            after.a * self.b + after.b * self.e,
            after.a * self.c + after.b * self.f + after.c,
            after.d * self.a + after.e * self.d,
            after.d * self.b + after.e * self.e,
            after.d * self.c + after.e * self.f + after.f,
        )

    def inverse(self) -> "Affine":
        """The map back. Raises ZeroDivisionError where the map flattens the page."""
        det = self.a * self.e - self.b * self.d
        a, b, d, e = self.e / det, -self.b / det, -self.d / det, self.a / det
        c, f = -(a * self.c + b * self.f), -(d * self.c + e * self.f)
        return Affine(*(number + 0.0 for number in (a, b, c, d, e, f)))  # -0.0 becomes 0.0

    def point(self, x: float, y: float) -> tuple[float, float]:
        """Where the point (x, y) goes."""
        return self.a * x + self.b * y + self.c, self.d * x + self.e * y + self.f

    def box(self, box: Box) -> Box:
        """The smallest whole-pixel box that holds the four mapped corners."""
        corners = [self.point(x, y) for x in (box.left, box.right) for y in (box.top, box.bottom)]
        xs, ys = zip(*corners, strict=True)
        slack = 1e-6  # so that 10.000000001 does not become 11
        return Box(
            math.floor(min(xs) + slack),
            math.floor(min(ys) + slack),
            math.ceil(max(xs) - slack),
            math.ceil(max(ys) - slack),
        )
