"""A shop sends its products as a file: sees what is wrong, says yes, and sees it written."""

import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from commerce.catalogue.models import Product
from commerce.merchants.models import Merchant
from commerce.product_sheets import files
from commerce.product_sheets.models import ImportStatus, ProductImport
from storefront.accounts.models import Role
from storefront.journeys import tasks, write_products
from storefront.live import channels
from tests.builders.commerce import a_merchant, a_product
from tests.builders.mall import a_client, a_user
from tests.builders.sheets import a_file, an_import

pytestmark = pytest.mark.django_db


@pytest.fixture
def nobody_is_woken(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    woken: list[str] = []
    monkeypatch.setattr(tasks.write_products, "delay", woken.append)
    return woken


def a_stall_holder(merchant: Merchant, email: str = "stall@jangteo.test") -> Client:
    return a_client(a_user(email, (Role.MERCHANT, merchant.reference)))


def send(client: Client, content: bytes):
    sheet = SimpleUploadedFile("나물.csv", content, "text/csv")
    return client.post(reverse("merchant_sheet"), {"sheet": sheet})


def test_a_sent_file_is_checked_confirmed_and_written(nobody_is_woken: list[str]) -> None:
    merchant = a_merchant()
    client = a_stall_holder(merchant)
    answer = send(client, a_file())
    sent = ProductImport.objects.get()
    assert answer.headers["Location"] == reverse("merchant_import", args=[sent.reference])
    assert 'id="confirm-import"' in client.get(answer.headers["Location"]).content.decode()
    assert Product.objects.count() == 0
    client.post(reverse("merchant_import_confirm", args=[sent.reference]))
    assert nobody_is_woken == [sent.reference]
    assert "<progress" in client.get(answer.headers["Location"]).content.decode()
    write_products.write_products(reference=sent.reference, now=timezone.now)
    assert Product.objects.get().merchant_code == "A-1"
    page = client.get(reverse("merchant_import_part", args=[sent.reference])).content.decode()
    assert "모두 넣었습니다." in page


def test_the_sweep_writes_what_nobody_was_woken_up_for(nobody_is_woken: list[str]) -> None:
    merchant = a_merchant()
    sent = an_import(merchant)
    ProductImport.objects.update(status=ImportStatus.CONFIRMED, confirmed_at=timezone.now())
    tasks.write_waiting_products()
    sent.refresh_from_db()
    assert (sent.status, Product.objects.count()) == (ImportStatus.DONE, 1)


def test_progress_is_told_to_the_shops_own_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[str, int]] = []
    monkeypatch.setattr(write_products, "send", lambda channel, done: told.append((channel, done)))
    merchant = a_merchant()
    sent = an_import(merchant, *({"code": f"A-{n}"} for n in range(3)))
    ProductImport.objects.update(status=ImportStatus.CONFIRMED, confirmed_at=timezone.now())
    write_products.write_products(reference=sent.reference, now=timezone.now)
    assert told == [(channels.imports(merchant.reference), n) for n in (1, 2, 3)]


def test_only_the_merchant_hears_of_its_imports() -> None:
    user = a_user("stall@jangteo.test", (Role.MERCHANT, "MER-OWN"))
    assert channels.may_listen(user, channels.imports("MER-OWN"))
    assert not channels.may_listen(user, channels.imports("MER-OTHER"))


def test_wrong_cells_are_shown_with_row_column_value_and_what_to_do() -> None:
    client = a_stall_holder(a_merchant())
    answer = send(client, a_file({}, {"code": "A-2", "price_won": "<공짜>"}))
    page = client.get(answer.headers["Location"]).content.decode()
    assert 'data-code="CELL_NUMBER"' in page
    for shown in ('<td class="num">3</td>', "판매가(원)", "&lt;공짜&gt;", "숫자로 적어 주세요."):
        assert shown in page
    assert 'id="confirm-import"' not in page


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"name\r\n1\r\n", "COLUMNS_MISSING"),
        (b"PK\x03\x04", "SHEET_UNREADABLE"),
        (b"x" * (files.LARGEST_BYTES + 1), "SHEET_TOO_LARGE"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(content: bytes, code: str) -> None:
    answer = send(a_stall_holder(a_merchant()), content)
    assert answer.status_code == 400
    assert f'data-code="{code}"' in answer.content.decode()


def test_no_file_is_bad_input() -> None:
    answer = a_stall_holder(a_merchant()).post(reverse("merchant_sheet"))
    assert (answer.status_code, 'data-code="BAD_INPUT"' in answer.content.decode()) == (400, True)


def test_anothers_file_is_not_found() -> None:
    theirs = an_import(a_merchant())
    client = a_stall_holder(a_merchant())
    for page in ("merchant_import", "merchant_import_part"):
        assert client.get(reverse(page, args=[theirs.reference])).status_code == 404
    answer = client.post(reverse("merchant_import_confirm", args=[theirs.reference]))
    assert answer.status_code == 404
    theirs.refresh_from_db()
    assert theirs.status == ImportStatus.CHECKED


def test_the_form_and_the_shops_own_products_can_be_had() -> None:
    merchant = a_merchant()
    a_product(merchant=merchant, name="=HYPERLINK(1)")
    a_product(name="남의 것")
    client = a_stall_holder(merchant)
    form = client.get(reverse("merchant_sheet_template"), {"file": "csv"})
    assert form.content.decode("utf-8-sig").splitlines()[0].startswith("상품 코드,상품명,")
    answer = client.get(reverse("merchant_sheet_export"))
    assert answer.headers["Content-Disposition"].endswith('.xlsx"')
    rows = list(load_workbook(io.BytesIO(answer.content)).active.values)
    assert [row[1] for row in rows] == ["상품명", "'=HYPERLINK(1)"]
    assert client.get(reverse("merchant_sheet_export"), {"file": "exe"}).status_code == 400


def test_many_wrong_cells_are_shown_page_by_page() -> None:
    merchant = a_merchant()
    sent = an_import(merchant, *({"code": f"A-{n}", "price_won": ""} for n in range(101)))
    client = a_stall_holder(merchant)
    url = reverse("merchant_import", args=[sent.reference])
    assert client.get(url).content.decode().count('data-code="CELL_NUMBER"') == 100
    assert client.get(url, {"page": 2}).content.decode().count('data-code="CELL_NUMBER"') == 1
    assert sent.sent_at < timezone.now() + timedelta(days=1)
