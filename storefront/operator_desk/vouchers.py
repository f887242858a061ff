"""Voucher programmes: their money, what they issue, and the codes on paper or in a file."""

from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from commerce.business_days import business_date
from commerce.catalogue.models import Category, TaxClass
from commerce.merchants.models import Market, MerchantKind
from commerce.merchants.queries import markets
from commerce.product_sheets import files
from commerce.text import line as one_line
from commerce.vouchers import actions, codes
from commerce.vouchers.actions import Planned
from commerce.vouchers.models import Batch, Funding, Programme, Voucher
from commerce.vouchers.queries import named, programmes
from storefront.accounts.access import needs
from storefront.accounts.models import Role, User
from storefront.journeys.voucher_programmes import issue_vouchers, recharge_budget
from storefront.operator_desk.desk import desk
from storefront.paper.answer import pdf_answer
from storefront.paper.sheet import Label, Sheet
from storefront.refusals import REFUSALS, BadInput, NotFound, as_dict
from storefront.templatetags.words import local_name, won
from storefront.typed import one_of, parsed, tick, whole_number

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FILES = ("csv", "xlsx", "pdf")


@needs(Role.OPERATOR)
@require_safe
def vouchers(request: HttpRequest) -> HttpResponse:
    return _list(request, QueryDict())


@needs(Role.OPERATOR)
@require_POST
def new_programme(request: HttpRequest) -> HttpResponse:
    try:
        made = actions.open_programme(
            planned=_planned(request.POST),
            by=_who(request),
            key=_key(request),
            now=timezone.now(),
        )
    except REFUSALS as refusal:
        return _list(request, request.POST, as_dict(refusal))
    messages.success(request, _("바우처 사업을 열었습니다. 예산을 채우면 발행할 수 있습니다."))
    return redirect("operator_programme", made.reference)


@needs(Role.OPERATOR)
@require_safe
def programme(request: HttpRequest, reference: str) -> HttpResponse:
    return _one(request, _programme(reference), QueryDict())


@needs(Role.OPERATOR)
@require_POST
def recharge(request: HttpRequest, reference: str) -> HttpResponse:
    """One person notes the money; ``see`` is for another."""
    own = _programme(reference)
    try:
        actions.note_recharge(
            programme_reference=own.reference,
            amount_won=whole_number(request.POST, "amount_won"),
            note=one_line("note", request.POST.get("note", ""), longest=80),
            by=_who(request),
            key=_key(request),
            now=timezone.now(),
        )
    except REFUSALS as refusal:
        return _one(request, own, request.POST, as_dict(refusal))
    messages.success(request, _("입금을 적었습니다. 다른 운영자가 확인하면 예산이 늘어납니다."))
    return redirect("operator_programme", reference)


@needs(Role.OPERATOR)
@require_POST
def see(request: HttpRequest, reference: str, recharge: str) -> HttpResponse:
    own = _programme(reference)
    if not own.recharges.filter(reference=recharge).exists():
        raise NotFound("recharge")
    try:
        recharge_budget(reference=recharge, by=_who(request), now=timezone.now())
    except REFUSALS as refusal:
        return _one(request, own, QueryDict(), as_dict(refusal))
    messages.success(request, _("입금을 확인했습니다. 이제 그만큼 발행할 수 있습니다."))
    return redirect("operator_programme", reference)


@needs(Role.OPERATOR)
@require_POST
def issue(request: HttpRequest, reference: str) -> HttpResponse:
    own = _programme(reference)
    try:
        batch = issue_vouchers(
            programme_reference=own.reference,
            count=whole_number(request.POST, "count"),
            each_won=whole_number(request.POST, "each_won"),
            by=_who(request),
            key=_key(request),
            now=timezone.now(),
        )
    except REFUSALS as refusal:
        return _one(request, own, request.POST, as_dict(refusal))
    told = _("바우처 %(count)s장을 발행했습니다. 아래에서 번호를 내려받으세요.")
    messages.success(request, told % {"count": f"{batch.count:,}"})
    return redirect("operator_programme", reference)


@needs(Role.OPERATOR)
@never_cache
@require_POST
def codes_of(request: HttpRequest, reference: str, batch: str) -> HttpResponse:
    """As a file or on paper: by POST, so that it is written down who had them."""
    found = Batch.objects.select_related("programme").filter(
        reference=batch, programme__reference=reference
    )
    own = found.first()
    if own is None:
        raise NotFound("batch")
    kind = request.POST.get("file", "")
    if kind not in FILES:
        raise BadInput("file")
    rows = list(own.vouchers.order_by("pk"))
    if kind == "pdf":
        return pdf_answer(_cards(own, rows, timezone.now()), name=f"vouchers-{own.reference}")
    return _file(own, rows, kind)


