"""The operator uploads the gateway's file, sees what differs and says why."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from commerce.settlement.models import GatewayDifference, GatewayFile
from storefront.accounts.models import Role
from tests.builders.commerce import a_merchant
from tests.builders.mall import a_client, a_user
from tests.commerce.settlement.test_gateway_files import a_row, stripe

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator() -> Client:
    return a_client(a_user("operator@jangteo.test", (Role.OPERATOR, "")))


def upload(client: Client, content: bytes) -> str:
    sheet = SimpleUploadedFile("march.csv", content)
    address = reverse("operator_gateway_file_take_in")
    return client.post(address, {"sheet": sheet}, follow=True).content.decode()


def test_a_difference_is_seen_and_explained(operator: Client) -> None:
    page = upload(operator, stripe(a_row(1, "charge", 5_000, fee=145, intent="pi_3")))
    assert "장부에 없음" in page
    assert "4,855원" in page
    difference = GatewayDifference.objects.select_related("file").get()
    address = reverse("operator_difference_close", args=[difference.file.reference, difference.pk])
    assert "note-bad" in operator.post(address, follow=True).content.decode()
    answer = operator.post(address, {"explanation": "다른 가맹점의 결제"}, follow=True)
    assert "다른 가맹점의 결제" in answer.content.decode()
    listed = operator.get(reverse("operator_gateway_files")).content.decode()
    assert "march.csv" in listed


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", stripe("txn_1,soon"), b"\xff\xfe\x00"])
def test_what_is_no_such_file_is_refused(operator: Client, content: bytes) -> None:
    assert "note-bad" in upload(operator, content)
    assert not GatewayFile.objects.exists()


def test_no_file_at_all_is_refused(operator: Client) -> None:
    answer = operator.post(reverse("operator_gateway_file_take_in"), follow=True)
    assert "note-bad" in answer.content.decode()


def test_nobody_else_sees_or_uploads(operator: Client) -> None:
    upload(operator, stripe(a_row(1, "charge", 5_000, intent="pi_3")))
    file = GatewayFile.objects.get()
    other = a_client(a_user("mer@jangteo.test", (Role.MERCHANT, a_merchant().reference)))
    for address in (
        reverse("operator_gateway_files"),
        reverse("operator_gateway_file", args=[file.reference]),
    ):
        assert other.get(address).status_code == 403
    assert other.post(reverse("operator_gateway_file_take_in")).status_code == 403
    assert operator.get(reverse("operator_gateway_file", args=["GWF-X"])).status_code == 404
