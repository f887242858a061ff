"""Our windows and slots in any storefront of a Saleor: SHIPPING_LIST_METHODS_FOR_CHECKOUT.

The checkout waits for the answer and goes on without us when there is none, so nothing is asked of
the Saleor here. An offer holds no place: a Saleor remembers the list for minutes, and the place is
taken when the order reaches us.
"""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from commerce.saleor.app import verifying
from commerce.saleor.app.upstream import upstream
from storefront.accounts.access import public
from storefront.journeys.offer_ways import offer_ways
from storefront.saleor_app.checkout import CURRENCY, as_method, read
from storefront.saleor_app.doors import raw_body, tells_saleor, when_allowed


@public
@csrf_exempt
@when_allowed
@require_POST
@tells_saleor
def shipping_methods(request: HttpRequest) -> HttpResponse:
    """A JSON list, empty when we cannot bring these goods there."""
    now = timezone.now()
    body = verifying.signed(
        verifying.installed(request.headers.get("Saleor-Api-Url", "")),
        request.headers.get("Saleor-Signature", ""),
        raw_body(request),
        upstream=upstream(),
        now=now,
    )
    checkout = read(body)
    if checkout.currency != CURRENCY:
        return JsonResponse([], safe=False)
    offers = offer_ways(goods=checkout.goods, area=checkout.area, now=now)
    return JsonResponse([as_method(o, checkout.language, now) for o in offers], safe=False)
