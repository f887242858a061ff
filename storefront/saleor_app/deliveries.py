"""Where a Saleor tells us what happened: kept at once, worked off by ``tasks`` afterwards."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from commerce.saleor.app import actions
from commerce.saleor.app.upstream import upstream
from storefront.accounts.access import public
from storefront.saleor_app.doors import raw_body, tells_saleor, when_allowed


@public
@csrf_exempt
@when_allowed
@require_POST
@tells_saleor
def deliveries(request: HttpRequest) -> HttpResponse:
    """Slow or failing work must not be seen here: a Saleor lets its other receivers wait for us."""
    _delivery, is_new = actions.receive(
        api_url=request.headers.get("Saleor-Api-Url", ""),
        event=request.headers.get("Saleor-Event", ""),
        signature=request.headers.get("Saleor-Signature", ""),
        body=raw_body(request),
        upstream=upstream(),
        now=timezone.now(),
    )
    return JsonResponse({"repeat": not is_new})
