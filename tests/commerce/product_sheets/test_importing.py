"""A file is checked whole before anything is written, and written once however often it is sent."""

from datetime import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from commerce.catalogue import actions as catalogue
from commerce.catalogue.cut_off import CutOff
from commerce.catalogue.models import Product, ProductStatus, Storage, TaxClass, Variant, Way
from commerce.catalogue.queries import product_of
from commerce.merchants.models import Merchant
from commerce.product_sheets import actions, files
from commerce.product_sheets.models import ImportStatus, ProductImport
from commerce.product_sheets.queries import rows_of
from commerce.product_sheets.reading import Shelf, shelf
from commerce.stock.models import StockRecord
from tests.builders.commerce import NOW, a_category, a_merchant, a_product, a_variant
from tests.builders.sheets import a_file, an_import, written

pytestmark = pytest.mark.django_db


def issues(sent: ProductImport) -> list[tuple[int, str, str]]:
    return [(issue["row"], issue["column"], issue["code"]) for issue in sent.issues]


def counts(sent: ProductImport) -> tuple[int, int, int]:
    return sent.new, sent.changed, sent.unchanged


def everything() -> list[list[object]]:
    return [
        list(model.objects.order_by("pk").values()) for model in (Product, Variant, StockRecord)
    ]


def test_checking_writes_nothing() -> None:
    sent = an_import(a_merchant())
    assert (sent.status, counts(sent)) == (ImportStatus.CHECKED, (1, 0, 0))
    assert Product.objects.count() == 0


def test_a_confirmed_row_is_a_product_that_waits_for_its_picture() -> None:
    merchant = a_merchant()
    sent = written(an_import(merchant))
    assert (sent.status, counts(sent), sent.groups) == (ImportStatus.DONE, (1, 0, 0), [])
    product = Product.objects.get(merchant=merchant, merchant_code="A-1")
    variant = product.variants.get()
    assert (product.name, product.status, product.ways) == ("햇시금치", "draft", ["delivery"])
    assert (variant.unit, variant.price_won, variant.stock.on_hand) == ("1단", 2_500, 30)


def test_rows_with_one_code_are_units_of_one_product() -> None:
    merchant = a_merchant()
    written(
        an_import(merchant, {}, {"unit": "1박스", "price_won": "20000", "weight_grams": "9000"})
    )
    product = Product.objects.get()
    assert [(v.unit, v.price_won) for v in product.variants.all()] == [
        ("1단", 2_500),
        ("1박스", 20_000),
    ]
    assert product.variants.last().weight_grams == 9_000


def test_the_same_file_twice_changes_nothing() -> None:
    merchant = a_merchant()
    rows = ({}, {"unit": "1박스"}, {"code": "A-2", "name": "대파"})
    written(an_import(merchant, *rows))
    before = everything()
    again = an_import(merchant, *rows)
    assert counts(again) == (0, 0, 2)
    assert counts(written(again)) == (0, 0, 2)
    assert everything() == before


def test_only_what_differs_is_changed() -> None:
    merchant = a_merchant()
    written(an_import(merchant, {}, {"code": "A-2", "name": "대파"}))
    sent = written(
        an_import(merchant, {"price_won": "3000", "on_hand": ""}, {"code": "A-2", "name": "대파"})
    )
    assert counts(sent) == (0, 1, 1)
    variant = Product.objects.get(merchant_code="A-1").variants.get()
    assert (variant.price_won, variant.stock.on_hand) == (3_000, 30)


def test_a_file_that_changes_everything_looks_each_product_up_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    merchant = a_merchant()
    codes = [f"A-{n}" for n in range(6)]
    written(an_import(merchant, *({"code": code} for code in codes)))
    dearer = an_import(merchant, *({"code": code, "price_won": "3000"} for code in codes))
    looked: list[str] = []

    def noted(whose: Merchant, wanted: list[str]) -> Shelf:
        looked.extend(wanted)
        return shelf(whose, wanted)

    monkeypatch.setattr(actions, "shelf", noted)
    assert counts(written(dearer)) == (0, 6, 0)
    assert looked == codes


