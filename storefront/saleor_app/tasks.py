from celery import shared_task
from django.utils import timezone

from commerce.saleor.app import charging, requests
from commerce.saleor.app.actions import work_off
from commerce.saleor.app.upstream import upstream
from storefront.journeys import follow_saleor_order
from storefront.saleor_app.handlers import HANDLERS

AT_ONCE = 200


@shared_task
def work_off_deliveries() -> None:
    work_off(handlers=HANDLERS, now=timezone.now(), limit=AT_ONCE)


@shared_task
def catch_up_orders() -> None:
    """Orders whose events never came."""
    follow_saleor_order.catch_up(now=timezone.now())


@shared_task
def mind_charges() -> None:
    """What became of payments and requests whose answers the Saleors may not have."""
    now = timezone.now()
    charging.mind(upstream=upstream(), now=now, limit=AT_ONCE)
    requests.finish(upstream=upstream(), now=now, limit=AT_ONCE)
    requests.tell_given_back(upstream=upstream(), now=now)
