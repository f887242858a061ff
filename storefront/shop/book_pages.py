"""Book bundles for infants: choosing one for a child, and having it fetched again."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from commerce.basket import actions as baskets
from commerce.books import actions as lending
from commerce.books import eligibility, queries
from commerce.books.models import Bundle, Child, LoanStatus, Stage
from commerce.customers.models import Customer
from logistics.delivery_windows.models import DeliveryWindow
from logistics.delivery_windows.queries import open_windows
from logistics.network.queries import depot_for
from storefront.accounts.access import public, signed_in
from storefront.accounts.customers import customer_of, shopper
from storefront.journeys.collect_bundle import book_collection
from storefront.refusals import REFUSALS, BadInput, NotFound, as_dict
from storefront.shop.basket_of import basket_for_adding

MOST_SHOWN = 60


def city_of(customer: Customer | None) -> str | None:
    """The city part of the default address: ``수원시`` of ``수원시 팔달구``."""
    home = customer.addresses.first() if customer else None
    return home.city.split()[0] if home else None


@public
@require_safe
def books(request: HttpRequest) -> HttpResponse:
    stage = request.GET.get("stage", "")
    if stage and stage not in Stage.values:
        raise BadInput("stage")
    customer = customer_of(request.user)
    children = list(queries.children_of(customer)) if customer else []
    if children and not stage:
        stage = eligibility.stage_on(children[0].born_on, timezone.localdate()) or ""
    city = city_of(customer)
    context = {
        "stages": Stage.values,
        "stage": stage,
        "city": city,
        "children": children,
        "bundles": queries.available_bundles(city=city, stage=stage or None)[:MOST_SHOWN],
    }
    return render(request, "shop/books.html", context)


def _bundle(reference: str) -> Bundle:
    found = queries.bundle(reference)
    if found is None:
        raise NotFound("bundle")
    return found


@public
@require_http_methods(["GET", "HEAD", "POST"])
def bundle(request: HttpRequest, reference: str) -> HttpResponse:
    """The books in it; a POST puts it in the basket for one of the family's children."""
    found = _bundle(reference)
    customer = customer_of(request.user)
    children = list(queries.children_of(customer)) if customer else []
    if request.method == "POST":
        return _ask_for(request, found, children)
    fitting = [
        child
        for child in children
        if eligibility.stage_on(child.born_on, timezone.localdate()) == found.stage
    ]
    context = {"bundle": found, "children": children, "fitting": fitting}
    return render(request, "shop/bundle.html", context)


def _ask_for(request: HttpRequest, bundle: Bundle, children: list[Child]) -> HttpResponse:
    wanted = request.POST.get("child", "")
    if wanted not in {child.reference for child in children}:
        raise BadInput("child")
    baskets.add_bundle(
        basket=basket_for_adding(request),
        bundle_reference=bundle.reference,
        child_reference=wanted,
    )
    messages.success(request, _("책 꾸러미를 장바구니에 담았습니다."))
    return redirect("basket")


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def add_child(request: HttpRequest) -> HttpResponse:
    typed = request.POST
    refusal = None
    if request.method == "POST":
        try:
            _register(shopper(request), typed)
        except REFUSALS as caught:
            refusal = as_dict(caught)
        else:
            messages.success(request, _("아이를 등록했습니다. 이제 책을 고를 수 있어요."))
            return redirect("books")
    context = {"typed": typed, "refusal": refusal}
    return render(request, "shop/add_child.html", context, status=400 if refusal else 200)


def _register(guardian: Customer, form: Any) -> Child:
    try:
        born_on = date.fromisoformat(f"{form.get('born', '')}-01")
    except ValueError:
        raise BadInput("born") from None
    return lending.register_child(
        guardian=guardian,
        nickname=form.get("nickname", ""),
        born_on=born_on,
        consent=form.get("consent") == "on",
        now=timezone.now(),
    )


@signed_in
@require_safe
def my_books(request: HttpRequest) -> HttpResponse:
    customer = shopper(request)
    context = {
        "loans": queries.loans_of(customer),
        "children": queries.children_of(customer),
        "on_loan": LoanStatus.ON_LOAN,
    }
    return render(request, "shop/my_books.html", context)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def collect(request: HttpRequest, reference: str) -> HttpResponse:
    """Choose when the van fetches a borrowed bundle."""
    customer = shopper(request)
    loan = queries.loans_of(customer).filter(reference=reference).first()
    if loan is None:
        raise NotFound("loan")
    home = customer.addresses.first()
    refusal = None
    if request.method == "POST":
        try:
            book_collection(
                loan_reference=loan.reference,
                guardian=customer,
                address_reference=home.reference if home else "",
                window_reference=request.POST.get("window", ""),
                now=timezone.now(),
            )
        except REFUSALS as caught:
            refusal = as_dict(caught)
        else:
            messages.success(request, _("반납 방문을 예약했습니다. 책을 문 앞에 두셔도 됩니다."))
            return redirect("my_books")
    windows = _windows(home)
    context = {"loan": loan, "home": home, "windows": windows, "refusal": refusal}
    return render(request, "shop/collect.html", context, status=400 if refusal else 200)


def _windows(home: Any) -> list[DeliveryWindow]:
    depot = depot_for(home.lat, home.lon) if home else None
    return open_windows(depot, timezone.now()) if depot else []
