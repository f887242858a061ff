"""Money asked from, and given back to, a customer for one order."""

from functools import partial

from django.db import models
from django.db.models import F, Q

from commerce.orders.models import Fulfilment, Order, OrderLine
from commerce.references import new
from commerce.vouchers.models import Voucher


class PaymentMethod(models.TextChoices):
    CARD = "card"
    ON_SITE = "on_site"
    TRANSFER = "transfer"  # to our bank account; a person sees it arrive
    SALEOR = "saleor"  # paid in a Saleor of others, which also gives it back
    VOUCHER = "voucher"  # beside a card or money on site, or alone; open: held for the order


class PaymentStatus(models.TextChoices):
    OPEN = "open"
    # The gateway was or is being asked, or waits for the shopper's bank; a sweep finds out.
    CHARGING = "charging"
    # Goods settled by weight: the most they may cost is held on the card.
    AUTHORISED = "authorised"
    CAPTURING = "capturing"  # the gateway is to take what they weighed, and let the rest go
    VOIDING = "voiding"  # it is to let all of it go
    PAID = "paid"
    DECLINED = "declined"
    CANCELLED = "cancelled"


class TakenAs(models.TextChoices):
    """How money on site was taken: both go through one person's hands, each otherwise."""

    CASH = "cash"
    TERMINAL = "terminal"  # a card, at a terminal that no gateway of ours knows


HELD = [PaymentStatus.AUTHORISED, PaymentStatus.CAPTURING, PaymentStatus.VOIDING]
# No card's slip is the receipt: the tax office is told of them on request.
IN_CASH = [PaymentMethod.ON_SITE, PaymentMethod.TRANSFER]
PAID_IN_CASH = Q(method__in=IN_CASH) & ~Q(taken_as=TakenAs.TERMINAL)
ACTIVE_PAYMENTS = [PaymentStatus.OPEN, PaymentStatus.CHARGING, *HELD, PaymentStatus.PAID]


class PaymentQuerySet(models.QuerySet["Payment"]):
    def locked(self) -> "PaymentQuerySet":
        return self.order_by("pk").select_for_update(of=("self",), no_key=True)


