"""What the clock does all day, at a simulated moment: the same calls as the beat's tasks."""

from datetime import datetime

from drivethrough.slots import actions as slots
from storefront.journeys import (
    cancel_order,
    choose_instead,
    confirm_payment,
    cut_harvest,
    displace_cars,
    offer_places,
    renew_subscriptions,
    tell_core,
)
from storefront.notices.actions import send_due


def sweep(now: datetime) -> None:
    confirm_payment.charge_forgotten(now=now)
    confirm_payment.sweep_unknown(now=now)
    confirm_payment.take_held(now=now)
    cancel_order.expire_unpaid(now=now)
    confirm_payment.send_refunds(now=now)
    tell_core.tell_core(now=now)
    slots.expire_holds(now=now)
    displace_cars.offer_others(now=now)
    choose_instead.end_unanswered(now=now)
    offer_places.offer_places(now=now)
    cut_harvest.finish_cuts(now=now)
    renew_subscriptions.renew_due(now=now)
    while send_due(now=now):
        pass
