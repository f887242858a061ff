"""Lists that the operator shows, each with the rule it is ordered by, for everybody to read."""

from datetime import datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from commerce.business_days import business_date
from commerce.catalogue import featured
from commerce.catalogue.models import FeaturedList, Product, RankingRule
from commerce.orders.queries import most_bought
from storefront.accounts.access import public

BOUGHT_WITHIN = timedelta(weeks=4)
RANKED = 200  # of what was bought most: some of it may be sold out by now


@public
@require_safe
def picks(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    lists = FeaturedList.objects.select_related("category")
    shown = [(one, goods_of(one, now)) for one in lists]
    return render(request, "shop/picks.html", {"lists": shown})


def goods_of(one: FeaturedList, now: datetime) -> list[Product]:
    """What the list shows at this moment."""
    if one.rule == RankingRule.MOST_BOUGHT:
        return featured.in_order(one, most_bought(now - BOUGHT_WITHIN, RANKED))
    if one.rule == RankingRule.BY_TURN:
        return featured.by_turn(one, business_date(now))
    return featured.newest(one)
