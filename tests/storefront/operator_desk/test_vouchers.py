"""A programme is opened, its money seen by another operator, its codes printed and filed."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from commerce.vouchers.codes import shown
from commerce.vouchers.models import Batch, Programme, Recharge, Voucher
from storefront.accounts.models import AuditEntry, Role
from tests.builders.mall import a_client, a_user
from tests.builders.vouchers import code

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator() -> Client:
    return a_client(a_user("operator@jangteo.test", (Role.OPERATOR, "")))


@pytest.fixture
def second() -> Client:
    return a_client(a_user("second@jangteo.test", (Role.OPERATOR, "")))


def a_form(**fields: Any) -> dict[str, Any]:
    today = timezone.localdate()
    return {
        "key": "K1",
        "name": "임산부 친환경 농산물",
        "name_en": "Organic produce for expecting mothers",
        "funding": "budget",
        "from_on": str(today),
        "until_on": str(today + timedelta(days=90)),
        "tax_class": "exempt",
        "personal": "on",
    } | fields


def opened(operator: Client) -> Programme:
    operator.post(reverse("operator_new_programme"), a_form())
    return Programme.objects.get()


def recharged(operator: Client, second: Client, won: int) -> Programme:
    own = opened(operator)
    form = {"key": "R1", "amount_won": f"{won:,}", "note": "도청 11/26"}
    operator.post(reverse("operator_recharge", args=[own.reference]), form)
    see = reverse("operator_see_recharge", args=[own.reference, Recharge.objects.get().reference])
    second.post(see)
    return Programme.objects.get()


def issued(operator: Client, second: Client) -> Batch:
    own = recharged(operator, second, 100_000)
    form = {"key": "B1", "count": "3", "each_won": "20,000"}
    for _ in range(2):
        operator.post(reverse("operator_issue_vouchers", args=[own.reference]), form)
    return Batch.objects.get()


def codes_as(operator: Client, batch: Batch, kind: str):
    where = reverse("operator_voucher_codes", args=[batch.programme.reference, batch.reference])
    return operator.post(where, {"file": kind})


def test_a_programme_is_opened_once_with_its_terms(operator: Client) -> None:
    for _ in range(2):
        opened(operator)
    own = Programme.objects.get()
    assert (own.tax_class, own.personal, own.single_use) == ("exempt", True, False)
    page = operator.get(reverse("operator_programme", args=[own.reference])).content.decode()
    assert "면세 상품에만 쓸 수 있어요." in page
    assert own.name in operator.get(reverse("operator_vouchers")).content.decode()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("funding", "gold"),
        ("from_on", "soon"),
        ("tax_class", "x"),
        ("kind", "bank"),
        ("market", "MKT-NONE"),
        ("category", "none"),
        ("until_on", "2020-01-01"),
    ],
)
def test_what_cannot_be_meant_is_refused(operator: Client, field: str, value: str) -> None:
    answer = operator.post(reverse("operator_new_programme"), a_form(**{field: value}))
    assert answer.status_code == 400
    assert not Programme.objects.exists()


def test_money_counts_once_another_operator_has_seen_it(operator: Client, second: Client) -> None:
    own = opened(operator)
    form = {"key": "R1", "amount_won": "50,000", "note": "도청 11/26"}
    where = reverse("operator_programme", args=[own.reference])
    operator.post(reverse("operator_recharge", args=[own.reference]), form)
    see = reverse("operator_see_recharge", args=[own.reference, Recharge.objects.get().reference])
    assert operator.post(see).status_code == 400
    assert see not in operator.get(where).content.decode()
    assert see in second.get(where).content.decode()
    second.post(see)
    assert Programme.objects.get().budget_won == 50_000


def test_vouchers_are_issued_once_and_never_above_the_budget(
    operator: Client, second: Client
) -> None:
    batch = issued(operator, second)
    assert Voucher.objects.count() == 3
    where = reverse("operator_issue_vouchers", args=[batch.programme.reference])
    answer = operator.post(where, {"key": "B2", "count": "3", "each_won": "20000"})
    assert answer.status_code == 400
    assert 'data-code="VOUCHER_BUDGET_SPENT"' in answer.content.decode()


def test_codes_come_as_csv_for_excel_and_as_xlsx(operator: Client, second: Client) -> None:
    batch = issued(operator, second)
    codes = [shown(code(voucher)) for voucher in batch.vouchers.order_by("pk")]
    csv = codes_as(operator, batch, "csv")
    assert "no-store" in csv["Cache-Control"]
    lines = csv.content.decode("utf-8-sig").splitlines()
    assert lines[0] == "번호,금액,시작,끝,바우처"
    assert [line.split(",")[0] for line in lines[1:]] == codes
    sheet = load_workbook(BytesIO(codes_as(operator, batch, "xlsx").content)).active
    assert [row[0].value for row in list(sheet.rows)[1:]] == codes


def test_codes_come_on_cards_and_it_is_written_down_who_had_them(
    operator: Client, second: Client
) -> None:
    batch = issued(operator, second)
    paper = codes_as(operator, batch, "pdf")
    assert paper.content.startswith(b"%PDF")
    assert AuditEntry.objects.filter(by__email="operator@jangteo.test").latest("pk").role == (
        Role.OPERATOR
    )
    assert codes_as(operator, batch, "doc").status_code == 400


def test_nobody_but_an_operator_sees_any_of_it(operator: Client, second: Client) -> None:
    batch = issued(operator, second)
    merchant = a_client(a_user("m@jangteo.test", (Role.MERCHANT, "MER-1")))
    own = batch.programme.reference
    assert merchant.get(reverse("operator_vouchers")).status_code == 403
    assert merchant.get(reverse("operator_programme", args=[own])).status_code == 403
    assert codes_as(merchant, batch, "csv").status_code == 403


def test_what_is_not_there_is_not_found(operator: Client) -> None:
    own = opened(operator)
    for name, references in (
        ("operator_recharge", ["VPR-NONE"]),
        ("operator_see_recharge", [own.reference, "VRC-NONE"]),
        ("operator_voucher_codes", [own.reference, "VBT-NONE"]),
    ):
        assert operator.post(reverse(name, args=references)).status_code == 404
