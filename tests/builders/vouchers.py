"""Small makers of voucher programmes and vouchers, by way of the real journeys."""

from datetime import date, datetime
from itertools import count
from typing import Any

from commerce.orders.models import Order
from commerce.payments import tenders
from commerce.payments.models import Payment
from commerce.vouchers import actions
from commerce.vouchers.actions import Planned
from commerce.vouchers.codes import code_of
from commerce.vouchers.models import Funding, Programme, Voucher
from storefront.journeys import voucher_programmes
from tests.builders.commerce import NOW

_numbers = count(1)


def a_programme(*, budget_won: int = 1_000_000, now: datetime = NOW, **fields: Any) -> Programme:
    """Good all year for anything, paid for by the province."""
    defaults = {
        "name": "임산부 친환경 농산물",
        "name_en": "Organic produce for expecting mothers",
        "funding": Funding.BUDGET,
        "from_on": date(2026, 1, 1),
        "until_on": date(2026, 12, 31),
    }
    programme = actions.open_programme(
        planned=Planned(**defaults | fields), by="op-one", key=f"VPR-{next(_numbers)}", now=now
    )
    if budget_won:
        recharged(programme, budget_won, now=now)
    programme.refresh_from_db()
    return programme


def recharged(programme: Programme, won: int, *, now: datetime = NOW) -> None:
    noted = actions.note_recharge(
        programme_reference=programme.reference,
        amount_won=won,
        note="농협 3/3",
        by="op-one",
        key=f"VRC-{next(_numbers)}",
        now=now,
    )
    voucher_programmes.recharge_budget(reference=noted.reference, by="op-two", now=now)


def a_voucher(
    won: int = 10_000, *, programme: Programme | None = None, now: datetime = NOW, **fields: Any
) -> Voucher:
    """``fields`` are the voucher's own; a programme of its own unless ``programme`` names one."""
    batch = voucher_programmes.issue_vouchers(
        programme_reference=(programme or a_programme(now=now)).reference,
        count=1,
        each_won=won,
        by="op-one",
        key=f"VBT-{next(_numbers)}",
        now=now,
    )
    voucher = batch.vouchers.get()
    if fields:
        Voucher.objects.filter(pk=voucher.pk).update(**fields)
        voucher.refresh_from_db()
    return voucher


def code(voucher: Voucher) -> str:
    return code_of(voucher.reference)


def held_for(order: Order, *vouchers: Voucher, now: datetime = NOW) -> list[Payment]:
    pks = [voucher.pk for voucher in vouchers]
    return tenders.hold(order=order, voucher_pks=pks, member=True, now=now)
