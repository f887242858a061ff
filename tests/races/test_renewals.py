from functools import partial
from threading import Barrier

import pytest
from django.db import transaction

from commerce.boxes import actions
from commerce.boxes.models import Renewal, RenewalStatus, Subscription
from tests.builders.boxes import a_box, a_renewal, a_subscription
from tests.builders.commerce import NOW, a_customer, an_address
from tests.races.together import at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

WORKERS = 2


def place(renewal, placed, worker):
    """What the renewal run does: claim, order, mark."""
    now = renewal.cycle.cut_off_at
    with transaction.atomic():
        claimed = actions.claim(renewal_reference=renewal.reference, now=now)
        if claimed is None:
            return None
        placed.append(worker)
        actions.mark_placed(renewal=claimed, order_reference=f"ORD-{worker}", now=now)
        return claimed


def test_control_two_workers_that_only_look_both_place_the_box():
    """The setup does race: without the claim's lock the family would get two boxes."""
    renewal, both_looked, placed = a_renewal(), Barrier(WORKERS, timeout=20), []

    def look_then_place(worker):
        status = Renewal.objects.get(pk=renewal.pk).status
        both_looked.wait()
        if status == RenewalStatus.DUE:
            placed.append(worker)

    at_once([partial(look_then_place, worker) for worker in range(WORKERS)])
    assert sorted(placed) == [0, 1]


def test_two_workers_claiming_one_renewal_place_one_box():
    for _ in range(5):
        renewal, placed = a_renewal(), []
        answers = at_once([partial(place, renewal, placed, w) for w in range(WORKERS)])
        assert len(placed) == 1
        assert sorted(answer is None for answer in answers) == [False, True]
        renewal.refresh_from_db()
        assert (renewal.status, renewal.order_reference) == ("placed", f"ORD-{placed[0]}")


def test_a_worker_does_not_wait_for_what_another_holds():
    renewal = a_renewal()
    now = renewal.cycle.cut_off_at

    def claim():
        with transaction.atomic():
            return actions.claim(renewal_reference=renewal.reference, now=now)

    with transaction.atomic():
        assert claim() == renewal
        assert at_once([claim]) == [None]
    assert at_once([claim]) == [renewal]


def test_renewals_are_made_once_by_two_workers():
    box = a_box(weeks=4)
    subscription = a_subscription(box=box)
    Renewal.objects.all().delete()
    answers = at_once([partial(actions.ensure_renewals, now=NOW)] * WORKERS)
    assert not any(isinstance(answer, Exception) for answer in answers)
    assert subscription.renewals.count() == 3


def test_two_tabs_subscribe_once():
    box, customer = a_box(weeks=4), a_customer()
    address = an_address(customer=customer)
    works = [
        partial(a_subscription, box=box, customer=customer, address=address, key="same")
    ] * WORKERS
    first, second = at_once(works)
    assert first == second
    assert Subscription.objects.count() == 1
    assert Renewal.objects.count() == 3


def test_a_subscription_that_ends_meanwhile_has_no_box_left():
    for _ in range(5):
        subscription = a_subscription()
        renewal = subscription.renewals.order_by("pk")[0]
        who = {"customer": subscription.customer, "now": NOW}
        actions.skip(renewal_reference=renewal.reference, **who)
        at_once(
            [
                partial(actions.end, subscription_reference=subscription.reference, **who),
                partial(actions.unskip, renewal_reference=renewal.reference, **who),
                partial(actions.ensure_renewals, now=NOW),
            ]
        )
        assert not subscription.renewals.filter(status=RenewalStatus.DUE).exists()
