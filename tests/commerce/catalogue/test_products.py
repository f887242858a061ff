import io
from pathlib import Path

import pytest
from PIL import Image

from commerce.catalogue import actions, queries
from commerce.catalogue.models import Category, Product, ProductStatus, Storage, TaxClass, Way
from commerce.catalogue.search import Asked, search
from commerce.errors import CommerceError, NotFound
from tests.builders.commerce import NOW, a_category, a_merchant, a_product

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def a_photo(colour="red"):
    file = io.BytesIO()
    Image.new("RGB", (640, 480), colour).save(file, "JPEG")
    return file.getvalue()


DESCRIPTION = {
    "category_slug": "vegetables",
    "name": "시금치",
    "name_en": "Spinach",
    "description": "새벽에 벤 시금치",
    "description_en": "",
    "origin": "국내산 (남양주)",
    "certification": "",
    "storage": Storage.CHILLED,
    "tax_class": TaxClass.EXEMPT,
    "ways": [Way.DELIVERY],
}


def listed(**changes):
    a_category()
    fields = DESCRIPTION | {
        "merchant": a_merchant(),
        "unit": "1단",
        "price_won": 2_500,
        "weight_grams": 300,
        "volume_ml": 1_500,
        "now": NOW,
    }
    return actions.list_product(**fields | changes)


def test_a_listed_product_is_a_draft_with_one_variant():
    product = listed()

    assert product.status == ProductStatus.DRAFT
    variant = product.first_variant
    assert (variant.unit, variant.price_won, variant.position) == ("1단", 2_500, 0)
    assert product.search_text == "시금치|spinach|국내산남양주"
    assert product.choseong == "ㅅㄱㅊ"
    assert list(queries.published()) == []


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"category_slug": "nothing"}, "NOT_FOUND", "category"),
        ({"name": " "}, "TEXT_REQUIRED", "name"),
        ({"unit": ""}, "TEXT_REQUIRED", "unit"),
        ({"name": "가" * 81}, "TEXT_TOO_LONG", "name"),
        ({"ways": []}, "WAY_REQUIRED", "ways"),
        ({"price_won": 99}, "PRICE_RANGE", "price_won"),
        ({"price_won": 10**12}, "PRICE_RANGE", "price_won"),
        ({"weight_grams": 0}, "SIZE_RANGE", "weight_grams"),
        ({"volume_ml": -1}, "SIZE_RANGE", "volume_ml"),
    ],
)
def test_a_bad_field_is_refused_and_nothing_is_listed(changes, code, field):
    with pytest.raises(CommerceError) as refusal:
        listed(**changes)

    assert (refusal.value.code, refusal.value.field) == (code, field)
    assert Product.objects.count() == 0


def test_a_product_without_origin_is_not_published():
    product = listed(origin="")

    with pytest.raises(actions.OriginRequired) as refusal:
        actions.publish(product=product, now=NOW)

    assert refusal.value.field == "origin"
    assert Product.objects.get().status == ProductStatus.DRAFT


def test_a_product_without_picture_is_not_published():
    product = listed()

    with pytest.raises(actions.PictureRequired):
        actions.publish(product=product, now=NOW)

    assert Product.objects.get().status == ProductStatus.DRAFT


def test_a_described_and_pictured_product_is_published():
    product = actions.set_picture(product=listed(), content=a_photo(), alt="")

    product = actions.publish(product=product, now=NOW)

    assert product.status == ProductStatus.PUBLISHED
    assert product.picture_alt == "시금치"


def test_a_published_product_cannot_lose_its_origin():
    product = a_product(name="딸기", origin="국내산")

    with pytest.raises(actions.OriginRequired):
        actions.change_product(product=product, **DESCRIPTION | {"origin": " "})

    assert Product.objects.get().name == "딸기"


def test_a_changed_product_is_found_by_its_new_name():
    product = a_product(name="딸기")

    actions.change_product(product=product, **DESCRIPTION)

    assert list(search(Asked("시금치"))) == [product]
    assert list(search(Asked("딸기"))) == []


def test_a_withdrawn_product_can_come_back():
    product = actions.set_picture(product=a_product(), content=a_photo(), alt="")
    actions.withdraw(product=product, now=NOW)
    assert list(queries.published()) == []

    actions.publish(product=product, now=NOW)

    assert list(queries.published()) == [product]


def test_a_second_unit_stands_after_the_first():
    product = listed()

    more = actions.add_variant(
        product=product, unit="3단", price_won=7_000, weight_grams=900, volume_ml=4_500
    )

    assert [v.unit for v in product.variants.all()] == ["1단", "3단"]
    assert more.position == 1


def test_one_unit_is_sold_once():
    product = listed()

    with pytest.raises(actions.UnitTaken):
        actions.add_variant(
            product=product, unit=" 1단", price_won=3_000, weight_grams=300, volume_ml=1_500
        )

    assert product.variants.get().price_won == 2_500


def test_a_price_can_change_within_reason():
    variant = listed().first_variant

    assert actions.change_price(variant=variant, price_won=2_900).price_won == 2_900
    with pytest.raises(actions.PriceRange) as refusal:
        actions.change_price(variant=variant, price_won=0)

    assert refusal.value.data == {"least": 100, "most": 10_000_000}
    variant.refresh_from_db()
    assert variant.price_won == 2_900


def test_a_new_picture_takes_the_place_of_the_old(tmp_path, django_capture_on_commit_callbacks):
    product = actions.set_picture(product=listed(), content=a_photo("red"), alt="붉은 시금치")
    first = {Path(product.picture.path), Path(product.thumbnail.path)}
    assert set((tmp_path / "products").iterdir()) == first

    with django_capture_on_commit_callbacks(execute=True):
        product = actions.set_picture(product=product, content=a_photo("green"), alt="시금치")

    second = {Path(product.picture.path), Path(product.thumbnail.path)}
    assert not first & second
    assert set((tmp_path / "products").iterdir()) == second


def test_junk_changes_no_picture(tmp_path):
    product = listed()

    with pytest.raises(CommerceError) as refusal:
        actions.set_picture(product=product, content=b"junk", alt="")

    assert refusal.value.code == "PICTURE_UNREADABLE"
    assert not Product.objects.get().picture
    assert not (tmp_path / "products").exists()


def test_a_merchant_sees_own_products_only():
    mine, theirs = a_product(status=ProductStatus.DRAFT), a_product()
    me = mine.merchant.reference

    assert list(queries.products_of(me)) == [mine]
    assert queries.product_of(me, mine.reference) == mine
    with pytest.raises(NotFound):
        queries.product_of(me, theirs.reference)


def test_a_category_recorded_twice_is_one():
    actions.record_category(slug="fruit", name="과일", name_en="Fruit", position=2)
    actions.record_category(slug="fruit", name="제철 과일", name_en="Fruit", position=1)

    assert [c.name for c in queries.categories()] == ["제철 과일"]
    assert Category.objects.count() == 1
