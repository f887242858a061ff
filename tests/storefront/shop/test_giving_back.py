"""The pages where a shopper gives up or gives back, and where a shop answers."""

import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import ExifTags, Image

from commerce.catalogue.models import Way
from commerce.merchants.models import Merchant
from commerce.orders.models import Fulfilment, Order, OrderLine
from commerce.payments.models import Refund
from commerce.returns.models import ReturnKind, ReturnPhoto, ReturnRequest
from storefront.accounts.models import Role
from storefront.journeys.hand_over import hand_over
from tests.builders import journeys
from tests.builders.mall import a_client, a_user

KEY = "5f0c3f2a-0b3c-4a52-8f4e-7f3f2a1b0c9d"

pytestmark = pytest.mark.django_db


def an_order(user) -> Order:
    """Two bundles of spinach and a tofu, of yesterday."""
    mall = journeys.a_mall()
    goods = ((mall.spinach, Way.DELIVERY),) * 2 + ((mall.tofu, Way.DELIVERY),)
    shopper = journeys.a_shopper(user_reference=user.reference)
    return journeys.a_placed_order(mall, shopper=shopper, goods=goods)


def received(order: Order) -> OrderLine:
    yesterday = timezone.now() - timedelta(days=1)
    hand_over(fulfilment=order.fulfilments.get(), taken_by="DRV-1", now=yesterday)
    return OrderLine.objects.get(name="시금치")


def asked_by(user, line: OrderLine, **typed: object) -> ReturnRequest:
    address = f"/orders/{line.fulfilment.order.reference}/lines/{line.reference}/return/"
    sent = {"key": KEY, "kind": "defect", "quantity": "1", "words": "잎이 물렀어요"} | typed
    assert a_client(user).post(address, sent).status_code == 302
    return ReturnRequest.objects.get()


def test_a_page_says_that_the_cut_off_has_passed() -> None:
    user = a_user()
    order = an_order(user)
    part = order.fulfilments.get()
    address = f"/orders/{order.reference}/parts/{part.reference}/cancel/"
    # The window of the builders' Wednesday is over by now.
    line = part.lines.get(name="시금치")
    late = a_client(user).post(address, {f"keep:{line.reference}": "1"})
    assert late.status_code == 400
    assert "마감" in late.content.decode()
    assert a_client(user).post(address, {f"keep:{line.reference}": "-1"}).status_code == 400
    assert not Refund.objects.exists()


def test_a_fault_is_told_and_answered() -> None:
    user = a_user()
    line = received(an_order(user))
    asked = asked_by(user, line)
    stall = a_client(a_user("stall@jangteo.test", (Role.MERCHANT, line.merchant_reference)))
    assert "잎이 물렀어요" in stall.get("/merchant/returns/").content.decode()
    stall.post(f"/merchant/returns/{asked.reference}/", {"answer": "yes", "words": "죄송합니다"})
    assert Refund.objects.get().amount_won == 2_500
    page = a_client(user).get(f"/orders/{line.fulfilment.order.reference}/").content.decode()
    assert "돈을 돌려드림" in page
    assert "죄송합니다" in page


def test_what_was_said_before_ordering_is_shown_again() -> None:
    user = a_user()
    line = received(an_order(user))
    address = f"/orders/{line.fulfilment.order.reference}/lines/{line.reference}/return/"
    page = a_client(user).get(address).content.decode()
    assert "마음이 바뀌어도 반품할 수 있습니다" in page
    Fulfilment.objects.update(ended_at=timezone.now() - timedelta(days=9))
    late = a_client(user).post(
        address, {"key": KEY, "kind": ReturnKind.WITHDRAWAL, "quantity": "1", "words": "싫어요"}
    )
    assert late.status_code == 400
    assert not ReturnRequest.objects.exists()


def test_another_shop_and_another_shopper_see_and_change_nothing() -> None:
    user = a_user()
    line = received(an_order(user))
    asked = asked_by(user, line)
    other = Merchant.objects.exclude(reference=line.merchant_reference).first()
    assert other is not None
    stall = a_client(a_user("stall@jangteo.test", (Role.MERCHANT, other.reference)))
    assert "잎이 물렀어요" not in stall.get("/merchant/returns/").content.decode()
    answer = stall.post(f"/merchant/returns/{asked.reference}/", {"answer": "yes"})
    assert answer.status_code == 404
    stranger = a_client(a_user("bob@jangteo.test"))
    assert stranger.post(f"/returns/{asked.reference}/take-back/").status_code == 404
    order = line.fulfilment.order.reference
    assert stranger.get(f"/orders/{order}/lines/{line.reference}/return/").status_code == 404
    part = line.fulfilment.reference
    assert stranger.get(f"/orders/{order}/parts/{part}/cancel/").status_code == 404
    assert ReturnRequest.objects.get().status == "asked"


def test_the_mall_sees_every_shops_and_answers() -> None:
    user = a_user()
    asked = asked_by(user, received(an_order(user)))
    operator = a_client(a_user("op@jangteo.test", (Role.OPERATOR, "")))
    assert "잎이 물렀어요" in operator.get("/operator/returns/").content.decode()
    refused = operator.post(f"/operator/returns/{asked.reference}/", {"answer": "no"}, follow=True)
    assert "note-bad" in refused.content.decode()
    operator.post(f"/operator/returns/{asked.reference}/", {"answer": "no", "words": "시듦"})
    assert ReturnRequest.objects.get().status == "declined"
    assert not Refund.objects.exists()


