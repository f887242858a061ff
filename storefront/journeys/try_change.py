"""A dispatcher asks what a change would do to a plan; the page is told how far the search is."""

import threading

from django.conf import settings
from django.db import connection
from django.utils import timezone

from logistics.errors import LogisticsError
from logistics.planning import what_if as planning
from logistics.planning.models import WhatIf
from storefront.live import channels, under_way
from storefront.live.publish import changed, telling


def try_change(*, asked: WhatIf, seconds: float) -> None:
    """The change is tried, or what made that impossible is written down. No transaction is open
    while the solver thinks."""
    channel = channels.what_if(asked.reference)
    here = threading.get_ident()

    def stop_asked() -> bool:
        try:
            return planning.stop_asked(asked)
        finally:
            if threading.get_ident() != here:  # a searching thread's own; nobody else closes it
                connection.close()

    try:
        planning.try_out(
            asked,
            seconds=seconds,
            now=timezone.now,
            on_progress=telling(channel, seconds),
            cancelled=under_way.seldom(stop_asked),
            threads=settings.PLAN_THREADS,
        )
    except LogisticsError as refusal:
        planning.fail(asked, refusal=refusal.code, now=timezone.now())
    changed(channel)
