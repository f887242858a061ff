import argparse
import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from storefront.config.cli.database import connect
from storefront.config.stack.problem import Problem

if TYPE_CHECKING:
    from logistics.planning.models import Plan, Route


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser(
        "plan", description="Make a draft plan of a depot's day; dispatchers publish it."
    )
    parser.add_argument("--depot", required=True, help="the depot's code")
    parser.add_argument(
        "--date", dest="on_date", type=date.fromisoformat, required=True, metavar="YYYY-MM-DD"
    )
    parser.add_argument("--seconds", type=float, default=30, help="how long to search")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the plan there")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    connect()
    from logistics.errors import LogisticsError
    from storefront.config.cli.searching import progress_bar, say_stopped, until_interrupted
    from storefront.journeys.plan_routes import plan
    from storefront.refusals import message

    try:
        with until_interrupted() as stop, progress_bar(args.seconds) as show:
            made = plan(
                depot_code=args.depot,
                on_date=args.on_date,
                seconds=args.seconds,
                seed=args.seed,
                now=datetime.now(UTC),
                on_progress=show,
                cancelled=stop.is_set,
            )
    except LogisticsError as refusal:
        korean, english = (message(refusal.code, refusal.data, to) for to in ("ko", "en"))
        raise Problem(korean, english) from refusal
    told = told_plan(made)
    if args.json:
        args.json.write_text(json.dumps(told, ensure_ascii=False, indent=2))
    if stop.is_set():
        say_stopped()
    print(
        f"{told['reference']}: 경로 / routes {len(told['routes'])}, "
        f"방문 / stops {sum(len(route['stops']) for route in told['routes'])}, "
        f"미배정 / unserved {len(told['unserved'])}, {told['distance_m'] / 1000:.1f} km"
    )
    return 0


def told_plan(plan: "Plan") -> dict[str, Any]:
    routes = plan.routes.select_related("shift").prefetch_related("stops__tasks__consignment")
    exceptions = plan.exceptions.select_related("consignment")
    return {
        "reference": plan.reference,
        "depot": plan.depot.code,
        "date": plan.on_date.isoformat(),
        "engine": plan.engine,
        "seconds": plan.solve_seconds,
        "cost": plan.cost,
        "distance_m": plan.distance_m,
        "duration_seconds": plan.duration_seconds,
        "routes": [_told_route(route) for route in routes],
        "unserved": [
            {"consignment": row.consignment.reference, "cause": row.cause} for row in exceptions
        ],
    }


def _told_route(route: "Route") -> dict[str, Any]:
    return {
        "reference": route.reference,
        "leaves_at": route.leaves_at.isoformat(),
        "back_at": route.back_at.isoformat(),
        "stops": [
            {
                "reference": stop.reference,
                "arrives_at": stop.arrives_at.isoformat(),
                "consignments": [task.consignment.reference for task in stop.tasks.all()],
            }
            for stop in route.stops.all()
        ],
    }
