"""A market's helper acts for its stalls, and for no other market's."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from commerce.catalogue.models import TaxClass, Way
from commerce.merchants.models import Merchant
from commerce.orders.models import OrderLine, WhenShort
from commerce.stock.actions import Want, allocate
from storefront.accounts.models import AuditEntry, AuditOutcome, Role
from storefront.journeys.substitute import propose
from tests.builders.commerce import a_market, a_merchant, a_product
from tests.builders.mall import a_client, a_user
from tests.builders.orders import a_part, an_order, some_goods

pytestmark = pytest.mark.django_db

SPINACH, TOFU, FAR = "MER-SPINACH", "MER-TOFU", "MER-FAR"


@pytest.fixture
def helper() -> Client:
    motgol, elsewhere = a_market(), a_market(name="용인중앙시장")
    a_merchant(reference=SPINACH, name="새벽채소", market=motgol)
    a_merchant(reference=TOFU, name="지동두부", market=motgol)
    a_merchant(reference=FAR, name="먼 가게", market=elsewhere)
    return a_client(a_user("helper@jangteo.test", (Role.HELPER, motgol.reference)))


def an_order_of_three_stalls() -> dict[str, OrderLine]:
    leaves = timezone.now() + timedelta(minutes=5)
    lines = [
        some_goods(merchant_reference=reference, name=name)
        for reference, name in ((SPINACH, "시금치"), (TOFU, "손두부"), (FAR, "먼 상추"))
    ]
    span = {"promised_from": leaves, "promised_until": leaves + timedelta(hours=2)}
    an_order(parts=[a_part(lines=lines, **span)], confirmed=True)
    return {line.name: line for line in OrderLine.objects.all()}


def test_all_stalls_of_the_market_and_none_of_another(helper: Client) -> None:
    an_order_of_three_stalls()
    page = helper.get(reverse("helper_home"), {"days": "2"})
    (wave,) = page.context["waves"]
    told = {one.stall.name: [line.name for line in one.lines] for one in wave.stalls}
    assert told == {"새벽채소": ["시금치"], "지동두부": ["손두부"]}
    words = page.content.decode()
    assert "먼 상추" not in words
    assert "1234-5678" not in words


def test_parcels_of_one_courier_s_hour_are_one_wave_wherever_they_go(helper: Client) -> None:
    collected = timezone.now() + timedelta(minutes=5)
    parts = [
        a_part(
            way=way,
            hands_over=stall,
            lines=[some_goods(merchant_reference=stall)],
            promised_from=collected,
            promised_until=collected + until,
        )
        for way, stall, until in (
            (Way.PARCEL, TOFU, timedelta(days=2)),
            (Way.DELIVERY, SPINACH, timedelta(hours=2)),
            (Way.PARCEL, SPINACH, timedelta(days=3)),
            (Way.PARCEL, TOFU, timedelta(days=3)),
        )
    ]
    an_order(parts=parts, confirmed=True)
    parcels, by_van = helper.get(reverse("helper_home"), {"days": "2"}).context["waves"]
    assert parcels.promised_until == collected
    told = [(one.stall.name, len(one.lines)) for one in parcels.stalls]
    assert told == [("새벽채소", 1), ("지동두부", 2)]
    assert by_van.promised_until == collected + timedelta(hours=2)


def test_what_is_pressed_for_a_stall_is_written_down_as_the_helpers(helper: Client) -> None:
    lines = an_order_of_three_stalls()
    line = lines["시금치"]
    assert helper.post(reverse("helper_line_ready", args=[line.reference])).status_code == 302
    line.refresh_from_db()
    assert line.ready_at is not None
    entry = AuditEntry.objects.get()
    assert (entry.role, entry.action, entry.subject) == (
        Role.HELPER,
        "helper_line_ready",
        line.reference,
    )
    assert entry.outcome == AuditOutcome.DONE


def test_another_markets_line_is_not_found(helper: Client) -> None:
    far = an_order_of_three_stalls()["먼 상추"]
    for page in ("helper_line_ready", "helper_line_short"):
        sent = {"there": "0", "reason": "sold_out"}
        assert helper.post(reverse(page, args=[far.reference]), sent).status_code == 404
    far.refresh_from_db()
    assert (far.ready_at, far.short_quantity) == (None, 0)
    outcomes = {entry.outcome for entry in AuditEntry.objects.all()}
    assert outcomes == {AuditOutcome.REFUSED}


def an_offer(when_short: str):
    line = an_order_of_three_stalls()["시금치"]
    facts = {
        "merchant": Merchant.objects.get(reference=SPINACH),
        "tax_class": TaxClass.EXEMPT,
        "on_hand": 9,
        "ways": [Way.DELIVERY],
    }
    ordered = a_product(name="시금치", price_won=2_500, **facts).variants.get()
    leeks = a_product(name="대파", price_won=2_000, **facts).variants.get()
    OrderLine.objects.filter(pk=line.pk).update(variant=ordered)
    allocate(wants=[Want(ordered.pk, line.reference, 2)], now=timezone.now())
    part = line.fulfilment
    part.promised_from = timezone.now() + timedelta(hours=5)
    part.promised_until = part.promised_from + timedelta(hours=1)
    part.save()
    part.order.when_short = when_short
    part.order.save()
    return propose(
        line_reference=line.reference,
        merchant_reference=SPINACH,
        variant_reference=leeks.reference,
        reason="sold_out",
        now=timezone.now(),
    )


def test_only_who_wants_to_be_rung_is_and_the_answer_counts(helper: Client) -> None:
    made = an_offer(WhenShort.CALL)
    page = helper.get(reverse("helper_home"), {"days": "2"}).content.decode()
    assert "010-1234-5678" in page
    helper.post(reverse("helper_substitute", args=[made.reference]), {"do": "accept"})
    assert OrderLine.objects.get(pk=made.line_id).name == "대파"


def test_nobody_else_is_rung(helper: Client) -> None:
    made = an_offer(WhenShort.SUBSTITUTE)
    assert "1234-5678" not in helper.get(reverse("helper_home"), {"days": "2"}).content.decode()
    url = reverse("helper_substitute", args=[made.reference])
    assert helper.post(url, {"do": "accept"}).status_code == 404
