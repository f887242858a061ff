"""Who did what, when: what operators, market helpers and merchants pressed, latest first."""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from commerce.business_days import business_date, end_of, instant
from commerce.product_sheets.columns import guarded
from storefront.accounts import scopes
from storefront.accounts.access import needs
from storefront.accounts.audit import WRITTEN_DOWN
from storefront.accounts.models import AuditEntry, AuditOutcome, Role
from storefront.file_answers import file_answer, kind_of
from storefront.operator_desk.desk import desk
from storefront.operator_desk.roles import called, role_of
from storefront.refusals import BadInput, StorefrontError
from storefront.typed import page_of, parsed

PER_PAGE = 40
MOST_ROWS = 20_000
FIELDS = ("q", "role", "action", "outcome", "since", "until")


class AuditFileTooLong(StorefrontError):
    """``data``: ``most`` rows in a file, and ``found``."""

    code = "AUDIT_FILE_TOO_LONG"


class Told(NamedTuple):
    row: AuditEntry
    role: str
    thing: str
    action: str


@dataclass(frozen=True)
class Asked:
    """Which entries. ``words``: a reference, or part of somebody's name or e-mail; days included;
    all of them empty for everything."""

    words: str
    role: Role | None
    action: str
    outcome: str
    since: date | None
    until: date | None


@needs(Role.OPERATOR)
@require_safe
def audit(request: HttpRequest) -> HttpResponse:
    """``?q=``, ``?role=``, ``?action=``, ``?outcome=``, ``?since=``, ``?until=``; see ``Asked``."""
    asked = _asked(request.GET)
    page = page_of(request.GET, _found(asked), PER_PAGE)
    names, words = called(), actions()
    context = desk(
        page=page,
        entries=_told(list(page), names),
        asked=asked,
        roles={role: names[role] for role in WRITTEN_DOWN},
        actions=sorted(words.items(), key=lambda item: item[1]),
        kept=urlencode({name: request.GET[name] for name in FIELDS if request.GET.get(name)}),
    )
    return render(request, "operator_desk/audit.html", context)


@needs(Role.OPERATOR)
@require_safe
def audit_file(request: HttpRequest) -> HttpResponse:
    """The same entries, all pages of them, as CSV or XLSX. AUDIT_FILE_TOO_LONG."""
    found, kind = _found(_asked(request.GET)), kind_of(request)
    count = found.count()
    if count > MOST_ROWS:
        raise AuditFileTooLong("since", most=MOST_ROWS, found=count)
    outcomes = {"done": _("했음"), "refused": _("안 됨"), "": _("끊김")}
    header = [
        _("때"),
        _("누가"),
        _("이메일"),
        _("역할"),
        _("어디의"),
        _("무엇을"),
        _("번호"),
        _("결과"),
    ]
    rows = [
        [
            f"{timezone.localtime(one.row.at):%Y-%m-%d %H:%M:%S}",
            *(guarded(one.row.by.full_name), guarded(one.row.by.email)),
            *(one.role, guarded(one.thing), one.action, guarded(one.row.subject)),
            outcomes[one.row.outcome],
        ]
        for one in _told(list(found), called())
    ]
    today = business_date(timezone.now())
    name = f"jangteo-audit-{today:%Y%m%d}"
    return file_answer([header, *rows], kind=kind, name=name, title=_("감사 기록"))


def _asked(query: QueryDict) -> Asked:
    """Raises BAD_INPUT."""
    role, action, outcome = (query.get(name, "") for name in ("role", "action", "outcome"))
    since, until = (
        parsed(query, name, date.fromisoformat) if query.get(name) else None
        for name in ("since", "until")
    )
    if action and action not in actions():
        raise BadInput("action")
    if outcome and outcome not in AuditOutcome.values:
        raise BadInput("outcome")
    for name, on in (("since", since), ("until", until)):
        if on is not None and not 2000 <= on.year <= 2100:
            raise BadInput(name)
    if since and until and until < since:
        raise BadInput("until")
    words = query.get("q", "").strip()[:60]
    return Asked(words, role_of(role) if role else None, action, outcome, since, until)


