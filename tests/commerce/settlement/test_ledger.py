from typing import get_args

import pytest

from commerce.orders.actions import IdempotencyMismatch
from commerce.settlement.ledger import JournalUnbalanced, post
from commerce.settlement.models import AccountKind, Journal, LedgerAccount
from commerce.settlement.postings import Kind, Posting
from tests.builders.commerce import NOW

pytestmark = pytest.mark.django_db

SALE = (Posting("till", "LAN-1", 500, "LIN-1"), Posting("held", "", -500, "LIN-1"))


def write(key="k", lines=SALE):
    return post(key=key, event="payment_taken", order_reference="ORD-1", lines=lines, now=NOW)


def test_a_journal_keeps_its_postings():
    journal = write()
    rows = journal.entries.order_by("pk").values_list(
        "account__kind", "account__owner_reference", "amount_won", "line_reference"
    )
    assert list(rows) == [("till", "LAN-1", 500, "LIN-1"), ("held", "", -500, "LIN-1")]


def test_the_same_key_gets_the_same_journal():
    assert write() == write(lines=tuple(reversed(SALE)))
    assert Journal.objects.get().entries.count() == 2


def test_a_key_used_for_other_postings_is_refused():
    write()
    with pytest.raises(IdempotencyMismatch):
        write(lines=(Posting("till", "LAN-1", 400), Posting("held", "", -400)))
    assert Journal.objects.get().entries.count() == 2


def test_an_unbalanced_journal_is_refused():
    with pytest.raises(JournalUnbalanced) as refusal:
        write(lines=(Posting("till", "", 500), Posting("held", "", -499)))
    assert refusal.value.data == {"by_won": 1}
    assert not Journal.objects.exists()
    assert not LedgerAccount.objects.exists()


def test_an_account_is_opened_once():
    write("a")
    write("b")
    assert LedgerAccount.objects.count() == 2


def test_postings_name_the_accounts_there_are():
    assert set(get_args(Kind)) == set(AccountKind.values)
