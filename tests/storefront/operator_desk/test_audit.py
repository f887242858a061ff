"""Who pressed what, when."""

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from storefront.accounts.models import AuditEntry, AuditOutcome, Role
from tests.builders.commerce import a_merchant
from tests.builders.mall import a_client, a_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator() -> Client:
    return a_client(a_user("operator@jangteo.test", (Role.OPERATOR, "")))


def test_what_an_operator_presses_is_on_the_page_without_looking_being_written(
    operator: Client,
) -> None:
    merchant = a_merchant(status="submitted")
    operator.get(reverse("operator_merchants"))
    assert not AuditEntry.objects.exists()
    operator.post(reverse("operator_approve", args=[merchant.reference]))
    page = operator.get(reverse("operator_audit"))
    (told,) = page.context["entries"]
    assert (told.action, told.row.subject, told.row.outcome) == (
        "입점 승인",
        merchant.reference,
        AuditOutcome.DONE,
    )


def test_what_was_refused_is_said_so_and_the_message_is_still_shown(operator: Client) -> None:
    merchant = a_merchant(status="closed")
    answer = operator.post(reverse("operator_approve", args=[merchant.reference]), follow=True)
    assert len(list(answer.context["messages"])) == 1
    assert AuditEntry.objects.get().outcome == AuditOutcome.REFUSED


def test_it_is_found_by_who_by_what_and_by_role(operator: Client) -> None:
    merchant = a_merchant(name="새벽채소")
    stall = a_client(a_user("stall@jangteo.test", (Role.MERCHANT, merchant.reference)))
    stall.post(reverse("merchant_rest"), {"weekdays": ["0"]})
    operator.post(reverse("operator_approve", args=[merchant.reference]))
    for asked, found in (
        ({}, 2),
        ({"q": "stall@"}, 1),
        ({"q": merchant.reference}, 2),
        ({"role": "operator"}, 1),
        ({"q": "아무도"}, 0),
    ):
        assert len(operator.get(reverse("operator_audit"), asked).context["entries"]) == found
    assert operator.get(reverse("operator_audit"), {"role": "king"}).status_code == 400


def test_only_operators_read_it() -> None:
    merchant = a_merchant()
    stall = a_client(a_user("stall@jangteo.test", (Role.MERCHANT, merchant.reference)))
    assert stall.get(reverse("operator_audit")).status_code == 403


def test_nobody_changes_or_deletes_an_entry(operator: Client) -> None:
    operator.post(reverse("operator_approve", args=[a_merchant().reference]))
    for change in (
        lambda rows: rows.update(subject="MER-OTHER"),
        lambda rows: rows.update(outcome=""),
        lambda rows: rows.delete(),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change(AuditEntry.objects.all())
    assert AuditEntry.objects.count() == 1