def _found(asked: Asked) -> QuerySet[AuditEntry]:
    entries = AuditEntry.objects.select_related("by")
    if asked.role is not None:
        entries = entries.filter(role=asked.role)
    if asked.action:
        entries = entries.filter(action=asked.action)
    if asked.outcome:
        entries = entries.filter(outcome=asked.outcome)
    if asked.since is not None:
        entries = entries.filter(at__gte=instant(asked.since))
    if asked.until is not None:
        entries = entries.filter(at__lt=end_of(asked.until))
    if not asked.words:
        return entries
    who = Q(by__full_name__icontains=asked.words) | Q(by__email__icontains=asked.words)
    return entries.filter(who | Q(subject=asked.words) | Q(scope_reference=asked.words))


def _told(entries: list[AuditEntry], roles: dict[str, str]) -> list[Told]:
    things = scopes.names(entries) | {(Role.OPERATOR, ""): _("장터 전체")}
    words = actions()
    return [
        Told(
            row=one,
            role=roles[one.role],
            thing=things.get((Role(one.role), one.scope_reference), one.scope_reference),
            action=words.get(one.action, one.action),
        )
        for one in entries
    ]


def actions() -> dict[str, str]:
    """What was pressed, by the name of the page's address."""
    return {
        "helper_line_ready": _("준비했다고 알림"),
        "helper_line_short": _("모자란다고 알림"),
        "helper_phone_order": _("전화 주문 받기"),
        "helper_substitute": _("손님 답을 대신 적음"),
        "merchant_add_unit": _("단위 더하기"),
        "merchant_apply": _("입점 신청"),
        "merchant_close_day": _("쉬는 날 정하기"),
        "merchant_count": _("수량 고치기"),
        "merchant_import_confirm": _("파일로 올리기 확정"),
        "merchant_line_ready": _("준비했다고 알림"),
        "merchant_line_short": _("모자란다고 알림"),
        "merchant_move_part": _("다른 날로 옮기기"),
        "merchant_new_product": _("상품 올리기"),
        "merchant_part_ready": _("모두 준비했다고 알림"),
        "merchant_pay_back": _("환불하기"),
        "merchant_picture": _("사진 바꾸기"),
        "merchant_product": _("상품 고치기"),
        "merchant_publish": _("상품 내놓기"),
        "merchant_reopen_day": _("다시 여는 날로"),
        "merchant_rest": _("정기 휴일 정하기"),
        "merchant_sheet": _("파일 올리기"),
        "merchant_stock_kind": _("수량 세는 방법"),
        "merchant_substitute": _("다른 것 권하기"),
        "merchant_switch": _("가게 바꾸기"),
        "merchant_withdraw": _("상품 거두기"),
        "operator_data_requests": _("개인정보 요청한 회원 찾기"),
        "operator_take_out_data": _("개인정보 꺼내기"),
        "operator_erase": _("개인정보 지우기"),
        "operator_approve": _("입점 승인"),
        "operator_ask_again": _("결제사에 다시 묻기"),
        "operator_erase_person": _("개인정보 지우기"),
        "operator_commission_approve": _("수수료 승인"),
        "operator_commission_propose": _("수수료 제안하기"),
        "operator_commission_reject": _("수수료 돌려보내기"),
        "operator_debt_step": _("가게 빚 다루기"),
        "operator_compare_now": _("판매 시스템과 견주기"),
        "operator_follow_saleor_order_again": _("Saleor 주문 다시 읽기"),
        "operator_lists": _("목록 더하기"),
        "operator_payout_account": _("송금 계정 적기"),
        "operator_payout_again": _("다시 송금하기"),
        "operator_payout_sent": _("송금했다고 적기"),
        "operator_people": _("사람 찾기"),
        "operator_person": _("역할 주기"),
        "operator_refund_again": _("환불 다시 하기"),
        "operator_remove_list": _("목록 내리기"),
        "operator_revoke": _("역할 거두기"),
        "operator_run_approve": _("정산 승인"),
        "operator_run_reconcile": _("정산 대사"),
        "operator_run_reject": _("정산 돌려보내기"),
        "operator_run_review": _("정산 검토"),
        "operator_settle": _("정산하기"),
        "operator_refund_sent": _("환불을 보냈다고 적기"),
        "operator_send_back": _("입금을 돌려 보냈다고 적기"),
        "operator_transfer": _("입금 적기"),
        "operator_suspend": _("판매 멈추기"),
        "operator_take_difference": _("다른 것 정하기"),
        "operator_tell_core_again": _("상품 시스템에 다시 알리기"),
    }
