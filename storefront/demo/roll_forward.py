"""Opens the days to come, so that a demo loaded last week still works today."""

from datetime import date, datetime

from storefront.demo.files import rows
from storefront.demo.fleet import record_weeks
from storefront.demo.openings import record_openings
from storefront.journeys.open_days import open_days

# At home with the family; nobody drives, and no gate is open.
FEASTS = ("설날", "추석")


def roll_forward(now: datetime) -> None:
    """Windows, shifts and slots for two weeks, cycles and their renewals.

    What is already open stays as it is.
    """
    record_weeks(feasts(), now)
    record_openings(feasts(), now)
    open_days(now=now)


def feasts() -> dict[date, str]:
    return {
        date.fromisoformat(row["date"]): row["name"]
        for row in rows("holidays")
        if any(name.strip().startswith(FEASTS) for name in row["name"].split(";"))
    }


def feast_days() -> set[date]:
    return set(feasts())
