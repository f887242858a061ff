"""What is sold: a product is described once, its variants are what a basket holds."""

from functools import partial

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from commerce.merchants.models import Merchant
from commerce.references import new


class Way(models.TextChoices):
    """How goods reach the shopper."""

    DRIVE_THROUGH = "drive_through"
    DELIVERY = "delivery"


class TaxClass(models.TextChoices):
    EXEMPT = "exempt"
    TAXABLE = "taxable"


class Storage(models.TextChoices):
    AMBIENT = "ambient"
    CHILLED = "chilled"
    FROZEN = "frozen"


class ProductStatus(models.TextChoices):
    DRAFT = "draft"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class Category(models.Model):
    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=30)
    name_en = models.CharField(max_length=40)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return self.slug


class ProductQuerySet(models.QuerySet["Product"]):
    def locked(self) -> "ProductQuerySet":
        return self.order_by("pk").select_for_update(of=("self",), no_key=True)


class Product(models.Model):
    reference = models.CharField(max_length=32, unique=True, default=partial(new, "PRD"))
    merchant = models.ForeignKey(Merchant, on_delete=models.PROTECT, related_name="products")
    merchant_code = models.CharField(
        max_length=40, blank=True, help_text="what the merchant's own books call it"
    )
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="products")
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80, blank=True)
    description = models.TextField(blank=True)
    description_en = models.TextField(blank=True)
    origin = models.CharField(max_length=60, help_text="원산지, required by law for food")
    certification = models.CharField(max_length=60, blank=True)
    storage = models.CharField(max_length=8, choices=Storage, default=Storage.AMBIENT)
    tax_class = models.CharField(max_length=8, choices=TaxClass)
    ways = ArrayField(models.CharField(max_length=16, choices=Way), size=2)
    status = models.CharField(max_length=10, choices=ProductStatus, default=ProductStatus.DRAFT)
    picture = models.FileField(upload_to="products/", blank=True)
    thumbnail = models.FileField(upload_to="products/", blank=True)
    picture_alt = models.CharField(max_length=120, blank=True)
    search_text = models.TextField(
        editable=False, help_text="names and origin without spaces, lower case"
    )
    choseong = models.TextField(editable=False, help_text="initial consonants of the name: ㄸㄱ")
    search_letters = models.TextField(
        editable=False, help_text="search_text with its Hangul taken apart: ㄸㅏㄹㄱㅣ"
    )
    created_at = models.DateTimeField()
    status_changed_at = models.DateTimeField()

    objects = ProductQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["status", "category"]),
            # Letters: three of them are in nearly every word, however few its syllables.
            GinIndex(
                fields=["search_letters"], name="products_by_letters", opclasses=["gin_trgm_ops"]
            ),
            GinIndex(fields=["choseong"], name="products_by_initials", opclasses=["gin_trgm_ops"]),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["merchant", "merchant_code"],
                condition=~Q(merchant_code=""),
                name="one_product_per_merchant_code",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def code(self) -> str:
        """What it is called in its merchant's sheets: the merchant's word, else our reference."""
        return self.merchant_code or self.reference

    @property
    def first_variant(self) -> "Variant | None":
        """The variant shown on a card; no query when variants were prefetched."""
        return next(iter(self.variants.all()), None)

    @property
    def open_ways(self) -> list[Way]:
        """The ways it can be had now; a drive-through needs a merchant who stands at a site."""
        at_a_site = bool(self.merchant.site_reference)
        return [Way(way) for way in self.ways if way != Way.DRIVE_THROUGH or at_a_site]


class Variant(models.Model):
    reference = models.CharField(max_length=32, unique=True, default=partial(new, "VAR"))
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="variants")
    unit = models.CharField(max_length=30, help_text="how it is sold, e.g. 1단, 500g, 15구")
    price_won = models.PositiveIntegerField(help_text="incl. VAT")
    weight_grams = models.PositiveIntegerField()
    volume_ml = models.PositiveIntegerField()
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(price_won__gte=100), name="price_at_least_100_won"),
            models.UniqueConstraint(fields=["product", "unit"], name="one_variant_per_unit"),
        ]

    def __str__(self) -> str:
        return self.reference
