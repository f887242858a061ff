"""A debt is paid for once, however many book it at the same moment."""

from functools import partial
from threading import Barrier

import pytest

from commerce.settlement import debts
from commerce.settlement.models import LedgerAccountQuerySet
from commerce.settlement.queries import balances, payable
from tests.commerce.settlement.test_debts import OWED, approved, proposed, repaid, who_owes
from tests.races.together import at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


def repay_twice(who: str) -> list:
    return at_once([partial(repaid, who, key=key) for key in ("transfer-1", "transfer-2")])


def test_control_without_the_accounts_lock_a_debt_is_repaid_twice(monkeypatch) -> None:
    who = who_owes()
    both_read = Barrier(2, timeout=20)

    def read_together(merchant_reference: str) -> int:
        owed_won = -payable(merchant_reference)
        both_read.wait()
        return owed_won

    with monkeypatch.context() as patched:
        patched.setattr(debts, "_locked_owed", read_together)
        patched.setattr(LedgerAccountQuerySet, "locked", lambda rows: rows)
        repay_twice(who)
    assert balances()["bank"] == 2 * OWED


def test_two_transfers_at_once_repay_no_more_than_is_owed() -> None:
    who = who_owes()
    answers = repay_twice(who)
    assert sorted(type(answer).__name__ for answer in answers) == ["DebtStep", "NothingOwed"]
    assert (balances()["bank"], payable(who)) == (OWED, 0)


def test_a_transfer_and_a_write_off_at_once_pay_for_it_once() -> None:
    who = who_owes()
    step = proposed(who)
    at_once([partial(repaid, who), partial(approved, step)])
    stands = balances()
    assert stands.get("bank", 0) + stands.get("written_off", 0) == OWED
    assert payable(who) == 0
