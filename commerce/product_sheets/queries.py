"""A merchant's products as rows of a sheet, and the files that were sent."""

from collections.abc import Iterator

from django.db.models import QuerySet

from commerce.catalogue.models import Product, Variant
from commerce.catalogue.preparation import in_minutes
from commerce.catalogue.queries import products_of
from commerce.errors import NotFound
from commerce.product_sheets import columns
from commerce.product_sheets.models import ProductImport
from commerce.product_sheets.writing import said_of


def rows_of(merchant_reference: str, *, english: bool) -> Iterator[list[str | int]]:
    """The header, then one row for each unit of all products; three queries however many."""
    yield [*columns.header(english=english)]
    for product in products_of(merchant_reference).order_by("pk"):
        for variant in product.variants.all():
            yield columns.row(_facts(product, variant, english), english=english)


def _facts(product: Product, variant: Variant, english: bool) -> dict[str, object]:
    category = product.category
    return said_of(product) | {
        "code": product.code,
        "category": category.name_en if english else category.name,
        "status": product.status,
        "unit": variant.unit,
        "price_won": variant.price_won,
        "weight_grams": variant.weight_grams,
        "volume_ml": variant.volume_ml,
        "order_step": variant.order_step,
        "preparation": in_minutes(product.preparation_seconds),
        "cut_off": columns.cut_off_cell(product.own_cut_off, english=english),
        # One that was never counted stays uncounted.
        "on_hand": variant.stock.on_hand if hasattr(variant, "stock") else "",
    }


def imports_of(merchant_reference: str) -> QuerySet[ProductImport]:
    """Newest first, without their rows."""
    return ProductImport.objects.filter(merchant__reference=merchant_reference).defer("groups")


def import_of(merchant_reference: str, reference: str) -> ProductImport:
    """One of the merchant's own. Raises NotFound, also for somebody else's."""
    found = imports_of(merchant_reference).filter(reference=reference).first()
    if found is None:
        raise NotFound("import", reference=reference)
    return found
