"""Vouchers: money that somebody has set aside for what shoppers will buy."""

from functools import partial

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from commerce.catalogue.models import TaxClass
from commerce.customers.models import Customer
from commerce.references import new


class Funding(models.TextChoices):
    BUDGET = "budget"  # public money: what nobody spends goes back to the budget
    SOLD = "sold"  # somebody bought them: what nobody spends is the mall's


class ProgrammeQuerySet(models.QuerySet["Programme"]):
    def locked(self) -> "ProgrammeQuerySet":
        return self.order_by("pk").select_for_update(of=("self",), no_key=True)


class Programme(models.Model):
    """Who pays for what: a budget, the dates of its vouchers, and what they may pay for.

    A list that is empty forbids nothing. ``issued_won`` is what its vouchers hold or have spent;
    never more than was paid in.
    """

    reference = models.CharField(max_length=32, unique=True, default=partial(new, "VPR"))
    key = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=60)
    funding = models.CharField(max_length=6, choices=Funding)
    from_on = models.DateField()
    until_on = models.DateField(help_text="the last day, in Seoul")
    single_use = models.BooleanField(default=False, help_text="for one order only")
    personal = models.BooleanField(default=False, help_text="for members, and theirs once entered")
    covers_delivery = models.BooleanField(default=False)
    tax_class = models.CharField(max_length=8, choices=TaxClass, blank=True)
    merchant_kinds = ArrayField(models.CharField(max_length=8), default=list, blank=True)
    market_references = ArrayField(models.CharField(max_length=32), default=list, blank=True)
    categories = ArrayField(models.CharField(max_length=50), default=list, blank=True)
    budget_won = models.BigIntegerField(default=0, help_text="paid in")
    issued_won = models.BigIntegerField(default=0)
    opened_by = models.CharField(max_length=32)
    opened_at = models.DateTimeField()

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(issued_won__gte=0, issued_won__lte=F("budget_won")),
                name="voucher_budget_not_overspent",
            ),
            models.CheckConstraint(
                condition=Q(until_on__gte=F("from_on")), name="programme_ends_after_it_begins"
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def left_won(self) -> int:
        """What may still be issued."""
        return self.budget_won - self.issued_won


class Recharge(models.Model):
    """Money for a budget has come to the bank: noted by one person, seen by another."""

    reference = models.CharField(max_length=32, unique=True, default=partial(new, "VRC"))
    key = models.CharField(max_length=64, unique=True)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="recharges")
    amount_won = models.PositiveBigIntegerField()
    note = models.CharField(max_length=80, help_text="what the bank calls it")
    noted_by = models.CharField(max_length=32)
    noted_at = models.DateTimeField()
    seen_by = models.CharField(max_length=32, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-noted_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(amount_won__gte=1), name="recharge_of_something"),
            models.CheckConstraint(
                condition=~Q(seen_by=F("noted_by")), name="recharge_seen_by_another"
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class Batch(models.Model):
    """Vouchers issued together; their codes can be worked out again for paper."""

    reference = models.CharField(max_length=32, unique=True, default=partial(new, "VBT"))
    key = models.CharField(max_length=64, unique=True)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="batches")
    count = models.PositiveIntegerField()
    each_won = models.PositiveIntegerField()
    issued_by = models.CharField(max_length=32)
    issued_at = models.DateTimeField()

    class Meta:
        ordering = ["-issued_at", "-pk"]

    def __str__(self) -> str:
        return self.reference

    @property
    def total_won(self) -> int:
        return self.count * self.each_won


class VoucherQuerySet(models.QuerySet["Voucher"]):
    def locked(self) -> "VoucherQuerySet":
        return self.order_by("pk").select_for_update(of=("self",), no_key=True)


class Voucher(models.Model):
    """``amount_won`` were issued; ``used_won`` are held for an order or spent, ``expired_won`` can
    no longer be. Of one for a single order ``returned_won`` is what came back and may be spent
    although the rest is used."""

    reference = models.CharField(max_length=32, unique=True, default=partial(new, "VCH"))
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="vouchers")
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="vouchers")
    code_digest = models.CharField(max_length=64, unique=True, help_text="sha256; codes.py")
    code_tail = models.CharField(max_length=4, help_text="its last letters, for screens")
    customer = models.ForeignKey(
        Customer,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="vouchers",
        help_text="who alone may use it; none: whoever has the code",
    )
    amount_won = models.PositiveIntegerField()
    used_won = models.PositiveIntegerField(default=0)
    expired_won = models.PositiveIntegerField(default=0)
    returned_won = models.PositiveIntegerField(default=0)
    until_on = models.DateField(help_text="the last day; later than the programme's after a refund")
    kept_at = models.DateTimeField(null=True, blank=True, help_text="when it became somebody's")

    objects = VoucherQuerySet.as_manager()

    class Meta:
        ordering = ["until_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_won__gte=F("used_won") + F("expired_won")),
                name="voucher_not_overspent",
            ),
            models.CheckConstraint(
                condition=Q(amount_won__gte=F("used_won") + F("expired_won") + F("returned_won")),
                name="voucher_returned_is_there",
            ),
        ]
        indexes = [
            # What the night looks for, among all vouchers there ever were.
            models.Index(
                fields=["until_on"],
                condition=Q(amount_won__gt=F("used_won") + F("expired_won")),
                name="vouchers_with_something_left",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def left_won(self) -> int:
        return self.amount_won - self.used_won - self.expired_won

    @property
    def spendable_won(self) -> int:
        """What the next order may take of it."""
        once = self.programme.single_use and self.used_won
        return self.returned_won if once else self.left_won


class WrongCode(models.Model):
    """Somebody typed a code that is none; too many of them, and they have to wait."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    typed_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["customer", "typed_at"], name="wrong_codes_of_somebody")]

    def __str__(self) -> str:
        return f"{self.customer_id}: {self.typed_at}"
