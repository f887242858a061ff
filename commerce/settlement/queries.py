"""What can be asked about money owed and paid: every won leads to its order line."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet, Sum, Value
from django.db.models.functions import Concat, TruncDate

from commerce.business_days import SEOUL, end_of, instant
from commerce.catalogue.models import TaxClass, Way
from commerce.money import vat_inside
from commerce.orders.models import Fulfilment, FulfilmentStatus, Order, OrderLine
from commerce.payments.models import Payment, PaymentStatus, Refund, RefundStatus
from commerce.settlement.models import AccountKind, Journal, LedgerEntry, Settlement

PARCEL_FEE, PARCEL_FEE_EN = "택배비", "Parcel fee"


@dataclass(frozen=True)
class StatementRow:
    """One order line handed over, or given back (then the won are negative); or the fee of one
    parcel, of which the mall takes no share."""

    posted_at: datetime
    event: str
    order_reference: str
    line_reference: str
    name: str
    name_en: str
    unit: str
    quantity: int
    tax_class: str
    goods_won: int
    commission_won: int
    settlement_reference: str  # "" while not paid

    @property
    def net_won(self) -> int:
        return self.goods_won - self.commission_won

    @property
    def vat_won(self) -> int:
        """The VAT inside the goods; 0 for exempt ones."""
        if self.tax_class == TaxClass.EXEMPT:
            return 0
        vat_won = vat_inside(abs(self.goods_won))[1]
        return vat_won if self.goods_won >= 0 else -vat_won


@dataclass(frozen=True)
class Statement:
    """A merchant's lines posted from ``since`` to ``until``, both business dates included."""

    merchant_reference: str
    since: date
    until: date
    rows: tuple[StatementRow, ...]

    @property
    def goods_won(self) -> int:
        return sum(row.goods_won for row in self.rows)

    @property
    def commission_won(self) -> int:
        return sum(row.commission_won for row in self.rows)

    @property
    def net_won(self) -> int:
        return sum(row.net_won for row in self.rows)

    @property
    def paid_won(self) -> int:
        return sum(row.net_won for row in self.rows if row.settlement_reference)

    @property
    def unpaid_won(self) -> int:
        return self.net_won - self.paid_won

    @property
    def exempt_won(self) -> int:
        return sum(row.goods_won for row in self.rows if row.tax_class == TaxClass.EXEMPT)

    @property
    def vat_won(self) -> int:
        return sum(row.vat_won for row in self.rows)

    @property
    def supply_won(self) -> int:
        """Taxable goods without their VAT: exempt + supply + VAT = goods."""
        return self.goods_won - self.exempt_won - self.vat_won

    @property
    def commission_vat_won(self) -> int:
        """The VAT inside the mall's share, for the tax invoice that the mall issues."""
        vat_won = vat_inside(abs(self.commission_won))[1]
        return vat_won if self.commission_won >= 0 else -vat_won

    @property
    def commission_supply_won(self) -> int:
        return self.commission_won - self.commission_vat_won


def statement(merchant_reference: str, since: date, until: date) -> Statement:
    """Oldest first, three queries however long."""
    lines = OrderLine.objects.filter(merchant_reference=merchant_reference)
    sent = Fulfilment.objects.filter(way=Way.PARCEL, hands_over=merchant_reference)
    entries = (
        LedgerEntry.objects.filter(
            Q(line_reference__in=lines.values("reference"))
            | Q(line_reference__in=sent.values("reference")),
            account__kind__in=[AccountKind.MERCHANT, AccountKind.COMMISSION],
            journal__posted_at__gte=instant(since),
            journal__posted_at__lt=end_of(until),
        )
        .select_related("journal", "account", "settlement__run")
        .order_by("journal__posted_at", "journal_id", "pk")
    )
    grouped: dict[tuple[int, str], list[LedgerEntry]] = {}
    for entry in entries:
        grouped.setdefault((entry.journal_id, entry.line_reference), []).append(entry)
    named = {x.reference: x for x in lines.filter(reference__in={ref for _, ref in grouped})}
    return Statement(
        merchant_reference,
        since,
        until,
        tuple(
            _row(named[reference], group) if reference in named else _fee_row(reference, group)
            for (_, reference), group in grouped.items()
        ),
    )


@dataclass(frozen=True)
class PaidWith:
    """What customers paid with for the lines handed over in a statement, refunds until its last
    day taken off. It changes nothing of what the merchant is owed."""

    card_won: int
    on_site_won: int
    voucher_won: int
    transfer_won: int = 0


