"""In the evening whoever still holds money taken on site is told how much, once a day."""

from datetime import datetime

from commerce.business_days import business_date
from commerce.settlement import till_queries
from storefront.accounts.models import Grant, Role
from storefront.notices.actions import queue


def remind_tills(*, now: datetime) -> int:
    """Returns how many people were told; of a site everybody who works there."""
    told = 0
    for till in [one for one in till_queries.tills() if one.since]:
        holders = Grant.objects.filter(
            role__in=[Role.DRIVER, Role.FARMER], scope_reference=till.reference
        )
        for grant in holders.select_related("user"):
            queue(
                key=f"till:{till.reference}:{grant.user.reference}:{business_date(now)}",
                user_reference=grant.user.reference,
                kind="till_to_hand_in",
                facts={"cash": f"{till.held.cash_won:,}", "slips": f"{till.held.slips_won:,}"},
                now=now,
            )
            told += 1
    return told
