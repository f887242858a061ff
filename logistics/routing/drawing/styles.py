"""Which routes look alike: six colours that stay apart for colour-blind eyes, three shapes."""

import math
from collections.abc import Sequence

from logistics.routing.drawing.markup import Element, node
from logistics.routing.drawing.places import Place

COLOURS = 6
SHAPES = "circle", "square", "triangle"

Look = tuple[int, str]


def looks(middles: Sequence[Place]) -> list[Look]:
    """(colour, shape) by route, from where its middle lies: near routes differ in colour, and
    routes of one colour take turns in shape."""
    found: list[Look] = []
    for middle in middles:
        nearest = [math.inf] * COLOURS
        for (colour, _), other in zip(found, middles, strict=False):
            nearest[colour] = min(nearest[colour], math.dist(middle, other))
        colour = nearest.index(max(nearest))
        earlier = sum(colour == taken for taken, _ in found)
        found.append((colour, SHAPES[earlier % len(SHAPES)]))
    return found


def classes(look: Look) -> str:
    colour, shape = look
    return f"c{colour} {shape}"


def mark(shape: str, x: float, y: float, radius: float) -> Element:
    if shape == "circle":
        return node("circle", cx=f"{x:.1f}", cy=f"{y:.1f}", r=f"{radius:.1f}")
    corners = 4 if shape == "square" else 3
    turn = math.pi / 4 if shape == "square" else -math.pi / 2
    # As much ink as the circle.
    reach = radius * (1.25 if shape == "square" else 1.5)
    angles = [turn + 2 * math.pi * corner / corners for corner in range(corners)]
    points = [(x + reach * math.cos(a), y + reach * math.sin(a)) for a in angles]
    return node("polygon", points=" ".join(f"{a:.1f},{b:.1f}" for a, b in points))
