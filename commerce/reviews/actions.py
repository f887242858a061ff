"""Saying what one thinks of a product one has received, and answering."""

from datetime import datetime

from django.db import transaction

from commerce import text
from commerce.catalogue.models import Product
from commerce.customers.models import Customer
from commerce.errors import CommerceError
from commerce.reviews.models import Review
from commerce.reviews.queries import has_received

LONGEST, LONGEST_REPLY, LONGEST_REASON = 1000, 500, 200


class NotReceived(CommerceError):
    """Only who was handed the product over may review it."""

    code = "REVIEW_NOT_RECEIVED"


class RatingRange(CommerceError):
    code = "RATING_RANGE"


class ReviewUnknown(CommerceError):
    """No such review, or not one of the asker's products."""

    code = "REVIEW_UNKNOWN"


def write(
    *, product: Product, customer: Customer, rating: int, words: str, now: datetime
) -> Review:
    """The customer's one review of this product; a second time changes it.

    A hidden one stays hidden. REVIEW_NOT_RECEIVED, RATING_RANGE, TEXT_REQUIRED, TEXT_TOO_LONG.
    """
    if not 1 <= rating <= 5:
        raise RatingRange("rating")
    words = text.line("words", words, longest=LONGEST)
    if not has_received(customer, product):
        raise NotReceived("product")
    # unique(product, customer) decides between two tabs; the loser changes the winner's row.
    review, _created = Review.objects.update_or_create(
        product=product,
        customer=customer,
        defaults={"rating": rating, "words": words, "edited_at": now},
        create_defaults={"rating": rating, "words": words, "written_at": now},
    )
    return review


@transaction.atomic
def reply(*, reference: str, merchant_reference: str, words: str, now: datetime) -> Review:
    """The merchant's answer below it; "" takes it away. REVIEW_UNKNOWN, TEXT_TOO_LONG."""
    words = text.line("words", words, longest=LONGEST_REPLY, required=False)
    review = _locked(reference, merchant_reference)
    review.reply = words
    review.replied_at = now if words else None
    review.save(update_fields=["reply", "replied_at"])
    return review


@transaction.atomic
def hide(*, reference: str, reason: str, by: str) -> Review:
    """Nobody but the author, the merchant and the mall sees it any more.

    REVIEW_UNKNOWN, TEXT_REQUIRED, TEXT_TOO_LONG.
    """
    reason = text.line("reason", reason, longest=LONGEST_REASON)
    review = _locked(reference)
    review.hidden_reason, review.hidden_by = reason, by
    review.save(update_fields=["hidden_reason", "hidden_by"])
    return review


@transaction.atomic
def show_again(*, reference: str) -> Review:
    """REVIEW_UNKNOWN."""
    review = _locked(reference)
    review.hidden_reason = review.hidden_by = ""
    review.save(update_fields=["hidden_reason", "hidden_by"])
    return review


def _locked(reference: str, merchant_reference: str = "") -> Review:
    found = Review.objects.filter(reference=reference)
    if merchant_reference:
        found = found.filter(product__merchant__reference=merchant_reference)
    review = found.select_for_update(of=("self",), no_key=True).first()
    if review is None:
        raise ReviewUnknown("reference")
    return review
