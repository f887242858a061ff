"""What a member does at a product: keep it on the list, say what they think of it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from commerce.catalogue import queries as catalogue
from commerce.favourites import actions as favourites
from commerce.favourites.queries import favourites_of
from commerce.reviews.actions import NotReceived, write
from commerce.reviews.queries import has_received, own_review
from storefront.accounts.access import signed_in
from storefront.accounts.customers import shopper
from storefront.refusals import REFUSALS, as_dict, status_of
from storefront.typed import number_of, page_of

PER_PAGE = 24
RATINGS = (5, 4, 3, 2, 1)


@signed_in
@require_POST
def favourite(request: HttpRequest, reference: str) -> HttpResponse:
    """``keep`` or nothing: on the list, or off it."""
    product = catalogue.product(reference)
    if request.POST.get("keep"):
        favourites.keep(customer=shopper(request), product=product, now=timezone.now())
        messages.success(request, _("찜한 상품에 넣었습니다."))
    else:
        favourites.drop(customer=shopper(request), product=product)
        messages.success(request, _("찜한 상품에서 뺐습니다."))
    return redirect("product", reference)


@signed_in
@require_safe
def my_favourites(request: HttpRequest) -> HttpResponse:
    page = page_of(request.GET, favourites_of(shopper(request)), PER_PAGE)
    return render(request, "shop/favourites.html", {"page": page})


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, reference: str) -> HttpResponse:
    """One's own word on something one has received; a second time changes it."""
    product, customer = catalogue.product(reference), shopper(request)
    if not has_received(customer, product):
        raise NotReceived("product")
    refusal = None
    if request.method == "POST":
        try:
            write(
                product=product,
                customer=customer,
                rating=number_of(request.POST, "rating", RATINGS),
                words=request.POST.get("words", ""),
                now=timezone.now(),
            )
        except REFUSALS as caught:
            refusal = as_dict(caught)
        else:
            messages.success(request, _("후기를 올렸습니다. 고맙습니다."))
            return redirect("product", reference)
    own = own_review(customer, product)
    context = {
        "product": product,
        "own": own,
        "ratings": RATINGS,
        "rating": request.POST.get("rating", str(own.rating) if own else "5"),
        "words": request.POST.get("words", own.words if own else ""),
        "refusal": refusal,
    }
    status = status_of(refusal["code"]) if refusal else 200
    return render(request, "shop/review.html", context, status=status)
