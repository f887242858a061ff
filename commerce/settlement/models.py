"""Double entry in whole won. A journal's entries sum to zero; the database insists (0002)."""

from functools import partial

from django.db import models
from django.db.models import F, Q

from commerce.references import new


class AccountKind(models.TextChoices):
    GATEWAY = "gateway"  # the card gateway owes us
    TILL = "till"  # cash taken at lanes and doors, with whoever took it
    SLIPS = "slips"  # taken there by card terminal; nobody's: handed in, and the acquirer owes us
    OVER_SHORT = "over_short"  # what a till had more or less than the books, by till
    HELD = "held"  # customers' money for what is not yet handed over
    MERCHANT = "merchant"  # what we owe a merchant
    COMMISSION = "commission"  # the mall's share
    CARRIER = "carrier"  # delivery fees, owed to whoever drives
    SCREENINGS = "screenings"  # what a site's drive-in screenings took
    PAYOUTS = "payouts"  # settled, and on its way to merchants
    BANK = "bank"  # paid out by bank transfer
    DEPOSITS = "deposits"  # came in by bank transfer, and is no order's yet, or never
    DISPUTED = "disputed"  # a shopper's bank took it back and has not decided yet
    FEES = "fees"  # what taking payments cost the mall, such as lost disputes
    WRITTEN_OFF = "written_off"  # what merchants owed, and the mall bears
    BUDGET = "budget"  # a programme's money that no voucher holds yet
    VOUCHER = "voucher"  # what a programme's vouchers may still spend
    BREAKAGE = "breakage"  # sold vouchers that nobody spent in time


class LedgerAccountQuerySet(models.QuerySet["LedgerAccount"]):
    def locked(self) -> "LedgerAccountQuerySet":
        return self.order_by("pk").select_for_update(of=("self",), no_key=True)


class LedgerAccount(models.Model):
    kind = models.CharField(max_length=11, choices=AccountKind)
    owner_reference = models.CharField(max_length=32, blank=True)

    objects = LedgerAccountQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "owner_reference"], name="one_account"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}:{self.owner_reference}"


class Journal(models.Model):
    reference = models.CharField(max_length=32, unique=True, default=partial(new, "JRN"))
    key = models.CharField(max_length=80, unique=True)
    event = models.CharField(max_length=20)
    order_reference = models.CharField(max_length=32, blank=True, db_index=True)
    posted_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.reference


