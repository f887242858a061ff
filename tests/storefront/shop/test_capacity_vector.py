"""What binds a slot beside its cars, as a shopper meets it."""

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from commerce.basket.models import BasketLine
from commerce.catalogue.models import Product
from drivethrough.slots import opening
from drivethrough.slots.loads import Load
from drivethrough.slots.models import Booking
from drivethrough.slots.spans import business_date
from storefront.journeys.limit_pickups import limit_pickups
from tests.builders.drivethrough import a_booking, check_every_dimension
from tests.builders.mall import Mall, a_client, a_mall

pytestmark = pytest.mark.django_db


def a_prepared_mall() -> tuple[Mall, Client]:
    """Ten minutes for a box of strawberries, and one person for half an hour."""
    mall = a_mall()
    Product.objects.filter(pk=mall.strawberries.product_id).update(preparation_seconds=600)
    opening.change_capacity(slot=mall.slot, cars=3, preparers=1)
    return mall, a_client(mall.user)


def add(client: Client, mall: Mall, quantity: int) -> str:
    sent = {
        "variant": mall.strawberries.reference,
        "way": "drive_through",
        "quantity": str(quantity),
    }
    return client.post(reverse("add_to_basket"), sent, follow=True).content.decode()


def hold(client: Client, mall: Mall) -> str:
    part = f"drive:{mall.site.reference}"
    sent = {
        "do": f"hold:{part}",
        f"slot:{part}": mall.slot.reference,
        "key": str(uuid4()),
        "press": str(uuid4()),
    }
    return client.post(reverse("checkout"), sent).content.decode()


def limit(mall: Mall, amount: int) -> None:
    limit_pickups(
        site=mall.site,
        on_date=business_date(mall.slot.starts_at),
        amounts={mall.strawberries.reference: amount},
        now=timezone.now(),
    )


def test_a_slot_without_the_hands_is_shown_apart_with_the_reason() -> None:
    mall, client = a_prepared_mall()
    a_booking(slot=mall.slot, load=Load(900), now=timezone.now())
    add(client, mall, 2)
    page = client.get(reverse("checkout")).content.decode()
    assert "준비할 손이 모자랍니다" in page
    assert f'value="{mall.slot.reference}"' not in page


def test_a_date_that_has_run_out_names_the_goods() -> None:
    mall, client = a_prepared_mall()
    limit(mall, 1)
    add(client, mall, 2)
    assert "딸기: 이날 1개 남았습니다" in client.get(reverse("checkout")).content.decode()
    limit(mall, 0)
    assert "딸기: 이날 다 나갔습니다" in client.get(reverse("checkout")).content.decode()


def test_who_chose_a_slot_that_filled_up_meanwhile_is_told_why() -> None:
    mall, client = a_prepared_mall()
    add(client, mall, 2)
    a_booking(slot=mall.slot, load=Load(900), now=timezone.now())
    assert "이 시간에는 준비할 손이 모자랍니다" in hold(client, mall)
    assert Booking.objects.count() == 1


def test_what_no_longer_fits_the_held_slot_is_not_put_into_the_basket() -> None:
    mall, client = a_prepared_mall()
    add(client, mall, 2)
    hold(client, mall)
    assert "준비할 손이 모자랍니다" in add(client, mall, 2)
    assert BasketLine.objects.get().quantity == 2
    assert Booking.objects.get().preparation_seconds == 1_200
    check_every_dimension()


def test_another_quantity_is_followed_by_the_hold_or_refused() -> None:
    mall, client = a_prepared_mall()
    add(client, mall, 2)
    hold(client, mall)
    line = BasketLine.objects.get()
    url = reverse("change_basket_line", args=[line.reference])
    for asked, held in (("3", 3), ("4", 3), ("1", 1), ("0", 0)):
        client.post(url, {"quantity": asked})
        assert Booking.objects.get().preparation_seconds == 600 * held
        check_every_dimension()


def test_the_refusals_read_as_english_too() -> None:
    mall, client = a_prepared_mall()
    limit(mall, 1)
    client.cookies["django_language"] = "en"
    add(client, mall, 2)
    page = client.get(reverse("checkout")).content.decode()
    assert "1 left that day" in page
    assert "can still be picked up on" in hold(client, mall)