def paid_with(told: Statement) -> PaidWith:
    """One query."""
    lines = {row.line_reference for row in told.rows if row.event == "handed_over"}
    on_site = [AccountKind.TILL, AccountKind.SLIPS]
    # A transfer comes out of what was paid in, and goes back from the bank.
    transfer = [AccountKind.DEPOSITS, AccountKind.BANK]
    kinds = [AccountKind.GATEWAY, AccountKind.VOUCHER, *on_site, *transfer]
    entries = LedgerEntry.objects.filter(
        line_reference__in=lines,
        account__kind__in=kinds,
        journal__posted_at__lt=end_of(told.until),
    )
    won = dict(entries.order_by().values_list("account__kind").annotate(won=Sum("amount_won")))
    return PaidWith(
        card_won=won.get(AccountKind.GATEWAY, 0),
        on_site_won=sum(won.get(kind, 0) for kind in on_site),
        voucher_won=won.get(AccountKind.VOUCHER, 0),
        transfer_won=sum(won.get(kind, 0) for kind in transfer),
    )


def _fee_row(reference: str, entries: list[LedgerEntry]) -> StatementRow:
    journal = entries[0].journal
    return StatementRow(
        posted_at=journal.posted_at,
        event=journal.event,
        order_reference=journal.order_reference,
        line_reference=reference,
        name=PARCEL_FEE,
        name_en=PARCEL_FEE_EN,
        unit="",
        quantity=1,
        tax_class=TaxClass.TAXABLE,
        goods_won=-sum(x.amount_won for x in entries),
        commission_won=0,
        settlement_reference=_paid_by(entries),
    )


def _paid_by(entries: list[LedgerEntry]) -> str:
    """The approved settlement that holds them, "" before there is one."""
    settled = next((x.settlement for x in entries if x.settlement is not None), None)
    return settled.reference if settled is not None and settled.run.approved_at else ""


PAYS = [
    AccountKind.GATEWAY,
    AccountKind.TILL,
    AccountKind.SLIPS,
    AccountKind.DEPOSITS,
    AccountKind.VOUCHER,
]


def accounts_paid_from(told: Statement) -> dict[str, list[AccountKind]]:
    """Where the customers' money for each line of a statement came in, by line reference: a card's
    gateway, a till, a terminal's slips, a transfer's deposits, vouchers. One query."""
    entries = LedgerEntry.objects.filter(
        line_reference__in={row.line_reference for row in told.rows},
        account__kind__in=PAYS,
        journal__event="payment_taken",
    )
    found: dict[str, set[str]] = {}
    for line, kind in entries.values_list("line_reference", "account__kind"):
        found.setdefault(line, set()).add(kind)
    return {line: [kind for kind in PAYS if kind in kinds] for line, kinds in found.items()}


def _row(line: OrderLine, entries: list[LedgerEntry]) -> StatementRow:
    journal = entries[0].journal
    mall = [x for x in entries if x.account.kind == AccountKind.COMMISSION]
    return StatementRow(
        posted_at=journal.posted_at,
        event=journal.event,
        order_reference=journal.order_reference,
        line_reference=line.reference,
        name=line.name,
        name_en=line.name_en,
        unit=line.unit,
        quantity=line.quantity,
        tax_class=line.tax_class,
        goods_won=-sum(x.amount_won for x in entries),
        commission_won=-sum(x.amount_won for x in mall),
        settlement_reference=_paid_by(entries),
    )


def settlements_of(merchant_reference: str) -> QuerySet[Settlement]:
    """Those that were approved, newest first."""
    own = Settlement.objects.filter(merchant_reference=merchant_reference)
    return own.filter(run__approved_at__isnull=False)


def payable(merchant_reference: str) -> int:
    """What the merchant is owed now; below 0 is carried against what is handed over next."""
    own = LedgerEntry.objects.filter(
        account__kind=AccountKind.MERCHANT, account__owner_reference=merchant_reference
    )
    return -(own.aggregate(won=Sum("amount_won"))["won"] or 0)


