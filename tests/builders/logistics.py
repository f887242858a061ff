"""Small makers of logistics rows: a test names what matters to it, the rest has defaults."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from typing import Any
from uuid import uuid4

from logistics.consignments import actions as consignments
from logistics.consignments.models import Consignment
from logistics.delivery_windows import actions as windows
from logistics.delivery_windows.models import DeliveryWindow
from logistics.execution import actions as execution
from logistics.fleet import actions as fleet
from logistics.fleet.models import Driver, Shift, Vehicle
from logistics.network.models import Depot
from logistics.planning import actions as planning
from logistics.planning import replanning
from logistics.planning.models import Plan, Route, StopTask
from logistics.regular_week import actions as week
from logistics.regular_week.models import WEEK, RegularShift, RegularWindow
from logistics.seoul_time import moment

SATURDAY = date(2026, 11, 28)
NOW = datetime(2026, 11, 27, 13, 30, tzinfo=UTC)  # Friday 22:30 in Seoul: cut-off has passed
BEFORE_CUT_OFF = datetime(2026, 11, 27, 3, 0, tzinfo=UTC)  # Friday noon in Seoul
CUT_OFF = datetime(2026, 11, 27, 13, 0, tzinfo=UTC)  # of that Saturday's windows

# Suwon's depot and homes a few minutes apart.
DEPOT_POINT = (37.2750, 127.0100)
HOMES = [
    (37.2750 + 0.004 * row, 127.0100 + 0.005 * column)
    for row in range(1, 6)
    for column in range(1, 6)
]

_numbers = count(1)


def a_key() -> str:
    """A key that no other call of this run has."""
    return f"key-{next(_numbers):08}"


def a_depot(**fields: Any) -> Depot:
    number = next(_numbers)
    defaults = {
        "code": f"suwon-{number}",
        "name": "수원 물류 거점",
        "name_en": "Suwon depot",
        "address": "경기도 수원시 권선구 권광로 55",
        "lat": DEPOT_POINT[0],
        "lon": DEPOT_POINT[1],
        "service_radius_m": 30_000,
    }
    return Depot.objects.create(**defaults | fields)


def a_vehicle(*, depot: Depot, **fields: Any) -> Vehicle:
    defaults = {
        "name": "1톤 냉장탑차",
        "plate": f"경기80바{next(_numbers):04}",
        "capacity_grams": 900_000,
        "capacity_ml": 6_000_000,
        "chilled": True,
    }
    return Vehicle.objects.create(depot=depot, **defaults | fields)


def a_driver(*, depot: Depot, **fields: Any) -> Driver:
    defaults = {"full_name": "이민수", "phone": f"+8210{next(_numbers):08}"}
    return Driver.objects.create(depot=depot, **defaults | fields)


def a_shift(
    *,
    depot: Depot,
    driver: Driver | None = None,
    vehicle: Vehicle | None = None,
    on_date: date = SATURDAY,
    start: time = time(9),
    end: time = time(18),
    break_at: time | None = time(12),
) -> Shift:
    """09:00–18:00 that Saturday with an hour's rest at noon."""
    return fleet.roster(
        depot=depot,
        driver=driver or a_driver(depot=depot),
        vehicle=vehicle or a_vehicle(depot=depot),
        on_date=on_date,
        start=start,
        end=end,
        break_at=break_at,
    )


def a_window(
    *,
    depot: Depot | None = None,
    on_date: date = SATURDAY,
    start: time = time(14),
    end: time = time(16),
    stops: int = 10,
) -> DeliveryWindow:
    """14:00–16:00 that Saturday with room for ten stops; cut-off at 22:00 the evening before."""
    [window] = windows.open_windows(
        depot=depot or a_depot(),
        on_date=on_date,
        spans=[(start, end)],
        capacity_stops=stops,
        cut_off_at=moment(on_date - timedelta(days=1), time(22)),
    )
    return window


def a_regular_window(
    *, depot: Depot | None = None, start: time = time(14), end: time = time(16), **fields: Any
) -> RegularWindow:
    """14:00–16:00 every day with room for ten stops; cut-off at 22:00 the evening before."""
    defaults = {"weekdays": WEEK, "capacity_stops": 10, "cut_off_days": 1, "cut_off": time(22)}
    return week.add_window(depot=depot or a_depot(), start=start, end=end, **defaults | fields)


