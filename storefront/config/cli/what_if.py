import argparse
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from logistics.routing.changes import Change, DriverIll, StopDropped, VehicleOut, WindowMoved
from logistics.routing.instance import Instance
from logistics.routing.processes import solve_in_processes
from logistics.routing.solver import DEFAULT_ENGINE, DEFAULT_SECONDS, ENGINES
from logistics.routing.what_if import Comparison, what_if
from storefront.config.cli.searching import progress_bar, say_stopped, until_interrupted
from storefront.config.cli.solve import BadInput, read_instance, seconds, seed

MOST_NAMED = 20


class Named(NamedTuple):
    """What an option says: whose change, and its times (s)."""

    name: str
    times: tuple[int, ...] = ()


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser(
        "what-if",
        description="Plan a problem file twice, as it is and changed, and compare.",
    )
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument(
        "--without-vehicle", type=Named, action="append", default=[], metavar="NAME"
    )
    parser.add_argument("--without-stop", type=Named, action="append", default=[], metavar="NAME")
    parser.add_argument(
        "--back-by",
        type=_timed(1),
        action="append",
        default=[],
        metavar="NAME=HH:MM",
        help="the vehicle's driver is ill from then on",
    )
    parser.add_argument(
        "--window",
        type=_timed(2),
        action="append",
        default=[],
        metavar="NAME=HH:MM-HH:MM",
        help="when service at the stop begins",
    )
    parser.add_argument("--seconds", type=seconds, default=DEFAULT_SECONDS, metavar="S")
    parser.add_argument("--engine", choices=sorted(ENGINES), default=DEFAULT_ENGINE)
    parser.add_argument("--seed", type=seed, default=0, metavar="N")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    instance = read_instance(args.file)
    changes = list(_changes(args, instance))
    if not changes:
        raise BadInput(
            "무엇을 바꿀지 적으세요. 예: --without-vehicle 이름", "say what changes: see --help"
        )
    with until_interrupted() as stop, progress_bar(2 * args.seconds, instance.shown_cost) as show:
        before = solve_in_processes(
            instance.problem,
            engine=args.engine,
            seconds=args.seconds,
            seed=args.seed,
            on_progress=show,
            cancelled=stop.is_set,
        )
        both = what_if(
            instance.problem,
            before,
            *changes,
            seconds=args.seconds,
            seed=args.seed,
            engine=args.engine,
            on_progress=lambda said: show(replace(said, seconds=said.seconds + args.seconds)),
            cancelled=stop.is_set,
        )
    if stop.is_set():
        say_stopped()
    for line in _told(instance, both):
        print(line)
    return 0


def _timed(count: int) -> Callable[[str], Named]:
    def read(text: str) -> Named:
        name, _, times = text.rpartition("=")
        found = tuple(_second(part) for part in times.split("-"))
        if not name or len(found) != count:
            raise ValueError
        return Named(name, found)

    return read


def _second(text: str) -> int:
    hours, minutes = text.split(":")
    if not (hours.isdecimal() and minutes.isdecimal() and int(minutes) < 60):
        raise ValueError
    return int(hours) * 3_600 + int(minutes) * 60


def _changes(args: argparse.Namespace, instance: Instance) -> Iterator[Change]:
    vans = [van.name for van in instance.problem.vehicles]
    stops = [stop.name for stop in instance.problem.stops]
    for one in args.without_vehicle:
        yield VehicleOut(_position(one.name, vans))
    for one in args.back_by:
        yield DriverIll(_position(one.name, vans), *one.times)
    for one in args.without_stop:
        yield StopDropped(_position(one.name, stops))
    for one in args.window:
        yield WindowMoved(_position(one.name, stops), *one.times)


def _position(name: str, names: list[str]) -> int:
    if names.count(name) == 1:
        return names.index(name)
    if name in names:
        raise BadInput(f"‘{name}’이 여럿입니다", f"there is more than one {name!r}")
    known = ", ".join(names[:MOST_NAMED]) + (", …" if len(names) > MOST_NAMED else "")
    raise BadInput(f"‘{name}’이 파일에 없습니다: {known}", f"there is no {name!r} in the file")


def _told(instance: Instance, both: Comparison) -> Iterator[str]:
    before, after = both.figures_before, both.figures_after
    rows = [
        ("비용 / cost", instance.shown_cost(before.cost), instance.shown_cost(after.cost)),
        ("경로 / routes", before.routes, after.routes),
        ("방문 / served", before.served, after.served),
        ("미배정 / unserved", before.unserved, after.unserved),
    ]
    if instance.clock:
        rows += [
            ("운전 분 / driving min", before.driving_seconds // 60, after.driving_seconds // 60),
            ("거리 / km", before.metres / 1_000, after.metres / 1_000),
        ]
    for label, was, now in rows:
        yield f"{label}: {was} → {now}"
    stops = both.problem.stops
    yield f"다른 차로 / other vehicle: {len(both.moved)}"
    for label, changed in (("빠짐 / lost", both.lost), ("들어감 / won", both.won)):
        if changed:
            yield f"{label}: {', '.join(stops[s].name or str(s + 1) for s in changed)}"
