"""A press whose page only says whether it was done."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest

from storefront.refusals import REFUSALS, as_dict


def tried(request: HttpRequest, act: Callable[[], object], done: str) -> bool:
    """Whether it was done; the next page says so, or why not."""
    try:
        act()
    except REFUSALS as refusal:
        messages.error(request, as_dict(refusal)["message"])
        return False
    messages.success(request, done)
    return True
