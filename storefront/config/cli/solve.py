import argparse
import json
from pathlib import Path
from typing import Any, TypeVar

from logistics.routing.check import violations
from logistics.routing.drawing import Found, page
from logistics.routing.errors import RoutingError
from logistics.routing.instance import BadInstance, Instance
from logistics.routing.processes import solve_in_processes
from logistics.routing.readers import read
from logistics.routing.screen import screen
from logistics.routing.solution import OnProgress, Progress, Solution
from logistics.routing.solver import DEFAULT_ENGINE, DEFAULT_SECONDS, ENGINES
from storefront.config.cli.explaining import explained
from storefront.config.cli.searching import progress_bar, say_stopped, until_interrupted
from storefront.config.stack.problem import Problem
from storefront.refusal_words.instances import worded

MOST_SECONDS = 86_400
MOST_THREADS = 64

N = TypeVar("N", int, float)


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser(
        "solve",
        description="Solve a routing problem: Solomon, Wang/Chen, VRPLIB, VRPSPDTW, or our JSON.",
    )
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--seconds", type=seconds, default=DEFAULT_SECONDS, metavar="S")
    parser.add_argument("--engine", choices=sorted(ENGINES), default=DEFAULT_ENGINE)
    parser.add_argument("--seed", type=seed, default=0, metavar="N")
    parser.add_argument(
        "--threads", type=threads, default=1, metavar="T", help="so many searches at once"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the plan there")
    parser.add_argument("--map", type=Path, metavar="FILE", help="draw the plan there, as a page")
    parser.add_argument(
        "--explain", action="store_true", help="why stops are left out, and what would serve them"
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    instance = read_instance(args.file)
    parked = screen(instance.problem).parked
    for path in filter(None, (args.json, args.map)):
        _open_for_writing(path)
    found: list[Found] = []
    with until_interrupted() as stop, progress_bar(args.seconds, instance.shown_cost) as show:
        solution = solve_in_processes(
            instance.problem,
            engine=args.engine,
            seconds=args.seconds,
            seed=args.seed,
            threads=args.threads,
            on_progress=_noting(found, show),
            cancelled=stop.is_set,
        )
    told = told_solution(instance, solution)
    if args.json:
        args.json.write_text(json.dumps(told) + "\n", encoding="utf-8")
    if args.map:
        # What no vehicle could serve was never searched for, but is in the plan's cost.
        penalties = sum(instance.problem.stops[s].penalty or 0 for s in parked)
        found = [(at, cost + penalties, engine) for at, cost, engine in found]
        if found and found[-1][1] != solution.cost:
            found.append((solution.seconds, solution.cost, solution.engine))
        args.map.write_text(page(instance, solution, found), encoding="utf-8")
    if stop.is_set():
        say_stopped()
    for limit in instance.ignored:
        print(f"{limit}: 이 제한은 지키지 않을 수 있습니다 / the plan may exceed this limit")
    print(
        f"{instance.name}: 비용 / cost {told['cost']}, 경로 / routes {len(told['routes'])}, "
        f"미배정 / unserved {len(told['unserved'])}, "
        f"{'가능 / feasible' if told['feasible'] else '불가능 / infeasible'}, "
        f"{told['seconds']:.1f} s, {told['engine']}"
    )
    if args.explain:
        for line in explained(instance, solution):
            print(line)
    return 0


def read_instance(path: Path) -> Instance:
    """The file's problem, one that can be planned. ``BadInput``."""
    try:
        instance = read(path)
        screen(instance.problem)
    except BadInstance as error:
        korean, english = worded(error)
        raise BadInput(
            f"{path} 파일을 읽을 수 없습니다. {korean}", f"cannot read it: {english}"
        ) from error
    except RoutingError as error:
        raise BadInput(
            f"{path}의 {error.field} 값이 서로 맞지 않습니다",
            f"{error.field} do not fit together: {error.data}",
        ) from error
    return instance


class BadInput(Problem):
    """A file or an argument that cannot be used."""

    exit_code = 2


def _open_for_writing(path: Path) -> None:
    """Found out before the search, not after it."""
    try:
        path.touch()
    except OSError as error:
        raise BadInput(f"{path}에 쓸 수 없습니다", f"cannot write: {error.strerror}") from error


def told_solution(instance: Instance, solution: Solution) -> dict[str, Any]:
    """Customers count from 1 in the file's order. ``first_feasible_seconds`` is null if none is."""
    return {
        "cost": instance.shown_cost(solution.cost),
        "routes": [[stop + 1 for stop in route.stops] for route in solution.routes],
        "unserved": {str(stop + 1): cause for stop, cause in sorted(solution.causes.items())},
        "feasible": not violations(instance.problem, solution),
        "first_feasible_seconds": solution.first_feasible_seconds,
        "seconds": solution.seconds,
        "engine": solution.engine,
    }


def _noting(found: list[Found], show: OnProgress) -> OnProgress:
    """Notes each better plan, which is told again at every tick, and shows it."""

    def note(said: Progress) -> None:
        if not found or said.cost != found[-1][1]:
            found.append((said.seconds, said.cost, said.engine))
        show(said)

    return note


def seconds(text: str) -> float:
    return _between(float(text), 0.1, MOST_SECONDS)


def seed(text: str) -> int:
    return _between(int(text), 0, 2**31 - 1)


def threads(text: str) -> int:
    return _between(int(text), 1, MOST_THREADS)


def _between(number: N, least: N, most: N) -> N:
    # "nan" is in no range.
    if not least <= number <= most:
        raise argparse.ArgumentTypeError(f"{number}: {least} – {most}")
    return number
