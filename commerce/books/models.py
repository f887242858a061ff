"""Book bundles for infants: titles, copies, bundles of copies, and loans to a child's home."""

from functools import partial

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from commerce.customers.models import Customer
from commerce.references import new


class Library(models.Model):
    reference = models.CharField(max_length=32, unique=True, default=partial(new, "LIB"))
    source_id = models.CharField(max_length=16, unique=True, help_text="id in the public data set")
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80)
    city = models.CharField(max_length=20)
    address = models.CharField(max_length=200)
    lat = models.FloatField()
    lon = models.FloatField()
    closed_weekdays = ArrayField(
        models.PositiveSmallIntegerField(), default=list, help_text="0 = Monday"
    )
    loan_days = models.PositiveSmallIntegerField(default=21)
    serves_cities = ArrayField(models.CharField(max_length=20), default=list)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.reference


class Stage(models.TextChoices):
    """Bookstart stages, by the child's age in whole months."""

    BABY = "0-18"
    TODDLER = "19-35"
    CHILD = "36-60"


class Title(models.Model):
    isbn13 = models.CharField(max_length=13, unique=True)
    name = models.CharField(max_length=120)
    author = models.CharField(max_length=120)
    publisher = models.CharField(max_length=60, blank=True)

    def __str__(self) -> str:
        return self.isbn13


class BundleStatus(models.TextChoices):
    AVAILABLE = "available"
    RESERVED = "reserved"
    PACKED = "packed"
    OUT = "out"
    ON_LOAN = "on_loan"
    COLLECTION_BOOKED = "collection_booked"
    IN_VAN_BACK = "in_van_back"
    QUARANTINE = "quarantine"
    INCOMPLETE = "incomplete"
    WITHDRAWN = "withdrawn"


class BundleQuerySet(models.QuerySet["Bundle"]):
    def locked(self) -> "BundleQuerySet":
        return self.order_by("pk").select_for_update(of=("self",), no_key=True)


class Bundle(models.Model):
    reference = models.CharField(max_length=32, unique=True, default=partial(new, "BND"))
    library = models.ForeignKey(Library, on_delete=models.PROTECT, related_name="bundles")
    stage = models.CharField(max_length=5, choices=Stage)
    theme = models.CharField(max_length=40)
    theme_en = models.CharField(max_length=60)
    picture = models.CharField(max_length=60, blank=True, help_text="static picture name")
    status = models.CharField(max_length=17, choices=BundleStatus, default=BundleStatus.AVAILABLE)
    weight_grams = models.PositiveIntegerField(default=2500)
    volume_ml = models.PositiveIntegerField(default=9000)

    objects = BundleQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.reference


class CopyQuerySet(models.QuerySet["Copy"]):
    def locked(self) -> "CopyQuerySet":
        return self.order_by("pk").select_for_update(of=("self",), no_key=True)


class Copy(models.Model):
    barcode = models.CharField(max_length=20, unique=True)
    title = models.ForeignKey(Title, on_delete=models.PROTECT, related_name="copies")
    # One column, so a copy is in at most one bundle.
    bundle = models.ForeignKey(
        Bundle, null=True, blank=True, on_delete=models.PROTECT, related_name="copies"
    )
    missing = models.BooleanField(default=False)

    objects = CopyQuerySet.as_manager()

    class Meta:
        ordering = ["barcode"]

    def __str__(self) -> str:
        return self.barcode


class ChildQuerySet(models.QuerySet["Child"]):
    def locked(self) -> "ChildQuerySet":
        return self.order_by("pk").select_for_update(of=("self",), no_key=True)


class Child(models.Model):
    """Only what eligibility needs: a birth month, and the guardian's verified consent."""

    reference = models.CharField(max_length=32, unique=True, default=partial(new, "CHD"))
    guardian = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="children")
    nickname = models.CharField(max_length=20)
    born_on = models.DateField(help_text="first day of the birth month")
    consent_at = models.DateTimeField(null=True, blank=True)

    objects = ChildQuerySet.as_manager()

    class Meta:
        ordering = ["born_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["guardian", "nickname", "born_on"], name="one_child_per_name"
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class LoanStatus(models.TextChoices):
    REQUESTED = "requested"
    PACKED = "packed"
    OUT = "out"
    ON_LOAN = "on_loan"
    COLLECTION_BOOKED = "collection_booked"
    IN_VAN_BACK = "in_van_back"
    RETURNED = "returned"
    CANCELLED = "cancelled"


ENDED_LOANS = [LoanStatus.RETURNED, LoanStatus.CANCELLED]


class LoanQuerySet(models.QuerySet["Loan"]):
    def locked(self) -> "LoanQuerySet":
        return self.order_by("pk").select_for_update(of=("self",), no_key=True)


class Loan(models.Model):
    reference = models.CharField(max_length=32, unique=True, default=partial(new, "LOA"))
    key = models.CharField(max_length=64, unique=True)
    bundle = models.ForeignKey(Bundle, on_delete=models.PROTECT, related_name="loans")
    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="loans")
    status = models.CharField(max_length=17, choices=LoanStatus, default=LoanStatus.REQUESTED)
    requested_at = models.DateTimeField()
    status_changed_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True, blank=True)
    due_on = models.DateField(null=True, blank=True)
    collected_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = LoanQuerySet.as_manager()

    class Meta:
        ordering = ["-requested_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["bundle"],
                condition=~Q(status__in=["returned", "cancelled"]),
                name="bundle_with_at_most_one_family",
            ),
            models.UniqueConstraint(
                fields=["child"],
                condition=~Q(status__in=["returned", "cancelled"]),
                name="one_active_loan_per_child",
            ),
        ]

    def __str__(self) -> str:
        return self.reference
