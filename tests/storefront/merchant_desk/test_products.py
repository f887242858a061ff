"""A product is listed from a phone in one page, and only by whose shop it is."""

import io
from datetime import time

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image
from pytest_django import Settings

from commerce.catalogue.cut_off import CutOff
from commerce.catalogue.models import Product, ProductStatus, TaxClass, Variant, Way
from commerce.merchants.models import Merchant
from storefront.accounts.models import Role
from tests.builders.commerce import a_category, a_merchant, a_product
from tests.builders.mall import a_client, a_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def pictures_go_elsewhere(settings: Settings, tmp_path: object) -> None:
    settings.MEDIA_ROOT = tmp_path


def a_stall_holder(merchant: Merchant) -> Client:
    return a_client(a_user("stall@jangteo.test", (Role.MERCHANT, merchant.reference)))


def a_photo() -> SimpleUploadedFile:
    file = io.BytesIO()
    Image.new("RGB", (64, 48), "green").save(file, "JPEG")
    return SimpleUploadedFile("IMG_0001.JPG", file.getvalue(), "image/jpeg")


def a_form(**fields: object) -> dict[str, object]:
    return {
        "key": "first-tap",
        "name": "햇시금치",
        "unit": "500g",
        "price_won": "2,500원",
        "quantity": "30",
        "category": a_category().slug,
        "origin": "국내산 (수원)",
        "storage": "chilled",
        "tax_class": "exempt",
        "ways": ["delivery"],
        "do": "publish",
    } | fields


def test_one_page_puts_a_product_on_the_shelf() -> None:
    merchant = a_merchant()
    client = a_stall_holder(merchant)
    answer = client.post(reverse("merchant_new_product"), a_form(picture=a_photo()))
    assert answer.headers["Location"] == reverse("merchant_products")
    product = Product.objects.get(merchant=merchant)
    variant = product.variants.get()
    assert (product.status, product.name, product.ways) == ("published", "햇시금치", ["delivery"])
    assert (variant.unit, variant.price_won, variant.stock.on_hand) == ("500g", 2_500, 30)
    assert variant.weight_grams == 500  # read from the unit


def test_a_second_tap_lists_nothing_more() -> None:
    client = a_stall_holder(a_merchant())
    client.post(reverse("merchant_new_product"), a_form(picture=a_photo()))
    client.post(reverse("merchant_new_product"), a_form(picture=a_photo()))
    assert Product.objects.count() == 1


def test_a_size_left_empty_is_that_of_the_shelf() -> None:
    a_product(weight_grams=300, volume_ml=900)
    a_product(weight_grams=500, volume_ml=1_100)
    client = a_stall_holder(a_merchant())
    client.post(reverse("merchant_new_product"), a_form(unit="1단", do="later"))
    variant = Variant.objects.latest("pk")
    assert (variant.weight_grams, variant.volume_ml) == (400, 1_000)


def test_without_a_picture_it_is_saved_but_not_sold() -> None:
    client = a_stall_holder(a_merchant())
    client.post(reverse("merchant_new_product"), a_form(do="later"))
    assert Product.objects.get().status == ProductStatus.DRAFT


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({}, "PICTURE_REQUIRED"),
        ({"origin": ""}, "ORIGIN_REQUIRED"),
        ({"name": " "}, "TEXT_REQUIRED"),
        ({"price_won": "공짜"}, "BAD_INPUT"),
        ({"price_won": "50"}, "PRICE_RANGE"),
        ({"quantity": "-1"}, "BAD_INPUT"),
        ({"quantity": "9999999"}, "STOCK_RANGE"),
        ({"category": "nothing"}, "NOT_FOUND"),
        ({"ways": []}, "WAY_REQUIRED"),
        ({"ways": ["drive_through"]}, "BAD_INPUT"),
        ({"storage": "warm"}, "BAD_INPUT"),
        ({"tax_class": ""}, "BAD_INPUT"),
        ({"weight_grams": "0"}, "SIZE_RANGE"),
        ({"picture": SimpleUploadedFile("a.jpg", b"no picture")}, "PICTURE_UNREADABLE"),
    ],
)
def test_what_cannot_be_listed_says_why_and_keeps_what_was_typed(
    fields: dict[str, object], code: str
) -> None:
    client = a_stall_holder(a_merchant())
    answer = client.post(reverse("merchant_new_product"), a_form(**fields))
    assert answer.status_code == 400
    page = answer.content.decode()
    assert f'data-code="{code}"' in page
    assert str(fields.get("name", "햇시금치")) in page
    assert Product.objects.count() == 0


