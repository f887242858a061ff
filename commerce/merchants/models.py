"""Who sells: public markets and the merchants (stalls, shops, farms) in and around them."""

from functools import partial

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from commerce.merchants.opening import WEEK
from commerce.references import new


class Market(models.Model):
    """A traditional market; its stalls share one joint delivery."""

    reference = models.CharField(max_length=32, unique=True, default=partial(new, "MKT"))
    source_id = models.CharField(max_length=16, unique=True, help_text="id in the public data set")
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80)
    city = models.CharField(max_length=20)
    address = models.CharField(max_length=200)
    lat = models.FloatField()
    lon = models.FloatField()
    stall_count = models.PositiveIntegerField(default=0)
    opening_cycle = models.CharField(max_length=60, blank=True, help_text="e.g. 매일 or 5일+10일")
    blurb = models.CharField(max_length=200, blank=True)
    blurb_en = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.reference


class MerchantKind(models.TextChoices):
    STALL = "stall"
    SHOP = "shop"
    FARM = "farm"


class MerchantStatus(models.TextChoices):
    SUBMITTED = "submitted"
    APPROVED = "approved"
    SUSPENDED = "suspended"
    CLOSED = "closed"


class VatType(models.TextChoices):
    GENERAL = "general"
    SIMPLIFIED = "simplified"
    EXEMPT = "exempt"
    MIXED = "mixed"


class MailOrderExemption(models.TextChoices):
    """Why a merchant may sell by mail order without having reported it."""

    FEW_SALES = "few_sales"  # under 50 sales in the year before


class Merchant(models.Model):
    """A small business that sells in the mall."""

    reference = models.CharField(max_length=32, unique=True, default=partial(new, "MER"))
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80, blank=True)
    kind = models.CharField(max_length=8, choices=MerchantKind)
    status = models.CharField(
        max_length=10, choices=MerchantStatus, default=MerchantStatus.SUBMITTED
    )
    market = models.ForeignKey(
        Market, null=True, blank=True, on_delete=models.PROTECT, related_name="merchants"
    )
    site_reference = models.CharField(
        max_length=32, blank=True, help_text="the drive-through site where this farm hands over"
    )
    owner_name = models.CharField(max_length=60)
    business_number = models.CharField(max_length=10, unique=True)
    vat_type = models.CharField(max_length=10, choices=VatType)
    mail_order_number = models.CharField(max_length=40, blank=True)
    mail_order_exemption = models.CharField(
        max_length=10,
        choices=MailOrderExemption,
        blank=True,
        help_text="simplified taxpayers need neither number nor reason",
    )
    city = models.CharField(max_length=20)
    address = models.CharField(max_length=200)
    phone = models.CharField(max_length=16, help_text="E.164, e.g. +82312561234")
    story = models.TextField(blank=True)
    story_en = models.TextField(blank=True)
    commission_basis_points = models.PositiveIntegerField(
        default=600, help_text="the mall's share, in 1/10,000 of the goods' price incl. VAT"
    )
    payout_account = models.CharField(
        max_length=64,
        blank=True,
        help_text="the account with the gateway; without it a person pays by bank transfer",
    )
    rest_weekdays = ArrayField(
        models.IntegerField(), default=list, blank=True, help_text="0 is Monday"
    )
    market_day = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        help_text="there only on a five-day market's days: 3 is that of the 3rd, 8th, 13th …",
    )
    parcel_won = models.PositiveIntegerField(
        null=True, blank=True, help_text="asked for a parcel; empty: what the settings say"
    )
    parcel_far_won = models.PositiveIntegerField(
        null=True, blank=True, help_text="more, to Jeju and the islands; empty: the settings'"
    )
    parcel_free_from_won = models.PositiveIntegerField(
        null=True, blank=True, help_text="goods worth so much travel free; empty: never"
    )
    created_at = models.DateTimeField()
    status_changed_at = models.DateTimeField()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(rest_weekdays__contained_by=WEEK, rest_weekdays__len__lte=6)
                & (Q(market_day=None) | Q(market_day__range=(1, 5))),
                name="merchant_rests_some_days",
            ),
            models.CheckConstraint(
                condition=Q(commission_basis_points__lte=10_000), name="commission_at_most_all"
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class MerchantClosing(models.Model):
    """A date on which the merchant is not there, whatever the week says."""

    reference = models.CharField(max_length=32, unique=True, default=partial(new, "MCL"))
    merchant = models.ForeignKey(Merchant, on_delete=models.CASCADE, related_name="closings")
    on_date = models.DateField(help_text="business date in Seoul")
    reason = models.CharField(max_length=40, blank=True, help_text="e.g. 설날")

    class Meta:
        ordering = ["on_date"]
        constraints = [
            models.UniqueConstraint(
                fields=["merchant", "on_date"], name="one_closing_per_merchant_day"
            ),
        ]

    def __str__(self) -> str:
        return self.reference