def a_regular_shift(*, depot: Depot | None = None, **fields: Any) -> RegularShift:
    """09:00–18:00 every day with an hour's rest at noon."""
    depot = depot or a_depot()
    defaults = {"weekdays": WEEK, "start": time(9), "end": time(18), "break_at": time(12)}
    who = {
        "driver": fields.pop("driver", None) or a_driver(depot=depot),
        "vehicle": fields.pop("vehicle", None) or a_vehicle(depot=depot),
    }
    return week.add_shift(depot=depot, **who, **defaults | fields)


def a_consignment(
    *,
    depot: Depot | None = None,
    kind: str = "deliver",
    on_date: date = SATURDAY,
    start: time = time(9),
    end: time = time(17),
    point: tuple[float, float] = HOMES[0],
    **fields: Any,
) -> Consignment:
    """Five kilos of shopping to a home, any time from 09:00 to 17:00 that Saturday."""
    number = next(_numbers)
    defaults = {
        "owner_reference": f"FUL-{number:08}",
        "contact_name": "김영희",
        "contact_phone": "+821012345678",
        "address": f"경기도 수원시 팔달구 효원로 {number}",
        "label": "장보기 1개",
        "weight_grams": 5_000,
        "volume_ml": 20_000,
        "now": NOW,
    }
    return consignments.request(
        depot=depot or a_depot(),
        kind=kind,
        on_date=on_date,
        earliest_at=moment(on_date, start),
        latest_at=moment(on_date, end),
        lat=point[0],
        lon=point[1],
        **defaults | fields,
    )


def a_day(*, homes: int = 4, shifts: int = 1) -> Depot:
    """A depot with so many homes to serve and so many vans on the road that Saturday."""
    depot = a_depot()
    for _ in range(shifts):
        a_shift(depot=depot)
    for number in range(homes):
        a_consignment(depot=depot, point=HOMES[number % len(HOMES)])
    return depot


def a_draft(depot: Depot, **fields: Any) -> Plan:
    """Planned with few iterations and a fixed seed: quick, and the same each time."""
    settings = {"on_date": SATURDAY, "seconds": None, "iterations": 200, "seed": 1, "now": NOW}
    return planning.plan_day(depot=depot, **settings | fields)


def a_published_plan(*, homes: int = 4, shifts: int = 1) -> Plan:
    return planning.publish(plan=a_draft(a_day(homes=homes, shifts=shifts)), now=NOW)


def a_replan(depot: Depot, *, now: datetime, **fields: Any) -> Plan:
    """A draft for the rest of the day, with few iterations and a fixed seed."""
    settings = {"seconds": None, "iterations": 200, "seed": 1}
    return replanning.replan(depot=depot, now=now, **settings | fields)


def a_departure(route: Route, *, now: datetime) -> Route:
    """Its driver has left the depot."""
    return execution.depart(
        route_reference=route.reference,
        driver_reference=route.shift.driver.reference,
        now=now,
    ).route


def two_vans_one_left(*, homes: int = 6) -> tuple[Plan, Shift, Shift]:
    """So much to bring that both vans go; only the first has left, at ten that Saturday."""
    depot = a_depot()
    first, second = a_shift(depot=depot), a_shift(depot=depot)
    for number in range(homes):
        a_consignment(depot=depot, point=HOMES[number], weight_grams=250_000)
    plan = planning.publish(plan=a_draft(depot), now=NOW)
    route = plan.routes.select_related("shift__driver").get(shift=first)
    a_departure(route, now=moment(SATURDAY, time(10)))
    return plan, first, second


def a_stop_report(
    task: StopTask, kind: str = "delivered", *, at: datetime, reason: str = ""
) -> Any:
    """The driver's word from the door, received at once."""
    return execution.record_stop_event(
        event_id=uuid4(),
        task_reference=task.reference,
        driver_reference=driver_of(task),
        kind=kind,
        reason=reason,
        happened_at=at,
        received_at=at,
    )


def a_route(*, homes: int = 4) -> Route:
    """The one route of a published plan."""
    return a_published_plan(homes=homes).routes.select_related("shift__driver").get()


def a_task(*, kind: str = "deliver") -> StopTask:
    """The one task of a published plan."""
    depot = a_depot()
    a_shift(depot=depot)
    a_consignment(depot=depot, kind=kind)
    plan = planning.publish(plan=a_draft(depot), now=NOW)
    return StopTask.objects.select_related("consignment", "stop__route__shift__driver").get(
        stop__route__plan=plan
    )


def driver_of(task: StopTask) -> str:
    return task.stop.route.shift.driver.reference
