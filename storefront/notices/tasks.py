from celery import shared_task
from django.utils import timezone

from storefront.notices.actions import send_due


@shared_task
def send_notices() -> None:
    send_due(now=timezone.now())
