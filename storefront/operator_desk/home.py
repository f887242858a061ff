"""How the day goes, and what waits for a decision."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from commerce.business_days import business_date
from commerce.merchants.queries import merchants_awaiting_approval
from commerce.payments import transfers
from commerce.payments.models import RefundStatus
from commerce.settlement import till_queries
from commerce.settlement.models import AccountKind
from commerce.settlement.queries import balances
from storefront.accounts.access import needs
from storefront.accounts.models import Role
from storefront.operator_desk.desk import desk
from storefront.operator_desk.figures import figures_of, sales_by_day
from storefront.operator_desk.watch import boxes_missing, payments_unknown, refunds_waiting
from storefront.templatetags.plots import won_bar

PLOTTED_DAYS = 14


@needs(Role.OPERATOR)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    today = business_date(now)
    standing, tills = balances(), till_queries.tills()
    context = desk(
        today=today,
        figures=figures_of(today),
        days=[won_bar(on=on, won=won) for on, won in sales_by_day(today, PLOTTED_DAYS).items()],
        awaiting_count=merchants_awaiting_approval().count(),
        box_count=len(boxes_missing(now)),
        unknown_count=payments_unknown(now).count(),
        refused_count=refunds_waiting().filter(status=RefundStatus.REFUSED).count(),
        transfers_offered=transfers.is_offered(),
        awaited_count=transfers.awaited().count(),
        send_back_count=transfers.owed_back().count() + transfers.refunds_to_send().count(),
        tills_waiting=sum(len(one.waiting) for one in tills),
        tills_overdue=sum(one.is_overdue(now) for one in tills),
        owed_won=-standing.get(AccountKind.MERCHANT, 0),
        by_won=sum(standing.values()),
    )
    return render(request, "operator_desk/home.html", context)
