"""What a shopper agreed to (Order) and the parts of it handed over one way each (Fulfilment)."""

from datetime import datetime
from functools import partial

from django.db import models
from django.db.models import F, Q

from commerce.catalogue.models import TaxClass, Variant, Way
from commerce.customers.models import Customer
from commerce.references import new


class OrderStatus(models.TextChoices):
    PLACED = "placed"  # agreed; a card payment is still to succeed
    CONFIRMED = "confirmed"  # paid by card, or to be paid where it is handed over
    CLOSED = "closed"  # every fulfilment has ended
    CANCELLED = "cancelled"


class WhenShort(models.TextChoices):
    """What the shopper wants when a stall has fewer than were ordered."""

    REFUND = "refund"
    SUBSTITUTE = "substitute"  # something like it may be proposed
    CALL = "call"  # the same, and somebody of the market may ring


class OrderQuerySet(models.QuerySet["Order"]):
    def locked(self) -> "OrderQuerySet":
        return self.order_by("pk").select_for_update(of=("self",), no_key=True)


class Order(models.Model):
    reference = models.CharField(max_length=32, unique=True, default=partial(new, "ORD"))
    key = models.CharField(max_length=64, unique=True, help_text="made by the caller; a repeat")
    # null, not "": orders without a basket (renewals) must not collide
    basket_reference = models.CharField(max_length=32, unique=True, null=True)  # noqa: DJ001
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="orders")
    status = models.CharField(max_length=10, choices=OrderStatus, default=OrderStatus.PLACED)
    contact_name = models.CharField(max_length=60)
    contact_phone = models.CharField(max_length=16)
    when_short = models.CharField(max_length=10, choices=WhenShort, default=WhenShort.REFUND)
    goods_won = models.PositiveIntegerField()
    delivery_won = models.PositiveIntegerField()
    total_won = models.PositiveIntegerField()
    placed_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = OrderQuerySet.as_manager()

    class Meta:
        ordering = ["-placed_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(total_won=F("goods_won") + F("delivery_won")),
                name="order_total_adds_up",
            ),
        ]
        indexes = [
            models.Index(fields=["placed_at"], condition=Q(status="placed"), name="orders_unpaid"),
        ]

    def __str__(self) -> str:
        return self.reference


class FulfilmentStatus(models.TextChoices):
    PLACED = "placed"
    CONFIRMED = "confirmed"
    READY = "ready"
    OUT = "out"
    HANDED_OVER = "handed_over"
    UNDELIVERED = "undelivered"
    CANCELLED = "cancelled"


