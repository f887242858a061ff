"""Pages that every visitor sees alike: drawn once in a few seconds, and kept by the web process.

Only who comes without a session is shown one: nobody who signed in, began an order or ever put
something into a basket. Price and stock are checked anew when they do.
"""

import re
from collections.abc import Callable
from functools import wraps
from hashlib import sha256

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language

from storefront.text_size import is_large

View = Callable[..., HttpResponse]

# A message for one person, e.g. that they signed out, waits in the one or the other.
PERSONAL = {settings.SESSION_COOKIE_NAME, "messages"}
FORM_TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="(\w+)"')


def remembered(view: View) -> View:
    """For pages that depend on nothing but their address, the language and the size of letters."""

    @wraps(view)
    def answer(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if PERSONAL & request.COOKIES.keys():
            return view(request, *args, **kwargs)
        key = _key(request)
        pieces = caches["pages"].get(key)
        if pieces is None:
            drawn = view(request, *args, **kwargs)
            if drawn.status_code == 200:
                caches["pages"].set(key, _without_token(drawn.content))
            return drawn
        page = HttpResponse(get_token(request).encode().join(pieces))
        patch_vary_headers(page, ["Cookie"])
        return page

    return answer


def _key(request: HttpRequest) -> str:
    shown = (request.get_full_path(), get_language(), is_large(request))
    return sha256(repr(shown).encode()).hexdigest()


def _without_token(page: bytes) -> list[bytes]:
    """What stands between the places of the token that proves a form to be its visitor's own."""
    found = FORM_TOKEN.search(page)
    return page.split(found[1]) if found else [page]
