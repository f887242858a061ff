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
    """``short_label`` stands under the bar and ``short_value`` on it; the table has the others.

    ``earlier``: what the value was in the period before, drawn as a line across the bar.
    """

    label: str
    short_label: str
    value: int
    shown_value: str
    short_value: str
    earlier: int | None = None


def won_bar(*, on: date, won: int, monthly: bool = False) -> Bar:
    """One day's won, or those of the month of ``on``."""
    return labelled_won_bar(
        label=f"{on:%Y-%m}" if monthly else words.day(on),
        short_label=str(on.month if monthly else on.day),
        won=won,
    )


def labelled_won_bar(*, label: str, short_label: str, won: int, earlier: int | None = None) -> Bar:
    return Bar(
        label=label,
        short_label=short_label,
        value=won,
        shown_value=words.won(won),
        short_value=_briefly(won),
        earlier=earlier,
    )


def count_bar(
    *, label: str, short_label: str, count: int, earlier: int | None = None, unit: str = ""
) -> Bar:
    """So many of something; ``unit`` such as ``%`` stands behind the number."""
    shown = f"{count:,}{unit}"
    return Bar(label, short_label, count, shown, shown if count else "", earlier)


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
    return {"title": title, "bars": _drawn_bars(bars)}


@register.inclusion_tag("parts/bar_picture.html")
def bar_picture(bars: Sequence[Bar]) -> dict[str, Any]:
    """The bars alone, for a page that has a table of its own beside them."""
    return {"bars": _drawn_bars(bars)}


def _drawn_bars(bars: Sequence[Bar]) -> list[tuple[Bar, str, str, str]]:
    most = max((max(bar.value, bar.earlier or 0) for bar in bars), default=0)
    return [(bar, *_drawn(bar.value, most), _line(bar.earlier, most)) for bar in bars]


def _drawn(value: int, most: int) -> tuple[str, str]:
    """The rectangle's top and height, as text: a number would be written with a comma."""
    tall = _height(value, most)
    tall = max(tall, 1)  # a day without sales still shows where it stands
    return str(TALLEST - tall), str(tall)


def _line(earlier: int | None, most: int) -> str:
    """Where the line of the period before runs; "" for none, and for nothing."""
    return str(min(TALLEST - _height(earlier, most), TALLEST - 2)) if earlier else ""


def _height(value: int, most: int) -> int:
    return max(value, 0) * TALLEST // most if most > 0 else 0
