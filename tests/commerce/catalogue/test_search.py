"""Finding goods: by words of any length, by what resembles them, narrowed and in order."""

import pytest

from commerce.catalogue.models import ProductStatus, Way
from commerce.catalogue.search import MOST_ORIGINS, Asked, Band, Sort, alike, facets, search
from commerce.errors import NotFound
from commerce.merchants.models import MerchantStatus
from tests.builders.commerce import a_category, a_market, a_merchant, a_product, a_variant

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "text",
    [
        "딸기",
        "설향 딸기",
        "설향딸기",
        "딸 기",
        "strawberr",
        "STRAWBERRIES",
        "논산",
        "미나리광",
        "새벽채소",
        "새벽 채소",
        "dawn greens",
        "dawngreens",
        "못골시장 딸기",
        "motgol",
        "ㄸㄱ",
        "ㅅㅎㄸㄱ",
        "ㄸ",
        "ㄸㄱ 논산",
        "딸기|",
        "",
        "  ",
    ],
)
def test_a_product_is_found_by(text):
    seller = a_merchant(market=a_market())
    product = a_product(name="설향 딸기", name_en="Strawberries", merchant=seller)

    assert list(search(Asked(text))) == [product]


@pytest.mark.parametrize(
    "text", ["시금치", "딸기 시금치", "ㅅㄱㅊ", "%", "_", "!!", "기딸", "\x00", "🍓"]
)
def test_a_product_is_not_found_by(text):
    a_product(name="설향 딸기", merchant=a_merchant(name="소담", name_en="Sodam"))

    assert list(search(Asked(text))) == []


def test_a_search_finds_only_what_is_on_the_shelf():
    a_product(name="딸기", status=ProductStatus.WITHDRAWN)
    a_product(name="딸기", merchant=a_merchant(status=MerchantStatus.SUSPENDED))

    assert list(search(Asked("딸기"))) == []


@pytest.mark.parametrize("text", ["쌀", "과", "토마", "마토", "방울토", "ㅌㅁㅌ", "울토마토"])
def test_a_word_of_any_length_finds_what_it_is_part_of(text):
    seller = a_merchant(name="소담", name_en="Sodam")
    product = a_product(name="방울토마토 쌀과자", merchant=seller)
    a_product(name="시금치", name_en="Spinach", merchant=seller)

    assert list(search(Asked(text))) == [product]


def test_letters_alone_are_no_match():
    a_product(name="토망", name_en="", merchant=a_merchant(name="소담", name_en="Sodam"))

    assert list(search(Asked("토마"))) == []


@pytest.mark.parametrize("text", ["토메토", "도마토", "토마도", "방울토마도", "유기농 토메토"])
def test_a_mistyped_word_finds_what_resembles_it(text):
    seller = a_merchant(name="소담", name_en="Sodam")
    product = a_product(name="유기농 방울토마토", name_en="", merchant=seller)
    a_product(name="시금치", name_en="", merchant=seller)

    assert list(search(Asked(text))) == []
    assert list(alike(Asked(text))) == [product]


def test_the_nearest_comes_first():
    a_product(name="토마토케첩", name_en="")
    nearest = a_product(name="토마도", name_en="")
    a_product(name="토마토", name_en="")

    assert alike(Asked("토마두")).first() == nearest


@pytest.mark.parametrize("text", ["", "!!", "ㅋㅋㅋ", "컴퓨터", "🍓"])
def test_nothing_resembles(text):
    a_product(name="토마토")

    assert list(alike(Asked(text))) == []


def test_what_resembles_is_on_the_shelf_too():
    a_product(name="토마토", status=ProductStatus.DRAFT)

    assert list(alike(Asked("토마도"))) == []


def test_goods_are_narrowed_by_shelf_market_and_way():
    market, shelf = a_market(), a_category()
    product = a_product(category=shelf, merchant=a_merchant(market=market), ways=[Way.DELIVERY])
    a_product(category=shelf, ways=[Way.DELIVERY])
    asked = Asked("딸기", category=shelf.slug, market=market.reference, way=Way.DELIVERY)

    assert list(search(asked)) == [product]


def test_a_drive_through_needs_a_site():
    a_product(merchant=a_merchant(site_reference=""))
    product = a_product(merchant=a_merchant(site_reference="SIT-1"))

    assert list(search(Asked(way=Way.DRIVE_THROUGH))) == [product]


