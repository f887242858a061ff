"""Three pictures of a benchmark as SVG that stands alone, 800 wide."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from logistics.routing.drawing.markup import Element, node, written

WIDTH, HEIGHT = 800, 440
LEFT, RIGHT, TOP, BOTTOM = 84, 776, 92, 376
# Okabe and Ito: told apart by colour-blind eyes; shapes say it again.
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7")
INK, SOFT, LINE = "#1d2420", "#4f5a53", "#e3e1d8"
TICKS = 5
# A letter's width at this size, to lay a legend out without measuring.
LETTER = 7.4

Points = Sequence[tuple[float, float]]


@dataclass(frozen=True)
class Series:
    """``joined``: "steps" where a value holds until the next, "line", or "" for marks alone.
    ``look`` numbers colour and shape, so that a name keeps them from picture to picture."""

    name: str
    points: Points
    joined: str = ""
    look: int = 0


@dataclass(frozen=True)
class Axis:
    """``names``, where given, label the places 0, 1, 2 … instead of numbers. ``floor`` is shown
    even where every value is above it; marks above ``ceiling`` lie on it and say their value."""

    label: str
    unit: str = ""
    names: Sequence[str] = ()
    log: bool = False
    floor: float | None = None
    ceiling: float = math.inf


@dataclass(frozen=True)
class Plot:
    title: str
    x: Axis
    y: Axis
    series: Sequence[Series]
    goals: Sequence[tuple[float, float, float]] = field(default=())

    def save(self, path: Path) -> None:
        path.write_text(written(self.drawn()) + "\n", encoding="utf-8")

    def drawn(self) -> Element:
        """``goals`` are (from, to, height): a level that the values should be below."""
        across = _Scale.of(self.x, [x for s in self.series for x, _ in s.points], LEFT, RIGHT)
        heights = [y for s in self.series for _, y in s.points] + [at for *_, at in self.goals]
        up = _Scale.of(self.y, heights, BOTTOM, TOP)
        svg = node("svg", xmlns="http://www.w3.org/2000/svg", viewBox=f"0 0 {WIDTH} {HEIGHT}")
        svg.set("font-family", "system-ui, sans-serif")
        svg.set("font-size", "13")
        svg.append(node("rect", width=WIDTH, height=HEIGHT, fill="#ffffff"))
        svg.append(_text(LEFT, 30, self.title, size=17, weight="600"))
        svg.extend(_legend(self.series, bool(self.goals)))
        svg.extend(_grid(across, up))
        svg.append(_text((LEFT + RIGHT) / 2, HEIGHT - 16, self.x.label, fill=SOFT, anchor="middle"))
        turned = _text(20, (TOP + BOTTOM) / 2, self.y.label, fill=SOFT, anchor="middle")
        turned.set("transform", f"rotate(-90 20 {(TOP + BOTTOM) / 2:.0f})")
        svg.append(turned)
        for since, until, at in self.goals:
            line = f"M{across.at(since):.1f} {up.at(at):.1f}H{across.at(until):.1f}"
            svg.append(node("path", d=line, stroke=INK, stroke_width="1.5", stroke_dasharray="6 4"))
        for one in self.series:
            svg.extend(_marks(one, across, up))
        return svg


@dataclass(frozen=True)
class _Scale:
    axis: Axis
    least: float
    most: float
    begin: float
    end: float

    @classmethod
    def of(cls, axis: Axis, values: Sequence[float], begin: float, end: float) -> "_Scale":
        if axis.names:
            return cls(axis, -0.5, len(axis.names) - 0.5, begin, end)
        shown = [*values, *([] if axis.floor is None else [axis.floor])] or [0.0, 1.0]
        least, most = min(shown), min(max(shown), axis.ceiling)
        if axis.log:
            return cls(axis, math.log(least) - 0.1, math.log(most) + 0.1, begin, end)
        room = (most - least or abs(most) or 1.0) * 0.06
        return cls(axis, least if least == axis.floor else least - room, most + room, begin, end)

    def at(self, value: float) -> float:
        where = math.log(value) if self.axis.log else min(value, self.axis.ceiling)
        return self.begin + (self.end - self.begin) * (where - self.least) / (
            self.most - self.least
        )

    def ticks(self, values: Sequence[float]) -> list[tuple[float, str]]:
        if self.axis.names:
            return list(enumerate(self.axis.names))
        if self.axis.log:
            return [(value, _number(value, self.axis.unit)) for value in sorted(set(values))]
        step = _round_step((self.most - self.least) / TICKS)
        first = math.ceil(self.least / step)
        last = math.floor(self.most / step)
        return [(n * step, _number(n * step, self.axis.unit)) for n in range(first, last + 1)]


def _round_step(step: float) -> float:
    power = 10.0 ** math.floor(math.log10(step))
    return next(power * nice for nice in (1, 2, 2.5, 5, 10) if power * nice >= step * 0.999)


def _number(value: float, unit: str) -> str:
    shown = f"{value:,.0f}" if abs(value) >= 100 or value == round(value) else f"{value:.4g}"
    return f"{shown}{unit}"


def _grid(across: _Scale, up: _Scale) -> list[Element]:
    found = []
    for value, label in up.ticks([]):
        y = up.at(value)
        found.append(node("path", d=f"M{LEFT} {y:.1f}H{RIGHT}", stroke=LINE))
        found.append(_text(LEFT - 8, y + 4.5, label, fill=SOFT, anchor="end"))
    for value, label in across.ticks([1_000, 2_000, 5_000, 10_000, 20_000]):
        x = across.at(value)
        if LEFT - 1 <= x <= RIGHT + 1:
            found.append(_text(x, BOTTOM + 22, label, fill=SOFT, anchor="middle"))
            found.append(node("path", d=f"M{x:.1f} {BOTTOM}v5", stroke=SOFT))
    found.append(node("path", d=f"M{LEFT} {BOTTOM}H{RIGHT}", stroke=SOFT))
    return found


def _legend(series: Sequence[Series], goals: bool) -> list[Element]:
    found, x = [], float(LEFT)
    for one in series:
        found.append(_mark(one.look, x + 5, 58))
        found.append(_text(x + 17, 62.5, one.name))
        x += 40 + LETTER * len(one.name)
    if goals:
        found.append(
            node("path", d=f"M{x} 58h22", stroke=INK, stroke_width="1.5", stroke_dasharray="6 4")
        )
        found.append(_text(x + 29, 62.5, "goal"))
    return found


def _marks(one: Series, across: _Scale, up: _Scale) -> list[Element]:
    found = []
    below = [(across.at(x), up.at(y)) for x, y in one.points if y <= up.axis.ceiling]
    if one.joined and below:
        line = f"M{below[0][0]:.1f} {below[0][1]:.1f}"
        if one.joined == "steps":
            line += "".join(f"H{x:.1f}V{y:.1f}" for x, y in below[1:])
        else:
            line += "".join(f"L{x:.1f} {y:.1f}" for x, y in below[1:])
        found.append(node("path", d=line, fill="none", stroke=COLOURS[one.look], stroke_width="2"))
    marked = one.points[-1:] if one.joined == "steps" else one.points
    found += [_mark(one.look, across.at(x), up.at(y)) for x, y in marked]
    beyond: dict[float, list[str]] = {}
    for x, y in marked:
        if y > up.axis.ceiling:
            beyond.setdefault(x, []).append(_number(round(y), up.axis.unit))
    for x, said in beyond.items():
        found.append(_beside(across.at(x), up.at(up.axis.ceiling) + 4.5, ", ".join(said)))
    return found


def _beside(x: float, y: float, text: str) -> Element:
    """To the right, unless it would leave the picture there."""
    fits = x + 10 + LETTER * len(text) < WIDTH
    return _text(x + (10 if fits else -10), y, text, fill=SOFT, anchor="start" if fits else "end")


def _mark(look: int, x: float, y: float) -> Element:
    colour, shape = COLOURS[look], look % len(COLOURS)
    edge = {"stroke": "#ffffff", "fill": colour}
    if shape == 0:
        return node("circle", cx=f"{x:.1f}", cy=f"{y:.1f}", r="5.5", **edge)
    if shape == 1:
        return node("rect", x=f"{x - 5:.1f}", y=f"{y - 5:.1f}", width="10", height="10", **edge)
    tip = -1 if shape == 2 else 1
    corners = [(0, 6.5 * tip), (6, -5 * tip), (-6, -5 * tip)]
    points = " ".join(f"{x + a:.1f},{y + b:.1f}" for a, b in corners)
    return node("polygon", points=points, **edge)


def _text(
    x: float,
    y: float,
    text: str,
    *,
    fill: str = INK,
    anchor: str = "start",
    size: int = 13,
    weight: str = "400",
) -> Element:
    return node(
        "text",
        text,
        x=f"{x:.1f}",
        y=f"{y:.1f}",
        fill=fill,
        text_anchor=anchor,
        font_size=size,
        font_weight=weight,
    )
