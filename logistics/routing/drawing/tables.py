"""The plan as tables: its routes, each route's stops, and what is unserved."""

from logistics.routing.drawing import styles
from logistics.routing.drawing.figures import Figures
from logistics.routing.drawing.markup import Element, both, node
from logistics.routing.drawing.styles import Look
from logistics.routing.drawing.words import cause
from logistics.routing.problem import Load
from logistics.routing.solution import RoutePlan, Solution

SWATCH = "0 0 44 16"


def routes_table(figures: Figures, solution: Solution, looks: list[Look]) -> Element:
    measured = (
        both("운전", "Driving")
        if figures.instance.problem.cost == "duration"
        else both("거리", "Distance")
    )
    columns = [
        (both("경로", "Route"), ""),
        (both("방문", "Stops"), "number"),
        (both("적재율", "Full"), "full"),
        (both("출발", "Starts"), "number"),
        (both("복귀", "Ends"), "number"),
        (measured, "number"),
    ]
    head = node("tr", *(node("th", label, scope="col", class_=kind) for label, kind in columns))
    body = [
        _route_row(figures, number, route, look)
        for number, (route, look) in enumerate(zip(solution.routes, looks, strict=True), start=1)
    ]
    return node("table", node("thead", head), node("tbody", *body), class_="routes")


def _route_row(figures: Figures, number: int, route: RoutePlan, look: Look) -> Element:
    van = figures.instance.problem.vehicles[route.vehicle]
    link = node("a", node("b", str(number)), f" {van.name}", href=f"#route-{number}")
    return node(
        "tr",
        node("th", swatch(look), link, scope="row"),
        node("td", str(len(route.stops)), class_="number stops"),
        node("td", _fullness(figures, route, van.capacity), class_="full"),
        node("td", figures.time(route.starts), class_="number starts"),
        node("td", figures.time(route.ends), class_="number ends"),
        node("td", figures.driving(route), class_="number driven"),
        data_route=number,
    )


def _fullness(figures: Figures, route: RoutePlan, room: Load) -> Element:
    share = figures.fullness(route)
    amount = f"{figures.load(figures.most_aboard(route))} / {figures.load(room)}"
    bar = node("span", node("i", style=f"width:{min(100, share * 100):.0f}%"), class_="bar")
    return node("span", bar, node("b", f"{share:.0%}"), title=amount, class_="fullness")


def swatch(look: Look) -> Element:
    """The route's line and mark, as on the map."""
    drawn = node("svg", viewBox=SWATCH, class_=f"swatch route {styles.classes(look)}")
    drawn.set("aria-hidden", "true")
    drawn.append(node("path", d="M1 8H43", class_="way"))
    drawn.append(styles.mark(look[1], 22, 8, 5.5))
    return drawn


def stops_by_route(figures: Figures, solution: Solution, looks: list[Look]) -> list[Element]:
    return [
        _route_details(figures, number, route, look)
        for number, (route, look) in enumerate(zip(solution.routes, looks, strict=True), start=1)
    ]


def _route_details(figures: Figures, number: int, route: RoutePlan, look: Look) -> Element:
    problem = figures.instance.problem
    van = problem.vehicles[route.vehicle]
    aboard = sum((problem.stops[s].deliver for s in route.stops), Load())
    columns = [
        (both("순서", "Turn"), "number turn"),
        (both("방문지", "Stop"), "name"),
        (both("약속", "Window"), "number"),
        (both("도착", "Arrives"), "number"),
        (both("떠남", "Leaves"), "number"),
        (both("실은 짐", "Aboard"), "number load"),
    ]
    head = node("tr", *(node("th", label, scope="col", class_=kind) for label, kind in columns))
    rows = [_end_row(both("출발", "start"), "", figures.time(route.starts), figures.load(aboard))]
    for position, s in enumerate(route.stops):
        rows.append(_stop_row(figures, route, position, s))
    rows.append(_end_row(both("복귀", "end"), figures.time(route.ends), "", ""))
    for taken, at in enumerate(route.breaks_at):
        rest = _end_row(both("휴식", "break"), figures.time(at), "", "")
        # A van that waits at a door rests there before it serves.
        after = sum(leaves <= at for leaves in route.leaves)
        rows.insert(1 + after + taken, rest)
    hours = f"{figures.time(route.starts)}–{figures.time(route.ends)}"
    short = node("span", f"{len(route.stops)}곳 / stops · {hours}", class_="soft")
    summary = node("summary", swatch(look), node("b", str(number)), f" {van.name} ", short)
    table = node("table", node("thead", head), node("tbody", *rows), class_="stops")
    inside = node("div", table, class_="wide")
    return node("details", summary, inside, id=f"route-{number}", data_route=number)


def _end_row(what: Element, arrives: str, leaves: str, aboard: str) -> Element:
    return node(
        "tr",
        node("td", class_="number turn"),
        node("td", what, class_="name"),
        node("td"),
        node("td", arrives, class_="number"),
        node("td", leaves, class_="number"),
        node("td", aboard, class_="number load"),
        class_="end",
    )


def _stop_row(figures: Figures, route: RoutePlan, position: int, s: int) -> Element:
    stop = figures.instance.problem.stops[s]
    return node(
        "tr",
        node("td", str(position + 1), class_="number turn"),
        node("td", stop.name, class_="name"),
        node("td", figures.window(stop) or "–", class_="number"),
        node("td", figures.time(route.arrivals[position]), class_="number"),
        node("td", figures.time(route.leaves[position]), class_="number"),
        node("td", figures.load(route.loads_after[position]), class_="number load"),
        data_stop=s,
    )


def unserved_table(figures: Figures, solution: Solution) -> Element:
    head = node(
        "tr",
        node("th", both("방문지", "Stop"), scope="col", class_="name"),
        node("th", both("약속", "Window"), scope="col", class_="number"),
        node("th", both("이유", "Cause"), scope="col", class_="cause"),
    )
    rows = []
    for s in solution.unserved:
        stop = figures.instance.problem.stops[s]
        korean, english = cause(solution.causes.get(s))
        rows.append(
            node(
                "tr",
                node("th", stop.name, scope="row", class_="name"),
                node("td", figures.window(stop) or "–", class_="number"),
                node("td", both(korean, english), class_="cause"),
                data_stop=s,
            )
        )
    return node("table", node("thead", head), node("tbody", *rows), class_="left-out")
