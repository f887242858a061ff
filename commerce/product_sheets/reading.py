"""What the rows of a sheet mean for one merchant: facts to write, or why not, cell by cell."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypedDict

from commerce import text
from commerce.catalogue import actions as catalogue
from commerce.catalogue.cut_off import CutOff
from commerce.catalogue.models import Product, ProductStatus, Variant, Way
from commerce.catalogue.preparation import seconds_of
from commerce.catalogue.queries import categories, products_of
from commerce.errors import CommerceError, NotFound
from commerce.merchants.models import Merchant
from commerce.product_sheets import columns
from commerce.stock.actions import MOST_ON_HAND, StockBelowAllocated, StockRange

# Said once for a product, whatever units it has.
DESCRIBED = (
    *("category", "name", "name_en", "description", "description_en", "origin", "certification"),
    *("storage", "tax_class", "ways"),
)
READINESS = ("preparation", "cut_off")
SHOWN = 60  # letters of a cell that is at fault

Facts = dict[str, Any]


class RowsDiffer(CommerceError):
    """Two rows of one product say different things. ``data``: ``row``, the first one's number."""

    code = "ROWS_DIFFER"


class StatusDraft(CommerceError):
    """What was on sale once is withdrawn, not a draft again."""

    code = "STATUS_DRAFT"


class WayClosed(CommerceError):
    """A car can only be met by a merchant who stands at a drive-through site."""

    code = "WAY_CLOSED"


class SheetRow(TypedDict):
    """``row``: as the spreadsheet counts, the header is 1. ``cells``: by column, as typed."""

    row: int
    cells: dict[str, str]


class Issue(TypedDict):
    """What is wrong with one cell: ``code`` and ``data`` are a refusal's."""

    row: int
    column: str
    value: str
    code: str
    data: dict[str, Any]


@dataclass(frozen=True)
class Shelf:
    """What has to be known to read rows: ``products`` by code and by reference."""

    at_a_site: bool
    categories: dict[str, str]
    products: dict[str, Product]


def shelf(merchant: Merchant, codes: Iterable[str]) -> Shelf:
    """A few queries however many codes."""
    wanted = list(codes)
    own = Product.objects.filter(merchant=merchant)
    # Each by its own index: together neither is used.
    ids = (
        own.filter(merchant_code__in=wanted)
        .values_list("pk", flat=True)
        .union(own.filter(reference__in=wanted).values_list("pk", flat=True))
    )
    found = products_of(merchant.reference).filter(pk__in=list(ids))
    named = {
        _plain(name): category.slug
        for category in categories()
        for name in (category.slug, category.name, category.name_en)
    }
    products = {code: product for product in found for code in (product.code, product.reference)}
    return Shelf(bool(merchant.site_reference), named, products)


def grouped(rows: Sequence[Sequence[str]]) -> list[list[SheetRow]]:
    """Rows of a file by product, in the order of their first rows; empty rows are passed over.

    Raises what ``columns.columns_of`` raises.
    """
    where = columns.columns_of(rows[0])
    found: dict[str, list[SheetRow]] = {}
    for number, row in enumerate(rows[1:], start=2):
        cells = {key: row[at] if at < len(row) else "" for key, at in where.items()}
        if not any(cell.strip() for cell in cells.values()):
            continue
        own = SheetRow(row=number, cells={k: columns.unguarded(v) for k, v in cells.items()})
        # A row without a code is no other row's unit.
        found.setdefault(code_of(own) or f"row {number}", []).append(own)
    return list(found.values())


def code_of(row: SheetRow) -> str:
    return " ".join(row["cells"]["code"].split())


def read(group: Sequence[SheetRow], known: Shelf) -> tuple[list[Facts], list[Issue]]:
    """A product's rows as facts, one for each unit; a column left out, and an empty number or
    status, is no fact: it stays as it is."""
    product = known.products.get(code_of(group[0]))
    facts: list[Facts] = []
    issues: list[Issue] = []
    for row in group:
        own, wrong = _row(row, known)
        wrong += _beside(row, own, product, known)
        if facts:
            wrong += _unlike(row, own, facts, group[0])
        facts.append(own)
        issues += wrong
    return facts, issues


def _row(row: SheetRow, known: Shelf) -> tuple[Facts, list[Issue]]:
    facts: Facts = {}
    issues = []
    for key, cell in row["cells"].items():
        if key in OPTIONAL and not cell.strip():
            continue
        try:
            facts[key] = _category(cell, known) if key == "category" else PARSE[key](cell)
        except CommerceError as refusal:
            issues.append(_issue(row, key, refusal))
    return facts, issues


def _beside(row: SheetRow, facts: Facts, product: Product | None, known: Shelf) -> list[Issue]:
    """What is wrong only because of what is there already."""
    checks: dict[str, Callable[[], CommerceError | None]] = {
        "code": lambda: _code_fault(facts["code"], product),
        "ways": lambda: _ways_fault(facts["ways"], product, known),
        "status": lambda: _status_fault(facts, product),
        "on_hand": lambda: _stock_fault(facts, product),
    }
    faults = [(key, check()) for key, check in checks.items() if key in facts]
    return [_issue(row, key, fault) for key, fault in faults if fault is not None]