def _file(batch: Batch, rows: list[Voucher], kind: str) -> HttpResponse:
    first, name = batch.programme.from_on.isoformat(), local_name(batch.programme)
    lines: list[list[str | int]] = [[_("번호"), _("금액"), _("시작"), _("끝"), _("바우처")]]
    lines += [[_code(row), row.amount_won, first, row.until_on.isoformat(), name] for row in rows]
    if kind == "csv":
        answer = HttpResponse(files.csv_file(lines), content_type="text/csv; charset=utf-8")
    else:
        answer = HttpResponse(files.xlsx(lines, title=_("바우처")), content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="vouchers-{batch.reference}.{kind}"'
    answer["Cache-Control"] = "no-store"
    return answer


def _cards(batch: Batch, rows: list[Voucher], now: datetime) -> Sheet:
    """To cut out. The square holds the code and no address, so that it ends up in no log."""
    own = batch.programme
    sheet = Sheet(title=local_name(own), language=get_language() or "ko", now=now)
    sheet.labels(
        [
            Label(
                title=won(row.amount_won),
                lines=[
                    local_name(own),
                    _code(row),
                    f"{own.from_on:%Y-%m-%d} ~ {row.until_on:%Y-%m-%d}",
                    _("장터에서 주문할 때 번호를 넣어 주세요."),
                ],
                square=_code(row),
            )
            for row in rows
        ]
    )
    return sheet


def _code(row: Voucher) -> str:
    """Raises NOT_FOUND where the mall's secret has changed since: then only who has it knows it."""
    code = codes.code_of(row.reference)
    if codes.digest_of(code) != row.code_digest:
        raise NotFound("code")
    return codes.shown(code)


def _list(
    request: HttpRequest, typed: QueryDict, refusal: dict[str, Any] | None = None
) -> HttpResponse:
    today = business_date(timezone.now())
    context = desk(
        programmes=programmes(),
        categories=Category.objects.all(),
        markets=markets(),
        kinds=MerchantKind.values,
        typed=typed,
        chosen={name: typed.getlist(name) for name in ("category", "market", "kind")},
        today=today,
        key=get_random_string(24),
        refusal=refusal,
    )
    status = 400 if refusal else 200
    return render(request, "operator_desk/vouchers.html", context, status=status)


def _one(
    request: HttpRequest,
    own: Programme,
    typed: QueryDict,
    refusal: dict[str, Any] | None = None,
) -> HttpResponse:
    found = programmes().get(pk=own.pk)
    recharges, batches = list(own.recharges.all()), list(own.batches.all())
    by = {x.noted_by for x in recharges} | {x.seen_by for x in recharges}
    by |= {x.issued_by for x in batches}
    people = User.objects.filter(reference__in=by)
    names = {person.reference: person.full_name or person.email for person in people}
    context = desk(
        programme=found,
        named=named([found])[found.pk],
        recharges=[
            (x, names.get(x.noted_by, ""), names.get(x.seen_by, ""), x.noted_by != _who(request))
            for x in recharges
        ],
        batches=[(x, names.get(x.issued_by, "")) for x in batches],
        spendable_won=found.issued_won - found.spent_won - _kept_lapsed_won(found),
        files=FILES,
        is_over=found.until_on < business_date(timezone.now()),
        typed=typed,
        key=get_random_string(24),
        refusal=refusal,
    )
    status = 400 if refusal else 200
    return render(request, "operator_desk/programme.html", context, status=status)


def _kept_lapsed_won(found: Any) -> int:
    """Of sold vouchers, what has lapsed stays issued; a budget has it back."""
    return found.lapsed_won if found.funding == Funding.SOLD else 0


def _planned(form: QueryDict) -> Planned:
    """Raises BAD_INPUT, TEXT_REQUIRED, TEXT_TOO_LONG."""
    tax_class = form.get("tax_class", "")
    if tax_class not in ("", *TaxClass.values):
        raise BadInput("tax_class")
    return Planned(
        name=one_line("name", form.get("name", ""), longest=60),
        name_en=one_line("name_en", form.get("name_en", ""), longest=60),
        funding=one_of(form, "funding", Funding),
        from_on=parsed(form, "from_on", date.fromisoformat),
        until_on=parsed(form, "until_on", date.fromisoformat),
        single_use=tick(form, "single_use"),
        personal=tick(form, "personal"),
        covers_delivery=tick(form, "covers_delivery"),
        tax_class=tax_class,
        merchant_kinds=_some(form, "kind", set(MerchantKind.values)),
        market_references=_some(
            form, "market", set(Market.objects.values_list("reference", flat=True))
        ),
        categories=_some(form, "category", set(Category.objects.values_list("slug", flat=True))),
    )


def _some(form: QueryDict, field: str, known: set[str]) -> list[str]:
    """Any of what was offered. Raises BAD_INPUT."""
    chosen = sorted(set(form.getlist(field)))
    if not known.issuperset(chosen):
        raise BadInput(field)
    return chosen


def _programme(reference: str) -> Programme:
    found = Programme.objects.filter(reference=reference).first()
    if found is None:
        raise NotFound("programme")
    return found


def _key(request: HttpRequest) -> str:
    return request.POST.get("key", "")[:64] or get_random_string(24)


def _who(request: HttpRequest) -> str:
    return request.user.reference  # type: ignore[union-attr]