class Payment(models.Model):
    """By card, by bank transfer, or in a Saleor: one for the whole order. On site: one for each
    fulfilment that costs something, taken by whoever hands it over. Besides, one for each voucher:
    then all payments of the order have ``shares``, and the others ask for what the vouchers leave.
    """

    reference = models.CharField(max_length=32, unique=True, default=partial(new, "PAY"))
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="payments")
    fulfilment = models.ForeignKey(
        Fulfilment, null=True, blank=True, on_delete=models.PROTECT, related_name="payments"
    )
    voucher = models.ForeignKey(
        Voucher, null=True, blank=True, on_delete=models.PROTECT, related_name="payments"
    )
    method = models.CharField(max_length=8, choices=PaymentMethod)
    status = models.CharField(max_length=10, choices=PaymentStatus, default=PaymentStatus.OPEN)
    amount_won = models.PositiveIntegerField()
    tax_free_won = models.PositiveIntegerField(default=0, help_text="of the amount, free of VAT")
    refunded_won = models.PositiveIntegerField(default=0)
    tax_free_refunded_won = models.PositiveIntegerField(default=0)
    card_token = models.CharField(max_length=255, blank=True)
    off_session = models.BooleanField(
        default=False, help_text="a stored card, charged while nobody is there"
    )
    holds = models.BooleanField(
        default=False, help_text="held first, and taken once what is settled by weight is weighed"
    )
    held_won = models.PositiveIntegerField(
        null=True, blank=True, help_text="the most that may be taken; amount_won is what is"
    )
    gateway_reference = models.CharField(max_length=255, blank=True)
    decline_code = models.CharField(max_length=40, blank=True)
    taken_by = models.CharField(max_length=32, blank=True, help_text="who took it on site")
    taken_as = models.CharField(
        max_length=8, choices=TakenAs, blank=True, help_text="of what was taken on site"
    )
    opened_at = models.DateTimeField()
    pay_until = models.DateTimeField(
        null=True, blank=True, help_text="how long a bank transfer is waited for"
    )
    asked_at = models.DateTimeField(null=True, blank=True)
    authorised_at = models.DateTimeField(null=True, blank=True)
    paid_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)

    objects = PaymentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(refunded_won__lte=F("amount_won")), name="refunded_at_most_paid"
            ),
            models.CheckConstraint(
                condition=Q(tax_free_refunded_won__lte=F("tax_free_won")),
                name="tax_free_refunded_at_most_paid",
            ),
            models.CheckConstraint(
                condition=Q(held_won=None) | Q(amount_won__lte=F("held_won")),
                name="taken_at_most_held",
            ),
            models.UniqueConstraint(
                fields=["order", "fulfilment", "voucher"],
                condition=Q(
                    status__in=["open", "charging", "authorised", "capturing", "voiding", "paid"]
                ),
                nulls_distinct=False,
                name="one_active_payment",
            ),
            models.CheckConstraint(
                condition=Q(method="voucher", voucher__isnull=False)
                | (~Q(method="voucher") & Q(voucher=None)),
                name="voucher_payment_names_its_voucher",
            ),
            models.CheckConstraint(
                condition=~Q(method="on_site", status="paid", taken_as=""),
                name="taken_on_site_in_a_known_way",
            ),
        ]
        # What the sweeps look for every half minute, among all payments there ever were.
        indexes = [
            models.Index(fields=["opened_at"], condition=Q(status="open"), name="payments_open"),
            models.Index(
                fields=["asked_at"], condition=Q(status="charging"), name="payments_charging"
            ),
            models.Index(
                fields=["authorised_at"],
                condition=Q(status__in=["authorised", "capturing", "voiding"]),
                name="payments_held",
            ),
            # A dispute names the charge and nothing else of ours.
            models.Index(
                fields=["gateway_reference"],
                condition=~Q(gateway_reference=""),
                name="payments_at_gateway",
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class Deposit(models.Model):
    """Money for a payment by bank transfer, as a person saw it on the bank's page. What became of
    it is the payment's: what is more than it asks for is owed back."""

    reference = models.CharField(max_length=32, unique=True, default=partial(new, "DEP"))
    key = models.CharField(max_length=64, unique=True, help_text="made by the page; a repeat")
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="deposits")
    depositor = models.CharField(max_length=60)
    amount_won = models.PositiveIntegerField()
    deposited_at = models.DateTimeField(help_text="as the bank says")
    recorded_by = models.CharField(max_length=32, help_text="who saw it")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(amount_won__gte=1), name="deposit_of_something"),
            # Two people who look at the same line of the bank's page.
            models.UniqueConstraint(
                fields=["payment", "depositor", "amount_won", "deposited_at"],
                name="one_row_per_deposit",
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class DepositReturn(models.Model):
    """Money that came in by bank transfer for nothing, and that a person sent back at the bank."""

    reference = models.CharField(max_length=32, unique=True, default=partial(new, "DPR"))
    key = models.CharField(max_length=64, unique=True, help_text="made by the page; a repeat")
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="deposit_returns")
    amount_won = models.PositiveIntegerField()
    recorded_by = models.CharField(max_length=32, help_text="who sent it")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_won__gte=1), name="deposit_return_of_something"
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class PaymentShare(models.Model):
    """What one of several payments pays of a line, or of a part's delivery (no ``line``). It gets
    back of that what it paid, and no more."""

    payment = models.ForeignKey(Payment, on_delete=models.CASCADE, related_name="shares")
    fulfilment = models.ForeignKey(Fulfilment, on_delete=models.PROTECT, related_name="shares")
    line = models.ForeignKey(
        OrderLine, null=True, blank=True, on_delete=models.PROTECT, related_name="shares"
    )
    won = models.PositiveIntegerField()
    refunded_won = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["payment", "fulfilment", "line"],
                nulls_distinct=False,
                name="one_share_of_a_line",
            ),
            models.CheckConstraint(
                condition=Q(refunded_won__lte=F("won")), name="share_refunded_at_most_paid"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.payment_id}: {self.reference}"

    @property
    def reference(self) -> str:
        """The ledger's name of what it pays for."""
        return self.line.reference if self.line else self.fulfilment.reference

    @property
    def left_won(self) -> int:
        return self.won - self.refunded_won


