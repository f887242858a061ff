"""How much of an order the tax office is told of as paid in cash, by tax class.

All of what was kept, less what cards, at a gateway or a terminal, and public budgets paid of it and
did not get back.
"""

from dataclasses import dataclass

from commerce.money import vat_inside
from commerce.orders.models import Order
from commerce.payments.models import IN_CASH, Payment, PaymentStatus, TakenAs
from commerce.payments.tenders import is_tax_free, shares_of
from commerce.receipts.receipt import receipt_of
from commerce.vouchers.models import Funding


@dataclass(frozen=True)
class CashPart:
    exempt_won: int
    supply_won: int
    vat_won: int


def cash_part(order: Order) -> CashPart:
    whole = receipt_of(order)
    other = [one for one in shares_of(order, [PaymentStatus.PAID]) if not _is_cash(one.payment)]
    slips = _slips(order)
    exempt_won = sum(one.left_won for one in other if is_tax_free(one))
    exempt_won += sum(one.tax_free_won - one.tax_free_refunded_won for one in slips)
    taxed_won = sum(one.left_won for one in other if not is_tax_free(one))
    taxed_won += sum(one.amount_won - one.refunded_won for one in slips)
    taxed_won -= sum(one.tax_free_won - one.tax_free_refunded_won for one in slips)
    if not taxed_won:  # line by line, as the receipt has it
        return CashPart(whole.exempt_won - exempt_won, whole.supply_won, whole.vat_won)
    supply_won, vat_won = vat_inside(whole.supply_won + whole.vat_won - taxed_won)
    return CashPart(whole.exempt_won - exempt_won, supply_won, vat_won)


def _slips(order: Order) -> list[Payment]:
    """Whole parts paid at a terminal; where vouchers paid too, each has shares instead."""
    return list(
        order.payments.filter(
            status=PaymentStatus.PAID, taken_as=TakenAs.TERMINAL, shares__isnull=True
        )
    )


def _is_cash(payment: Payment) -> bool:
    if payment.voucher is not None:
        return payment.voucher.programme.funding == Funding.SOLD
    return payment.method in IN_CASH and payment.taken_as != TakenAs.TERMINAL
