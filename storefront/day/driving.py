"""Wednesday night's plans, and Thursday on the road with phones that are often offline."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from random import Random
from uuid import UUID

from commerce.payments.models import TakenAs
from logistics.consignments.models import ConsignmentKind
from logistics.execution.models import StopEventKind
from logistics.network.models import Depot
from logistics.planning.models import Plan, StopTask
from logistics.planning.queries import open_tasks, plan_violations, routes_of
from storefront.day.dates import HANDING_OVER, ORDERING, at
from storefront.day.tally import Tally
from storefront.journeys import plan_routes
from storefront.journeys.record_stop import StopReport, depart, record

EVENING = at(ORDERING, 22, 30)
NETWORK_AGAIN = at(HANDING_OVER, 21)


def plan_depot(depot: Depot, seconds: float, seed: int, tally: Tally) -> Plan:
    draft = plan_routes.plan(
        depot_code=depot.code, on_date=HANDING_OVER, seconds=seconds, seed=seed, now=EVENING
    )
    tally.seen["plan_violations"] += len(plan_violations(draft))
    plan = plan_routes.publish(plan=draft, now=EVENING)
    tally.seen["routes"] += plan.routes.count()
    tally.seen["unserved"] += plan.exceptions.count()
    tally.seen["stops_planned"] += sum(len(route.stops.all()) for route in routes_of(plan))
    return plan


@dataclass(frozen=True)
class Sent:
    report: StopReport
    driver_reference: str


@dataclass
class Driving:
    """Reports go out at once or, without a network, late, twice and in any order."""

    rng: Random
    tally: Tally
    offline: list[Sent] = field(default_factory=list)

    def drive(self, plan: Plan) -> None:
        for route in routes_of(plan):
            driver = route.shift.driver.reference
            leave = partial(
                depart,
                route_reference=route.reference,
                driver_reference=driver,
                now=route.leaves_at,
            )
            # One phone has no network yet when its van leaves.
            forgotten = self.rng.random() < 0.2
            if not forgotten:
                for _ in range(2):
                    leave()
            for stop in route.stops.all():
                for task in open_tasks(stop):
                    self._report(task, driver, stop.begins_at)
                self.tally.seen["stops_served"] += 1
            if forgotten:
                leave()
                self.tally.seen["late_departures"] += 1

    def _report(self, task: StopTask, driver: str, arrived_at: datetime) -> None:
        done_at = arrived_at + timedelta(minutes=3)
        chance = self.rng.random()
        if chance < 0.06:
            reports = [self._failed(task, done_at)]
            self.tally.seen["doors_failed"] += 1
        elif chance < 0.1:
            # Nobody opened; then somebody came down the stairs.
            reports = [self._failed(task, arrived_at), self._done(task, done_at)]
            self.tally.seen["doors_corrected"] += 1
        else:
            reports = [self._done(task, done_at)]
        if self.rng.random() < 0.2:
            self.offline += [Sent(report, driver) for report in reports for _ in range(2)]
            return
        for report in reports:
            self._send(Sent(report, driver), report.happened_at)

    def find_network(self) -> None:
        """In the evening, every phone sends all it kept."""
        self.rng.shuffle(self.offline)
        for sent in self.offline:
            self._send(sent, NETWORK_AGAIN)
        self.tally.seen["late_reports"] = len(self.offline)
        self.offline = []

    def _send(self, sent: Sent, received_at: datetime) -> None:
        result = record(
            report=sent.report, driver_reference=sent.driver_reference, received_at=received_at
        )
        self.tally.seen["repeated_reports"] += result.repeat

    def _done(self, task: StopTask, happened_at: datetime) -> StopReport:
        collects = task.consignment.kind == ConsignmentKind.COLLECT
        kind = StopEventKind.COLLECTED if collects else StopEventKind.DELIVERED
        taken_as = TakenAs.TERMINAL if task.pk % 3 == 0 else TakenAs.CASH
        return StopReport(self._event_id(), task.reference, kind, happened_at, taken_as=taken_as)

    def _failed(self, task: StopTask, happened_at: datetime) -> StopReport:
        failed = StopEventKind.FAILED
        return StopReport(self._event_id(), task.reference, failed, happened_at, reason="absent")

    def _event_id(self) -> UUID:
        return UUID(int=self.rng.getrandbits(128), version=4)
