"""Somebody asks by telephone, by letter or at the counter for what the mall knows of them, or to be
forgotten. Members who have a sign-in do it alone; here an operator does it for them, and says why.

Nobody is listed: who asks is found by the whole e-mail address or telephone number they name.
"""

from typing import Any

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from commerce.customers.models import Customer
from commerce.phone import to_e164
from storefront.accounts.access import needs
from storefront.accounts.models import (
    DataRequest,
    DataRequestKind,
    DataRequestWay,
    Erasure,
    Role,
    User,
)
from storefront.journeys.erase_person import erase, kept_by_law
from storefront.journeys.personal_data import personal_data
from storefront.operator_desk.desk import desk
from storefront.operator_desk.personal_files import as_json, as_zip
from storefront.refusals import REFUSALS, BadInput, NotFound, StorefrontError, as_dict, status_of
from storefront.typed import tick

SHOWN = 40
KINDS = {"json": "application/json; charset=utf-8", "zip": "application/zip"}


class DataRequestReused(StorefrontError):
    """The key was used for somebody else, or for something else."""

    code = "DATA_REQUEST_REUSED"


@needs(Role.OPERATOR)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def requests(request: HttpRequest) -> HttpResponse:
    """By POST, so that no address or number is left in a log of addresses."""
    if request.method != "POST":
        return _list(request)
    who = request.POST.get("who", "").strip()[:254]
    try:
        found = members(who)
    except REFUSALS as caught:
        refusal = as_dict(caught)
        return _list(request, status=status_of(refusal["code"]), who=who, refusal=refusal)
    return _list(request, who=who, found=found, looked=True)


def members(who: str) -> list[User]:
    """Whose sign-in is this address, or whose telephone this number. PHONE_FORMAT."""
    if "@" in who:
        return list(User.objects.filter(email=who.lower()))
    numbers = Customer.objects.filter(phone=to_e164(who, field="who"))
    return list(User.objects.filter(reference__in=numbers.values("user_reference")).order_by("pk"))


def _list(request: HttpRequest, *, status: int = 200, **said: Any) -> HttpResponse:
    rows = list(DataRequest.objects.select_related("by")[:SHOWN])
    context = desk(rows=rows, **said)
    return render(request, "operator_desk/data_requests.html", context, status=status)


@needs(Role.OPERATOR)
@never_cache
@require_safe
def person(request: HttpRequest, reference: str) -> HttpResponse:
    return _page(request, _somebody(reference))


@needs(Role.OPERATOR)
@require_POST
def take_out(request: HttpRequest, reference: str) -> HttpResponse:
    """A file for the member; that it was taken out is written down in the same transaction."""
    somebody, now = _somebody(reference), timezone.now()
    try:
        kind = request.POST.get("file", "json")
        if kind not in KINDS:
            raise BadInput("file")
        with transaction.atomic():
            _write_down(request, somebody, DataRequestKind.EXPORT)
            found = personal_data(user=somebody, now=now)
    except REFUSALS as caught:
        return _page(request, somebody, refusal=as_dict(caught))
    answer = HttpResponse(
        as_zip(found) if kind == "zip" else as_json(found), content_type=KINDS[kind]
    )
    answer["Content-Disposition"] = f'attachment; filename="jangteo-{somebody.reference}.{kind}"'
    answer["Cache-Control"] = "no-store"
    return answer


@needs(Role.OPERATOR)
@require_POST
def erase_them(request: HttpRequest, reference: str) -> HttpResponse:
    """For good, and only when it was ticked that this is known."""
    somebody = _somebody(reference)
    try:
        if not tick(request.POST, "sure"):
            raise BadInput("sure")
        with transaction.atomic():
            erase(user=somebody, now=timezone.now())
            if not _erased_by_operator(somebody):
                _write_down(request, somebody, DataRequestKind.ERASE)
    except REFUSALS as caught:
        return _page(request, somebody, refusal=as_dict(caught), erasing=True)
    return redirect("operator_data_of", reference)


def _page(
    request: HttpRequest,
    somebody: User,
    *,
    refusal: dict[str, Any] | None = None,
    erasing: bool = False,
) -> HttpResponse:
    customer = Customer.objects.filter(user_reference=somebody.reference).first()
    context = desk(
        person=somebody,
        phone=customer.phone if customer else "",
        erasure=Erasure.objects.filter(user_reference=somebody.reference).first(),
        kept=kept_by_law(user=somebody),
        has_roles=somebody.grants.exists(),
        rows=DataRequest.objects.select_related("by").filter(user_reference=somebody.reference),
        key=get_random_string(24),
        typed={name: request.POST.get(name, "") for name in ("asked_by", "reason", "file")},
        refusal=refusal,
        erasing=erasing,
    )
    status = status_of(refusal["code"]) if refusal else 200
    return render(request, "operator_desk/data_of.html", context, status=status)


def _write_down(request: HttpRequest, somebody: User, kind: DataRequestKind) -> DataRequest:
    """A repeat gets the first one. BAD_INPUT, DATA_REQUEST_REUSED."""
    asked_by, reason = request.POST.get("asked_by", ""), request.POST.get("reason", "").strip()
    key = request.POST.get("key", "")
    if asked_by not in DataRequestWay.values:
        raise BadInput("asked_by")
    if not 2 <= len(reason) <= 200 or "\x00" in reason:
        raise BadInput("reason")
    if not 16 <= len(key) <= 64 or not key.isalnum():
        raise BadInput("key")
    try:
        with transaction.atomic():
            return DataRequest.objects.create(
                key=key,
                at=timezone.now(),
                by=request.user,  # type: ignore[misc]
                user_reference=somebody.reference,
                kind=kind,
                asked_by=asked_by,
                reason=reason,
            )
    except IntegrityError:
        first = DataRequest.objects.get(key=key)
    if (first.user_reference, first.kind) != (somebody.reference, kind):
        raise DataRequestReused("key")
    return first


def _erased_by_operator(somebody: User) -> bool:
    """Nobody is erased twice, whichever operator presses again."""
    done = DataRequest.objects.filter(kind=DataRequestKind.ERASE)
    return done.filter(user_reference=somebody.reference).exists()


def _somebody(reference: str) -> User:
    found = User.objects.filter(reference=reference).first()
    if found is None:
        raise NotFound("person")
    return found
