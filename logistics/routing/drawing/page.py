"""The page itself: words around the picture and the tables."""

from collections.abc import Sequence
from pathlib import Path
from statistics import fmean
from string import Template

from logistics.routing.drawing.curve import Found, curve
from logistics.routing.drawing.figures import Figures
from logistics.routing.drawing.markup import Element, both, node, written
from logistics.routing.drawing.picture import picture, stop_places
from logistics.routing.drawing.places import Place, places
from logistics.routing.drawing.styles import Look, looks
from logistics.routing.drawing.tables import routes_table, stops_by_route, unserved_table
from logistics.routing.instance import Instance
from logistics.routing.solution import RoutePlan, Solution

TEMPLATE = Path(__file__).with_name("page.html")


def page(instance: Instance, solution: Solution, found: Sequence[Found] = ()) -> str:
    """The plan as one HTML file. ``found``: each better plan as (seconds, cost, engine)."""
    figures = Figures(instance)
    drawn = places(instance)
    at = stop_places(figures, solution, drawn)
    styles = looks([_middle(route, at) for route in solution.routes])
    name = instance.name or "경로 / Routes"
    return Template(TEMPLATE.read_text(encoding="utf-8")).substitute(
        title=written(node("title", name)),
        heading=written(node("h1", name)),
        facts=written(_facts(figures, solution)),
        notes=written(*_notes(instance, by_durations=drawn.by_durations)),
        picture=written(picture(figures, solution, drawn, at, styles)),
        routes=written(*_routes(figures, solution, styles)),
        unserved=written(*_unserved(figures, solution)),
        curve=written(*_curve(figures, solution, found)),
        stops=written(*_stops(figures, solution, styles)),
    )


def _middle(route: RoutePlan, at: dict[int, Place]) -> Place:
    xs, ys = zip(*(at[s] for s in route.stops), strict=True)
    return fmean(xs), fmean(ys)


def _facts(figures: Figures, solution: Solution) -> Element:
    problem = figures.instance.problem
    served = sum(len(route.stops) for route in solution.routes)
    engine = f"{solution.seconds:.1f} s · {solution.engine}"
    facts = [
        (both("비용", "Cost"), figures.cost(solution.cost), "cost"),
        (both("경로", "Routes"), f"{len(solution.routes)} / {len(problem.vehicles)}", ""),
        (both("방문", "Stops"), f"{served} / {len(problem.stops)}", ""),
        (both("미배정", "Unserved"), str(len(solution.unserved)), "bad" * bool(solution.unserved)),
        (both("계산", "Search"), engine, "small"),
    ]
    return node(
        "dl",
        *(node("div", node("dt", label), node("dd", value), class_=k) for label, value, k in facts),
        class_="facts",
    )


def _notes(instance: Instance, *, by_durations: bool) -> list[Element]:
    notes = []
    if by_durations:
        korean = (
            "파일에 좌표가 없어 오가는 시간이 짧을수록 가깝게 그렸습니다. 방위는 뜻이 없습니다."
        )
        english = (
            "The file has no coordinates: places are as close as the time between them is short "
            "(classical multidimensional scaling). Directions mean nothing."
        )
        notes.append(both(korean, english))
    if instance.ignored:
        limits = ", ".join(instance.ignored)
        notes.append(
            both(
                f"지키지 않았을 수 있는 파일의 제한: {limits}.",
                f"Limits of the file that this plan may exceed: {limits}.",
            )
        )
    return [node("p", note, class_="note") for note in notes]


def _routes(figures: Figures, solution: Solution, styles: list[Look]) -> list[Element]:
    heading = node("h2", both("경로", "Routes"))
    if not solution.routes:
        return [heading, node("p", both("나가는 차가 없습니다.", "No vehicle goes out."))]
    return [heading, node("div", routes_table(figures, solution, styles), class_="wide")]


def _unserved(figures: Figures, solution: Solution) -> list[Element]:
    if not solution.unserved:
        return []
    heading = node("h2", both("미배정", "Unserved"), f" {len(solution.unserved)}")
    table = node("div", unserved_table(figures, solution), class_="wide")
    return [node("section", heading, table, class_="card warned")]


def _curve(figures: Figures, solution: Solution, found: Sequence[Found]) -> list[Element]:
    if len(found) < 2:
        return []
    first, last = found[0][1], found[-1][1]
    change = f" ({(last - first) / first:+.1%})".replace("-", "−") if first else ""
    words = node("p", f"{figures.cost(first)} → {figures.cost(last)}{change}", class_="soft")
    heading = node("h2", both("비용의 흐름", "Cost over time"))
    drawn = curve(figures, found, solution.seconds)
    return [node("section", heading, words, drawn, class_="card")]


def _stops(figures: Figures, solution: Solution, styles: list[Look]) -> list[Element]:
    if not solution.routes:
        return []
    heading = node("h2", both("경로별 방문 순서", "Stops of each route"))
    details = stops_by_route(figures, solution, styles)
    return [node("section", heading, *details, class_="card in-order")]