def test_readiness_and_step_are_written_and_left_alone_where_nothing_is_said() -> None:
    merchant = a_merchant()
    said = {"preparation": "1.5", "cut_off": "전날 18:00", "order_step": "2"}
    written(an_import(merchant, said))
    product = Product.objects.get()
    variant = product.variants.get()
    assert (product.preparation_seconds, product.own_cut_off) == (90, CutOff(1, time(18)))
    assert variant.order_step == 2
    assert counts(written(an_import(merchant, {}))) == (0, 0, 1)
    assert counts(written(an_import(merchant, {"cut_off": "없음", "order_step": "1"}))) == (0, 1, 0)
    product.refresh_from_db()
    variant.refresh_from_db()
    assert (product.own_cut_off, variant.order_step) == (None, 1)
    assert product.preparation_seconds == 90


def test_two_rows_of_a_product_cannot_close_at_different_times() -> None:
    sent = an_import(a_merchant(), {"cut_off": "당일 09:00"}, {"unit": "1박스", "cut_off": "없음"})
    assert issues(sent) == [(3, "cut_off", "ROWS_DIFFER")]


def test_our_own_reference_finds_a_product_that_has_no_code() -> None:
    merchant = a_merchant()
    product = a_product(merchant=merchant, unit="1단")
    written(an_import(merchant, {"code": product.reference, "name": "왕딸기"}))
    product.refresh_from_db()
    assert (product.name, product.merchant_code) == ("왕딸기", "")


def test_anothers_code_is_not_found() -> None:
    theirs = a_product(merchant_code="A-1")
    written(an_import(a_merchant()))
    theirs.refresh_from_db()
    assert (Product.objects.count(), theirs.name) == (2, "딸기")


def test_every_wrong_cell_is_shown_and_nothing_is_kept_to_be_written() -> None:
    sent = an_import(
        a_merchant(),
        {"price_won": "공짜", "storage": "미지근", "category": "없는 분류"},
        {"code": "", "unit": "", "ways": ""},
        {"code": "A-3", "ways": "차에서 받기", "status": "파는 중", "on_hand": "9999999"},
        {"code": "PRD-2222222222"},
        {"code": "A-5", "price_won": "50", "weight_grams": "0"},
        {"code": "A-6", "unit": "1봉"},
        {"code": "A-6", "unit": "1봉", "origin": "수입산"},
    )
    assert (sent.status, sent.groups) == (ImportStatus.REFUSED, [])
    assert issues(sent) == [
        (2, "category", "NOT_FOUND"),
        (2, "price_won", "CELL_NUMBER"),
        (2, "storage", "CELL_CHOICE"),
        (3, "code", "TEXT_REQUIRED"),
        (3, "unit", "TEXT_REQUIRED"),
        (3, "ways", "WAY_REQUIRED"),
        (4, "on_hand", "STOCK_RANGE"),
        (4, "ways", "WAY_CLOSED"),
        (4, "status", "PICTURE_REQUIRED"),
        (5, "code", "MERCHANT_CODE_RESERVED"),
        (6, "price_won", "PRICE_RANGE"),
        (6, "weight_grams", "SIZE_RANGE"),
        (8, "origin", "ROWS_DIFFER"),
        (8, "unit", "UNIT_DUPLICATE"),
    ]
    with pytest.raises(actions.ImportNotOpen):
        actions.confirm(merchant=sent.merchant, reference=sent.reference, now=NOW)


def test_promised_stock_cannot_be_taken_away() -> None:
    merchant = a_merchant()
    product = a_product(merchant=merchant, merchant_code="A-1", unit="1단", on_hand=10)
    StockRecord.objects.update(allocated=5)
    assert issues(an_import(merchant, {"on_hand": "4"})) == [
        (2, "on_hand", "STOCK_BELOW_ALLOCATED")
    ]
    assert product.variants.get().stock.on_hand == 10


def test_what_changed_since_the_check_is_reported_and_the_rest_is_written() -> None:
    merchant = a_merchant()
    a_product(merchant=merchant, merchant_code="A-1", unit="1단", on_hand=30)
    sent = an_import(merchant, {"on_hand": "4"}, {"code": "A-2", "name": "대파"})
    StockRecord.objects.update(allocated=5)
    done = written(sent)
    assert issues(done) == [(2, "on_hand", "STOCK_BELOW_ALLOCATED")]
    assert (done.status, done.new) == (ImportStatus.DONE, 1)


