"""Plots: bars drawn from numbers, with the same numbers in words beside them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import template
from django.utils.translation import get_language

from storefront.templatetags import words

register = template.Library()

TALLEST = 100  # units of the drawing's height


@dataclass(frozen=True)
class Bar:
    """``short_label`` stands under the bar and ``short_value`` on it; the table has the others."""

    label: str
    short_label: str
    value: int
    shown_value: str
    short_value: str


def won_bar(*, on: date, won: int, monthly: bool = False) -> Bar:
    """One day's won, or those of the month of ``on``."""
    return labelled_won_bar(
        label=f"{on:%Y-%m}" if monthly else words.day(on),
        short_label=str(on.month if monthly else on.day),
        won=won,
    )


def labelled_won_bar(*, label: str, short_label: str, won: int) -> Bar:
    return Bar(
        label=label,
        short_label=short_label,
        value=won,
        shown_value=words.won(won),
        short_value=_briefly(won),
    )


def _briefly(won: int) -> str:
    """125,000 as ``12.5만``, in English ``125k``; nothing for nothing."""
    if won == 0:
        return ""
    unit, name = (1_000, "k") if get_language() == "en" else (10_000, "만")
    tenths = round(won * 10 / unit)
    whole, rest = divmod(abs(tenths), 10)
    sign = "-" if tenths < 0 else ""
    return f"{sign}{whole:,}.{rest}{name}" if rest and whole < 100 else f"{sign}{whole:,}{name}"


@register.inclusion_tag("parts/bar_plot.html")
def bar_plot(title: str, bars: Sequence[Bar]) -> dict[str, Any]:
    """Bars from zero to the largest value; a value below zero is in the table only."""
    most = max((bar.value for bar in bars), default=0)
    return {"title": title, "bars": [(bar, *_drawn(bar.value, most)) for bar in bars]}


def _drawn(value: int, most: int) -> tuple[str, str]:
    """The rectangle's top and height, as text: a number would be written with a comma."""
    tall = max(value, 0) * TALLEST // most if most > 0 else 0
    tall = max(tall, 1)  # a day without sales still shows where it stands
    return str(TALLEST - tall), str(tall)
