"""A shopper takes what is offered while the deadline gives the money back."""

from datetime import timedelta
from functools import partial
from threading import Barrier

import pytest

from commerce.catalogue.models import TaxClass, Way
from commerce.orders import substitutes
from commerce.orders.models import (
    Order,
    OrderLine,
    ShortReason,
    Substitution,
    SubstitutionStatus,
    WhenShort,
)
from commerce.payments.models import Refund
from storefront.day.invariants import check_all
from storefront.journeys.substitute import accept, propose, refuse
from tests.builders.commerce import a_product
from tests.builders.journeys import NOW, a_mall, a_placed_order
from tests.races.together import at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

SOON = NOW + timedelta(minutes=2)


def an_offer() -> Substitution:
    mall = a_mall()
    a_placed_order(mall, goods=((mall.spinach, Way.DELIVERY), (mall.tofu, Way.DELIVERY)))
    Order.objects.update(when_short=WhenShort.SUBSTITUTE)
    line = OrderLine.objects.get(name="시금치")
    leeks = a_product(
        merchant=mall.spinach.product.merchant,
        name="대파",
        price_won=2_000,
        tax_class=TaxClass.EXEMPT,
        on_hand=5,
        ways=[Way.DELIVERY],
    ).variants.get()
    return propose(
        line_reference=line.reference,
        merchant_reference=line.merchant_reference,
        variant_reference=leeks.reference,
        reason=ShortReason.SOLD_OUT,
        now=SOON,
    )


def test_control_looking_before_answering_answers_twice() -> None:
    made, both_looked = an_offer(), Barrier(2, timeout=20)

    def look_then_answer(status: str) -> bool:
        seen = Substitution.objects.get(pk=made.pk)
        both_looked.wait()
        if seen.status != SubstitutionStatus.OFFERED:
            return False
        Substitution.objects.filter(pk=made.pk).update(status=status)
        return True

    statuses = [SubstitutionStatus.ACCEPTED, SubstitutionStatus.REFUSED]
    assert at_once([partial(look_then_answer, status) for status in statuses]) == [True, True]


def test_one_of_two_answers_at_once_counts() -> None:
    made = an_offer()
    answers = at_once(
        [
            partial(accept, reference=made.reference, now=SOON),
            partial(refuse, reference=made.reference, now=SOON),
        ]
        * 3
    )
    over = [x for x in answers if isinstance(x, substitutes.SubstituteOver)]
    assert len(over) == 3
    assert Refund.objects.get().amount_won in (500, 2_500)
    assert check_all(SOON) == []
