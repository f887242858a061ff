"""The beat table. Each task looks for all rows that are due, so a missed beat loses nothing."""

from datetime import timedelta
from typing import Any

from celery.schedules import crontab, schedule

_JOURNEYS = "storefront.journeys.tasks"


def _every(task: str, module: str = _JOURNEYS, **interval: int) -> dict[str, Any]:
    """Beats nobody took up in time are dropped: the next one does the same work."""
    pause = timedelta(**interval)
    return {
        "task": f"{module}.{task}",
        "schedule": schedule(pause),
        "options": {"expires": pause.total_seconds()},
    }


def _at(task: str, **clock: int | str) -> dict[str, Any]:
    """Seoul time."""
    return {"task": f"{_JOURNEYS}.{task}", "schedule": crontab(**clock)}


BEAT = {
    "charge-open-payments": _every("charge_open_payments", seconds=30),
    "tell-core": _every("tell_core", seconds=10),
    "follow-gateway-events": _every("follow_gateway_events", seconds=10),
    "issue-cash-receipts": _every("issue_cash_receipts", minutes=1),
    "send-payouts": _every("send_payouts", minutes=1),
    "expire-holds": _every("expire_holds", seconds=30),
    "mind-slots": _every("mind_slots", seconds=30),
    "mind-screenings": _every("mind_screenings", seconds=30),
    "end-unanswered-substitutes": _every("end_unanswered_substitutes", minutes=1),
    "send-notices": _every("send_notices", "storefront.notices.tasks", seconds=20),
    "work-off-saleor": _every("work_off_deliveries", "storefront.saleor_app.tasks", seconds=10),
    "catch-up-core": _every("catch_up_core", minutes=5),
    "catch-up-saleor": _every("catch_up_orders", "storefront.saleor_app.tasks", minutes=10),
    "mind-saleor-charges": _every("mind_charges", "storefront.saleor_app.tasks", minutes=1),
    "write-waiting-products": _every("write_waiting_products", minutes=1),
    "fill-daily-stock": _every("fill_daily_stock", minutes=1),
    "tell-turns": _every("tell_turns", minutes=1),
    "finish-cuts": _every("finish_cuts", minutes=1),
    "end-parcels": _every("end_parcels", minutes=5),
    "open-days-ahead": _every("open_days_ahead", hours=1),
    "renew-due": _every("renew_due", hours=1),
    # Boxes close on Monday at 18:00.
    "renew-after-cut-off": _at("renew_due", day_of_week="mon", hour=18, minute=1),
    # Delivery windows for tomorrow close at 22:00.
    "plan-tomorrow": _at("plan_tomorrow", hour=22, minute=5),
    # When hardly anybody buys.
    "compare-with-core": _at("compare_with_core", hour=2, minute=40),
    "end-kept-data": _at("end_kept_data", hour=3, minute=10),
    # After the day's last doors and lanes.
    "remind-tills": _at("remind_tills", hour=21, minute=30),
    "expire-vouchers": _at("expire_vouchers", hour=0, minute=20),
    # Before the week is settled.
    "close-yesterday": _at("close_yesterday", hour=3, minute=30),
    "settle-week": _at("settle_week", day_of_week="mon", hour=4, minute=0),
}