class RefundStatus(models.TextChoices):
    OPEN = "open"
    DONE = "done"
    REFUSED = "refused"


class Refund(models.Model):
    reference = models.CharField(max_length=32, unique=True, default=partial(new, "REF"))
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="refunds")
    key = models.CharField(max_length=64, unique=True)
    amount_won = models.PositiveIntegerField()
    tax_free_won = models.PositiveIntegerField(default=0, help_text="of the amount, free of VAT")
    reason = models.CharField(max_length=40)
    status = models.CharField(max_length=8, choices=RefundStatus, default=RefundStatus.OPEN)
    gateway_reference = models.CharField(max_length=64, blank=True)
    opened_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount_won__gte=1), name="refund_of_something"),
        ]
        indexes = [
            models.Index(fields=["opened_at"], condition=Q(status="open"), name="refunds_open"),
            models.Index(
                fields=["opened_at"], condition=Q(status="refused"), name="refunds_refused"
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class RefundShare(models.Model):
    """What a refund gives back of one share of its payment."""

    refund = models.ForeignKey(Refund, on_delete=models.CASCADE, related_name="shares")
    share = models.ForeignKey(PaymentShare, on_delete=models.PROTECT, related_name="refunds")
    won = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.refund_id}: {self.won}"


class ChargebackStatus(models.TextChoices):
    WARNING = "warning"  # a bank asks questions; nothing was taken
    OPEN = "open"
    WON = "won"
    LOST = "lost"


class Chargeback(models.Model):
    """A dispute of the gateway's: a shopper's bank took a charge back, or may. One row for each,
    kept as the gateway told it last."""

    reference = models.CharField(max_length=32, unique=True, default=partial(new, "CBK"))
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="chargebacks")
    gateway_reference = models.CharField(max_length=255, unique=True, help_text="the dispute's")
    amount_won = models.PositiveIntegerField()
    status = models.CharField(max_length=8, choices=ChargebackStatus)
    opened_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["opened_at"],
                condition=Q(status__in=["warning", "open"]),
                name="chargebacks_open",
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class GatewayEvent(models.Model):
    """A webhook, without its body: only what it is about is followed. ``due_at`` says when: null
    once it is done, and also, with ``done_at`` null, once it was given up."""

    gateway = models.CharField(max_length=20, help_text="its name, e.g. stripe")
    event_id = models.CharField(max_length=255, help_text="the same each time it is delivered")
    about = models.CharField(max_length=10, help_text="payment, refund, payout, dispute")
    key = models.CharField(max_length=64, blank=True, help_text="ours, where it is told")
    gateway_reference = models.CharField(max_length=255, blank=True)
    digest = models.CharField(max_length=64, help_text="sha256 of the body")
    received_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["gateway", "event_id"], name="one_row_per_event"),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True) | Q(due_at__isnull=True),
                name="event_done_is_not_due",
            ),
        ]
        indexes = [
            # What the sweep looks for, among all events there ever were.
            models.Index(
                fields=["due_at", "id"], condition=Q(due_at__isnull=False), name="events_due"
            ),
            models.Index(
                fields=["received_at"],
                condition=Q(due_at__isnull=True, done_at__isnull=True),
                name="events_given_up",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.gateway} {self.about} {self.key or self.gateway_reference}"
