"""The mall's own catalogue, as a core is told of it."""

from django.conf import settings

from commerce.catalogue.models import Product, ProductStatus, TaxClass
from commerce.core.port import ProductFacts, VariantFacts
from commerce.stock.models import StockRecord


def everything() -> tuple[list[ProductFacts], dict[str, int]]:
    """Every product that was ever published, and how many are there of each variant counted."""
    products = (
        Product.objects.exclude(status=ProductStatus.DRAFT)
        .select_related("merchant")
        .prefetch_related("variants")
        .order_by("pk")
    )
    records = StockRecord.objects.exclude(variant__product__status=ProductStatus.DRAFT)
    on_hand = records.order_by("pk").values_list("variant__reference", "on_hand")
    return [facts(product) for product in products], dict(on_hand)


def facts(product: Product) -> ProductFacts:
    picture = product.picture.url if product.picture else ""
    return ProductFacts(
        reference=product.reference,
        merchant_reference=product.merchant.reference,
        name=product.name,
        description=product.description,
        taxable=product.tax_class == TaxClass.TAXABLE,
        published=product.status == ProductStatus.PUBLISHED,
        variants=tuple(
            VariantFacts(variant.reference, variant.unit, variant.price_won)
            for variant in product.variants.all()
        ),
        picture_url=f"{settings.PUBLIC_URL}{picture}" if picture else "",
    )
