"""Who may open which page. A view without a declared access is refused.

Views declare with one of the decorators below; ``deny_by_default`` enforces it and puts the
caller's scope on the request, so that views look rows up inside it and never beyond.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from storefront.accounts import guests
from storefront.accounts.models import Grant, Role
from storefront.refusals import refuse_page

View = TypeVar("View", bound=Callable[..., HttpResponseBase])
Handler = Callable[[HttpRequest], HttpResponse]


FIRST_PAGE = {
    Role.OPERATOR: "operator_home",
    Role.DISPATCHER: "dispatch_home",
    Role.DRIVER: "driver_home",
    Role.FARMER: "lane_home",
    Role.LIBRARIAN: "library_home",
    Role.HELPER: "helper_home",
    Role.MERCHANT: "merchant_home",
    Role.PACKER: "merchant_orders",
}


SIGN_IN_PAGES = "accounts/"


@dataclass(frozen=True)
class Access:
    signed_in: bool
    roles: tuple[Role, ...] = ()
    guests: bool = False


def public(view: View) -> View:
    """Anybody, signed in or not."""
    view.access = Access(signed_in=False)  # type: ignore[attr-defined]
    return view


def signed_in(view: View) -> View:
    """Any signed-in person, as a shopper: the view shows them only what is theirs."""
    view.access = Access(signed_in=True)  # type: ignore[attr-defined]
    return view


def signed_in_or_guest(view: View) -> View:
    """The same, and whoever orders without signing up."""
    view.access = Access(signed_in=True, guests=True)  # type: ignore[attr-defined]
    return view


def needs(*roles: Role) -> Callable[[View], View]:
    """Somebody with one of the roles; ``request.scope`` is then what they act for."""

    def declare(view: View) -> View:
        view.access = Access(signed_in=True, roles=roles)  # type: ignore[attr-defined]
        return view

    return declare


def grants_of(user: Any) -> list[Grant]:
    return list(Grant.objects.filter(user=user)) if user.is_authenticated else []


def _access_of(request: HttpRequest, view: Any) -> Access | None:
    declared = getattr(view, "access", None)
    match = request.resolver_match
    if declared is None and match is not None and match.route.startswith(SIGN_IN_PAGES):
        return Access(signed_in=False)  # allauth guards its own pages
    return declared


def deny_by_default(get_response: Handler) -> Handler:
    def middleware(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    def process_view(
        request: HttpRequest, view: Any, args: object, kwargs: object
    ) -> HttpResponse | None:
        access = _access_of(request, view)
        if access is None:
            return refuse_page(request, "NOT_ALLOWED", status=403)
        if not access.signed_in:
            return None
        if access.guests and guests.reference_of(request):
            return None
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if not access.roles:
            return None
        held = [g for g in grants_of(request.user) if g.role in access.roles]
        scopes = [grant.scope_reference for grant in held]
        if not scopes:
            return refuse_page(request, "NOT_ALLOWED", status=403)
        chosen = request.session.get("acting_for")
        request.scope = chosen if chosen in scopes else scopes[0]  # type: ignore[attr-defined]
        request.scopes = scopes  # type: ignore[attr-defined]
        request.acting_as = held[scopes.index(request.scope)].role  # type: ignore[attr-defined]
        return None

    middleware.process_view = process_view  # type: ignore[attr-defined]
    return middleware
