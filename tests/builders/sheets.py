"""Small makers of sheets of products."""

from commerce.product_sheets import actions, columns, files
from commerce.product_sheets.models import ProductImport
from tests.builders.commerce import NOW, a_category

SPINACH = {
    "code": "A-1",
    "name": "햇시금치",
    "category": "채소",
    "unit": "1단",
    "price_won": "2,500원",
    "on_hand": "30",
    "origin": "국내산 (수원)",
    "storage": "냉장",
    "tax_class": "면세",
    "ways": "배송",
}


def a_file(*rows: dict[str, str]) -> bytes:
    """A CSV of ``rows``, each like SPINACH but for what it names."""
    a_category()
    table = [[column.key for column in columns.COLUMNS]]
    table += [[(SPINACH | row).get(key, "") for key in table[0]] for row in rows or [{}]]
    return files.csv_file(table)


def an_import(merchant, *rows: dict[str, str]) -> ProductImport:
    """Received and checked."""
    return actions.receive(merchant=merchant, file_name="상품.csv", content=a_file(*rows), now=NOW)


def written(sent: ProductImport) -> ProductImport:
    """Confirmed, and written to its end."""
    actions.confirm(merchant=sent.merchant, reference=sent.reference, now=NOW)
    while actions.write_on(
        reference=sent.reference, groups=sent.groups, on_written=lambda _: None, now=NOW
    ):
        pass
    return ProductImport.objects.get(pk=sent.pk)
