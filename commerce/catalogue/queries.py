"""What can be asked about goods. Every listing costs the same few queries, however long it is."""

from collections.abc import Sequence

from django.db.models import Avg, Exists, F, OuterRef, Prefetch, QuerySet

from commerce.catalogue.models import ON_SHELF, Category, Product, ProductStatus, Variant
from commerce.catalogue.usual_sizes import Size
from commerce.errors import NotFound
from commerce.merchants.models import Merchant, MerchantStatus


def categories() -> QuerySet[Category]:
    """Every category in shelf order."""
    return Category.objects.all()


def for_sale() -> QuerySet[Variant]:
    """Variants a shopper may put in a basket: product on the shelf, merchant approved, counted."""
    return Variant.objects.filter(
        product__status=ProductStatus.PUBLISHED,
        product__merchant__status=MerchantStatus.APPROVED,
        stock__isnull=False,
    )


def published() -> QuerySet[Product]:
    """What shoppers see, with merchant, market, category, variants and their stock.

    Only variants that have a stock record are listed.
    """
    return _with_everything(on_shelf(), for_sale())


def cards() -> QuerySet[Product]:
    """The same products with what their cards show: less than half of the columns, two queries.

    Anything else of them costs a query each. ``cards.read_cards`` reads a page of them quicker.
    """
    shown = ["reference", "name", "name_en", "certification", "ways", "thumbnail", "picture_alt"]
    of_merchant = ["merchant__name", "merchant__name_en"]
    variants = Variant.objects.filter(stock__isnull=False).select_related("stock")
    of_stock = ["stock__on_hand", "stock__allocated"]
    of_variant = variants.only("product", "unit", "price_won", "weight_grams", *of_stock)
    return (
        on_shelf()
        .select_related("merchant")
        .only(*shown, *of_merchant)
        .prefetch_related(Prefetch("variants", queryset=of_variant))
    )


def on_shelf() -> QuerySet[Product]:
    """The same products and nothing with them, newest first."""
    return Product.objects.filter(ON_SHELF, merchant__status=MerchantStatus.APPROVED)


def shelf_to_count() -> QuerySet[Product]:
    """``on_shelf`` in no order, for counting many of them: those who may not sell are few, and are
    looked up once instead of for each product."""
    not_selling = Merchant.objects.exclude(status=MerchantStatus.APPROVED)
    return Product.objects.filter(ON_SHELF).exclude(merchant__in=not_selling).order_by()


def in_stock() -> QuerySet[Product]:
    """Of ``cards``, those of which something is left."""
    return published().filter(Exists(_left()))


def _left() -> QuerySet[Variant]:
    return Variant.objects.filter(product=OuterRef("pk"), stock__on_hand__gt=F("stock__allocated"))


def product(reference: str) -> Product:
    """One product as shoppers see it. Raises NotFound when it is not on the shelf."""
    found = published().filter(reference=reference).first()
    if found is None:
        raise NotFound("product", reference=reference)
    return found


def products_of(merchant_reference: str) -> QuerySet[Product]:
    """All products of one merchant, drafts and withdrawn ones too, for the merchant's own desk."""
    own = Product.objects.filter(merchant__reference=merchant_reference)
    return _with_everything(own, Variant.objects.all())


def product_of(merchant_reference: str, reference: str) -> Product:
    """One of the merchant's own products. Raises NotFound, also for somebody else's."""
    found = products_of(merchant_reference).filter(reference=reference).first()
    if found is None:
        raise NotFound("product", reference=reference)
    return found


def variants_by_reference(references: Sequence[str]) -> dict[str, Variant]:
    """Variants with product, merchant and market; a reference nobody has is left out."""
    found = Variant.objects.select_related("product__merchant__market")
    return {variant.reference: variant for variant in found.filter(reference__in=references)}


def shelf_size(category_slug: str) -> Size | None:
    """What things of this category weigh and measure on average; None for an empty shelf."""
    shelf = Variant.objects.filter(product__category__slug=category_slug)
    mean = shelf.aggregate(grams=Avg("weight_grams"), ml=Avg("volume_ml"))
    return Size(round(mean["grams"]), round(mean["ml"])) if mean["grams"] else None


def _with_everything(products: QuerySet[Product], variants: QuerySet[Variant]) -> QuerySet[Product]:
    return products.select_related("merchant__market", "category").prefetch_related(
        Prefetch("variants", queryset=variants.select_related("stock"))
    )