def _code_fault(code: str, product: Product | None) -> CommerceError | None:
    if product is None and code.startswith(catalogue.REFERENCE):
        return catalogue.CodeReserved("code", code=code)
    return None


def _ways_fault(ways: list[str], product: Product | None, known: Shelf) -> CommerceError | None:
    if not ways:
        return catalogue.WayRequired("ways")
    had = product.ways if product else []
    if Way.DRIVE_THROUGH in ways and not known.at_a_site and Way.DRIVE_THROUGH not in had:
        return WayClosed("ways")
    return None


def _status_fault(facts: Facts, product: Product | None) -> CommerceError | None:
    status, now = facts["status"], product.status if product else ProductStatus.DRAFT
    if status == now:
        return None
    if status == ProductStatus.DRAFT:
        return StatusDraft("status")
    if status == ProductStatus.PUBLISHED and not (product and product.picture):
        return catalogue.PictureRequired("status")
    if status == ProductStatus.PUBLISHED and not facts.get("origin", "x"):
        return catalogue.OriginRequired("origin")
    return None


def _stock_fault(facts: Facts, product: Product | None) -> CommerceError | None:
    variant = unit_of(product, facts.get("unit", ""))
    promised = variant.stock.allocated if variant and hasattr(variant, "stock") else 0
    if facts["on_hand"] < promised:
        return StockBelowAllocated("on_hand", allocated=promised)
    return None


def unit_of(product: Product | None, unit: str) -> Variant | None:
    variants = product.variants.all() if product else []
    return next((variant for variant in variants if variant.unit == unit), None)


def _unlike(row: SheetRow, facts: Facts, before: list[Facts], first: SheetRow) -> list[Issue]:
    issues = [
        _issue(row, key, RowsDiffer(key, row=first["row"]))
        for key in (*DESCRIBED, *READINESS, "status")
        if key in facts and key in before[0] and facts[key] != before[0][key]
    ]
    if facts.get("unit") in [other.get("unit") for other in before]:
        issues.append(_issue(row, "unit", catalogue.UnitTaken("unit", unit=facts.get("unit", ""))))
    return issues


def _issue(row: SheetRow, column: str, refusal: CommerceError) -> Issue:
    return Issue(
        row=row["row"],
        column=column,
        value=row["cells"][column][:SHOWN],
        code=refusal.code,
        data=dict(refusal.data),
    )


def _category(cell: str, known: Shelf) -> str:
    if not cell.strip():
        raise text.TextRequired("category")
    slug = known.categories.get(_plain(cell))
    if slug is None:
        raise NotFound("category", reference=cell[:SHOWN])
    return slug


def _plain(name: str) -> str:
    return "".join(name.split()).casefold()


def _price(cell: str) -> int:
    won = columns.whole_number("price_won", cell)
    catalogue.check_price(won)
    return won


def _on_hand(cell: str) -> int:
    quantity = columns.whole_number("on_hand", cell)
    if quantity > MOST_ON_HAND:
        raise StockRange("on_hand", least=0, most=MOST_ON_HAND)
    return quantity


def _size(field: str, cell: str) -> int:
    size = columns.whole_number(field, cell)
    catalogue.check_size(field, size)
    return size


def _order_step(cell: str) -> int:
    step = columns.whole_number("order_step", cell)
    catalogue.check_order_step(step)
    return step


def _cut_off(cell: str) -> CutOff | None:
    when = columns.cut_off(cell)
    if when is not None:
        catalogue.check_cut_off(when)
    return when


def _line(field: str, longest: int, cell: str, *, required: bool = False) -> str:
    return text.line(field, cell, longest=longest, required=required)


OPTIONAL = ("on_hand", "weight_grams", "volume_ml", "status", "order_step", *READINESS)
PARSE: dict[str, Callable[[str], Any]] = {
    "code": partial(_line, "code", 40, required=True),
    "name": partial(_line, "name", 80, required=True),
    "name_en": partial(_line, "name_en", 80),
    "unit": partial(_line, "unit", 30, required=True),
    "price_won": _price,
    "on_hand": _on_hand,
    "origin": partial(_line, "origin", 60),
    "certification": partial(_line, "certification", 60),
    "storage": partial(columns.choice, "storage"),
    "tax_class": partial(columns.choice, "tax_class"),
    "ways": partial(columns.choices, "ways"),
    "status": partial(columns.choice, "status"),
    "weight_grams": partial(_size, "weight_grams"),
    "volume_ml": partial(_size, "volume_ml"),
    "description": lambda cell: text.paragraphs("description", cell, longest=4_000),
    "order_step": _order_step,
    "preparation": seconds_of,
    "cut_off": _cut_off,
    "description_en": lambda cell: text.paragraphs("description_en", cell, longest=4_000),
}
