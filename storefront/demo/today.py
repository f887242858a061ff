"""Orders placed yesterday for today, so that every desk has work to show on the first morning."""

from collections.abc import Sequence
from datetime import datetime

from commerce.business_days import business_date
from commerce.customers.models import Customer
from commerce.orders.models import Order
from drivethrough.sites.models import Site
from logistics.fleet.models import Shift
from logistics.network.queries import depots
from storefront.demo.files import Size
from storefront.demo.openings import EVERY_DAY
from storefront.demo.orders import Day, order_at_gate, order_home, plan_and_publish
from storefront.demo.parcels import order_todays_parcels

HOMES = {"small": 12, "full": 50}
CARS = {"small": 6, "full": 24}
PLAN_SECONDS = {"small": 0.5, "full": 4.0}
KEY = "demo"


def load_todays_orders(size: Size, families: Sequence[Customer], now: datetime) -> None:
    """A few homes and cars, once a day, and the published plan that brings them their goods; and
    parcels to be sent. The first of the families is the demo's parent."""
    today = business_date(now)
    nobody_drives = not Shift.objects.filter(on_date=today).exists()
    if nobody_drives or Order.objects.filter(key__startswith=f"{KEY}-{today}").exists():
        return
    day = Day.of(KEY, today)
    homes = families[: HOMES[size]]
    for customer in homes:
        order_home(customer, day)
    gate = Site.objects.get(source_id=EVERY_DAY)
    for customer in families[len(homes) : len(homes) + CARS[size]]:
        order_at_gate(customer, gate, day)
    order_todays_parcels(families[0], families[1:], day)
    for depot in depots():
        plan_and_publish(depot, day, seconds=PLAN_SECONDS[size])
