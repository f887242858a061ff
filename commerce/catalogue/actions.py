"""Describing goods, pricing them, and putting them on the shelf or taking them off."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from functools import partial

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction

from commerce import text
from commerce.catalogue import pictures, preparation, searching
from commerce.catalogue.cut_off import MOST_DAYS, CutOff
from commerce.catalogue.models import (
    Category,
    Product,
    ProductStatus,
    Storage,
    TaxClass,
    Variant,
    Way,
)
from commerce.errors import CommerceError, NotFound
from commerce.merchants.models import Merchant

LEAST_WON, MOST_WON = 100, 10_000_000
MOST = {"weight_grams": 1_000_000, "volume_ml": 10_000_000}
MOST_STEP = 99  # of one thing, in one basket
REFERENCE = "PRD-"  # how ours begin


class OriginRequired(CommerceError):
    code = "ORIGIN_REQUIRED"


class PictureRequired(CommerceError):
    code = "PICTURE_REQUIRED"


class WayRequired(CommerceError):
    code = "WAY_REQUIRED"


class PriceRange(CommerceError):
    code = "PRICE_RANGE"


class SizeRange(CommerceError):
    code = "SIZE_RANGE"


class CodeTaken(CommerceError):
    """Another product of the merchant has this code."""

    code = "MERCHANT_CODE_TAKEN"


class CodeReserved(CommerceError):
    """It looks like one of our references, and is none of this product's."""

    code = "MERCHANT_CODE_RESERVED"


class UnitTaken(CommerceError):
    code = "UNIT_DUPLICATE"


class CutOffDays(CommerceError):
    """``data``: ``most``, days before the hand-over."""

    code = "CUT_OFF_DAYS"


class OrderStepRange(CommerceError):
    """``data``: ``most``."""

    code = "ORDER_STEP_RANGE"


@transaction.atomic
def record_category(*, slug: str, name: str, name_en: str, position: int) -> Category:
    """Write down a category; a second time brings it up to date."""
    category, _created = Category.objects.update_or_create(
        slug=slug,
        defaults={
            "name": text.line("name", name, longest=30),
            "name_en": text.line("name_en", name_en, longest=40),
            "position": position,
        },
    )
    return category


@transaction.atomic
def list_product(
    *,
    merchant: Merchant,
    category_slug: str,
    name: str,
    name_en: str,
    description: str,
    description_en: str,
    origin: str,
    certification: str,
    storage: Storage,
    tax_class: TaxClass,
    ways: Sequence[Way],
    unit: str,
    price_won: int,
    weight_grams: int,
    volume_ml: int,
    now: datetime,
) -> Product:
    """A draft product with its first variant; it is seen once published and in stock.

    Raises NotFound (category), WayRequired, PriceRange, SizeRange, TextRequired, TextTooLong.
    """
    product = Product(merchant=merchant, created_at=now, status_changed_at=now)
    _describe(
        product,
        category_slug=category_slug,
        name=name,
        name_en=name_en,
        description=description,
        description_en=description_en,
        origin=origin,
        certification=certification,
        storage=storage,
        tax_class=tax_class,
        ways=ways,
    )
    product.save(force_insert=True)
    add_variant(
        product=product,
        unit=unit,
        price_won=price_won,
        weight_grams=weight_grams,
        volume_ml=volume_ml,
    )
    return product


@transaction.atomic
def change_product(
    *,
    product: Product,
    category_slug: str,
    name: str,
    name_en: str,
    description: str,
    description_en: str,
    origin: str,
    certification: str,
    storage: Storage,
    tax_class: TaxClass,
    ways: Sequence[Way],
) -> Product:
    """Describe a product anew. One on the shelf cannot lose its origin.

    Raises OriginRequired and what list_product raises.
    """
    product = Product.objects.locked().get(pk=product.pk)
    if product.status == ProductStatus.PUBLISHED and not origin.strip():
        raise OriginRequired("origin")
    _describe(
        product,
        category_slug=category_slug,
        name=name,
        name_en=name_en,
        description=description,
        description_en=description_en,
        origin=origin,
        certification=certification,
        storage=storage,
        tax_class=tax_class,
        ways=ways,
    )
    product.save()
    return product