def test_only_a_merchant_at_a_site_offers_pick_up_by_car() -> None:
    client = a_stall_holder(a_merchant(site_reference="SIT-NORTH"))
    client.post(reverse("merchant_new_product"), a_form(ways=["drive_through"], do="later"))
    assert Product.objects.get().ways == [Way.DRIVE_THROUGH]


def test_whatever_its_storage_a_product_may_go_by_parcel() -> None:
    stall = a_stall_holder(a_merchant())
    asked = a_form(ways=["parcel", "delivery"], storage="frozen", do="later")
    stall.post(reverse("merchant_new_product"), asked)
    product = Product.objects.get()
    assert product.ways == [Way.DELIVERY, Way.PARCEL]
    page = stall.get(reverse("merchant_product", args=[product.reference])).content.decode()
    assert 'name="ways" value="parcel" checked' in page
    again = a_form(ways=["parcel"], storage="frozen")
    stall.post(reverse("merchant_product", args=[product.reference]), again)
    product.refresh_from_db()
    assert product.ways == [Way.PARCEL]


def test_the_next_product_starts_out_like_the_last() -> None:
    merchant = a_merchant()
    a_product(merchant=merchant, origin="국내산 (여주)", tax_class=TaxClass.TAXABLE)
    page = a_stall_holder(merchant).get(reverse("merchant_new_product")).content.decode()
    assert 'value="국내산 (여주)"' in page
    assert 'value="taxable" checked' in page


def test_one_tap_takes_a_product_off_the_shelf_and_another_puts_it_back() -> None:
    merchant = a_merchant()
    product = a_product(merchant=merchant, picture="products/a.webp")
    client = a_stall_holder(merchant)
    client.post(reverse("merchant_withdraw", args=[product.reference]))
    product.refresh_from_db()
    assert product.status == ProductStatus.WITHDRAWN
    client.post(reverse("merchant_publish", args=[product.reference]))
    product.refresh_from_db()
    assert product.status == ProductStatus.PUBLISHED


def test_price_and_stock_change_together_or_not_at_all() -> None:
    merchant = a_merchant()
    product = a_product(merchant=merchant, price_won=8_000, on_hand=10)
    variant = product.variants.get()
    client = a_stall_holder(merchant)
    url = reverse("merchant_count", args=[product.reference, variant.reference])
    client.post(url, {"quantity": "4", "price_won": "50", "back": "product"})
    variant = Variant.objects.get()
    assert (variant.price_won, variant.stock.on_hand) == (8_000, 10)
    client.post(url, {"quantity": "4", "price_won": "9,000", "back": "product"})
    variant = Variant.objects.get()
    assert (variant.price_won, variant.stock.on_hand) == (9_000, 4)


def test_the_words_are_changed_and_another_unit_is_added() -> None:
    merchant = a_merchant()
    product = a_product(merchant=merchant)
    client = a_stall_holder(merchant)
    words = a_form(name="설향 딸기", name_en="Seolhyang strawberries")
    assert (
        client.post(reverse("merchant_product", args=[product.reference]), words).status_code == 302
    )
    unit = {"unit": "2kg", "price_won": "15000", "quantity": "5"}
    client.post(reverse("merchant_add_unit", args=[product.reference]), unit)
    product.refresh_from_db()
    assert (product.name, product.name_en) == ("설향 딸기", "Seolhyang strawberries")
    assert product.variants.get(unit="2kg").weight_grams == 2_000


def test_a_published_product_cannot_lose_its_origin() -> None:
    merchant = a_merchant()
    product = a_product(merchant=merchant, origin="국내산")
    url = reverse("merchant_product", args=[product.reference])
    answer = a_stall_holder(merchant).post(url, a_form(origin=""))
    assert answer.status_code == 400
    product.refresh_from_db()
    assert product.origin == "국내산"


def test_a_new_picture_takes_the_place_of_the_old() -> None:
    merchant = a_merchant()
    product = a_product(merchant=merchant)
    url = reverse("merchant_picture", args=[product.reference])
    a_stall_holder(merchant).post(url, {"picture": a_photo()})
    product.refresh_from_db()
    assert str(product.picture).startswith(f"products/{product.reference}-")