class CommissionRule(models.Model):
    """The mall's share from a day on, for a merchant, a market, a category or all. Only added to:
    the database refuses to change or delete one."""

    reference = models.CharField(max_length=32, unique=True, default=partial(new, "CMR"))
    key = models.CharField(max_length=64, unique=True)
    merchant_reference = models.CharField(max_length=32, blank=True)
    market_reference = models.CharField(max_length=32, blank=True)
    category = models.CharField(max_length=50, blank=True, help_text="its slug; empty: all")
    basis_points = models.PositiveIntegerField(
        null=True, blank=True, help_text="in 1/10,000; none: lifts the earlier rule of this scope"
    )
    from_on = models.DateField(help_text="of the hand-over")
    set_by = models.CharField(max_length=32, help_text="who proposed it")
    approved_by = models.CharField(max_length=32, blank=True, help_text="empty: before this was so")
    set_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(basis_points=None) | Q(basis_points__lte=10_000),
                name="commission_rule_at_most_all",
            ),
            models.CheckConstraint(
                condition=Q(merchant_reference="") | Q(market_reference=""),
                name="commission_rule_of_one_scope",
            ),
            models.CheckConstraint(
                condition=~Q(approved_by=F("set_by")), name="commission_rule_seen_by_four_eyes"
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class ProposalStatus(models.TextChoices):
    PROPOSED = "proposed"
    APPROVED = "approved"
    REJECTED = "rejected"


class CommissionProposal(models.Model):
    """A rule that one operator has tried and wishes for; another one's yes makes it a rule."""

    reference = models.CharField(max_length=32, unique=True, default=partial(new, "CMP"))
    key = models.CharField(max_length=64, unique=True)
    merchant_reference = models.CharField(max_length=32, blank=True)
    market_reference = models.CharField(max_length=32, blank=True)
    category = models.CharField(max_length=50, blank=True)
    basis_points = models.PositiveIntegerField(null=True, blank=True)
    from_on = models.DateField()
    proposed_by = models.CharField(max_length=32)
    proposed_at = models.DateTimeField()
    status = models.CharField(max_length=8, choices=ProposalStatus, default=ProposalStatus.PROPOSED)
    rule = models.OneToOneField(CommissionRule, null=True, blank=True, on_delete=models.PROTECT)
    decided_by = models.CharField(max_length=32, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=200, blank=True, help_text="why it was rejected")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status="proposed", rule=None, decided_at=None, decided_by="", reason="")
                | Q(status="approved", rule__isnull=False, decided_at__isnull=False)
                & ~Q(decided_by=F("proposed_by"))
                | Q(status="rejected", rule=None, decided_at__isnull=False) & ~Q(reason=""),
                name="commission_proposal_decided_by_another",
            ),
        ]
        indexes = [
            models.Index(
                fields=["proposed_at"], condition=Q(status="proposed"), name="proposals_open"
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class RunStatus(models.TextChoices):
    CALCULATED = "calculated"
    REVIEWED = "reviewed"  # somebody looked through it
    APPROVED = "approved"  # somebody else said yes: payouts are open
    PAID = "paid"  # every payout has been sent
    RECONCILED = "reconciled"  # the gateway's and the bank's own statements agree
    REJECTED = "rejected"  # somebody said no: its entries are free for the next run


class SettlementRunQuerySet(models.QuerySet["SettlementRun"]):
    def live(self) -> "SettlementRunQuerySet":
        """Those nobody has rejected: one for a day at most."""
        return self.exclude(status=RunStatus.REJECTED)

    def locked(self) -> "SettlementRunQuerySet":
        return self.order_by("pk").select_for_update(of=("self",), no_key=True)


class SettlementRun(models.Model):
    """All settlements until a day, with their control totals and who answers for each step.

    ``calculated_by`` is empty where the clock did it; then whoever reviews may not approve. A
    rejected one keeps its settlements, to tell what was said no to; they hold no entry any more.
    """

    until_on = models.DateField()
    status = models.CharField(max_length=10, choices=RunStatus, default=RunStatus.CALCULATED)
    entry_count = models.PositiveIntegerField(default=0, help_text="ledger entries it took")
    merchant_count = models.PositiveIntegerField(default=0)
    total_won = models.BigIntegerField(default=0)
    carried_won = models.BigIntegerField(
        default=0, help_text="owed to us, 0 or below; waits for the next run"
    )
    calculated_by = models.CharField(max_length=32, blank=True)
    calculated_at = models.DateTimeField()
    reviewed_by = models.CharField(max_length=32, blank=True)
    reviewed_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.CharField(max_length=32, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    paid_at = models.DateTimeField(null=True, blank=True)
    reconciled_by = models.CharField(max_length=32, blank=True)
    reconciled_at = models.DateTimeField(null=True, blank=True)
    rejected_by = models.CharField(max_length=32, blank=True)
    rejected_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=200, blank=True, help_text="why it was rejected")

    objects = SettlementRunQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["until_on"], condition=~Q(status="rejected"), name="one_live_run_per_day"
            ),
            models.CheckConstraint(
                condition=Q(status="rejected", rejected_at__isnull=False)
                & ~Q(rejected_by="")
                & ~Q(reason="")
                | ~Q(status="rejected") & Q(rejected_at=None, rejected_by="", reason=""),
                name="run_rejected_with_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(approved_by="")
                | (
                    ~Q(approved_by=F("calculated_by"))
                    & (~Q(calculated_by="") | ~Q(approved_by=F("reviewed_by")))
                ),
                name="run_seen_by_four_eyes",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["calculated", "reviewed", "rejected"], approved_at=None)
                | Q(status__in=["approved", "paid", "reconciled"], approved_at__isnull=False),
                name="run_paid_only_when_approved",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.until_on}: {self.status}"


class CarriedDebt(models.Model):
    """What a merchant owed the mall when a run was calculated: no settlement, and it waits."""

    run = models.ForeignKey(SettlementRun, on_delete=models.PROTECT, related_name="debts")
    merchant_reference = models.CharField(max_length=32, db_index=True)
    owed_won = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["run", "merchant_reference"], name="one_debt_per_merchant_and_run"
            ),
            models.CheckConstraint(condition=Q(owed_won__gte=1), name="debt_of_something"),
        ]

    def __str__(self) -> str:
        return f"{self.merchant_reference}: {self.owed_won}"


class DebtEndKind(models.TextChoices):
    INVOICED = "invoiced"  # asked for; nothing has come yet
    REPAID = "repaid"  # it came by bank transfer
    PROPOSED = "proposed"  # to be written off, once a second operator says yes
    WRITTEN_OFF = "written_off"


