"""How facts are written on a page: won, times, and the reader's language."""

from collections.abc import Sequence
from datetime import datetime, time
from functools import cache
from typing import Any

from django import template
from django.contrib.staticfiles import finders
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from commerce.catalogue.cut_off import CutOff
from commerce.catalogue.preparation import in_minutes
from commerce.catalogue.unit_price import unit_price
from commerce.merchants.business_number import formatted
from commerce.phone import shown
from storefront.courier_names import NAMES
from storefront.goods_words import certification_in_english, unit_in_english

register = template.Library()

KOREAN_DAYS = "월화수목금토일"
ENGLISH_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@register.filter
def won(amount: int | None) -> str:
    """12500 → ``12,500원`` (Korean) or ``₩12,500`` (English)."""
    if amount is None:
        return ""
    return f"₩{amount:,}" if get_language() == "en" else f"{amount:,}원"


@register.filter
def clock(at: datetime | time | None) -> str:
    """A time of day in Seoul: ``오후 2:30`` (Django puts AM/PM last) or ``2:30 pm``."""
    if at is None:
        return ""
    local = timezone.localtime(at) if isinstance(at, datetime) else at
    hour = local.hour % 12 or 12
    if get_language() == "en":
        return f"{hour}:{local:%M} {'am' if local.hour < 12 else 'pm'}"
    return f"{'오전' if local.hour < 12 else '오후'} {hour}:{local:%M}"


@register.filter
def day(at: Any) -> str:
    """A business date: ``11월 28일(토)`` or ``Sat 28 Nov``."""
    if not at:
        return ""
    local = timezone.localtime(at).date() if isinstance(at, datetime) else at
    if get_language() == "en":
        return f"{local:%a} {local.day} {local:%b}"
    return f"{local.month}월 {local.day}일({KOREAN_DAYS[local.weekday()]})"


@register.filter
def weekday(number: int) -> str:
    """0 → ``월`` or ``Mon``."""
    return ENGLISH_DAYS[number] if get_language() == "en" else KOREAN_DAYS[number]


@register.filter
def weekdays(numbers: Sequence[int]) -> str:
    """[0, 2] → ``월·수`` or ``Mon, Wed``; all seven are ``매일`` or ``every day``."""
    english = get_language() == "en"
    if len(numbers) == len(KOREAN_DAYS):
        return "every day" if english else "매일"
    return (", " if english else "·").join(weekday(number) for number in numbers)


@register.filter
def market_day(number: int | str) -> str:
    """4 → ``4·9장`` or ``market days ending in 4 or 9``; 5 → ``5·10장``."""
    first = int(number)
    second = (first + 5) % 10
    if get_language() == "en":
        return f"market days ending in {first} or {second}"
    return f"{first}·{second or 10}장"


@register.filter
def cut_off(when: CutOff) -> str:
    """``하루 전 18:00`` or ``18:00 the day before``; 0 days is the hand-over's own day."""
    clock = f"{when.clock:%H:%M}"
    if get_language() == "en":
        before = {0: "on the day", 1: "the day before"}
        return f"{clock} {before.get(when.days, f'{when.days} days before')}"
    before = {0: "받는 날", 1: "하루 전"}
    return f"{before.get(when.days, f'{when.days}일 전')} {clock}"


@register.filter
def minutes(seconds: int) -> str:
    """90 → ``1.5``."""
    return in_minutes(seconds)


@register.filter
def bookable(slot: Any, now: datetime) -> int:
    """How many cars can still be booked into the slot."""
    return int(slot.bookable(now))


@register.filter
def local_name(thing: Any, field: str = "name") -> str:
    """``thing.name_en`` for English readers where there is one, else ``thing.name``."""
    if get_language() == "en":
        english = getattr(thing, f"{field}_en", "")
        if english:
            return str(english)
    return str(getattr(thing, field, ""))


@register.filter
def picture_words(thing: Any) -> str:
    """What a product's picture shows; English readers get its name: shops describe it in Korean."""
    english = thing.name_en if get_language() == "en" else ""
    return str(english or thing.picture_alt)


@register.filter
def unit(text: str) -> str:
    """``3팩``, or ``3 packs`` for English readers."""
    return unit_in_english(text) if get_language() == "en" else text


@register.filter
def certification(name: str) -> str:
    """``유기농``, or ``Organic`` for English readers."""
    return certification_in_english(name) if get_language() == "en" else name


@register.simple_tag
@cache
def icon(name: str) -> SafeString:
    """A decorative line icon from ``icons.svg``; words beside it carry the meaning."""
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        static("icons.svg"),
        name,
    )


@register.filter
def business_number(digits: str) -> str:
    """``1168200276`` → ``116-82-00276``."""
    return formatted(digits)


@register.filter
def courier(code: str) -> str:
    """``post`` → ``우체국택배`` or ``Korea Post``."""
    return NAMES[code][get_language() == "en"]


@register.filter
def phone(e164: str) -> str:
    """``+821012345678`` → ``010-1234-5678``."""
    return shown(e164) if e164 else ""


@register.simple_tag
def picture_of(folder: str, name: str) -> str:
    """The address of ``pictures/<folder>/<name>.webp``, or "" where there is no such picture."""
    path = f"pictures/{folder}/{name}.webp"
    return static(path) if _is_there(path) else ""


@cache
def _is_there(path: str) -> bool:
    return finders.find(path) is not None


@register.filter
def one_line(text: str) -> str:
    """A list with one thing a line as one sentence: ``감자, 양파, 무``."""
    return ", ".join(row.strip() for row in text.splitlines() if row.strip())


@register.filter
def iso_day(text: str) -> str:
    """The business date of an ISO instant, as refusals carry them."""
    return day(datetime.fromisoformat(text))


@register.filter
def iso_clock(text: str) -> str:
    return clock(datetime.fromisoformat(text))


@register.filter
def chosen_in(reference: str, choices: dict[str, str]) -> bool:
    """Whether this was what the shopper chose when the form was last sent."""
    return reference in choices.values()


@register.filter
def counts_down(most: int) -> range:
    """3 → 3, 2, 1, 0: what a list of numbers to choose from offers."""
    return range(most, -1, -1)


PER_IN_ENGLISH = {"1개": "piece", "1마리": "piece", "1장": "sheet", "1봉": "bag"}


@register.filter
def by_size(variant: Any) -> str:
    """What a variant costs by size: ``100g당 1,200원`` or ``₩1,200 / 100g``; "" where its unit says
    nothing of it."""
    found = unit_price(variant.unit, variant.price_won)
    if found is None:
        return ""
    if get_language() == "en":
        return f"{won(found.won)} / {PER_IN_ENGLISH.get(found.per, found.per)}"
    return f"{found.per}당 {won(found.won)}"