def test_a_withdrawn_product_stays_so_unless_the_file_says_otherwise() -> None:
    merchant = a_merchant()
    product = a_product(merchant=merchant, merchant_code="A-1", status=ProductStatus.WITHDRAWN)
    written(an_import(merchant))
    product.refresh_from_db()
    assert product.status == ProductStatus.WITHDRAWN
    assert issues(an_import(merchant, {"status": "준비 중"})) == [(2, "status", "STATUS_DRAFT")]


def test_a_worker_that_dies_leaves_an_import_that_another_finishes() -> None:
    merchant = a_merchant()
    sent = an_import(merchant, {}, {"code": "A-2"}, {"code": "A-3"})
    actions.confirm(merchant=merchant, reference=sent.reference, now=NOW)
    first = actions.write_on(
        reference=sent.reference, groups=sent.groups, on_written=lambda _: None, now=NOW
    )
    assert first is not None
    assert first.done == 1
    assert actions.to_write() == [sent.reference]
    assert counts(written(ProductImport.objects.get(pk=sent.pk))) == (3, 0, 0)
    assert actions.to_write() == []


def test_a_file_nobody_says_yes_to_is_forgotten_after_a_week() -> None:
    an_import(a_merchant())
    assert actions.forget_unconfirmed(now=NOW + actions.FORGOTTEN_AFTER) == 0
    later = NOW + 2 * actions.FORGOTTEN_AFTER
    assert actions.forget_unconfirmed(now=later) == 1


def test_a_code_is_one_products_of_a_merchant() -> None:
    first = a_product(merchant_code="A-1")
    second = a_product(merchant=first.merchant)
    with pytest.raises(catalogue.CodeTaken):
        catalogue.set_merchant_code(product=second, code="A-1")


LINE = st.text(max_size=30)
NAME = LINE.filter(lambda text: any(mark.isalnum() and mark.isascii() for mark in text))
CELLS = st.fixed_dictionaries(
    {
        "name": NAME,
        "name_en": LINE,
        "origin": LINE,
        "certification": LINE,
        "description": st.text(max_size=80),
        "description_en": st.text(max_size=80),
        "unit": NAME,
        "price_won": st.integers(100, 10_000_000),
        "weight_grams": st.integers(1, 1_000_000),
        "volume_ml": st.integers(1, 10_000_000),
        "storage": st.sampled_from(Storage),
        "tax_class": st.sampled_from(TaxClass),
        "ways": st.lists(st.sampled_from(Way), min_size=1, unique=True),
    }
)


class Export(TestCase):
    @settings(max_examples=15)  # each writes and reads a file
    @given(
        products=st.lists(st.tuples(CELLS, st.booleans(), st.integers(0, 3)), max_size=4),
        kind=st.sampled_from(["xlsx", "csv"]),
        english=st.booleans(),
    )
    def test_what_was_exported_changes_nothing_when_it_comes_back(
        self, products: list[tuple[dict, bool, int]], kind: str, english: bool
    ) -> None:
        merchant, category = a_merchant(), a_category()
        for cells, counted, units in products:
            product = catalogue.list_product(
                merchant=merchant, category_slug=category.slug, now=NOW, **cells
            )
            if counted:
                StockRecord.objects.create(
                    variant=product.variants.get(), on_hand=cells["volume_ml"] % 100, counted_at=NOW
                )
                catalogue.withdraw(product=product, now=NOW)
                catalogue.set_merchant_code(product=product, code=f"=c{product.pk}")
            for number in range(units):
                a_variant(product=product, unit=f"-{number}", on_hand=None)
        rows = list(rows_of(merchant.reference, english=english))
        if len(rows) == 1:
            return
        content = files.csv_file(rows) if kind == "csv" else files.xlsx(rows, title="상품")
        before = everything()
        sent = actions.receive(merchant=merchant, file_name="x", content=content, now=NOW)
        assert issues(sent) == []
        assert counts(written(sent)) == (0, 0, len(products))
        assert everything() == before


def test_a_product_is_found_by_its_code_alone() -> None:
    merchant = a_merchant()
    written(an_import(merchant, {"code": " A-1 "}))
    found = Product.objects.get()
    assert product_of(merchant.reference, found.reference).code == "A-1"
    assert a_file().startswith(b"\xef\xbb\xbf")
