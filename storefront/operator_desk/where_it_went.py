"""Of every 10,000 won that shoppers paid for what they got: who got how much."""

from collections import Counter
from datetime import timedelta
from typing import NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from commerce.business_days import business_date
from commerce.merchants.models import Merchant, MerchantKind
from commerce.money import share
from commerce.settlement.queries import Shares, shares
from storefront.accounts.access import needs
from storefront.accounts.models import Role
from storefront.operator_desk.desk import desk
from storefront.typed import number_of

WHOLE_WON = 10_000
WEEKS = (4, 12, 52)


class Slice(NamedTuple):
    """``of_whole`` of 10,000 won; ``left`` is where it begins in the picture."""

    name: str
    word: str
    won: int
    of_whole: int
    left: int


@needs(Role.OPERATOR)
@require_safe
def where_it_went(request: HttpRequest) -> HttpResponse:
    weeks = number_of(request.GET, "weeks", WEEKS) if "weeks" in request.GET else WEEKS[0]
    today = business_date(timezone.now())
    since = today - timedelta(weeks=weeks)
    found = shares(since, today)
    context = desk(
        slices=slices(found),
        total_won=_total(found),
        since=since,
        until=today,
        weeks=weeks,
        choices=WEEKS,
    )
    return render(request, "operator_desk/where_it_went.html", context)


def _total(found: Shares) -> int:
    others = found.mall_won + found.carrier_won + found.screenings_won
    return sum(found.by_merchant.values()) + others


def slices(found: Shares) -> list[Slice]:
    """They make up 10,000 won exactly, by largest remainder; none where nothing was sold.

    Who gave back more than they got in these weeks has a slice of nothing.
    """
    kinds = dict(
        Merchant.objects.filter(reference__in=found.by_merchant).values_list("reference", "kind")
    )
    by_kind: Counter[str] = Counter()
    for reference, won in found.by_merchant.items():
        by_kind[kinds.get(reference, MerchantKind.SHOP)] += won
    parts = [
        ("stall", _("시장 점포"), by_kind[MerchantKind.STALL]),
        ("shop", _("골목가게"), by_kind[MerchantKind.SHOP]),
        ("farm", _("농가"), by_kind[MerchantKind.FARM]),
        ("screenings", _("자동차극장"), found.screenings_won),
        ("carrier", _("배송"), found.carrier_won),
        ("mall", _("장터 수수료"), found.mall_won),
    ]
    weights = [max(won, 0) for _name, _word, won in parts]
    if not any(weights):
        return []
    of_whole = share(WHOLE_WON, weights)
    return [
        Slice(name, word, won, mine, sum(of_whole[:place]))
        for place, ((name, word, won), mine) in enumerate(zip(parts, of_whole, strict=True))
    ]