def test_a_shopper_takes_it_back() -> None:
    user = a_user()
    asked = asked_by(user, received(an_order(user)))
    a_client(user).post(f"/returns/{asked.reference}/take-back/")
    assert ReturnRequest.objects.get().status == "taken_back"


def a_photo(name: str = "apple.jpg") -> SimpleUploadedFile:
    """As a telephone takes it: large, with where it was taken."""
    exif = Image.Exif()
    gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
    gps[ExifTags.GPS.GPSLatitude] = (37.0, 16.0, 39.4)
    file = io.BytesIO()
    Image.new("RGB", (1_600, 1_200), "red").save(file, "JPEG", exif=exif)
    return SimpleUploadedFile(name, file.getvalue(), content_type="image/jpeg")


def photos_of(client: Client, desk: str, asked: ReturnRequest) -> list[int]:
    """The status of each photo there may be, at one audience's address."""
    addresses = [f"{desk}/returns/{asked.reference}/photos/{n}/" for n in range(1, 5)]
    return [client.get(address).status_code for address in addresses]


def test_photos_of_a_fault_are_small_and_do_not_say_where_they_were_taken() -> None:
    user = a_user()
    asked = asked_by(user, received(an_order(user)), picture=[a_photo(), a_photo(), a_photo()])
    answer = a_client(user).get(f"/returns/{asked.reference}/photos/3/")
    assert answer["Content-Type"] == "image/webp"
    assert answer["Cache-Control"] == "private, no-store"
    photo = Image.open(io.BytesIO(answer.content))
    assert photo.size == (960, 720)
    assert dict(photo.getexif()) == {}


def test_photos_are_seen_by_the_shopper_the_seller_and_the_mall_alone() -> None:
    user = a_user()
    line = received(an_order(user))
    asked = asked_by(user, line, picture=[a_photo()])
    other = Merchant.objects.exclude(reference=line.merchant_reference).first()
    assert other is not None
    stall = a_client(a_user("stall@jangteo.test", (Role.MERCHANT, line.merchant_reference)))
    operator = a_client(a_user("op@jangteo.test", (Role.OPERATOR, "")))
    guest = Client()
    guest.post("/guest/")
    there, nothing = [200, 404, 404, 404], [404] * 4
    assert photos_of(a_client(user), "", asked) == there
    assert photos_of(stall, "/merchant", asked) == there
    assert photos_of(operator, "/operator", asked) == there
    neighbour = a_client(a_user("next@jangteo.test", (Role.MERCHANT, other.reference)))
    assert photos_of(neighbour, "/merchant", asked) == nothing
    assert photos_of(a_client(a_user("bob@jangteo.test")), "", asked) == nothing
    assert photos_of(guest, "", asked) == nothing
    assert photos_of(stall, "", asked) == nothing
    assert photos_of(stall, "/operator", asked) == [403] * 4
    assert photos_of(Client(), "", asked) == [302] * 4


def test_the_desks_and_the_order_show_the_photos() -> None:
    user = a_user()
    line = received(an_order(user))
    asked = asked_by(user, line, picture=[a_photo(), a_photo()])
    stall = a_client(a_user("stall@jangteo.test", (Role.MERCHANT, line.merchant_reference)))
    operator = a_client(a_user("op@jangteo.test", (Role.OPERATOR, "")))
    pages = {
        "/merchant/returns": stall.get("/merchant/returns/"),
        "/operator/returns": operator.get("/operator/returns/"),
        "/returns": a_client(user).get(f"/orders/{line.fulfilment.order.reference}/"),
    }
    for place, page in pages.items():
        shown = page.content.decode()
        assert f'src="{place}/{asked.reference}/photos/2/"' in shown
        assert f"{place}/{asked.reference}/photos/3/" not in shown


@pytest.mark.parametrize(
    ("picture", "code"),
    [
        ([SimpleUploadedFile("a.jpg", b"<svg onload=alert(1)>")], "PICTURE_UNREADABLE"),
        ([SimpleUploadedFile("a.jpg", b"\xff" * (10 * 1024**2 + 1))], "PICTURE_TOO_LARGE"),
        ([a_photo(), a_photo(), a_photo(), a_photo()], "RETURN_PHOTOS"),
        ([a_photo(), SimpleUploadedFile("a.gif", b"GIF89a")], "PICTURE_UNREADABLE"),
    ],
)
def test_what_is_no_photo_or_too_much_is_refused_and_nothing_is_asked(
    picture: list[SimpleUploadedFile], code: str
) -> None:
    user = a_user()
    line = received(an_order(user))
    address = f"/orders/{line.fulfilment.order.reference}/lines/{line.reference}/return/"
    sent = {"key": KEY, "kind": "defect", "quantity": "1", "words": "잎이 물렀어요"}
    answer = a_client(user).post(address, sent | {"picture": picture})
    assert (answer.status_code, answer.context["refusal"]["code"]) == (400, code)
    assert "잎이 물렀어요" in answer.content.decode()
    assert not ReturnRequest.objects.exists()


def test_a_repeat_keeps_the_photos_of_the_first() -> None:
    user = a_user()
    line = received(an_order(user))
    for _twice in range(2):
        asked_by(user, line, picture=[a_photo()])
    assert ReturnPhoto.objects.count() == 1
