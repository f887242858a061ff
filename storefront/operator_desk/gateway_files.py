"""Files of the gateway's own, held against the books; a person explains each difference."""

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from commerce.settlement import reconciling
from commerce.settlement.models import GatewayDifference, GatewayFile
from storefront.accounts.access import needs
from storefront.accounts.models import Role, User
from storefront.operator_desk.desk import desk
from storefront.refusals import REFUSALS, BadInput, NotFound, as_dict

FILES_SHOWN = 60


@needs(Role.OPERATOR)
@require_safe
def files(request: HttpRequest) -> HttpResponse:
    open_ones = Count("differences", filter=Q(differences__closed_at=None))
    context = desk(
        files=GatewayFile.objects.annotate(open_count=open_ones).order_by("-pk")[:FILES_SHOWN]
    )
    return render(request, "operator_desk/gateway_files.html", context)


@needs(Role.OPERATOR)
@require_POST
def take_in(request: HttpRequest) -> HttpResponse:
    sheet = request.FILES.get("sheet")
    try:
        if sheet is None:
            raise BadInput("sheet")
        file = reconciling.take_in(
            name=sheet.name or "",
            content=sheet.read(),
            uploaded_by=request.user.reference,  # type: ignore[union-attr]
            now=timezone.now(),
        )
    except REFUSALS as refusal:
        messages.error(request, as_dict(refusal)["message"])
        return redirect("operator_gateway_files")
    messages.success(request, _("파일을 장부와 맞춰 보았습니다."))
    return redirect("operator_gateway_file", file.reference)


@needs(Role.OPERATOR)
@require_safe
def one(request: HttpRequest, reference: str) -> HttpResponse:
    file = GatewayFile.objects.filter(reference=reference).first()
    if file is None:
        raise NotFound("file")
    found = list(file.differences.all())
    people = User.objects.filter(reference__in=[x.closed_by for x in found])
    names = {person.reference: person.full_name or person.email for person in people}
    context = desk(
        file=file,
        net_won=file.total_won - file.fee_won,
        waiting=[x for x in found if x.closed_at is None],
        explained=[(x, names.get(x.closed_by, "")) for x in found if x.closed_at is not None],
    )
    return render(request, "operator_desk/gateway_file.html", context)


@needs(Role.OPERATOR)
@require_POST
def close(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    if not GatewayDifference.objects.filter(pk=number, file__reference=reference).exists():
        raise NotFound("difference")
    try:
        reconciling.close(
            number=number,
            explanation=request.POST.get("explanation", ""),
            closed_by=request.user.reference,  # type: ignore[union-attr]
            now=timezone.now(),
        )
    except REFUSALS as refusal:
        messages.error(request, as_dict(refusal)["message"])
    else:
        messages.success(request, _("까닭을 적었습니다."))
    return redirect("operator_gateway_file", reference)