class Fulfilment(models.Model):
    """Handed over together, one way, one time. ``hands_over`` is who does it:
    a drive-through site, a market (joint delivery of its stalls), a merchant or a library,
    by public reference."""

    reference = models.CharField(max_length=32, unique=True, default=partial(new, "FUL"))
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="fulfilments")
    way = models.CharField(max_length=16, choices=Way)
    hands_over = models.CharField(max_length=32, db_index=True)
    hands_over_name = models.CharField(max_length=80)
    hands_over_name_en = models.CharField(max_length=80, blank=True)
    status = models.CharField(
        max_length=12, choices=FulfilmentStatus, default=FulfilmentStatus.PLACED
    )
    booking_reference = models.CharField(max_length=32, blank=True, db_index=True)
    window_reference = models.CharField(max_length=32, blank=True)
    ticket_reference = models.CharField(
        max_length=32, blank=True, help_text="a bay at a screening; it has no booking"
    )
    address_reference = models.CharField(max_length=32, blank=True)
    place_name = models.CharField(max_length=200, help_text="site name, or address in one line")
    promised_from = models.DateTimeField()
    promised_until = models.DateTimeField()
    goods_won = models.PositiveIntegerField()
    delivery_won = models.PositiveIntegerField()
    ended_at = models.DateTimeField(null=True, blank=True)
    money_let_go = models.BooleanField(
        default=False, help_text="cancelled while its money was only held on a card: never taken"
    )

    class Meta:
        ordering = ["promised_from", "pk"]
        indexes = [
            models.Index(fields=["status", "promised_from"]),
            models.Index(
                fields=["order"], condition=Q(status="cancelled"), name="fulfilments_cancelled"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["ticket_reference"],
                condition=~Q(ticket_reference=""),
                name="one_fulfilment_per_ticket",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def total_won(self) -> int:
        return self.goods_won + self.delivery_won

    @property
    def leaves_until(self) -> datetime:
        """When the last of it leaves whoever packs it: a courier takes parcels at one moment, and
        everything else is promised for the hours in which it is handed over."""
        return self.promised_from if self.way == Way.PARCEL else self.promised_until


class ShortReason(models.TextChoices):
    """Why a stall has fewer than were ordered."""

    SOLD_OUT = "sold_out"  # at the counter, since it was counted
    SPOILED = "spoiled"
    NOT_SUPPLIED = "not_supplied"
    CLOSED = "closed"  # the stall is not there that day


class OrderLine(models.Model):
    reference = models.CharField(max_length=32, unique=True, default=partial(new, "LIN"))
    fulfilment = models.ForeignKey(Fulfilment, on_delete=models.CASCADE, related_name="lines")
    merchant_reference = models.CharField(max_length=32, blank=True, db_index=True)
    variant = models.ForeignKey(Variant, null=True, blank=True, on_delete=models.PROTECT)
    bundle_reference = models.CharField(max_length=32, blank=True)
    name = models.CharField(max_length=80, help_text="as it was called when ordered")
    name_en = models.CharField(max_length=80, blank=True)
    unit = models.CharField(max_length=30)
    quantity = models.PositiveIntegerField()
    unit_price_won = models.PositiveIntegerField()
    line_won = models.PositiveIntegerField()
    tax_class = models.CharField(max_length=8, choices=TaxClass)
    short_quantity = models.PositiveIntegerField(
        default=0, help_text="ordered, and not there when it was packed; quantity is without them"
    )
    short_reason = models.CharField(max_length=12, choices=ShortReason, blank=True)
    cancelled_quantity = models.PositiveIntegerField(
        default=0, help_text="given up by the shopper in time; quantity is without them"
    )
    instead_of = models.CharField(
        max_length=120, blank=True, help_text="what was ordered, when this came in its place"
    )
    cheaper_won = models.PositiveIntegerField(
        default=0, help_text="how much less all that was ordered costs at this unit price"
    )
    unit_grams = models.PositiveIntegerField(
        null=True, blank=True, help_text="settled by weight: the price is for so many, at most"
    )
    weighed_grams = models.PositiveIntegerField(null=True, blank=True, help_text="of all of it")
    lighter_won = models.PositiveIntegerField(
        default=0, help_text="how much less it costs since it weighs less; not taken, or given back"
    )
    ready_at = models.DateTimeField(null=True, blank=True, help_text="the merchant has packed it")
    return_notice = models.CharField(
        max_length=16, blank=True, help_text="what was said of sending it back: return_notices.py"
    )

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    line_won=F("unit_price_won") * F("quantity") - F("lighter_won"),
                    lighter_won__lte=F("unit_price_won") * F("quantity"),
                ),
                name="line_adds_up",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def most_grams(self) -> int | None:
        """What the price agreed is for; None unless it is settled by weight."""
        return None if self.unit_grams is None else self.unit_grams * self.quantity

    @property
    def to_weigh(self) -> bool:
        """Nobody has weighed it yet, and its price waits for that."""
        return bool(self.most_grams) and self.weighed_grams is None

    def won_of(self, quantity: int) -> int:
        """What so many of its ``quantity`` cost; all of them cost ``line_won``."""
        return self.line_won * quantity // self.quantity

    @property
    def ordered_quantity(self) -> int:
        """What is left, what fell short and what was given up."""
        return self.quantity + self.short_quantity + self.cancelled_quantity

    @property
    def ordered_won(self) -> int:
        """What was agreed for it, whatever became of it since."""
        return self.ordered_quantity * self.unit_price_won + self.cheaper_won


class SubstitutionStatus(models.TextChoices):
    OFFERED = "offered"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    LAPSED = "lapsed"  # nobody answered in time, or its part ended


class Substitution(models.Model):
    """Something like it, proposed for a whole line of which nothing is there. While it is offered
    its goods are kept under its own reference."""

    reference = models.CharField(max_length=32, unique=True, default=partial(new, "SBT"))
    line = models.ForeignKey(OrderLine, on_delete=models.CASCADE, related_name="substitutions")
    variant = models.ForeignKey(Variant, on_delete=models.PROTECT, related_name="+")
    unit_price_won = models.PositiveIntegerField()
    reason = models.CharField(max_length=12, choices=ShortReason)
    status = models.CharField(
        max_length=8, choices=SubstitutionStatus, default=SubstitutionStatus.OFFERED
    )
    offered_at = models.DateTimeField()
    answer_until = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["line"], condition=Q(status="offered"), name="one_open_offer_per_line"
            ),
        ]
        indexes = [
            models.Index(
                fields=["answer_until"], condition=Q(status="offered"), name="offers_unanswered"
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    def is_open(self, now: datetime) -> bool:
        return self.status == SubstitutionStatus.OFFERED and now <= self.answer_until
