"""Uploaded pictures, served by the web process itself; a proxy in front may take this over."""

from django.conf import settings
from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe
from django.views.static import serve

from storefront.accounts.access import public

# A changed picture gets a new name, so what was fetched once stays good.
FOREVER = "public, max-age=31536000, immutable"


@public
@require_safe
def media(request: HttpRequest, path: str) -> HttpResponseBase:
    answer = serve(request, path, document_root=str(settings.MEDIA_ROOT))
    if isinstance(answer, FileResponse):
        answer.headers["Cache-Control"] = FOREVER
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
