"""What the embedded core does with a product: its record is the catalogue's own."""

from dataclasses import asdict
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from commerce.catalogue.models import Product, ProductStatus, TaxClass
from commerce.core.errors import ProductInvalid
from commerce.core.models import CoreProduct
from commerce.core.port import ProductFacts


@transaction.atomic
def publish(facts: ProductFacts, *, now: datetime) -> None:
    """Checks that the record says the same, and stamps it; the same facts again change nothing.

    PRODUCT_INVALID, with the first field that is not the record's.
    """
    product = Product.objects.locked().filter(reference=facts.reference).first()
    if product is None:
        raise ProductInvalid("reference")
    _check(facts, product)
    given = asdict(facts)
    known, created = CoreProduct.objects.get_or_create(
        product=product, defaults={"facts": given, "changed_at": now}
    )
    # As JSON has it: a tuple comes back as a list.
    if not created and known.facts != given | {"variants": list(given["variants"])}:
        known.facts = given
        known.changed_at = now
        known.save(update_fields=["facts", "changed_at"])


def known() -> QuerySet[Product]:
    """Those that it was given."""
    given = Product.objects.filter(in_core__isnull=False)
    return given.prefetch_related("variants__stock").order_by("pk")


def _check(facts: ProductFacts, product: Product) -> None:
    variants = {
        (variant.reference, variant.unit, variant.price_won) for variant in product.variants.all()
    }
    given = {(variant.reference, variant.unit, variant.price_won) for variant in facts.variants}
    says_the_same = {
        "merchant_reference": facts.merchant_reference == product.merchant.reference,
        "name": facts.name == product.name,
        "taxable": facts.taxable == (product.tax_class == TaxClass.TAXABLE),
        "published": facts.published == (product.status == ProductStatus.PUBLISHED),
        "variants": given == variants,
    }
    for field, same in says_the_same.items():
        if not same:
            raise ProductInvalid(field)
