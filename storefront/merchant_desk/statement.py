"""What was sold, what the mall took, what is paid: every won with its order line."""

from django.db.models import Min
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from commerce.business_days import business_date
from commerce.merchants.queries import merchant
from commerce.product_sheets.columns import guarded
from commerce.settlement.debts import steps_of
from commerce.settlement.models import DebtEndKind, Settlement
from commerce.settlement.queries import Statement, paid_with, payable, settlements_of, statement
from storefront.accounts.access import needs
from storefront.accounts.models import Role
from storefront.file_answers import file_answer, kind_of
from storefront.merchant_desk.desk import desk, scope_of
from storefront.merchant_desk.paid_words import paid_words
from storefront.merchant_desk.statement_paper import sheet_of
from storefront.paper.answer import pdf_answer
from storefront.periods import chosen_period, periods
from storefront.refusals import NotFound

SETTLEMENTS_SHOWN = 26


@needs(Role.MERCHANT)
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    reference = scope_of(request)
    known = periods(business_date(timezone.now()))
    chosen = chosen_period(request, known)
    told = statement(reference, chosen.since, chosen.until)
    context = desk(
        request,
        periods=known,
        chosen=chosen,
        statement=told,
        paid_with=paid_with(told),
        payable_won=payable(reference),
        debt_steps=[x for x in steps_of(reference) if x.kind != DebtEndKind.PROPOSED],
        settlements=settlements_of(reference)[:SETTLEMENTS_SHOWN],
    )
    return render(request, "merchant_desk/statement.html", context)


@needs(Role.MERCHANT)
@require_safe
def statement_file(request: HttpRequest) -> HttpResponse:
    """The statement as a file: a row for each order line, so that every won leads to one."""
    chosen = chosen_period(request, periods(business_date(timezone.now())))
    name = f"jangteo-statement-{chosen.since:%Y%m%d}-{chosen.until:%Y%m%d}"
    return _as_file(request, statement(scope_of(request), chosen.since, chosen.until), name)


@needs(Role.MERCHANT)
@require_safe
def settlement_file(request: HttpRequest, reference: str) -> HttpResponse:
    """One payment to the merchant as a file."""
    found, told = _settled(scope_of(request), reference)
    return _as_file(request, told, f"jangteo-{found.reference}", settlement=found.reference)


def _as_file(
    request: HttpRequest, told: Statement, name: str, *, settlement: str = ""
) -> HttpResponse:
    if request.GET.get("file") == "pdf":
        seller = merchant(told.merchant_reference)
        sheet = sheet_of(told, seller, settlement=settlement, now=timezone.now())
        return pdf_answer(sheet, name=name)
    return file_answer(file_rows(told), kind=kind_of(request), name=name, title=_("정산"))


def file_rows(told: Statement) -> list[list[str | int]]:
    """The header, the lines, and their sums."""
    words = {"exempt": _("면세"), "taxable": _("과세")}
    header: list[str | int] = [
        *(_("날짜"), _("주문"), _("주문 줄"), _("상품"), _("단위"), _("수량"), _("세금")),
        *(_("판 값"), _("부가세"), _("수수료"), _("받으실 돈"), _("정산"), _("결제")),
    ]
    paid = paid_words(told)
    lines: list[list[str | int]] = [
        [
            *(f"{business_date(row.posted_at):%Y-%m-%d}", row.order_reference, row.line_reference),
            *(guarded(row.name), guarded(row.unit), row.quantity, words[row.tax_class]),
            *(row.goods_won, row.vat_won, row.commission_won, row.net_won),
            *(row.settlement_reference, paid.get(row.line_reference, "")),
        ]
        for row in told.rows
    ]
    sums = (told.goods_won, told.vat_won, told.commission_won, told.net_won)
    return [header, *lines, [_("합계"), "", "", "", "", "", "", *sums, "", ""]]


@needs(Role.MERCHANT)
@require_safe
def settlement(request: HttpRequest, reference: str) -> HttpResponse:
    """One payment to the merchant, down to the lines it is made of."""
    found, told = _settled(scope_of(request), reference)
    context = desk(request, settlement=found, statement=told)
    return render(request, "merchant_desk/settlement.html", context)


def _settled(merchant_reference: str, reference: str) -> tuple[Settlement, Statement]:
    """Raises NOT_FOUND, also for another shop's."""
    found = settlements_of(merchant_reference).filter(reference=reference).first()
    if found is None:
        raise NotFound("settlement")
    first_at = found.entries.aggregate(at=Min("journal__posted_at"))["at"]
    since = business_date(first_at or found.made_at)
    whole = statement(merchant_reference, since, found.until_on)
    paid = tuple(row for row in whole.rows if row.settlement_reference == reference)
    return found, Statement(merchant_reference, whole.since, whole.until, paid)
