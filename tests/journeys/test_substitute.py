"""Something like it instead of what is not there."""

from datetime import timedelta

import pytest

from commerce.catalogue.models import TaxClass, Variant, Way
from commerce.orders import actions as orders
from commerce.orders.actions import LineUnknown, SubstitutePending
from commerce.orders.models import Order, OrderLine, ShortReason, SubstitutionStatus, WhenShort
from commerce.orders.substitutes import (
    SubstituteNotWanted,
    SubstituteOver,
    SubstituteTooLate,
    SubstituteUnfit,
)
from commerce.payments.models import Payment, PaymentMethod, Refund
from commerce.stock.models import StockRecord
from storefront.day.invariants import check_all
from storefront.journeys.cancel_order import cancel_order
from storefront.journeys.cancel_some import cancel_some
from storefront.journeys.confirm_payment import send_refunds
from storefront.journeys.hand_over import hand_over
from storefront.journeys.substitute import accept, end_unanswered, propose, refuse
from storefront.notices.models import Notice
from tests.builders.commerce import a_merchant, a_product
from tests.builders.journeys import NEXT_MORNING, NOW, Mall, a_mall, a_placed_order

SOON = NOW + timedelta(minutes=2)
LATER = SOON + timedelta(minutes=20)
TOO_LATE = SOON + timedelta(minutes=61)

pytestmark = pytest.mark.django_db


def leeks(mall: Mall, **facts: object) -> Variant:
    """Of the spinach's stall, for 2,000 won instead of 2,500."""
    defaults = {"price_won": 2_000, "on_hand": 5, "tax_class": TaxClass.EXEMPT, "name": "대파"}
    defaults |= {"merchant": mall.spinach.product.merchant, "ways": [Way.DELIVERY]}
    return a_product(**defaults | facts).variants.get()


def an_order(mall: Mall, *, when_short: str = WhenShort.SUBSTITUTE, **facts: object) -> OrderLine:
    goods = ((mall.spinach, Way.DELIVERY), (mall.spinach, Way.DELIVERY), (mall.tofu, Way.DELIVERY))
    order = a_placed_order(mall, goods=goods, **facts)
    Order.objects.filter(pk=order.pk).update(when_short=when_short)
    return OrderLine.objects.get(fulfilment__order=order, name="시금치")


def offer(line: OrderLine, variant: Variant, **changes: object):
    facts = {
        "line_reference": line.reference,
        "merchant_reference": line.merchant_reference,
        "variant_reference": variant.reference,
        "reason": ShortReason.SOLD_OUT,
        "now": SOON,
    }
    return propose(**facts | changes)


def shelf(variant: Variant) -> tuple[int, int]:
    record = StockRecord.objects.get(variant=variant)
    return record.on_hand, record.allocated


def test_it_comes_instead_and_what_it_costs_less_goes_back() -> None:
    mall = a_mall()
    line, instead = an_order(mall), leeks(mall)
    made = offer(line, instead)
    assert shelf(instead) == (5, 2)
    for _twice in range(2):
        accept(reference=made.reference, now=LATER)
    line.refresh_from_db()
    assert (line.name, line.variant, line.instead_of) == ("대파", instead, "시금치 1kg")
    assert (line.line_won, line.cheaper_won) == (4_000, 1_000)
    assert Refund.objects.get().amount_won == 1_000
    assert (shelf(instead), shelf(mall.spinach)) == ((5, 2), (8, 0))
    assert check_all(LATER) == []
    send_refunds(now=LATER)
    assert hand_over(fulfilment=line.fulfilment, taken_by="DRV-1", now=NEXT_MORNING)
    assert shelf(instead) == (3, 0)
    assert check_all(NEXT_MORNING) == []


def test_what_was_given_up_before_went_back_at_its_own_price() -> None:
    mall = a_mall()
    line, instead = an_order(mall), leeks(mall)
    cancel_some(fulfilment=line.fulfilment, keep={line.reference: 1}, now=SOON)
    accept(reference=offer(line, instead).reference, now=LATER)
    line.refresh_from_db()
    assert (line.line_won, line.ordered_won) == (2_000, 5_000)
    assert sorted(Refund.objects.values_list("amount_won", flat=True)) == [500, 2_500]
    send_refunds(now=LATER)
    assert check_all(LATER) == []


def test_what_is_given_up_afterwards_goes_back_at_the_new_price() -> None:
    mall = a_mall()
    line, instead = an_order(mall), leeks(mall)
    accept(reference=offer(line, instead).reference, now=SOON)
    cancel_some(fulfilment=line.fulfilment, keep={line.reference: 1}, now=LATER)
    line.refresh_from_db()
    assert (line.line_won, line.ordered_won) == (2_000, 5_000)
    assert sorted(Refund.objects.values_list("amount_won", flat=True)) == [1_000, 2_000]
    send_refunds(now=LATER)
    assert check_all(LATER) == []


def test_the_money_goes_back_when_it_is_refused() -> None:
    mall = a_mall()
    line, instead = an_order(mall), leeks(mall)
    made = offer(line, instead)
    for _twice in range(2):
        refuse(reference=made.reference, now=LATER)
    assert Refund.objects.get().amount_won == 5_000
    assert (shelf(instead), shelf(mall.spinach)) == ((5, 0), (8, 0))
    with pytest.raises(SubstituteOver):
        accept(reference=made.reference, now=LATER)
    assert check_all(LATER) == []


def test_the_money_goes_back_when_nobody_answers() -> None:
    mall = a_mall()
    line, instead = an_order(mall), leeks(mall)
    made = offer(line, instead)
    assert end_unanswered(now=LATER) == 0
    with pytest.raises(SubstituteOver):
        accept(reference=made.reference, now=TOO_LATE)
    assert [end_unanswered(now=TOO_LATE) for _twice in range(2)] == [1, 0]
    assert Refund.objects.get().amount_won == 5_000
    assert shelf(instead) == (5, 0)


