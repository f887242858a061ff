"""Today at a glance: what to pack, what runs out, how the week goes."""

from datetime import date, timedelta

from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from commerce.business_days import business_date, end_of
from commerce.catalogue.models import ProductStatus, Variant
from commerce.settlement.queries import statement
from storefront.accounts.access import needs
from storefront.accounts.models import Role
from storefront.journeys.resting import promised_while_away
from storefront.merchant_desk.desk import desk, own_merchant, scope_of
from storefront.merchant_desk.orders import by_time, to_pack
from storefront.templatetags.plots import Bar, won_bar

FEW = 3
RUNNING_OUT_SHOWN = 8


@needs(Role.MERCHANT)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    merchant = scope_of(request)
    now = timezone.now()
    today = business_date(now)
    tomorrow = today + timedelta(days=1)
    packing = to_pack(merchant, until=end_of(tomorrow))
    week = _week(merchant, today)
    context = desk(
        request,
        today=today,
        tomorrow=tomorrow,
        leaving=by_time(packing),
        parts_today=sum(business_date(part.promised_from) <= today for part in packing),
        parts_tomorrow=sum(business_date(part.promised_from) == tomorrow for part in packing),
        running_out=running_out(merchant)[:RUNNING_OUT_SHOWN],
        running_out_count=running_out(merchant).count(),
        while_away=promised_while_away(own_merchant(request), now),
        week=week,
        week_won=sum(bar.value for bar in week),
        now=now,
    )
    return render(request, "merchant_desk/home.html", context)


def running_out(merchant_reference: str) -> QuerySet[Variant]:
    """On the shelf with few or none left, fewest first."""
    return (
        Variant.objects.filter(
            product__merchant__reference=merchant_reference,
            product__status=ProductStatus.PUBLISHED,
            stock__on_hand__lte=F("stock__allocated") + FEW,
        )
        .select_related("product", "stock")
        .order_by(F("stock__on_hand") - F("stock__allocated"), "product__name", "pk")
    )


def _week(merchant_reference: str, today: date) -> list[Bar]:
    """Goods handed over, less what was given back, on each of the last seven days."""
    days = [today - timedelta(days=ago) for ago in range(6, -1, -1)]
    sold = dict.fromkeys(days, 0)
    for row in statement(merchant_reference, days[0], today).rows:
        sold[business_date(row.posted_at)] += row.goods_won
    return [won_bar(on=on, won=won) for on, won in sold.items()]
