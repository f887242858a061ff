"""What the mall and a commerce core elsewhere do not agree on, and whose word counts."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from commerce.core import comparing
from commerce.core.models import Side
from commerce.core.port import core
from storefront.accounts.access import needs
from storefront.accounts.models import Role
from storefront.journeys.tasks import compare_with_core
from storefront.operator_desk.desk import desk
from storefront.refusals import REFUSALS, as_dict
from storefront.typed import one_of

SHOWN = 200


@needs(Role.OPERATOR)
@require_safe
def differences(request: HttpRequest) -> HttpResponse:
    found = comparing.open_differences()
    context = desk(rows=found[:SHOWN], more=len(found) - SHOWN, ours_alone=core().immediate)
    return render(request, "operator_desk/differences.html", context)


@needs(Role.OPERATOR)
@require_POST
def take(request: HttpRequest, reference: str) -> HttpResponse:
    """Theirs or ours; a second tap changes nothing."""
    try:
        side = one_of(request.POST, "side", Side)
        row = comparing.take(reference=reference, side=side, now=timezone.now())
    except REFUSALS as refusal:
        messages.error(request, as_dict(refusal)["message"])
    else:
        said = {
            Side.OURS: _("‘%(title)s’: 우리 값을 판매 시스템에 전합니다."),
            Side.THEIRS: _("‘%(title)s’: 판매 시스템의 값을 받아들였습니다."),
            "": _("‘%(title)s’: 그사이 같아졌습니다."),
        }
        messages.success(request, said[row.settled_as] % {"title": row.title})
    return redirect("operator_differences")


@needs(Role.OPERATOR)
@require_POST
def compare_now(request: HttpRequest) -> HttpResponse:
    compare_with_core.delay()
    messages.success(request, _("다시 견주고 있습니다. 잠시 뒤 이 화면을 새로 고쳐 주세요."))
    return redirect("operator_differences")