def test_on_site_less_is_asked_for() -> None:
    mall = a_mall()
    line = an_order(mall, method=PaymentMethod.ON_SITE)
    accept(reference=offer(line, leeks(mall)).reference, now=LATER)
    assert Payment.objects.get().amount_won == 5_000 + 3_300 + 4_000 - 1_000
    assert not Refund.objects.exists()


def test_a_part_in_which_all_came_instead_is_handed_over() -> None:
    mall = a_mall()
    a_placed_order(mall, goods=((mall.spinach, Way.DELIVERY),))
    Order.objects.update(when_short=WhenShort.SUBSTITUTE)
    line, instead = OrderLine.objects.get(), leeks(mall)
    accept(reference=offer(line, instead).reference, now=LATER)
    send_refunds(now=LATER)
    assert hand_over(fulfilment=line.fulfilment, taken_by="DRV-1", now=NEXT_MORNING)
    assert (shelf(instead), shelf(mall.spinach)) == ((4, 0), (9, 0))
    assert check_all(NEXT_MORNING) == []


def test_a_part_of_which_nothing_else_is_left_is_cancelled_when_it_is_refused() -> None:
    mall = a_mall()
    order = a_placed_order(mall, goods=((mall.spinach, Way.DELIVERY),))
    Order.objects.update(when_short=WhenShort.CALL)
    instead = leeks(mall)
    made = offer(OrderLine.objects.get(), instead)
    refuse(reference=made.reference, now=LATER)
    assert Refund.objects.get(payment__order=order).amount_won == 6_500
    assert shelf(instead) == (5, 0)
    assert check_all(LATER) == []


def test_an_order_that_is_cancelled_keeps_nothing() -> None:
    mall = a_mall()
    line, instead = an_order(mall), leeks(mall)
    made = offer(line, instead)
    cancel_order(order=line.fulfilment.order, reason="shopper", now=LATER)
    made.refresh_from_db()
    assert made.status == SubstitutionStatus.LAPSED
    assert shelf(instead) == (5, 0)


def test_nothing_is_packed_or_shortened_while_the_shopper_is_asked() -> None:
    mall = a_mall()
    line = an_order(mall)
    offer(line, leeks(mall))
    with pytest.raises(SubstitutePending):
        orders.mark_line_ready(
            line_reference=line.reference, merchant_reference=line.merchant_reference, now=LATER
        )
    with pytest.raises(SubstitutePending):
        offer(line, leeks(mall, name="얼갈이"))


def test_who_wants_fewer_meanwhile_is_still_asked_about_as_many() -> None:
    mall = a_mall()
    line, instead = an_order(mall), leeks(mall)
    made = offer(line, instead)
    cancel_some(fulfilment=line.fulfilment, keep={line.reference: 1}, now=SOON)
    assert shelf(instead) == (5, 1)
    accept(reference=made.reference, now=LATER)
    line.refresh_from_db()
    assert (line.name, line.quantity, line.line_won) == ("대파", 1, 2_000)
    assert shelf(instead) == (5, 1)
    send_refunds(now=LATER)
    assert check_all(LATER) == []


def test_who_gives_up_another_line_is_still_asked_about_this_one() -> None:
    mall = a_mall()
    line, instead = an_order(mall), leeks(mall)
    made = offer(line, instead)
    tofu = line.fulfilment.lines.get(name="손두부")
    cancel_some(fulfilment=line.fulfilment, keep={tofu.reference: 0}, now=SOON)
    assert end_unanswered(now=TOO_LATE) == 1
    made.refresh_from_db()
    assert (made.status, shelf(instead)) == (SubstitutionStatus.LAPSED, (5, 0))


def test_who_gives_up_the_line_is_asked_no_more() -> None:
    mall = a_mall()
    line, instead = an_order(mall), leeks(mall)
    made = offer(line, instead)
    cancel_some(fulfilment=line.fulfilment, keep={line.reference: 0}, now=SOON)
    made.refresh_from_db()
    assert (made.status, shelf(instead)) == (SubstitutionStatus.LAPSED, (5, 0))


def test_asking_twice_asks_once() -> None:
    mall = a_mall()
    line, instead = an_order(mall), leeks(mall)
    assert offer(line, instead) == offer(line, instead)
    assert Notice.objects.filter(kind="substitute_offered").count() == 1
    assert shelf(instead) == (5, 2)


@pytest.mark.parametrize(
    "facts",
    [{"price_won": 2_600}, {"tax_class": TaxClass.TAXABLE}, {"on_hand": 1}, {"merchant": None}],
)
def test_only_what_fits_is_proposed(facts: dict[str, object]) -> None:
    mall = a_mall()
    if "merchant" in facts:
        facts = {"merchant": a_merchant(name="남의 가게")}
    line, unfit = an_order(mall), leeks(mall, **facts)
    with pytest.raises(SubstituteUnfit):
        offer(line, unfit)
    assert shelf(unfit)[1] == 0


def test_who_wants_the_money_is_not_asked_nor_is_anybody_too_late() -> None:
    mall = a_mall()
    instead = leeks(mall)
    line = an_order(mall, when_short=WhenShort.REFUND)
    with pytest.raises(SubstituteNotWanted):
        offer(line, instead)
    Order.objects.update(when_short=WhenShort.SUBSTITUTE)
    with pytest.raises(SubstituteTooLate):
        offer(line, instead, now=line.fulfilment.promised_from - timedelta(minutes=35))
    with pytest.raises(LineUnknown):
        offer(line, instead, merchant_reference="MER-OTHER")
