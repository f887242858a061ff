"""The demo's files, without a database."""

from pathlib import Path

import pytest

from commerce.merchants import business_number
from storefront.demo.files import HERE, picture, rows
from storefront.demo.sign_ins import SIGN_INS

STATIC = HERE.parent / "static"
WON_PER_UNIT = [
    # Ours, how many of KAMIS's units it holds, and KAMIS's item and kind.
    ("dawn", "대파", (1, "파", "대파(1kg)")),
    ("dawn", "깻잎", (1, "깻잎", "깻잎(100g)")),
    ("dawn", "다발 무", (1, "무", "월동(1개)")),
    ("dawn", "깐마늘", (0.5, "깐마늘(국산)", "깐마늘(국산)(1kg)")),
    ("fruityard", "부사 사과", (0.5, "사과", "후지(10개)")),
    ("fruityard", "신고배", (0.3, "배", "신고(10개)")),
    ("hangyeol", "한돈 삼겹살", (6, "돼지", "삼겹살")),
    ("rice-farm", "찹쌀", (1, "찹쌀", "일반계(1kg)")),
]


def test_the_full_demo_has_the_scale_it_promises() -> None:
    kinds = [row["kind"] for row in rows("merchants")]
    assert (len(kinds) - kinds.count("farm"), kinds.count("farm")) == (60, 40)
    assert len(rows("products")) == 420
    assert [len(rows(name)) for name in ("markets", "sites", "libraries")] == [6, 6, 6]
    assert (len(rows("vans")), len(rows("drivers"))) == (12, 14)


def test_business_numbers_are_valid_and_nobodys_twice() -> None:
    numbers = [row["business_number"].replace("-", "") for row in rows("merchants")]
    assert all(business_number.is_valid(number) for number in numbers)
    assert len(set(numbers)) == 100


def test_telephone_numbers_begin_as_no_mobile_number_does() -> None:
    phones = [row["phone"] for name in ("merchants", "drivers") for row in rows(name)]
    assert all(phone.startswith("010-0000-") for phone in phones)
    assert len(set(phones)) == len(phones)


def test_only_simplified_taxpayers_lack_a_mail_order_number() -> None:
    without = {row["vat_type"] for row in rows("merchants") if not row["mail_order_number"]}
    assert without == {"simplified"}


def test_every_product_belongs_to_a_merchant_and_a_category() -> None:
    products = rows("products")
    assert {row["merchant"] for row in products} == {row["key"] for row in rows("merchants")}
    assert {row["category"] for row in products} <= {row["slug"] for row in rows("categories")}


@pytest.mark.parametrize("name", sorted({row["picture"] for row in rows("products")}))
def test_every_product_picture_is_there_and_light(name: str) -> None:
    assert len(picture(name)) <= 40_000


def test_no_picture_lies_about_unused() -> None:
    drawn = {path.stem for path in (HERE / "pictures").glob("*.webp")}
    assert drawn == {row["picture"] for row in rows("products")}


@pytest.mark.parametrize(
    ("folder", "names"),
    [
        ("books", {row["theme_key"] for row in rows("titles")}),
        ("markets", {row["source_id"] for row in rows("markets")}),
        ("sites", {row["source_id"] for row in rows("sites")}),
    ],
    ids=["books", "markets", "sites"],
)
def test_every_theme_market_and_site_has_its_picture(folder: str, names: set[str]) -> None:
    assert names == {path.stem for path in Path(STATIC / "pictures" / folder).glob("*.webp")}


def test_isbns_have_their_check_digit() -> None:
    for row in rows("titles"):
        digits = [int(digit) for digit in row["isbn13"]]
        assert sum(digit * (1, 3)[place % 2] for place, digit in enumerate(digits)) % 10 == 0


def test_only_goods_of_a_farm_with_a_site_are_handed_over_at_the_gate() -> None:
    with_site = {row["key"] for row in rows("merchants") if row["site"]}
    at_gate = {row["merchant"] for row in rows("products") if "drive_through" in row["ways"]}
    assert at_gate <= with_site


@pytest.mark.parametrize(("merchant", "name", "quoted"), WON_PER_UNIT)
def test_prices_are_near_those_of_the_price_survey(
    merchant: str, name: str, quoted: tuple[float, str, str]
) -> None:
    units, item, kind = quoted
    ours = next(r for r in rows("products") if (r["merchant"], r["name"]) == (merchant, name))
    surveyed = [
        int(row["price_won"])
        for row in rows("kamis_prices")
        if (row["item"], row["kind"]) == (item, kind)
    ]
    assert 0.8 <= int(ours["price_won"]) / (units * surveyed[0]) <= 1.25


def test_each_role_has_two_sign_ins() -> None:
    roles = [sign_in.role for sign_in in SIGN_INS]
    assert all(roles.count(role) >= 2 for role in roles)
    assert len({sign_in.email for sign_in in SIGN_INS}) == len(SIGN_INS)
