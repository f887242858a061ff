from datetime import timedelta

from celery.schedules import crontab, schedule

from storefront.config.celery import app
from storefront.config.schedule import BEAT


def test_every_task_in_the_table_exists() -> None:
    app.loader.import_default_modules()
    assert {row["task"] for row in BEAT.values()} <= set(app.tasks)


def test_the_table_runs_in_seoul() -> None:
    assert str(app.timezone) == "Asia/Seoul"


def test_the_days_to_come_are_opened_every_hour() -> None:
    row = BEAT["open-days-ahead"]
    assert row["task"] == "storefront.journeys.tasks.open_days_ahead"
    assert row["schedule"] == schedule(timedelta(hours=1))


def test_tomorrow_is_planned_after_its_windows_close() -> None:
    assert BEAT["plan-tomorrow"]["schedule"] == crontab(hour=22, minute=5)