@transaction.atomic
def rename(*, product: Product, name: str) -> Product:
    """Call it so from now on. Raises TextRequired, TextTooLong."""
    product = Product.objects.locked().get(pk=product.pk)
    product.name = text.line("name", name, longest=80)
    _make_findable(product)
    product.save(update_fields=["name", "search_text", "search_letters", "choseong"])
    return product


@transaction.atomic
def set_merchant_code(*, product: Product, code: str) -> Product:
    """What the merchant's own books call it; "" takes it away. At most 40 characters.

    Raises CodeTaken, CodeReserved, TextTooLong.
    """
    code = text.line("merchant_code", code, longest=40, required=False)
    if code.startswith(REFERENCE):
        # Our own reference says nothing new, and somebody else's would be taken for it.
        if code != product.reference:
            raise CodeReserved("merchant_code", code=code)
        code = ""
    try:
        with transaction.atomic():
            product.merchant_code = code
            product.save(update_fields=["merchant_code"])
    except IntegrityError as error:
        raise CodeTaken("merchant_code", code=code) from error
    return product


@transaction.atomic
def add_variant(
    *, product: Product, unit: str, price_won: int, weight_grams: int, volume_ml: int
) -> Variant:
    """One more size or pack of a product. Raises UnitTaken, PriceRange, SizeRange."""
    check_price(price_won)
    check_size("weight_grams", weight_grams)
    check_size("volume_ml", volume_ml)
    unit = text.line("unit", unit, longest=30)
    _lock_card(product.pk)
    try:
        with transaction.atomic():
            return Variant.objects.create(
                product=product,
                unit=unit,
                price_won=price_won,
                weight_grams=weight_grams,
                volume_ml=volume_ml,
                position=product.variants.count(),
            )
    except IntegrityError as error:
        raise UnitTaken("unit", unit=unit) from error


@transaction.atomic
def change_price(*, variant: Variant, price_won: int) -> Variant:
    """The price from now on; baskets that saw another must say yes again. Raises PriceRange."""
    check_price(price_won)
    _lock_card(variant.product_id)
    variant.price_won = price_won
    variant.save(update_fields=["price_won"])
    return variant


@transaction.atomic
def change_size(*, variant: Variant, weight_grams: int, volume_ml: int) -> Variant:
    """What it weighs and takes up in a van from now on. Raises SizeRange."""
    check_size("weight_grams", weight_grams)
    check_size("volume_ml", volume_ml)
    _lock_card(variant.product_id)
    variant.weight_grams, variant.volume_ml = weight_grams, volume_ml
    variant.save(update_fields=["weight_grams", "volume_ml"])
    return variant


@transaction.atomic
def settle_by_weight(*, variant: Variant, by_weight: bool) -> Variant:
    """Whether what is weighed decides its price, from the next order on; see ``by_weight``."""
    variant.by_weight = by_weight
    variant.save(update_fields=["by_weight"])
    return variant


@transaction.atomic
def set_readiness(*, product: Product, preparation_seconds: int, cut_off: CutOff | None) -> Product:
    """How long one person takes to make one of it ready, and until when it is ordered for a day.

    Raises PreparationRange, CutOffDays.
    """
    preparation.check(preparation_seconds)
    if cut_off is not None:
        check_cut_off(cut_off)
    product = Product.objects.locked().get(pk=product.pk)
    product.preparation_seconds = preparation_seconds
    product.cut_off_days = cut_off.days if cut_off else None
    product.cut_off = cut_off.clock if cut_off else None
    product.save(update_fields=["preparation_seconds", "cut_off_days", "cut_off"])
    return product


@transaction.atomic
def set_order_step(*, variant: Variant, order_step: int) -> Variant:
    """Ordered in multiples of this many from now on. Raises OrderStepRange."""
    check_order_step(order_step)
    _lock_card(variant.product_id)
    variant.order_step = order_step
    variant.save(update_fields=["order_step"])
    return variant


