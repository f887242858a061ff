"""Buyers say what they think of a product; its merchant replies; the mall hides for a reason."""

import pytest
from django.test import Client

from commerce.catalogue.models import Way
from commerce.favourites.models import Favourite
from commerce.merchants.models import Merchant
from commerce.reviews.models import Review
from storefront.accounts.models import Role
from storefront.journeys.hand_over import hand_over
from tests.builders import journeys
from tests.builders.journeys import NEXT_MORNING
from tests.builders.mall import a_client, a_user

pytestmark = pytest.mark.django_db


class Story:
    """Ada has received spinach; her tofu is still to come."""

    def __init__(self) -> None:
        self.mall = journeys.a_mall()
        ada = a_user()
        shopper = journeys.a_shopper(user_reference=ada.reference, full_name="김하나")
        first = journeys.a_placed_order(
            self.mall, shopper=shopper, goods=((self.mall.spinach, Way.DELIVERY),)
        )
        hand_over(fulfilment=first.fulfilments.get(), taken_by="DRV-1", now=NEXT_MORNING)
        journeys.a_placed_order(self.mall, shopper=shopper, goods=((self.mall.tofu, Way.DELIVERY),))
        self.ada = a_client(ada)
        self.spinach = f"/p/{self.mall.spinach.product.reference}/"
        self.tofu = f"/p/{self.mall.tofu.product.reference}/"

    def stall(self, merchant: Merchant) -> Client:
        user = a_user(f"{merchant.reference}@jangteo.test", (Role.MERCHANT, merchant.reference))
        return a_client(user)


def page(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def test_a_buyer_reviews_once_and_may_change_it() -> None:
    story = Story()
    for rating, words in (("5", "싱싱해요"), ("3", "조금 시들었어요")):
        sent = story.ada.post(f"{story.spinach}review/", {"rating": rating, "words": words})
        assert sent.status_code == 302
    review = Review.objects.get()
    assert (review.rating, review.words) == (3, "조금 시들었어요")
    shown = page(Client(), story.spinach)
    assert "조금 시들었어요" in shown
    assert "김○○" in shown
    assert "김하나" not in shown


@pytest.mark.parametrize("who", ["somebody else", "before it has come"])
def test_only_who_has_received_it_may_review_it(who: str) -> None:
    story = Story()
    client = a_client(a_user("bob@jangteo.test")) if who == "somebody else" else story.ada
    address = story.spinach if who == "somebody else" else story.tofu
    for answer in (
        client.get(f"{address}review/"),
        client.post(f"{address}review/", {"rating": "1", "words": "나빠요"}),
    ):
        assert answer.status_code == 400
        assert "받아 본 분만" in answer.content.decode()
    assert not Review.objects.exists()


@pytest.mark.parametrize("typed", [{"rating": "6"}, {"rating": "x"}, {"words": " "}])
def test_what_cannot_be_meant_is_refused(typed: dict[str, str]) -> None:
    story = Story()
    sent = {"rating": "5", "words": "좋아요"} | typed
    assert story.ada.post(f"{story.spinach}review/", sent).status_code == 400
    assert not Review.objects.exists()


def test_the_average_counts_what_is_shown() -> None:
    story = Story()
    story.ada.post(f"{story.spinach}review/", {"rating": "4", "words": "좋아요"})
    product = story.mall.spinach.product
    for rating in (5, 5):
        Review.objects.create(
            product=product,
            customer=journeys.a_shopper().customer,
            rating=rating,
            words="최고",
            written_at=NEXT_MORNING,
        )
    assert "4.7" in page(Client(), story.spinach)
    Review.objects.filter(rating=4).update(hidden_reason="욕설")
    shown = page(Client(), story.spinach)
    assert "5.0" in shown
    assert "좋아요" not in shown


def test_its_merchant_replies_and_another_cannot() -> None:
    story = Story()
    story.ada.post(f"{story.spinach}review/", {"rating": "5", "words": "싱싱해요"})
    address = f"/merchant/reviews/{Review.objects.get().reference}/"
    other = story.stall(story.mall.tofu.product.merchant)
    assert "싱싱해요" not in page(other, "/merchant/reviews/")
    assert other.post(address, {"words": "네?"}).status_code == 404
    own = story.stall(story.mall.spinach.product.merchant)
    assert "싱싱해요" in page(own, "/merchant/reviews/")
    own.post(address, {"words": "고맙습니다"})
    assert "고맙습니다" in page(Client(), story.spinach)


def test_the_mall_hides_one_with_a_reason_that_its_author_sees() -> None:
    story = Story()
    story.ada.post(f"{story.spinach}review/", {"rating": "1", "words": "욕욕욕"})
    reference = Review.objects.get().reference
    operator = a_client(a_user("op@jangteo.test", (Role.OPERATOR, "")))
    operator.post(f"/operator/reviews/{reference}/hide/", {"reason": " "})
    assert "욕욕욕" in page(Client(), story.spinach)
    operator.post(f"/operator/reviews/{reference}/hide/", {"reason": "욕설"})
    assert "욕욕욕" not in page(Client(), story.spinach)
    assert "까닭: 욕설" in page(story.ada, story.spinach)
    operator.post(f"/operator/reviews/{reference}/show/")
    assert "욕욕욕" in page(Client(), story.spinach)


def test_a_member_keeps_favourites_and_drops_them() -> None:
    story = Story()
    for _ in range(2):
        story.ada.post(f"{story.tofu}favourite/", {"keep": "1"})
    assert Favourite.objects.count() == 1
    assert "손두부" in page(story.ada, "/my/favourites/")
    assert "손두부" not in page(a_client(a_user("bob@jangteo.test")), "/my/favourites/")
    for _ in range(2):
        story.ada.post(f"{story.tofu}favourite/", {})
    assert not Favourite.objects.exists()
