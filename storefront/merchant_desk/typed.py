"""Reading what people type into a form: numbers with commas, one of a few choices."""

import re
from typing import TypeVar

from django.db.models import TextChoices
from django.http import QueryDict

from storefront.refusals import BadInput

Choice = TypeVar("Choice", bound=TextChoices)


def whole_number(form: QueryDict, field: str) -> int:
    """``12,000`` or ``12000원``. Raises BAD_INPUT."""
    digits = re.sub(r"[\s,원]", "", form.get(field, ""))
    if not re.fullmatch(r"[0-9]{1,9}", digits):
        raise BadInput(field)
    return int(digits)


def one_of(form: QueryDict, field: str, choices: type[Choice]) -> Choice:
    """Raises BAD_INPUT for anything that was not offered."""
    chosen = form.get(field, "")
    if chosen not in choices.values:
        raise BadInput(field)
    return choices(chosen)


def tick(form: QueryDict, field: str) -> bool:
    return form.get(field) == "on"
