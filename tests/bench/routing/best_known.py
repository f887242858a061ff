"""Best known costs: from the ``.sol`` beside an instance, else from a list in its folder or above.

A list has one instance a line: its name, its cost in the file's own unit (``826.3`` where the plan
counts tenths), then whatever else, apart by blanks or commas; ``#`` begins a remark.
"""

import re
from functools import cache
from pathlib import Path

from logistics.routing.check import violations
from logistics.routing.instance import Instance
from logistics.routing.schedule import solution_of

LIST_SUFFIXES = (".txt", ".csv")
_ROUTE = re.compile(r"^Route\s*#?\s*\d+\s*:(.*)$", re.MULTILINE)
_COST = re.compile(r"^Cost\s*:?\s+(\d+(?:\.\d+)?)\s*$", re.MULTILINE | re.IGNORECASE)
_ENTRY = re.compile(r"([^\s,]+)[\s,]+(\d+(?:\.\d+)?)(?:[\s,].*)?")


class WrongSolution(Exception):
    """A ``.sol`` that is no plan of its instance, in words for who runs the benchmark."""


def best_known(path: Path, instance: Instance, *, until: Path) -> int | None:
    """In the plan's units. Lists count up to the folder ``until``, the nearest one first.

    ``WrongSolution`` where the ``.sol`` is no plan of this instance or costs something else.
    """
    solution = path.with_suffix(".sol")
    if solution.exists():
        return _from_solution(solution.read_text(encoding="utf-8"), instance)
    for folder in path.parents:
        for file in sorted(folder.iterdir()):
            known = listed(file)
            if path.stem in known:
                return round(known[path.stem] * instance.cost_unit)
        if folder == until or until == path:
            break
    return None


def _from_solution(text: str, instance: Instance) -> int:
    """The routes decide, counted by our own matrix and judged: some files state whole parts,
    others the instance's unit."""
    problem = instance.problem
    stated = _COST.findall(text)
    if not stated:
        raise WrongSolution("the .sol says no cost")
    stop_at = {stop.location: s for s, stop in enumerate(problem.stops)}
    orders = {}
    for v, line in enumerate(_ROUTE.findall(text)):
        places = [int(cell) for cell in line.split()]
        if places and (v >= len(problem.vehicles) or not stop_at.keys() >= set(places)):
            raise WrongSolution(f"the .sol's route {v + 1} is not of this instance")
        orders[v] = [stop_at[place] for place in places]
    plan = solution_of(problem, orders, engine="", seconds=0.0, first_feasible_seconds=None)
    if plan is None or violations(problem, plan):
        raise WrongSolution("the .sol's routes break a rule")
    allowed = {float(plan.cost), plan.cost / instance.cost_unit}
    if float(stated[-1]) not in allowed:
        raise WrongSolution(f"the .sol says {stated[-1]}, its routes {plan.cost}")
    return plan.cost


@cache
def listed(file: Path) -> dict[str, float]:
    """Name → cost; empty where the file is no such list. A first line of headings is allowed."""
    if file.suffix.lower() not in LIST_SUFFIXES or not file.is_file():
        return {}
    lines = [line.split("#")[0].strip() for line in file.read_text("utf-8-sig").splitlines()]
    lines = [line for line in lines if line]
    entries = [_ENTRY.fullmatch(line) for line in lines]
    if entries and entries[0] is None:
        entries = entries[1:]
    if not all(entries):
        return {}
    return {entry[1]: float(entry[2]) for entry in entries if entry}