class DebtStep(models.Model):
    """What was done about a merchant's debt. Repaid and written-off won are in the ledger."""

    reference = models.CharField(max_length=32, unique=True, default=partial(new, "DBT"))
    key = models.CharField(max_length=64, unique=True)
    merchant_reference = models.CharField(max_length=32, db_index=True)
    kind = models.CharField(max_length=11, choices=DebtEndKind)
    amount_won = models.PositiveIntegerField()
    reason = models.CharField(max_length=200, blank=True, help_text="why it is written off")
    due_on = models.DateField(null=True, blank=True, help_text="of what is invoiced")
    by = models.CharField(max_length=32)
    at = models.DateTimeField()
    approved_by = models.CharField(max_length=32, blank=True, help_text="of what is written off")
    approved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(amount_won__gte=1), name="debt_step_of_something"),
            models.CheckConstraint(
                condition=~Q(kind="written_off")
                | Q(approved_at__isnull=False) & ~Q(approved_by="") & ~Q(approved_by=F("by")),
                name="debt_written_off_by_two",
            ),
            models.UniqueConstraint(
                fields=["merchant_reference"],
                condition=Q(kind="proposed"),
                name="one_write_off_proposed_per_merchant",
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class Settlement(models.Model):
    """What a merchant is owed for lines handed over until a date; one run takes each entry once."""

    reference = models.CharField(max_length=32, unique=True, default=partial(new, "SET"))
    merchant_reference = models.CharField(max_length=32, db_index=True)
    until_on = models.DateField()
    run = models.ForeignKey(SettlementRun, on_delete=models.PROTECT, related_name="settlements")
    total_won = models.IntegerField()
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["-until_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["run", "merchant_reference"], name="one_settlement_per_merchant_and_run"
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class PayoutStatus(models.TextChoices):
    OPEN = "open"
    SENT = "sent"  # the gateway was asked and has not answered
    DONE = "done"
    REFUSED = "refused"  # nothing was moved; a person opens another


class Payout(models.Model):
    """The transfer of a settlement to its merchant; its reference is the key that a gateway gets.

    Without ``account_reference`` a person sends it by bank transfer and says so (``sent_by``).
    """

    reference = models.CharField(max_length=32, unique=True, default=partial(new, "OUT"))
    settlement = models.ForeignKey(Settlement, on_delete=models.PROTECT, related_name="payouts")
    amount_won = models.PositiveIntegerField()
    account_reference = models.CharField(
        max_length=64, blank=True, help_text="the merchant's account with the gateway"
    )
    status = models.CharField(max_length=8, choices=PayoutStatus, default=PayoutStatus.OPEN)
    gateway_reference = models.CharField(max_length=64, blank=True)
    decline_code = models.CharField(max_length=40, blank=True)
    sent_by = models.CharField(max_length=32, blank=True, help_text="who sent it at the bank")
    opened_at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["settlement"],
                condition=~Q(status="refused"),
                name="one_live_payout_per_settlement",
            ),
            models.CheckConstraint(condition=Q(amount_won__gte=1), name="payout_of_something"),
        ]
        indexes = [
            models.Index(
                fields=["opened_at"],
                condition=~Q(status="done"),
                name="payouts_not_done",
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class LedgerEntry(models.Model):
    """One immutable line. Positive = debit (somebody owes us / we spent), negative = credit."""

    journal = models.ForeignKey(Journal, on_delete=models.PROTECT, related_name="entries")
    account = models.ForeignKey(LedgerAccount, on_delete=models.PROTECT, related_name="entries")
    amount_won = models.IntegerField()
    line_reference = models.CharField(max_length=32, blank=True)
    # The one thing that may be added later: which settlement run paid this entry. Taken off again
    # only where that run was rejected.
    settlement = models.ForeignKey(
        Settlement, null=True, blank=True, on_delete=models.PROTECT, related_name="entries"
    )

    class Meta:
        indexes = [
            models.Index(
                fields=["account"], condition=Q(settlement=None), name="entries_not_settled"
            ),
            # Not db_index, which makes a second one for LIKE: each entry is written to every index
            # when it is posted, and again when it is settled.
            models.Index(fields=["line_reference"], name="entries_by_line"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(amount_won=0), name="entry_of_something"),
        ]

    def __str__(self) -> str:
        return f"{self.journal_id}: {self.amount_won}"


class TillCountStatus(models.TextChoices):
    WAITING = "waiting"  # for somebody else to receive it
    CONFIRMED = "confirmed"  # handed in, and in the ledger
    REJECTED = "rejected"  # to be counted again: its entries are free for the next count


class TillCountQuerySet(models.QuerySet["TillCount"]):
    def locked(self) -> "TillCountQuerySet":
        return self.order_by("pk").select_for_update(of=("self",), no_key=True)


class TillCount(models.Model):
    """What one till held when it was counted, entry by entry, and what was there instead.

    Won are below 0 where more was paid out of the till than was taken. Nobody receives what they
    counted; once it is decided the database lets nobody change it (0053).
    """

    reference = models.CharField(max_length=32, unique=True, default=partial(new, "TIL"))
    key = models.CharField(max_length=64, unique=True, help_text="made by the page; a repeat")
    till_reference = models.CharField(
        max_length=32, db_index=True, help_text="the driver's or the site's, as on its accounts"
    )
    status = models.CharField(
        max_length=9, choices=TillCountStatus, default=TillCountStatus.WAITING
    )
    expected_cash_won = models.IntegerField()
    counted_cash_won = models.IntegerField()
    expected_slips_won = models.IntegerField(help_text="card terminal, as the ledger has it")
    counted_slips_won = models.IntegerField(help_text="card terminal, as its slips say")
    note = models.CharField(max_length=200, blank=True, help_text="why there is a difference")
    counted_by = models.CharField(max_length=32, help_text="the user's reference")
    counted_at = models.DateTimeField()
    decided_by = models.CharField(max_length=32, blank=True, help_text="the user's reference")
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=200, blank=True, help_text="why it is to be done again")

    objects = TillCountQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    counted_cash_won=F("expected_cash_won"),
                    counted_slips_won=F("expected_slips_won"),
                )
                | ~Q(note=""),
                name="till_difference_is_explained",
            ),
            models.CheckConstraint(
                condition=Q(status="waiting", decided_by="", decided_at=None, reason="")
                | Q(status="confirmed", decided_at__isnull=False, reason="")
                & ~Q(decided_by="")
                & ~Q(decided_by=F("counted_by"))
                | Q(status="rejected", decided_at__isnull=False)
                & ~Q(reason="")
                & ~Q(decided_by="")
                & ~Q(decided_by=F("counted_by")),
                name="till_count_received_by_another",
            ),
        ]
        indexes = [
            models.Index(
                fields=["till_reference"], condition=Q(status="waiting"), name="till_counts_waiting"
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def cash_difference_won(self) -> int:
        """Above 0: more was there than the ledger says."""
        return self.counted_cash_won - self.expected_cash_won

    @property
    def slips_difference_won(self) -> int:
        return self.counted_slips_won - self.expected_slips_won

    @property
    def difference_won(self) -> int:
        return self.cash_difference_won + self.slips_difference_won


class TillLine(models.Model):
    """One ledger entry of a till in the count that covers it; let go only with a rejected count."""

    count = models.ForeignKey(TillCount, on_delete=models.PROTECT, related_name="lines")
    entry = models.ForeignKey(LedgerEntry, on_delete=models.PROTECT, related_name="till_lines")
    live = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["entry"], condition=Q(live=True), name="till_entry_counted_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.count_id}: {self.entry_id}"


class GatewayFile(models.Model):
    """What a gateway says it did in some days: its own file, held against our books once."""

    reference = models.CharField(max_length=32, unique=True, default=partial(new, "GWF"))
    name = models.CharField(max_length=80)
    digest = models.CharField(max_length=64, unique=True, help_text="sha256 of its content")
    since_on = models.DateField()
    until_on = models.DateField()
    row_count = models.PositiveIntegerField()
    total_won = models.BigIntegerField(help_text="before fees")
    fee_won = models.BigIntegerField()
    uploaded_by = models.CharField(max_length=32)
    uploaded_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.reference


class DifferenceKind(models.TextChoices):
    MISSING = "missing"  # in our books, not in the file
    EXTRA = "extra"  # in the file, not in our books
    DIFFERENT = "different"  # another amount


class GatewayDifference(models.Model):
    """Where file and books do not agree; open until a person has explained it."""

    file = models.ForeignKey(GatewayFile, on_delete=models.PROTECT, related_name="differences")
    kind = models.CharField(max_length=10, choices=DifferenceKind)
    about = models.CharField(max_length=10, help_text="payment, refund, dispute, payout")
    our_reference = models.CharField(max_length=32, blank=True)
    gateway_reference = models.CharField(max_length=255)
    our_won = models.IntegerField(null=True, blank=True)
    their_won = models.IntegerField(null=True, blank=True)
    explanation = models.CharField(max_length=200, blank=True)
    closed_by = models.CharField(max_length=32, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_at=None, closed_by="", explanation="")
                | (Q(closed_at__isnull=False) & ~Q(closed_by="") & ~Q(explanation="")),
                name="difference_closed_with_a_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["file"], condition=Q(closed_at=None), name="differences_open"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.our_reference or self.gateway_reference}"
