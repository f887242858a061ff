"""Whoever holds money in the evening is reminded of it once, and nobody else."""

import pytest

from commerce.payments.models import TakenAs
from storefront.accounts.models import Role
from storefront.journeys.remind_tills import remind_tills
from storefront.notices.models import Notice
from tests.builders.commerce import NOW
from tests.builders.mall import a_user
from tests.builders.tills import TILL, counted, taken

pytestmark = pytest.mark.django_db


def test_whoever_holds_money_is_told_how_much_once_a_day() -> None:
    minsu = a_user("minsu@jangteo.test", (Role.DRIVER, TILL))
    a_user("other@jangteo.test", (Role.DRIVER, "DRV-OTHER"))
    taken(16_000)
    taken(9_900, taken_as=TakenAs.TERMINAL)
    for _ in range(2):
        remind_tills(now=NOW)
    notice = Notice.objects.get()
    assert (notice.kind, notice.user_reference) == ("till_to_hand_in", minsu.reference)
    assert notice.facts == {"cash": "16,000", "slips": "9,900"}


def test_who_has_counted_it_is_not_reminded() -> None:
    a_user("minsu@jangteo.test", (Role.DRIVER, TILL))
    taken(16_000)
    counted(16_000)
    assert remind_tills(now=NOW) == 0
    assert not Notice.objects.exists()


def test_everybody_at_a_site_is_told_of_its_till() -> None:
    for name in ("ada", "bob"):
        a_user(f"{name}@jangteo.test", (Role.FARMER, "SIT-1"))
    taken(5_000, by="SIT-1")
    assert remind_tills(now=NOW) == 2
