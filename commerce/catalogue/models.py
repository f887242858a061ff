"""What is sold: a product is described once, its variants are what a basket holds."""

from functools import partial

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Func, Q, Value

from commerce.catalogue.cut_off import CutOff
from commerce.merchants.models import Merchant
from commerce.references import new


class Way(models.TextChoices):
    """How goods reach the shopper."""

    DRIVE_THROUGH = "drive_through"
    DELIVERY = "delivery"
    PARCEL = "parcel"  # its merchant sends it by courier, anywhere in Korea


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


ON_SHELF = Q(status=ProductStatus.PUBLISHED, price_won__isnull=False)


class Category(models.Model):
    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=30)
    name_en = models.CharField(max_length=40)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return self.slug


class Syllables(Func):
    """A text's marks, one by one: an index of them finds 무, too short for three letters."""

    function = "string_to_array"
    output_field = ArrayField(models.TextField())

    def __init__(self, text: F) -> None:
        super().__init__(text, Value(None))


class Tripled(Func):
    """Each mark three times, so that an index of runs of three finds single consonants and pairs:
    ``ㄸㄱ`` as ``ㄸㄸㄸㄱㄱㄱ``."""

    function = "regexp_replace"
    output_field = models.TextField()

    def __init__(self, text: F) -> None:
        super().__init__(text, Value("(.)"), Value(r"\1\1\1"), Value("g"))


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
    ways = ArrayField(models.CharField(max_length=16, choices=Way), size=3)
    preparation_seconds = models.PositiveIntegerField(
        default=0, help_text="of one person's time, to make one of it ready for its hand-over"
    )
    cut_off_days = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="days before its hand-over; empty: no cut-off of its own"
    )
    cut_off = models.TimeField(null=True, blank=True, help_text="Seoul's wall clock on that day")
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
    price_won = models.PositiveIntegerField(
        null=True, editable=False, help_text="on its card; the database keeps it, empty = not sold"
    )
    won_per_kg = models.PositiveBigIntegerField(null=True, editable=False)
    created_at = models.DateTimeField()
    status_changed_at = models.DateTimeField()

    objects = ProductQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["status", "category"]),
            # The orders of a shelf: a page of any of them is read from its index.
            models.Index(fields=["-created_at", "-id"], condition=ON_SHELF, name="shelf_by_newest"),
            models.Index(
                fields=["category", "-created_at", "-id"],
                include=["merchant"],  # they are counted without being read
                condition=ON_SHELF,
                name="shelf_by_category",
            ),
            models.Index(
                fields=["merchant", "-created_at", "-id"],
                condition=ON_SHELF,
                name="shelf_by_merchant",
            ),
            models.Index(fields=["price_won", "-id"], condition=ON_SHELF, name="shelf_by_price"),
            models.Index(
                fields=["won_per_kg", "-id"], condition=ON_SHELF, name="shelf_by_unit_price"
            ),
            # Letters: three of them are in nearly every word, however few its syllables.
            GinIndex(
                fields=["search_letters"], name="products_by_letters", opclasses=["gin_trgm_ops"]
            ),
            GinIndex(
                OpClass(Tripled(F("choseong")), name="gin_trgm_ops"),
                name="products_by_initial_runs",
            ),
            GinIndex(Syllables(F("search_text")), name="products_by_syllables"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["merchant", "merchant_code"],
                condition=~Q(merchant_code=""),
                name="one_product_per_merchant_code",
            ),
            models.CheckConstraint(
                condition=Q(cut_off_days=None, cut_off=None)
                | Q(cut_off_days__isnull=False, cut_off__isnull=False),
                name="product_cut_off_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def code(self) -> str:
        """What it is called in its merchant's sheets: the merchant's word, else our reference."""
        return self.merchant_code or self.reference

    @property
    def own_cut_off(self) -> CutOff | None:
        """None: it can be ordered as long as there is a window or a slot."""
        if self.cut_off is None or self.cut_off_days is None:
            return None
        return CutOff(self.cut_off_days, self.cut_off)

    @property
    def first_variant(self) -> "Variant | None":
        """The variant shown on a card; no query when variants were prefetched."""
        return next(iter(self.variants.all()), None)

    @property
    def sold_out(self) -> bool:
        """Nothing is left of any variant; no query when variants were prefetched with stock."""
        return all(variant.stock.left < 1 for variant in self.variants.all())

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
    by_weight = models.BooleanField(
        default=False,
        help_text="price_won is for weight_grams and the most it costs; what weighs less is less",
    )
    order_step = models.PositiveSmallIntegerField(
        default=1, help_text="ordered in multiples of this many"
    )
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(order_step__gte=1), name="order_step_of_one_or_more"
            ),
            models.CheckConstraint(condition=Q(price_won__gte=100), name="price_at_least_100_won"),
            models.UniqueConstraint(fields=["product", "unit"], name="one_variant_per_unit"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def won_per_100g(self) -> int:
        """For comparing packs, in whole won."""
        return self.price_won * 100 // self.weight_grams


class RankingRule(models.TextChoices):
    """How a list is ordered. Nothing else counts, and nobody can pay for a place."""

    NEWEST = "newest"  # latest put on the shelf first
    MOST_BOUGHT = "most_bought"  # by orders of the last four weeks
    BY_TURN = "by_turn"  # one thing of each merchant, in an order drawn anew every day


class FeaturedList(models.Model):
    """A list that the operator shows to shoppers, by a rule that is written beside it."""

    reference = models.CharField(max_length=32, unique=True, default=partial(new, "FTL"))
    title = models.CharField(max_length=30)
    title_en = models.CharField(max_length=40, blank=True)
    rule = models.CharField(max_length=12, choices=RankingRule)
    category = models.ForeignKey(
        Category, null=True, blank=True, on_delete=models.CASCADE, related_name="featured_lists"
    )
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["created_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "category"], nulls_distinct=False, name="one_list_per_rule"
            ),
        ]

    def __str__(self) -> str:
        return self.reference
