"""Many products at once: a form to fill in, the shop's own products as a file, and files sent."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from kombu.exceptions import OperationalError

from commerce.business_days import business_date
from commerce.product_sheets import actions as sheets
from commerce.product_sheets import columns, files
from commerce.product_sheets.models import ImportStatus, ProductImport
from commerce.product_sheets.queries import import_of, imports_of, rows_of
from storefront.accounts.access import needs
from storefront.accounts.models import Role
from storefront.file_answers import file_answer, kind_of
from storefront.journeys.tasks import write_products
from storefront.live import channels
from storefront.merchant_desk.desk import desk, own_merchant, scope_of
from storefront.refusals import REFUSALS, BadInput, as_dict, message, status_of
from storefront.typed import page_of

EARLIER = 10
ISSUES_PER_PAGE = 100


@needs(Role.MERCHANT)
@require_http_methods(["GET", "HEAD", "POST"])
def sheet(request: HttpRequest) -> HttpResponse:
    """Where files are had and sent. A sent one is read and checked at once."""
    if request.method != "POST":
        return _page(request)
    try:
        sent = _receive(request)
    except REFUSALS as refusal:
        return _page(request, as_dict(refusal))
    return redirect("merchant_import", sent.reference)


def _receive(request: HttpRequest) -> ProductImport:
    file = request.FILES.get("sheet")
    if file is None:
        raise BadInput("sheet")
    # One byte more than is allowed is enough to be refused.
    content = file.read(files.LARGEST_BYTES + 1)
    return sheets.receive(
        merchant=own_merchant(request),
        file_name=file.name or "",
        content=content,
        now=timezone.now(),
    )


def _page(request: HttpRequest, refusal: dict[str, Any] | None = None) -> HttpResponse:
    context = desk(
        request,
        refusal=refusal,
        earlier=imports_of(scope_of(request))[:EARLIER],
        most_rows=files.MOST_ROWS,
        columns=_explained(),
    )
    status = status_of(refusal["code"]) if refusal else 200
    return render(request, "merchant_desk/sheet.html", context, status=status)


def _explained() -> list[tuple[str, bool, str]]:
    """(what a column is called, whether it is needed, what may stand in it)."""
    english = get_language() == "en"
    hints = {
        "code": _("가게에서 쓰는 코드. 같은 코드는 같은 상품으로 봅니다."),
        "unit": _("한 줄에 한 단위. 단위가 여럿이면 같은 코드로 여러 줄"),
        "order_step": _("몇 개씩 주문받는지. 비우면 그대로 둡니다."),
        "preparation": _("한 개를 준비하는 분. 예: 1.5"),
        "cut_off": _("당일 09:00 · 전날 18:00 · 3일 전 12:00 · 없음"),
        "on_hand": _("비우면 그대로 둡니다."),
        "weight_grams": _("비우면 단위를 보고 어림합니다."),
        "volume_ml": _("비우면 단위를 보고 어림합니다."),
    }
    return [
        (
            column.en if english else column.ko,
            column.needed,
            hints.get(column.key)
            or " · ".join(words[english] for words in columns.CHOICES.get(column.key, {}).values()),
        )
        for column in columns.COLUMNS
    ]


@needs(Role.MERCHANT)
@require_safe
def template(request: HttpRequest) -> HttpResponse:
    """The header alone, to be filled in."""
    header = columns.header(english=get_language() == "en")
    return file_answer([header], kind=kind_of(request), name="jangteo-products", title=_("상품"))


@needs(Role.MERCHANT)
@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """All of the shop's products; sending the file back changes nothing."""
    rows = rows_of(scope_of(request), english=get_language() == "en")
    today = business_date(timezone.now())
    name = f"jangteo-products-{today:%Y%m%d}"
    return file_answer(rows, kind=kind_of(request), name=name, title=_("상품"))


@needs(Role.MERCHANT)
@require_safe
def sent(request: HttpRequest, reference: str) -> HttpResponse:
    """What became of one file: its wrong cells, what it would do, how far it is, what it did."""
    context = desk(request, **_facts(request, reference))
    return render(request, "merchant_desk/import.html", context)


@needs(Role.MERCHANT)
@require_safe
def part(request: HttpRequest, reference: str) -> HttpResponse:
    """The result alone, for a page that is open already."""
    return render(request, "merchant_desk/import_part.html", _facts(request, reference))


def _facts(request: HttpRequest, reference: str) -> dict[str, Any]:
    found = import_of(scope_of(request), reference)
    page = page_of(request.GET, found.issues, ISSUES_PER_PAGE)
    return {
        "sent": found,
        "page": page,
        "issues": [_in_words(issue) for issue in page],
        "may_confirm": found.status == ImportStatus.CHECKED,
        "writing": found.status == ImportStatus.CONFIRMED,
        "refused": found.status == ImportStatus.REFUSED,
        "finished": found.status == ImportStatus.DONE,
        "channel": channels.imports(scope_of(request)),
    }


def _in_words(issue: dict[str, Any]) -> dict[str, Any]:
    column = next(column for column in columns.COLUMNS if column.key == issue["column"])
    words = {
        "column": column.en if get_language() == "en" else column.ko,
        "message": message(issue["code"], issue["data"]),
    }
    return issue | words


@needs(Role.MERCHANT)
@require_POST
def confirm(request: HttpRequest, reference: str) -> HttpResponse:
    """Write it. The row says so first; should nobody be woken up, the sweep finds it."""
    try:
        found = sheets.confirm(
            merchant=own_merchant(request), reference=reference, now=timezone.now()
        )
    except sheets.ImportNotOpen as refusal:
        messages.error(request, as_dict(refusal)["message"])
        return redirect("merchant_import", reference)
    try:
        write_products.delay(found.reference)
    except OperationalError:
        messages.info(request, _("1분 안에 넣기 시작합니다."))
    return redirect("merchant_import", found.reference)
