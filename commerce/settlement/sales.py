"""What was sold, out of the ledger: every won of a report is one that a journal moved."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import TruncDate

from commerce.business_days import SEOUL, end_of, instant
from commerce.catalogue.models import Way
from commerce.orders.models import Fulfilment
from commerce.settlement.models import AccountKind, LedgerEntry


@dataclass(frozen=True)
class Sold:
    """Goods of one merchant, category and way on one day: handed over, less what went back.

    ``category`` is its slug, "" for goods that are of none; ``lines``: order lines handed over that
    day. Won are below 0 where more went back.
    """

    on: date
    merchant_reference: str
    category: str
    way: str
    lines: int
    won: int


# One pass over the days' entries. A line is handed over once, so its days may be added up.
SOLD = """
SELECT (journal.posted_at AT TIME ZONE %(zone)s)::date,
       line.merchant_reference, COALESCE(category.slug, ''), fulfilment.way,
       COUNT(DISTINCT line.reference) FILTER (WHERE journal.event = 'handed_over'),
       -SUM(entry.amount_won)
  FROM commerce_ledgerentry entry
  JOIN commerce_journal journal ON journal.id = entry.journal_id
  JOIN commerce_ledgeraccount account ON account.id = entry.account_id
  JOIN commerce_orderline line ON line.reference = entry.line_reference
  JOIN commerce_fulfilment fulfilment ON fulfilment.id = line.fulfilment_id
  LEFT JOIN commerce_variant variant ON variant.id = line.variant_id
  LEFT JOIN commerce_product product ON product.id = variant.product_id
  LEFT JOIN commerce_category category ON category.id = product.category_id
 WHERE account.kind IN ('merchant', 'commission')
   AND journal.posted_at >= %(since)s AND journal.posted_at < %(until)s
 GROUP BY 1, 2, 3, 4
 ORDER BY 1, 2, 3, 4
"""


def sold(since: date, until: date) -> list[Sold]:
    """Posted from ``since`` to ``until``, both business dates included; one query."""
    asked: dict[str, Any] = {"zone": SEOUL.key, "since": instant(since), "until": end_of(until)}
    with connection.cursor() as cursor:
        cursor.execute(SOLD, asked)
        return [Sold(*row) for row in cursor.fetchall()]


def delivery_by_day(since: date, until: date) -> dict[date, int]:
    """Won of delivery fees that were earned, by the carrier or by merchants for their parcels, less
    what went back; days without are absent."""
    parcels = Fulfilment.objects.filter(way=Way.PARCEL)
    earned = _posted(since, until).filter(
        Q(account__kind=AccountKind.CARRIER)
        | Q(account__kind=AccountKind.MERCHANT, line_reference__in=parcels.values("reference"))
    )
    return _by_day(earned.exclude(line_reference=""))


def refunded_by_day(since: date, until: date) -> dict[date, int]:
    """Won that went back to shoppers, however they had paid; days without are absent.

    What a gateway would not give back is taken off on the day it said so.
    """
    sources = [AccountKind.GATEWAY, AccountKind.TILL, AccountKind.SLIPS, AccountKind.BANK]
    went_back = _posted(since, until).filter(
        account__kind__in=sources, journal__event__in=["refunded", "refund_refused"]
    )
    return _by_day(went_back)


def _posted(since: date, until: date) -> QuerySet[LedgerEntry]:
    return LedgerEntry.objects.filter(
        journal__posted_at__gte=instant(since), journal__posted_at__lt=end_of(until)
    )


def _by_day(entries: QuerySet[LedgerEntry]) -> dict[date, int]:
    """Credits as won above 0."""
    days = entries.annotate(on=TruncDate("journal__posted_at", tzinfo=SEOUL)).order_by()
    rows: list[tuple[date, int]] = list(
        days.values("on").annotate(won=Sum("amount_won")).values_list("on", "won")
    )
    return {on: -won for on, won in rows}
