"""What was agreed is the most it costs; what is weighed decides."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce.errors import CommerceError
from commerce.orders import actions, weighing
from commerce.orders.models import Order, OrderLine
from commerce.orders.weighing import price, weigh_line
from tests.builders.commerce import NOW, a_product, a_variant
from tests.builders.orders import a_part, an_order, some_goods

WON = st.integers(0, 10_000_000)
GRAMS = st.integers(1, 100_000)


def a_steak(**fields):
    """Two of 300 g at most, 28,400 won each at most; one of something else."""
    steak = a_variant(product=a_product(), weight_grams=300, unit="300g", by_weight=True)
    lines = [some_goods(variant=steak, quantity=2, unit_price_won=28_400), some_goods()]
    order = an_order(parts=[a_part(lines=lines)], **{"confirmed": True} | fields)
    return OrderLine.objects.get(fulfilment__order=order, variant=steak)


def weigh(line, grams, merchant="MER-GREENS"):
    return weigh_line(
        line_reference=line.reference, merchant_reference=merchant, grams=grams, now=NOW
    )


@pytest.mark.parametrize(
    ("grams", "won"), [(600, 56_800), (540, 51_120), (599, 56_705), (1, 94), (650, 56_800)]
)
def test_each_won_is_for_the_same_weight_and_more_costs_no_more(grams, won):
    assert price(56_800, 600, grams) == won


@given(most_won=WON, most_grams=GRAMS, grams=GRAMS)
def test_a_price_is_never_above_what_was_agreed_nor_below_nothing(most_won, most_grams, grams):
    assert 0 <= price(most_won, most_grams, grams) <= most_won


@given(most_won=WON, most_grams=GRAMS, grams=st.tuples(GRAMS, GRAMS))
def test_what_weighs_more_never_costs_less(most_won, most_grams, grams):
    light, heavy = sorted(grams)
    assert price(most_won, most_grams, light) <= price(most_won, most_grams, heavy)


@pytest.mark.django_db
def test_a_weighed_line_its_part_and_its_order_cost_what_it_weighs():
    line = a_steak()
    before = Order.objects.get(pk=line.fulfilment.order_id)
    weighed = weigh(line, 540)
    assert weighed is not None
    assert weighed.won == 5_680
    line.refresh_from_db()
    assert (line.line_won, line.lighter_won, line.weighed_grams) == (51_120, 5_680, 540)
    assert line.ready_at == NOW
    after = Order.objects.get(pk=before.pk)
    assert (after.total_won, after.goods_won) == (before.total_won - 5_680, 51_120 + 5_000)
    assert after.fulfilments.get().goods_won == 51_120 + 5_000


@pytest.mark.django_db
def test_the_first_weight_counts():
    line = a_steak()
    weigh(line, 540)
    assert weigh(line, 100) is None
    line.refresh_from_db()
    assert line.weighed_grams == 540


@pytest.mark.django_db
def test_what_is_sold_by_weight_is_not_packed_unweighed():
    line = a_steak()
    with pytest.raises(actions.WeightNeeded) as refusal:
        actions.mark_line_ready(
            line_reference=line.reference, merchant_reference="MER-GREENS", now=NOW
        )
    assert refusal.value.data == {"name": "시금치", "name_en": "Spinach"}
    line.refresh_from_db()
    assert line.ready_at is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("grams", "merchant", "confirmed", "code"),
    [
        (0, "MER-GREENS", True, "WEIGHT_RANGE"),
        (1_201, "MER-GREENS", True, "WEIGHT_RANGE"),
        (540, "MER-OTHER", True, "LINE_UNKNOWN"),
        (540, "MER-GREENS", False, "INVALID_TRANSITION"),
    ],
)
def test_a_weight_that_cannot_be_meant_changes_nothing(grams, merchant, confirmed, code):
    line = a_steak(confirmed=confirmed)
    with pytest.raises(CommerceError) as refusal:
        weigh(line, grams, merchant)
    assert refusal.value.code == code
    line.refresh_from_db()
    assert (line.line_won, line.weighed_grams, line.ready_at) == (56_800, None, None)


@pytest.mark.django_db
def test_what_has_its_price_is_not_weighed():
    line = a_steak()
    spinach = line.fulfilment.lines.exclude(pk=line.pk).get()
    with pytest.raises(weighing.NotByWeight):
        weigh(spinach, 500)


@pytest.mark.django_db
def test_what_is_ordered_by_weight_stays_so_whatever_its_shelf_says_later():
    line = a_steak()
    line.variant.by_weight, line.variant.weight_grams = False, 100
    line.variant.save()
    assert line.most_grams == 600
