"""Vouchers at the checkout: a member's own, ticked, and codes that are typed.

A code that was taken comes back with every posting of the form, ticked, so nothing is kept before
the order is placed and whoever unticks it has it again.
"""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest

from commerce.customers.models import Customer
from commerce.vouchers import codes
from commerce.vouchers.actions import find_typed
from commerce.vouchers.models import Voucher
from commerce.vouchers.queries import spendable
from storefront.refusals import REFUSALS

MOST = 10
LONGEST = 40


@dataclass(frozen=True)
class Typed:
    code: str
    voucher: Voucher

    @property
    def shown(self) -> str:
        return codes.shown(self.code)


@dataclass(frozen=True)
class Chosen:
    """``own``: all a member may tick; ``ticked`` of them by reference; ``typed`` by code."""

    own: tuple[Voucher, ...]
    ticked: frozenset[str]
    typed: tuple[Typed, ...]

    @property
    def in_use(self) -> list[Voucher]:
        ticked = [one for one in self.own if one.reference in self.ticked]
        return list(dict.fromkeys([*ticked, *(one.voucher for one in self.typed)]))


def newly_typed(request: HttpRequest) -> str:
    return request.POST.get("voucher_code", "").strip()[:LONGEST]


def vouchers_of(
    request: HttpRequest, customer: Customer, now: datetime, *, new: str = ""
) -> Chosen:
    """With ``new``, a code just typed, whose refusal is the shopper's to see. What was taken
    before and can no longer be used is left out."""
    member = request.user.is_authenticated
    own = tuple(spendable(customer, now)) if member else ()
    found = [_typed(new, customer, member, now)] if new else []
    for code in request.POST.getlist("voucher_kept")[:MOST]:
        try:
            found.append(_typed(code[:LONGEST], customer, member, now))
        except REFUSALS:
            continue
    listed = {one.reference for one in own}
    by_code = {one.voucher.reference: one for one in found}
    return Chosen(
        own=own,
        ticked=frozenset(request.POST.getlist("voucher")) | (by_code.keys() & listed),
        typed=tuple(one for reference, one in by_code.items() if reference not in listed),
    )


def _typed(code: str, customer: Customer, member: bool, now: datetime) -> Typed:
    voucher = find_typed(code=code, customer=customer, member=member, now=now)
    return Typed(codes.typed(code), voucher)
