"""Who may do what: everybody who holds a role, what changed lately, and the way to one person."""

from collections import defaultdict
from typing import Any
from unicodedata import normalize

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from storefront.accounts.access import needs
from storefront.accounts.actions import account
from storefront.accounts.models import Grant, GrantChange, Role, User
from storefront.operator_desk.desk import desk
from storefront.operator_desk.roles import Told, called, role_of, told
from storefront.refusals import StorefrontError, as_dict
from storefront.typed import page_of

PER_PAGE = 20
CHANGES_SHOWN = 10


@needs(Role.OPERATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def people(request: HttpRequest) -> HttpResponse:
    """A form asks for somebody by e-mail; the page of that person does the rest."""
    if request.method != "POST":
        return _page(request)
    try:
        person = account(request.POST.get("email", ""))
        role = role_of(request.POST.get("role", ""))
    except StorefrontError as refusal:
        return _page(request, refusal=as_dict(refusal))
    return redirect(f"{reverse('operator_person', args=[person.reference])}?role={role}#give")


def _page(request: HttpRequest, *, refusal: dict[str, Any] | None = None) -> HttpResponse:
    words = normalize("NFC", request.GET.get("q", "").strip()[:60])
    page = page_of(request.GET, _with_a_role(words), PER_PAGE)
    held = _held_by(list(page))
    context = desk(
        q=words,
        page=page,
        people=[(person, held[person.pk]) for person in page],
        changes=told(GrantChange.objects.select_related("by", "user")[:CHANGES_SHOWN]),
        roles=called(),
        typed={field: request.POST.get(field, "") for field in ("email", "role")},
        refusal=refusal,
    )
    return render(request, "operator_desk/people.html", context, status=400 if refusal else 200)


def _with_a_role(words: str) -> QuerySet[User]:
    holders = User.objects.filter(Exists(Grant.objects.filter(user=OuterRef("pk"))))
    found = holders.filter(Q(email__icontains=words) | Q(full_name__icontains=words))
    return found.order_by("full_name", "email")


def _held_by(people: list[User]) -> dict[int, list[Told]]:
    held: dict[int, list[Told]] = defaultdict(list)
    for one in told(Grant.objects.filter(user__in=people)):
        held[one.row.user_id].append(one)
    return held
