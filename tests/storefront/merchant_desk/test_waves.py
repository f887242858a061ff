"""What leaves together is packed together, from slips that say whose bag it is."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from commerce.orders import actions
from commerce.orders.models import Order, OrderLine
from storefront.accounts.models import Role
from storefront.merchant_desk.waves import label_of
from tests.builders.commerce import a_merchant, a_product, a_variant
from tests.builders.mall import a_client, a_user
from tests.builders.orders import a_gate_part, a_part, an_order, some_goods, the_part

pytestmark = pytest.mark.django_db

OWN = "MER-SPINACH"


@pytest.fixture
def stall() -> Client:
    merchant = a_merchant(reference=OWN, name="새벽채소")
    return a_client(a_user("stall@jangteo.test", (Role.MERCHANT, merchant.reference)))


def soon(hours: int) -> dict[str, datetime]:
    leaves = timezone.now() + timedelta(hours=hours)
    return {"promised_from": leaves, "promised_until": leaves + timedelta(hours=2)}


def ours(quantity: int = 2, name: str = "시금치", **fields):
    return some_goods(merchant_reference=OWN, quantity=quantity, name=name, **fields)


def an_order_in(span: dict[str, datetime], *lines) -> Order:
    return an_order(parts=[a_part(lines=list(lines), **span)], confirmed=True)


def test_a_wave_adds_up_what_leaves_together(stall: Client) -> None:
    span = soon(1)
    an_order_in(span, ours(2), ours(1, "대파"))
    an_order_in(span, ours(3))
    an_order_in(soon(5), ours(7))
    waves = stall.get(reverse("merchant_waves")).context["waves"]
    told = [[(p.line.name, p.quantity, p.bags) for p in wave.picks] for wave in waves]
    assert told == [[("대파", 1, 1), ("시금치", 5, 2)], [("시금치", 7, 1)]]


def test_each_bag_has_a_slip_with_squares_that_lead_to_it(stall: Client) -> None:
    order = an_order_in(soon(1), ours(), some_goods(merchant_reference="MER-TOFU", name="두부"))
    page = stall.get(reverse("merchant_slips")).content.decode()
    where = reverse("merchant_part", args=[the_part(order).reference])
    assert f'href="http://testserver{where}"' in page
    assert page.count("<svg xmlns") + page.count("<svg width") >= 1
    assert "두부" not in page
    assert order.contact_phone not in page


def test_a_label_says_whose_bag_it_is_and_what_is_in_it(stall: Client) -> None:
    order = an_order_in(soon(1), ours(), some_goods(merchant_reference="MER-TOFU", name="두부"))
    (wave,) = stall.get(reverse("merchant_waves")).context["waves"]
    label = label_of(wave.slips[0])
    assert label.title == order.contact_name
    assert label.lines[0] == "집 배송"
    assert label.lines[2:] == [order.reference, "□ 시금치 1단 × 2"]
    assert label.square.endswith(reverse("merchant_part", args=[the_part(order).reference]))


def test_slips_come_as_a_pdf_even_when_there_are_none(stall: Client) -> None:
    an_order_in(soon(1), ours())
    for wave in ("", "202001010000-202001010200"):
        answer = stall.get(reverse("merchant_slips_pdf"), {"wave": wave})
        assert answer["Content-Type"] == "application/pdf"
        assert answer["Cache-Control"] == "no-store"
        assert answer.content.startswith(b"%PDF-")
    assert stall.get(reverse("merchant_slips_pdf"), {"days": "x"}).status_code == 400


def test_one_wave_is_printed_alone(stall: Client) -> None:
    an_order_in(soon(1), ours(2))
    an_order_in(soon(5), ours(7))
    first, _second = stall.get(reverse("merchant_waves")).context["waves"]
    answer = stall.get(reverse("merchant_slips"), {"wave": first.key})
    assert [wave.key for wave in answer.context["waves"]] == [first.key]


def test_what_is_packed_is_in_no_wave(stall: Client) -> None:
    order = an_order_in(soon(1), ours())
    line = OrderLine.objects.get()
    actions.mark_line_ready(
        line_reference=line.reference, merchant_reference=OWN, now=timezone.now()
    )
    assert stall.get(reverse("merchant_waves")).context["waves"] == []
    page = stall.get(reverse("merchant_part", args=[the_part(order).reference]))
    assert page.status_code == 200


def test_a_bag_of_another_stall_is_not_found(stall: Client) -> None:
    order = an_order_in(soon(1), some_goods(merchant_reference="MER-TOFU"))
    url = reverse("merchant_part", args=[the_part(order).reference])
    assert stall.get(url).status_code == 404


def test_a_span_that_is_not_offered_is_refused(stall: Client) -> None:
    assert stall.get(reverse("merchant_slips"), {"days": "365"}).status_code == 400


@pytest.fixture
def steak() -> OrderLine:
    """Up to 600 g for 5,000 won, in a wave of the own stall."""
    variant = a_variant(product=a_product(), weight_grams=300, unit="300g", by_weight=True)
    an_order_in(soon(1), ours(variant=variant))
    return OrderLine.objects.get()


def test_what_is_sold_by_weight_is_weighed_on_the_wave(stall: Client, steak: OrderLine) -> None:
    (wave,) = stall.get(reverse("merchant_waves")).context["waves"]
    assert [line for _slip, line in wave.to_weigh] == [steak]
    url = reverse("merchant_line_ready", args=[steak.reference])
    answer = stall.post(url, {"grams": "540g", "wave": wave.key})
    assert answer["Location"] == reverse("merchant_waves")
    steak.refresh_from_db()
    assert (steak.weighed_grams, steak.line_won, steak.ready_at is None) == (540, 4_500, False)


@pytest.mark.parametrize("grams", ["", "0", "many", "99999", "-5"])
def test_without_a_weight_that_can_be_meant_nothing_is_packed(
    stall: Client, steak: OrderLine, grams: str
) -> None:
    url = reverse("merchant_line_ready", args=[steak.reference])
    page = stall.post(url, {"grams": grams}, follow=True).content.decode()
    assert "note-bad" in page
    steak.refresh_from_db()
    assert (steak.weighed_grams, steak.ready_at) == (None, None)


def test_anothers_line_is_not_weighed(stall: Client, steak: OrderLine) -> None:
    OrderLine.objects.update(merchant_reference="MER-TOFU")
    url = reverse("merchant_line_ready", args=[steak.reference])
    assert stall.post(url, {"grams": "540"}).status_code == 404
    steak.refresh_from_db()
    assert steak.weighed_grams is None


def test_a_shortage_is_said_on_the_orders_page(stall: Client) -> None:
    an_order(parts=[a_gate_part(lines=[ours()], **soon(1))], confirmed=True)
    line = OrderLine.objects.get()
    page = stall.get(reverse("merchant_orders")).content.decode()
    url = reverse("merchant_line_short", args=[line.reference])
    assert f'action="{url}"' in page
    answer = stall.post(url, {"there": "many", "reason": "sold_out"})
    assert answer.status_code == 302
    line.refresh_from_db()
    assert line.quantity == 2


def test_anothers_line_cannot_be_shortened(stall: Client) -> None:
    an_order_in(soon(1), some_goods(merchant_reference="MER-TOFU"))
    url = reverse("merchant_line_short", args=[OrderLine.objects.get().reference])
    assert stall.post(url, {"there": "0", "reason": "spoiled"}).status_code == 404
