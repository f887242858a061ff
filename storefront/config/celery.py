"""The Celery app. Tasks are wake-up calls: each reads its own rows and may run twice."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "storefront.config.settings")

app = Celery("mall")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(
    ["commerce.payments", "storefront.journeys", "storefront.notices", "storefront.saleor_app"]
)
