"""Which bundles a child may have: the stage follows from the age on the day of delivery."""

from datetime import date

# (first, last) age in whole months, both included, and the stage's name.
STAGES = ((0, 18, "0-18"), (19, 35, "19-35"), (36, 60, "36-60"))


def age_in_months(born_on: date, on: date) -> int:
    """Whole months lived; negative before birth."""
    months = (on.year - born_on.year) * 12 + on.month - born_on.month
    return months - (on.day < born_on.day)


def stage_on(born_on: date, on: date) -> str | None:
    """The stage on a day, or None for a child too old or not yet born."""
    months = age_in_months(born_on, on)
    return next((name for first, last, name in STAGES if first <= months <= last), None)
