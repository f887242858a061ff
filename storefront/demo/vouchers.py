"""A city's vouchers for its markets' stalls: money that two operators saw come in, and who has
some of it."""

from datetime import datetime, timedelta

from django.db import transaction

from commerce.business_days import business_date
from commerce.customers.models import Customer
from commerce.merchants.models import MerchantKind
from commerce.vouchers import actions as vouchers
from commerce.vouchers.actions import Planned
from commerce.vouchers.models import Funding, Programme
from storefront.demo.people import user_of
from storefront.journeys.voucher_programmes import issue_vouchers, recharge_budget

KEY = "demo-vouchers"
OPERATORS = ("operator", "operator2")
GOOD_FOR = timedelta(days=90)
PAID_IN_WON, NOTED_WON = 2_000_000, 1_000_000
ISSUED, EACH_WON, KEPT = 40, 10_000, 2


@transaction.atomic
def load_vouchers(parent: Customer, now: datetime) -> None:
    """Once: of the vouchers the parent keeps two; half the budget is still to be issued, and a
    second payment into it waits for who sees it."""
    if Programme.objects.filter(key=KEY).exists():
        return
    first, second = (user_of(f"{who}@jangteo.test").reference for who in OPERATORS)
    programme = vouchers.open_programme(planned=_planned(now), by=first, key=KEY, now=now)
    for number, won, by in ((1, PAID_IN_WON, first), (2, NOTED_WON, second)):
        noted = vouchers.note_recharge(
            programme_reference=programme.reference,
            amount_won=won,
            note=f"수원시 {number}차",
            by=by,
            key=f"{KEY}-{number}",
            now=now,
        )
        if by == first:
            recharge_budget(reference=noted.reference, by=second, now=now)
    batch = issue_vouchers(
        programme_reference=programme.reference,
        count=ISSUED,
        each_won=EACH_WON,
        by=first,
        key=KEY,
        now=now,
    )
    for voucher in batch.vouchers.order_by("pk")[:KEPT]:
        vouchers.keep(voucher=voucher, customer=parent, now=now)


def _planned(now: datetime) -> Planned:
    today = business_date(now)
    return Planned(
        name="수원 전통시장 나들이",
        name_en="Suwon market outing",
        funding=Funding.BUDGET,
        from_on=today,
        until_on=today + GOOD_FOR,
        personal=True,
        merchant_kinds=[MerchantKind.STALL],
    )