def refunds_not_undone() -> QuerySet[Refund]:
    """Refused by the gateway and still in the ledger as given back: a crash came in between."""
    promised = Journal.objects.filter(key=Concat(Value("refunded:"), OuterRef("reference")))
    undone = Journal.objects.filter(key=Concat(Value("refund-refused:"), OuterRef("reference")))
    refused = Refund.objects.filter(status=RefundStatus.REFUSED).select_related("payment")
    return refused.filter(Exists(promised), ~Exists(undone)).order_by("pk")


def lines_given_back(refund: Refund) -> list[str]:
    """Lines and delivery fees out of whose won it was to be paid, by reference."""
    promised = LedgerEntry.objects.filter(journal__key=f"refunded:{refund.reference}")
    return sorted(set(promised.values_list("line_reference", flat=True)))


def captures_not_booked() -> QuerySet[Payment]:
    """Taken of what was held, and not in the ledger: a crash came in between."""
    booked = Journal.objects.filter(key=Concat(Value("paid:"), OuterRef("reference")))
    taken = Payment.objects.filter(holds=True, status=PaymentStatus.PAID)
    return taken.filter(~Exists(booked)).order_by("pk")


def held_above(order: Order) -> dict[str, int]:
    """Won held for lines and delivery fees that cost less by now, by reference."""
    parts = order.fulfilments.exclude(status=FulfilmentStatus.CANCELLED)
    lines = OrderLine.objects.filter(fulfilment__in=parts)
    cost = dict(parts.values_list("reference", "delivery_won"))
    cost |= dict(lines.values_list("reference", "line_won"))
    entries = LedgerEntry.objects.filter(account__kind=AccountKind.HELD, line_reference__in=cost)
    held = entries.order_by().values_list("line_reference").annotate(won=Sum("amount_won"))
    above = {reference: -won - cost[reference] for reference, won in held}
    return {reference: won for reference, won in sorted(above.items()) if won > 0}


@dataclass(frozen=True)
class Shares:
    """Who got what of goods and deliveries handed over, refunds taken off."""

    by_merchant: dict[str, int]  # won by merchant reference, the fees of parcels among them
    mall_won: int
    carrier_won: int
    screenings_won: int = 0


def shares(since: date, until: date) -> Shares:
    """Posted from ``since`` to ``until``, both business dates included; one query."""
    entries = LedgerEntry.objects.filter(
        account__kind__in=[
            AccountKind.MERCHANT,
            AccountKind.COMMISSION,
            AccountKind.CARRIER,
            AccountKind.SCREENINGS,
        ],
        journal__posted_at__gte=instant(since),
        journal__posted_at__lt=end_of(until),
    ).exclude(line_reference="")
    rows = entries.order_by().values_list("account__kind", "account__owner_reference")
    won = {(kind, owner): -sum_ for kind, owner, sum_ in rows.annotate(won=Sum("amount_won"))}
    return Shares(
        by_merchant={who: x for (kind, who), x in won.items() if kind == AccountKind.MERCHANT},
        mall_won=won.get((AccountKind.COMMISSION, ""), 0),
        carrier_won=won.get((AccountKind.CARRIER, ""), 0),
        screenings_won=sum(x for (kind, _), x in won.items() if kind == AccountKind.SCREENINGS),
    )


@dataclass(frozen=True)
class BankDay:
    """Won of shoppers' transfers that came into our bank account on a day, and went out of it."""

    on: date
    in_won: int
    out_won: int


def bank_days(until: date, days: int) -> list[BankDay]:
    """To be held against the bank's own page, latest first; payouts to merchants are left out."""
    since = until - timedelta(days=days - 1)
    entries = LedgerEntry.objects.filter(
        account__kind=AccountKind.BANK,
        journal__event__in=["deposited", "deposit_returned", "refunded", "refund_refused"],
        journal__posted_at__gte=instant(since),
        journal__posted_at__lt=end_of(until),
    )
    by_day = entries.annotate(on=TruncDate("journal__posted_at", tzinfo=SEOUL)).order_by("-on")
    came = Sum("amount_won", filter=Q(journal__event="deposited"), default=0)
    rows = by_day.values("on").annotate(came=came, all=Sum("amount_won"))
    return [BankDay(row["on"], row["came"], row["came"] - row["all"]) for row in rows]


def balances() -> dict[str, int]:
    """Won by kind of account, debits positive; kinds never used are absent."""
    rows = LedgerEntry.objects.values_list("account__kind").annotate(won=Sum("amount_won"))
    return dict(rows.order_by())


def trial_balance() -> int:
    """All entries together: 0, or the ledger is broken."""
    return sum(balances().values())