@transaction.atomic
def set_picture(*, product: Product, content: bytes, alt: str) -> Product:
    """Show this photo (JPEG, PNG or WebP); ``alt`` says what is on it, the name when empty.

    Raises PictureUnreadable, PictureTooLarge, TextTooLong.
    """
    alt = text.line("alt", alt, longest=120, required=False)
    picture = pictures.prepared(content)
    product = Product.objects.locked().get(pk=product.pk)
    storage = product.picture.storage
    old = [file.name for file in (product.picture, product.thumbnail) if file.name]
    # Named by content, so a browser may keep a picture for ever.
    name = f"{product.reference}-{hashlib.sha256(picture.large).hexdigest()[:12]}"
    product.picture.save(f"{name}.webp", ContentFile(picture.large), save=False)
    product.thumbnail.save(f"{name}-small.webp", ContentFile(picture.thumbnail), save=False)
    product.picture_alt = alt or product.name
    product.save(update_fields=["picture", "thumbnail", "picture_alt"])
    # The old files are still shown until everybody sees the new row.
    for file in old:
        transaction.on_commit(partial(storage.delete, file))
    return product


@transaction.atomic
def publish(*, product: Product, now: datetime) -> Product:
    """Put a product on the shelf; a second time changes nothing.

    Raises OriginRequired, PictureRequired.
    """
    product = Product.objects.locked().get(pk=product.pk)
    if not product.origin:
        raise OriginRequired("origin")
    if not product.picture:
        raise PictureRequired("picture")
    return _move(product, ProductStatus.PUBLISHED, now)


@transaction.atomic
def withdraw(*, product: Product, now: datetime) -> Product:
    """Take a product off the shelf; baskets keep it but cannot be ordered with it."""
    product = Product.objects.locked().get(pk=product.pk)
    return _move(product, ProductStatus.WITHDRAWN, now)


def _describe(
    product: Product,
    *,
    category_slug: str,
    name: str,
    name_en: str,
    description: str,
    description_en: str,
    origin: str,
    certification: str,
    storage: Storage,
    tax_class: TaxClass,
    ways: Sequence[Way],
) -> None:
    category = Category.objects.filter(slug=category_slug).first()
    if category is None:
        raise NotFound("category", reference=category_slug)
    if not ways:
        raise WayRequired("ways")
    product.category = category
    product.name = text.line("name", name, longest=80)
    product.name_en = text.line("name_en", name_en, longest=80, required=False)
    product.description = text.paragraphs("description", description, longest=4_000)
    product.description_en = text.paragraphs("description_en", description_en, longest=4_000)
    product.origin = text.line("origin", origin, longest=60, required=False)
    product.certification = text.line("certification", certification, longest=60, required=False)
    product.storage = storage
    product.tax_class = tax_class
    product.ways = [way for way in Way if way in ways]
    _make_findable(product)


def _make_findable(product: Product) -> None:
    product.search_text = searching.searchable(product.name, product.name_en, product.origin)
    product.search_letters = searching.letters(product.search_text)
    product.choseong = searching.initials(product.name)


def check_price(price_won: int) -> None:
    """Raises PriceRange."""
    if not LEAST_WON <= price_won <= MOST_WON:
        raise PriceRange("price_won", least=LEAST_WON, most=MOST_WON)


def check_size(field: str, size: int) -> None:
    """``field``: ``weight_grams`` or ``volume_ml``. Raises SizeRange."""
    if not 1 <= size <= MOST[field]:
        raise SizeRange(field, least=1, most=MOST[field])


def check_cut_off(cut_off: CutOff) -> None:
    """Raises CutOffDays."""
    if not 0 <= cut_off.days <= MOST_DAYS:
        raise CutOffDays("cut_off", most=MOST_DAYS)


def check_order_step(step: int) -> None:
    """Raises OrderStepRange."""
    if not 1 <= step <= MOST_STEP:
        raise OrderStepRange("order_step", most=MOST_STEP)


def _lock_card(product_pk: int) -> None:
    """The database writes a variant's price on its product's card; whoever changes a product locks
    it before its variants, so this does too."""
    Product.objects.locked().get(pk=product_pk)


def _move(product: Product, status: ProductStatus, now: datetime) -> Product:
    if product.status != status:
        product.status = status
        product.status_changed_at = now
        product.save(update_fields=["status", "status_changed_at"])
    return product
