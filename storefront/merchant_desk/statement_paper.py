"""A statement on paper: what was sold, what is left of it, and what tax documents go by."""

from datetime import datetime

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from commerce.business_days import business_date
from commerce.merchants.business_number import formatted
from commerce.merchants.models import Merchant
from commerce.settlement.queries import Statement
from storefront.merchant_desk.paid_words import paid_words
from storefront.paper.sheet import Column, Sheet
from storefront.templatetags.words import local_name, won


def sheet_of(told: Statement, merchant: Merchant, *, settlement: str = "", now: datetime) -> Sheet:
    """``settlement``: the reference of the payment that it tells of, or none for a period."""
    title = _("정산서")
    sheet = Sheet(title=title, language=get_language() or "ko", now=now)
    sheet.title(f"{title} {settlement}".strip())
    sheet.line(f"{local_name(merchant)} · {formatted(merchant.business_number)}")
    sheet.line(f"{told.since:%Y-%m-%d} ~ {told.until:%Y-%m-%d}")
    sheet.heading(_("받으실 돈"))
    sheet.table(_pair(), _sums(told))
    sheet.heading(_("세금계산서 바탕"))
    sheet.table(_pair(), _taxes(told))
    sheet.heading(_("주문 줄마다"))
    sheet.table(_columns(), _rows(told))
    return sheet


def _pair() -> list[Column]:
    return [Column(_("항목"), 3), Column(_("금액"), 2, number=True)]


def _sums(told: Statement) -> list[list[str]]:
    return [
        [_("판 값"), won(told.goods_won)],
        [_("수수료"), won(-told.commission_won)],
        [_("받으실 돈"), won(told.net_won)],
    ]


def _taxes(told: Statement) -> list[list[str]]:
    return [
        [_("계산서: 면세 상품"), won(told.exempt_won)],
        [_("세금계산서: 과세 상품의 공급가액"), won(told.supply_won)],
        [_("세금계산서: 과세 상품의 부가세"), won(told.vat_won)],
        [_("장터가 끊는 세금계산서: 수수료의 공급가액"), won(told.commission_supply_won)],
        [_("장터가 끊는 세금계산서: 수수료의 부가세"), won(told.commission_vat_won)],
    ]


def _columns() -> list[Column]:
    return [
        *(Column(_("날짜"), 2), Column(_("상품"), 5), Column(_("세금"), 2), Column(_("결제"), 4)),
        *(Column(_("판 값"), 3, number=True), Column(_("부가세"), 3, number=True)),
        *(Column(_("수수료"), 3, number=True), Column(_("받으실 돈"), 3, number=True)),
    ]


def _rows(told: Statement) -> list[list[str]]:
    words, paid = {"exempt": _("면세"), "taxable": _("과세")}, paid_words(told)
    return [
        [
            *(f"{business_date(row.posted_at):%m-%d}", f"{local_name(row)} {row.unit}"),
            *(words[row.tax_class], paid.get(row.line_reference, "")),
            *(won(row.goods_won), won(row.vat_won)),
            *(won(row.commission_won), won(row.net_won)),
        ]
        for row in told.rows
    ]
