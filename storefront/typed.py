"""Reading what people send: numbers, dates and times, one of a few choices, the page of a list."""

import re
from collections.abc import Callable, Container
from typing import Any, TypeVar

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet, TextChoices
from django.http import QueryDict
from django.utils.functional import cached_property

from commerce.catalogue.cards import read_cards
from storefront.refusals import BadInput

Choice = TypeVar("Choice", bound=TextChoices)
Value = TypeVar("Value")


def whole_number(form: QueryDict, field: str, *, unit: str = "원") -> int:
    """``12,000`` or ``12000원``. Raises BAD_INPUT."""
    digits = re.sub(r"[\s,]", "", form.get(field, "")).removesuffix(unit)
    if not re.fullmatch(r"[0-9]{1,9}", digits):
        raise BadInput(field)
    return int(digits)


def signed_number(form: QueryDict, field: str) -> int:
    """As ``whole_number``, also below 0: ``-12,000``. Raises BAD_INPUT."""
    text = re.sub(r"[\s,]", "", form.get(field, "")).removesuffix("원").replace("−", "-")
    if not re.fullmatch(r"-?[0-9]{1,9}", text):
        raise BadInput(field)
    return int(text)


def one_of(form: QueryDict, field: str, choices: type[Choice]) -> Choice:
    """Raises BAD_INPUT for anything that was not offered."""
    chosen = form.get(field, "")
    if chosen not in choices.values:
        raise BadInput(field)
    return choices(chosen)


def tick(form: QueryDict, field: str) -> bool:
    return form.get(field) == "on"


def parsed(form: QueryDict, field: str, parse: Callable[[str], Value]) -> Value:
    """A date or a time of the wall clock, as ``parse`` reads it. Raises BAD_INPUT."""
    try:
        value = parse(form.get(field, ""))
    except ValueError:
        raise BadInput(field) from None
    if getattr(value, "tzinfo", None) is not None:
        raise BadInput(field)
    return value


def number_of(form: QueryDict, field: str, allowed: Container[int]) -> int:
    """One of the numbers that are allowed. Raises BAD_INPUT."""
    text = form.get(field, "")
    # isascii too: int() takes digits of every script, and no more of them than fit.
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else -1
    if number not in allowed:
        raise BadInput(field)
    return number


class ShelfPages(Paginator):
    """Pages of cards, of ``commerce.catalogue.queries.cards()`` with no end in sight: rows are
    counted up to ``MOST`` and no further, and nobody turns more pages than that; ``is_cut`` says
    that there is more.

    ``counted`` are the same products, where they can be counted with less effort."""

    MOST = 1_200

    object_list: QuerySet[Any]

    def __init__(
        self, products: QuerySet[Any], per_page: int, *, counted: QuerySet[Any] | None = None
    ) -> None:
        super().__init__(products, per_page)
        self.counted = products.order_by() if counted is None else counted

    @cached_property
    def count(self) -> int:
        return self.counted.values("pk")[: self.MOST].count()

    def page(self, number: int | str) -> Page:
        found = super().page(number)
        rows: Any = found.object_list
        found.object_list = read_cards(rows)
        return found

    @property
    def is_cut(self) -> bool:
        return self.count == self.MOST


def page_of(query: QueryDict, rows: Any, per_page: int) -> Page:
    """The asked page of a list. BAD_INPUT for one that is not a number or not there."""
    return asked_page(query, Paginator(rows, per_page))


def asked_page(query: QueryDict, pages: Paginator) -> Page:
    """As ``page_of``."""
    asked = query.get("page", "1")
    if not asked.isascii() or not asked.isdigit() or len(asked) > 6:
        raise BadInput("page")
    if not 1 <= int(asked) <= pages.num_pages:
        raise BadInput("page", last=pages.num_pages)
    return pages.page(int(asked))
