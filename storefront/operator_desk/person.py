"""One person: the roles they hold, giving them another, taking one away."""

from typing import Any

from allauth.account.models import EmailAddress
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from storefront.accounts import actions, scopes
from storefront.accounts.access import needs
from storefront.accounts.models import Role, User
from storefront.operator_desk.desk import desk
from storefront.operator_desk.roles import called, question, role_of, told
from storefront.refusals import REFUSALS, NotFound, as_dict

CHANGES_SHOWN = 20


@needs(Role.OPERATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def person(request: HttpRequest, reference: str) -> HttpResponse:
    """First the role is chosen, then what it is for: short lists, and no script is needed."""
    somebody = _somebody(reference)
    if request.method == "POST":
        return _give(request, somebody)
    role = request.GET.get("role", "")
    return _page(request, somebody, role_of(role) if role else None)


@needs(Role.OPERATOR)
@require_POST
def take_away(request: HttpRequest, reference: str) -> HttpResponse:
    """At once: whatever they open next is refused."""
    somebody, role = _somebody(reference), role_of(request.POST.get("role", ""))
    try:
        actions.revoke(
            user=somebody,
            role=role,
            scope_reference=request.POST.get("scope", ""),
            by=request.user,  # type: ignore[arg-type]
            now=timezone.now(),
        )
    except REFUSALS as refusal:
        messages.error(request, as_dict(refusal)["message"])
    else:
        said = _("%(name)s 님의 ‘%(role)s’ 역할을 거두었습니다.")
        messages.success(request, said % _names(somebody, role))
    return redirect("operator_person", reference)


def _give(request: HttpRequest, somebody: User) -> HttpResponse:
    role, scope = role_of(request.POST.get("role", "")), request.POST.get("scope", "")
    try:
        actions.grant(
            user=somebody,
            role=role,
            scope_reference=scope,
            by=request.user,  # type: ignore[arg-type]
            now=timezone.now(),
        )
    except REFUSALS as refusal:
        return _page(request, somebody, role, typed=scope, refusal=as_dict(refusal))
    said = _("%(name)s 님에게 ‘%(role)s’ 역할을 주었습니다.")
    messages.success(request, said % _names(somebody, role))
    # A refusal is shown at the form, which may be far down; what was done, at the top.
    return redirect(f"{reverse('operator_person', args=[somebody.reference])}#top")


def _page(
    request: HttpRequest,
    somebody: User,
    role: Role | None,
    *,
    typed: str = "",
    refusal: dict[str, Any] | None = None,
) -> HttpResponse:
    changes = somebody.grant_changes.select_related("by", "user")[:CHANGES_SHOWN]
    context = desk(
        person=somebody,
        # Whoever signs up with somebody else's address waits for just this page.
        confirmed=EmailAddress.objects.filter(
            user=somebody, email__iexact=somebody.email, verified=True
        ).exists(),
        held=told(somebody.grants.all()),
        changes=told(changes),
        roles=called(),
        role=role,
        question=question(role) if role else "",
        things=scopes.choices(role) if role else [],
        typed=typed,
        refusal=refusal,
    )
    return render(request, "operator_desk/person.html", context, status=400 if refusal else 200)


def _somebody(reference: str) -> User:
    found = User.objects.filter(reference=reference).first()
    if found is None:
        raise NotFound("person")
    return found


def _names(somebody: User, role: Role) -> dict[str, str]:
    return {"name": somebody.full_name or somebody.email, "role": called()[role]}