def test_nobody_touches_another_shops_product() -> None:
    product = a_product(name="남의 딸기", price_won=8_000, on_hand=10)
    variant = product.variants.get()
    client = a_stall_holder(a_merchant(name="내 가게"))
    assert "남의 딸기" not in client.get(reverse("merchant_products")).content.decode()
    own = [product.reference]
    answers = [
        client.get(reverse("merchant_product", args=own)),
        client.post(reverse("merchant_product", args=own), a_form()),
        client.post(reverse("merchant_withdraw", args=own)),
        client.post(reverse("merchant_publish", args=own)),
        client.post(reverse("merchant_picture", args=own), {"picture": a_photo()}),
        client.post(reverse("merchant_add_unit", args=own), {"unit": "2kg"}),
        client.post(reverse("merchant_count", args=[*own, variant.reference]), {"quantity": "1"}),
    ]
    assert [answer.status_code for answer in answers] == [404] * 7
    product.refresh_from_db()
    variant.refresh_from_db()
    assert (product.status, product.name) == (ProductStatus.PUBLISHED, "남의 딸기")
    assert (variant.price_won, variant.stock.on_hand) == (8_000, 10)


def test_the_list_costs_the_same_for_many_products() -> None:
    merchant = a_merchant()
    a_product(merchant=merchant)
    client = a_stall_holder(merchant)
    costs = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse("merchant_products"))
        costs.append(len(asked))
        for n in range(9):
            a_product(merchant=merchant, name=f"딸기 {n}")
    assert costs[0] == costs[1]


def test_a_product_may_come_new_every_day() -> None:
    merchant = a_merchant()
    product = a_product(merchant=merchant, on_hand=0)
    variant = product.variants.get()
    client = a_stall_holder(merchant)
    url = reverse("merchant_stock_kind", args=[product.reference, variant.reference])
    client.post(url, {"kind": "daily", "per_day": "30"})
    assert variant.stock.left == 30
    assert "날마다 30개" in client.get(reverse("merchant_products")).content.decode()
    client.post(url, {"kind": "weekly", "per_day": "30"})
    variant.stock.refresh_from_db()
    assert (variant.stock.kind, variant.stock.per_day) == ("daily", 30)


def test_a_unit_is_sold_by_weight_or_at_its_price() -> None:
    merchant = a_merchant()
    variant = a_product(merchant=merchant).variants.get()
    stall = a_stall_holder(merchant)
    address = reverse("merchant_by_weight", args=[variant.product.reference, variant.reference])
    for by_weight in ("on", ""):
        stall.post(address, {"by_weight": by_weight})
        variant.refresh_from_db()
        assert variant.by_weight is (by_weight == "on")


def test_nobody_sells_anothers_goods_by_weight() -> None:
    variant = a_product(merchant=a_merchant()).variants.get()
    other = a_stall_holder(a_merchant())
    address = reverse("merchant_by_weight", args=[variant.product.reference, variant.reference])
    assert other.post(address, {"by_weight": "on"}).status_code == 404
    variant.refresh_from_db()
    assert not variant.by_weight


def test_a_new_product_says_how_it_is_made_ready_and_ordered() -> None:
    client = a_stall_holder(a_merchant())
    readiness = {"preparation": "1.5", "cut_off_days": "1", "cut_off": "18:00", "order_step": "2"}
    client.post(reverse("merchant_new_product"), a_form(picture=a_photo(), **readiness))
    product = Product.objects.get()
    assert (product.preparation_seconds, product.own_cut_off) == (90, CutOff(1, time(18)))
    assert product.variants.get().order_step == 2


def test_a_cut_off_needs_its_time() -> None:
    client = a_stall_holder(a_merchant())
    answer = client.post(reverse("merchant_new_product"), a_form(cut_off_days="1", do="later"))
    assert answer.status_code == 400
    assert answer.context["refusal"]["field"] == "cut_off"
    assert answer.context["more_open"]
    assert not Product.objects.exists()


def test_readiness_is_shown_as_it_was_saved_and_can_be_taken_away() -> None:
    merchant = a_merchant()
    product, client = a_product(merchant=merchant), a_stall_holder(merchant)
    page = reverse("merchant_product", args=[product.reference])
    client.post(page, a_form(preparation="2", cut_off_days="3", cut_off="09:30"))
    typed = client.get(page).context["typed"]
    assert (typed["preparation"], typed["cut_off_days"], typed["cut_off"]) == ("2", "3", "09:30")
    client.post(page, a_form(cut_off_days=""))
    product.refresh_from_db()
    assert (product.preparation_seconds, product.own_cut_off) == (0, None)


def test_the_order_step_is_set_beside_the_price() -> None:
    merchant = a_merchant()
    variant = a_product(merchant=merchant).variants.get()
    count = reverse("merchant_count", args=[variant.product.reference, variant.reference])
    client = a_stall_holder(merchant)
    client.post(count, {"price_won": "2500", "quantity": "9", "order_step": "3", "back": "product"})
    variant.refresh_from_db()
    assert variant.order_step == 3
    client.post(count, {"quantity": "9", "order_step": "100"})
    variant.refresh_from_db()
    assert variant.order_step == 3
