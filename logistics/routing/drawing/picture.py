"""The map: routes, depots, stops with their facts, what is unserved."""

import math
from collections.abc import Sequence

from logistics.routing.drawing import styles
from logistics.routing.drawing.figures import Figures
from logistics.routing.drawing.markup import Element, node
from logistics.routing.drawing.places import WIDTH, Place, Places, beside_each_other
from logistics.routing.drawing.styles import Look
from logistics.routing.problem import NOTHING
from logistics.routing.solution import RoutePlan, Solution

# With more stops than these their names, or the numbers of routes, would cover each other.
MOST_NAMES = 60
MOST_BADGES = 60
MOST_BADGES_ON_A_PHONE = 15


def stop_places(figures: Figures, solution: Solution, places: Places) -> dict[int, Place]:
    """Where each stop of the plan is drawn; one at an unknown location has no place."""
    stops = figures.instance.problem.stops
    drawn = [s for route in solution.routes for s in route.stops]
    drawn += [s for s in solution.unserved if 0 <= stops[s].location < len(places.at)]
    locations = [stops[s].location for s in drawn]
    return dict(
        zip(drawn, beside_each_other(locations, places.at, radius(len(stops))), strict=True)
    )


def radius(stops: int) -> float:
    return max(4.0, min(11.0, 130 / math.sqrt(max(1, stops))))


def picture(
    figures: Figures, solution: Solution, places: Places, at: dict[int, Place], looks: list[Look]
) -> Element:
    problem = figures.instance.problem
    size = radius(len(problem.stops))
    drawing = node("svg", viewBox=f"0 0 {WIDTH} {places.height}", class_="map", role="img")
    drawing.set("aria-label", "경로 지도 / map of the routes")
    routes = [
        _route(figures, number, route, places, at, look, size)
        for number, (route, look) in enumerate(zip(solution.routes, looks, strict=True), start=1)
    ]
    drawing.extend(routes)
    drawing.append(_unserved(figures, solution, at, size))
    drawing.append(_depots(figures, places))
    if len(at) <= MOST_NAMES:
        drawing.append(_names(figures, at, size))
    if len(routes) <= MOST_BADGES:
        drawing.append(_badges(figures, solution, places, at, looks))
    return drawing


def _route(
    figures: Figures,
    number: int,
    route: RoutePlan,
    places: Places,
    at: dict[int, Place],
    look: Look,
    size: float,
) -> Element:
    """The ways from and to the depot are faint: where all routes meet they would hide the rest."""
    van = figures.instance.problem.vehicles[route.vehicle]
    points = [at[s] for s in route.stops]
    out, home = [places.at[van.start], points[0]], [points[-1], places.at[van.end]]
    drawn = node("g", class_=f"route {styles.classes(look)}", data_route=number)
    drawn.append(node("path", d=_line(out) + _line(home), class_="leg"))
    if len(points) > 1:
        drawn.append(node("path", d=_line(points), class_="way"))
    for position, s in enumerate(route.stops):
        facts = node("title", served_facts(figures, number, route, position))
        mark = styles.mark(look[1], *at[s], size)
        drawn.append(node("g", facts, mark, class_="stop", data_stop=s))
    return drawn


def _line(points: Sequence[Place]) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)


def served_facts(figures: Figures, number: int, route: RoutePlan, position: int) -> str:
    """The facts of one visit, a line each."""
    problem = figures.instance.problem
    stop = problem.stops[route.stops[position]]
    window = figures.window(stop)
    lines = [
        f"{stop.name} · 경로 / route {number}, {position + 1}/{len(route.stops)}",
        f"약속 / window {window}" if window else "",
        f"도착 / arrives {figures.time(route.arrivals[position])}, "
        f"출발 / leaves {figures.time(route.leaves[position])}",
        f"배달 / delivers {figures.load(stop.deliver)}",
        f"수거 / collects {figures.load(stop.collect)}" if stop.collect != NOTHING else "",
        f"실은 짐 / aboard after {figures.load(route.loads_after[position])}",
    ]
    return "\n".join(line for line in lines if line)


def _unserved(figures: Figures, solution: Solution, at: dict[int, Place], size: float) -> Element:
    drawn = node("g", class_="unserved")
    arm = size * 1.1
    for s in solution.unserved:
        if s in at:
            stop, (x, y) = figures.instance.problem.stops[s], at[s]
            facts = node("title", f"{stop.name} · 미배정 / unserved")
            cross = f"M{x - arm:.1f} {y - arm:.1f}L{x + arm:.1f} {y + arm:.1f}"
            cross += f"M{x - arm:.1f} {y + arm:.1f}L{x + arm:.1f} {y - arm:.1f}"
            drawn.append(node("g", facts, node("path", d=cross), class_="stop", data_stop=s))
    return drawn


def _depots(figures: Figures, places: Places) -> Element:
    """A small house wherever vehicles start or end."""
    drawn = node("g", class_="depots")
    vans = figures.instance.problem.vehicles
    for place in sorted({place for van in vans for place in (van.start, van.end)}):
        if 0 <= place < len(places.at):
            x, y = places.at[place]
            house = f"M{x - 13:.1f} {y + 12:.1f}v-14l13 -12l13 12v14z"
            facts = node("title", f"출발지 / depot {place}")
            drawn.append(node("g", facts, node("path", d=house)))
    return drawn


def _names(figures: Figures, at: dict[int, Place], size: float) -> Element:
    drawn = node("g", class_="names")
    for s, (x, y) in at.items():
        name = figures.instance.problem.stops[s].name
        drawn.append(node("text", name[:12], x=f"{x + size + 9:.1f}", y=f"{y + 7:.1f}"))
    return drawn


def _badges(
    figures: Figures, solution: Solution, places: Places, at: dict[int, Place], looks: list[Look]
) -> Element:
    """Each route's number at its stop farthest from the depot."""
    drawn = node("g", class_="few" if len(looks) <= MOST_BADGES_ON_A_PHONE else "many")
    for number, (route, look) in enumerate(zip(solution.routes, looks, strict=True), start=1):
        home = places.at[figures.instance.problem.vehicles[route.vehicle].start]
        x, y = max((at[s] for s in route.stops), key=lambda place: math.dist(place, home))
        wide = 17 + 9 * len(str(number))
        pill = node(
            "rect", x=f"{x - wide / 2:.1f}", y=f"{y - 12:.1f}", width=wide, height=24, rx=12
        )
        words = node("text", str(number), x=f"{x:.1f}", y=f"{y + 6:.1f}")
        kind = f"badge {styles.classes(look)}"
        drawn.append(node("g", pill, words, class_=kind, data_route=number))
    return drawn
