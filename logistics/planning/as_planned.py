"""A stored plan as the solution of the day it was made for."""

from logistics.planning import problem_builder
from logistics.planning.models import Plan
from logistics.planning.problem_builder import DayProblem
from logistics.planning.queries import routes_of
from logistics.road_matrix.chosen import road_matrix
from logistics.routing.schedule import solution_of
from logistics.routing.solution import Solution


def as_planned(plan: Plan) -> tuple[DayProblem, Solution] | None:
    """The day's problem and the plan in its positions; None once the day has changed."""
    roads = road_matrix()
    day = problem_builder.read(plan.depot, plan.on_date)
    if problem_builder.fingerprint(day, roads.name) != plan.fingerprint:
        return None
    work = problem_builder.build(day, roads)
    vehicle_of = {shift.pk: v for v, shift in enumerate(work.shifts)}
    visit_of = {move.reference: s for s, visit in enumerate(work.visits) for move in visit.moves}
    orders: dict[int, list[int]] = {}
    for route in routes_of(plan):
        first_tasks = (stop.tasks.all()[0] for stop in route.stops.all())
        orders[vehicle_of[route.shift_id]] = [
            visit_of[task.consignment.reference] for task in first_tasks
        ]
    found = solution_of(
        work.problem,
        orders,
        engine=plan.engine,
        seconds=plan.solve_seconds,
        first_feasible_seconds=None,
    )
    if found is None:
        return None
    for exception in plan.exceptions.select_related("consignment"):
        found.causes[visit_of[exception.consignment.reference]] = exception.cause
    return work, found
