"""The operator sees which shops owe, books what they repay, and writes off with a second one."""

import pytest
from django.test import Client
from django.urls import reverse

from commerce.settlement.models import DebtStep
from commerce.settlement.queries import balances, payable
from storefront.accounts.models import Role
from tests.builders.commerce import a_merchant
from tests.builders.mall import a_client, a_user
from tests.commerce.settlement.test_debts import OWED, who_owes

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator() -> Client:
    return a_client(a_user("operator@jangteo.test", (Role.OPERATOR, "")))


@pytest.fixture
def second() -> Client:
    return a_client(a_user("operator2@jangteo.test", (Role.OPERATOR, "")))


def step(client: Client, who: str, **said: str) -> str:
    address = reverse("operator_debt_step", args=[who])
    return client.post(address, said, follow=True).content.decode()


def test_a_shop_that_owes_is_listed_and_its_repayment_booked_once(operator: Client) -> None:
    who = who_owes()
    assert "9,400원" in operator.get(reverse("operator_debts")).content.decode()
    for _ in range(2):
        page = step(operator, who, do="repaid", amount_won="9,000원", key="t-1")
    assert "9,000원" in page
    assert payable(who) == 9_000 - OWED
    step(operator, who, do="repaid", amount_won="400", key="t-2")
    assert (
        "갚을 돈이 있는 가게가 없습니다" in operator.get(reverse("operator_debts")).content.decode()
    )


def test_a_write_off_needs_a_second_operator(operator: Client, second: Client) -> None:
    who = who_owes()
    step(operator, who, do="write_off", reason="폐업", key="w-1")
    made = DebtStep.objects.get()
    page = step(operator, who, do="approve", step=made.reference)
    assert "다른 운영자가 승인해야" in page
    assert payable(who) == -OWED
    step(second, who, do="approve", step=made.reference)
    assert (payable(who), balances()["written_off"]) == (0, OWED)


@pytest.mark.parametrize(
    "said",
    [
        {"do": "repaid", "amount_won": "many"},
        {"do": "repaid", "amount_won": "99999999"},
        {"do": "write_off", "reason": ""},
        {"do": "approve", "step": "DBT-NONE"},
    ],
)
def test_what_cannot_be_meant_changes_nothing(operator: Client, said: dict[str, str]) -> None:
    who = who_owes()
    assert "note-bad" in step(operator, who, **said)
    assert (payable(who), DebtStep.objects.count()) == (-OWED, 0)


def test_anothers_proposal_is_not_approved_in_a_shops_name(
    operator: Client, second: Client
) -> None:
    who, other = who_owes(), a_merchant().reference
    step(operator, who, do="write_off", reason="폐업", key="w-1")
    step(second, other, do="approve", step=DebtStep.objects.get().reference)
    assert payable(who) == -OWED


def test_what_is_not_there_is_not_found(operator: Client) -> None:
    assert operator.get(reverse("operator_debt", args=["MER-NONE"])).status_code == 404
    address = reverse("operator_debt_step", args=[who_owes()])
    assert operator.post(address, {"do": "forgive"}).status_code == 404


def test_a_shop_sees_its_own_debt_and_nobody_elses() -> None:
    who, other = who_owes(), a_merchant().reference
    DebtStep.objects.create(
        key="k",
        merchant_reference=who,
        kind="invoiced",
        amount_won=OWED,
        by="op",
        at="2026-03-05T00:00:00Z",
        due_on="2026-03-19",
    )
    own = a_client(a_user("one@jangteo.test", (Role.MERCHANT, who)))
    theirs = a_client(a_user("two@jangteo.test", (Role.MERCHANT, other)))
    assert "2026-03-19까지 갚아 달라고" in own.get(reverse("merchant_statement")).content.decode()
    assert "2026-03-19" not in theirs.get(reverse("merchant_statement")).content.decode()
    for name, args in (("operator_debts", []), ("operator_debt", [who])):
        assert own.get(reverse(name, args=args)).status_code == 403
