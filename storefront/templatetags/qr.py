"""Text as squares that a telephone's camera reads."""

import segno
from django import template
from django.utils.safestring import mark_safe

register = template.Library()


@register.filter(name="qr")
def qr_svg(text: str) -> str:
    """An inline SVG of our own making; ``text`` only decides which squares are dark."""
    return mark_safe(segno.make(text, error="m").svg_inline(scale=4, border=2, dark="#1d2420"))  # noqa: S308