@pytest.mark.parametrize("asked", [Asked(category="none"), Asked(market="MKT-NONE")])
def test_a_shelf_that_is_not_there_is_not_found(asked):
    with pytest.raises(NotFound):
        search(asked)


def test_goods_are_sorted_by_the_price_on_their_card():
    dear = a_product(price_won=9_000)
    a_variant(product=dear, unit="작은 것", price_won=100, position=1)
    cheap = a_product(price_won=8_000)

    assert list(search(Asked(sort=Sort.CHEAPEST))) == [cheap, dear]
    assert list(search(Asked(sort=Sort.DEAREST))) == [dear, cheap]


@pytest.mark.parametrize("text", ["딸기", "ㄸㄱ", "strawberries"])
def test_what_fits_best_comes_first(text):
    plain = {"name_en": "", "merchant": a_merchant(name="소담", name_en="Sodam")}
    inside = a_product(name="냉동딸기", **plain | {"name_en": "Frozenstrawberries"})
    begins_a_word = a_product(name="설향 딸기", **plain | {"name_en": "Sweet strawberries"})
    begins = a_product(name="딸기잼", **plain | {"name_en": "Strawberries mashed"})
    exact = a_product(name="딸기", **plain | {"name_en": "Strawberries"})
    a_product(name="딸기 모종", status=ProductStatus.DRAFT)

    found = list(search(Asked(text)))

    assert found[:2] == [exact, begins]
    assert set(found[2:]) == {begins_a_word, inside}
    if text != "ㄸㄱ":
        assert found[2:] == [begins_a_word, inside]


def test_who_sells_fits_worse_than_what_is_sold():
    sold = a_product(name="딸기", merchant=a_merchant(name="소담"))
    seller = a_product(name="시금치", merchant=a_merchant(name="딸기네"))

    assert list(search(Asked("딸기"))) == [sold, seller]


def test_goods_are_sorted_by_what_a_kilogram_costs():
    small = a_product(price_won=3_000, weight_grams=200)
    large = a_product(price_won=9_000, weight_grams=1_000)

    assert list(search(Asked(sort=Sort.BY_WEIGHT))) == [large, small]


def test_goods_are_narrowed_by_certification_and_price():
    product = a_product(certification="무농약", price_won=5_000)
    a_product(certification="무농약", price_won=4_999)
    a_product(certification="GAP", price_won=5_000)

    assert list(search(Asked(certification="무농약", price="1"))) == [product]


def test_goods_are_narrowed_by_origin():
    product = a_product(origin="국내산 (파주)")
    a_product(origin="국내산 (이천)")

    assert list(search(Asked(origin="국내산 (파주)"))) == [product]


def test_the_commonest_origins_are_offered_and_the_chosen_one():
    for place in range(MOST_ORIGINS + 1):
        a_product(origin=f"국내산 ({place:02})")
    a_product(origin="국내산 (05)")

    origins = facets(Asked()).origins
    assert len(origins) == MOST_ORIGINS
    assert next(iter(origins.items())) == ("국내산 (05)", 2)
    assert f"국내산 ({MOST_ORIGINS:02})" not in origins
    chosen = facets(Asked(origin=f"국내산 ({MOST_ORIGINS:02})")).origins
    assert chosen[f"국내산 ({MOST_ORIGINS:02})"] == 1


def test_choices_of_certification_and_price_say_how_many_goods_they_would_show():
    a_product(certification="무농약", price_won=4_999)
    a_product(certification="무농약", price_won=50_000)
    a_product(price_won=50_000)

    found = facets(Asked(certification="무농약", price="4"))

    assert found.certifications == {"무농약": 1}
    assert found.prices == [Band("0", 0, 5_000, 1), Band("4", 50_000, None, 1)]


def test_each_choice_says_how_many_goods_it_would_show():
    market, shelf, other = a_market(), a_category(slug="shelf"), a_category(slug="other")
    at_market = a_merchant(market=market, site_reference="SIT-1")
    a_product(category=shelf, merchant=at_market)
    a_product(category=shelf, merchant=at_market, ways=[Way.DELIVERY])
    a_product(category=other, merchant=a_merchant(market=None, site_reference=""))

    found = facets(Asked("딸기", category="shelf"))

    assert {(one.value, one.count) for one in found.categories} == {("shelf", 2), ("other", 1)}
    assert [(one.value, one.count) for one in found.markets] == [(market.reference, 2)]
    assert found.ways == {Way.DELIVERY: 2, Way.DRIVE_THROUGH: 1}
