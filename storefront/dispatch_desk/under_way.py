"""Whether a day is being planned right now. A hint kept for minutes; losing it loses nothing."""

from datetime import date, datetime

from django.conf import settings
from django.core.cache import cache

from logistics.network.models import Depot
from logistics.planning.models import Plan

# A worker may be busy with another depot first.
FORGOTTEN_AFTER_SECONDS = 4 * settings.PLAN_SECONDS


def begin(depot: Depot, on_date: date, now: datetime) -> None:
    cache.set(_key(depot, on_date), now, FORGOTTEN_AFTER_SECONDS)


def is_planning(depot: Depot, on_date: date) -> bool:
    """Asked for, and no plan has been saved since."""
    since = cache.get(_key(depot, on_date))
    if since is None:
        return False
    return not Plan.objects.filter(depot=depot, on_date=on_date, made_at__gte=since).exists()


def _key(depot: Depot, on_date: date) -> str:
    return f"planning:{depot.reference}:{on_date.isoformat()}"
