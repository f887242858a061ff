"""Is the stack up? Answers 200 only when the database answers too."""

from django.db import connection
from django.http import HttpRequest, JsonResponse

from storefront.accounts.access import public


@public
def healthz(request: HttpRequest) -> JsonResponse:
    with connection.cursor() as cursor:
        cursor.execute("select 1")
    return JsonResponse({"status": "ok"})
