"""How the cost fell while it was searched."""

from collections.abc import Sequence

from logistics.routing.drawing.figures import Figures
from logistics.routing.drawing.markup import Element, node

# Seconds after the start, cost, and which engine found it.
Found = tuple[float, int, str]

WIDTH, HEIGHT = 480, 190
LEFT, RIGHT, TOP, BOTTOM = 12, 468, 34, 158


def curve(figures: Figures, found: Sequence[Found], seconds: float) -> Element:
    """A step at each better plan, a dot where another engine took over. ``found`` is not empty."""
    costs = [cost for _, cost, _ in found]
    until = max(seconds, found[-1][0], 0.1)
    low, span = min(costs), max(costs) - min(costs) or 1

    def x(at: float) -> float:
        return LEFT + (RIGHT - LEFT) * at / until

    def y(cost: int) -> float:
        return BOTTOM - (BOTTOM - TOP) * (cost - low) / span

    line = f"M{x(found[0][0]):.1f} {y(costs[0]):.1f}"
    line += "".join(f"H{x(at):.1f}V{y(cost):.1f}" for at, cost, _ in found[1:]) + f"H{RIGHT}"
    drawn = node("svg", viewBox=f"0 0 {WIDTH} {HEIGHT}", class_="curve", role="img")
    drawn.set("aria-label", "비용의 흐름 / cost over time")
    drawn.append(node("path", d=f"M{LEFT} {BOTTOM}H{RIGHT}", class_="axis"))
    drawn.append(node("path", d=line, class_="line"))
    for position, (at, cost, engine) in enumerate(found):
        if position and engine == found[position - 1][2]:
            continue
        facts = node("title", f"{at:.1f} s · {figures.cost(cost)} · {engine}")
        drawn.append(node("circle", facts, cx=f"{x(at):.1f}", cy=f"{y(cost):.1f}", r=5))
        drawn.append(_label(x(at), y(cost) - 12, engine, end=x(at) > WIDTH / 2))
    drawn.append(_label(LEFT, BOTTOM + 22, "0 s", end=False))
    drawn.append(_label(RIGHT, BOTTOM + 22, f"{until:.0f} s", end=True))
    return drawn


def _label(x: float, y: float, text: str, *, end: bool) -> Element:
    anchor = "end" if end else "start"
    return node("text", text, x=f"{x:.1f}", y=f"{y:.1f}", text_anchor=anchor)
