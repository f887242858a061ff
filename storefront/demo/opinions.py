"""What families say of what they received, some sellers' replies, and what they send back."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from commerce.business_days import business_date
from commerce.favourites import actions as favourites
from commerce.orders.models import FulfilmentStatus, OrderLine
from commerce.returns import actions as returns
from commerce.returns.models import ReturnKind, ReturnRequest
from commerce.reviews import actions as reviews
from commerce.reviews.models import Review
from commerce.settlement.queries import payable
from storefront.demo.files import Size
from storefront.demo.people import customer_of, user_of
from storefront.journeys.answer_return import Answer, answer_return

MOST = {"small": 40, "full": 400}
SAID = (
    (5, "싱싱하고 양도 넉넉해요. 다음 장날에도 또 시킬게요."),
    (5, "시장에 직접 간 것처럼 골라 주셨어요. 포장도 깔끔합니다."),
    (5, "부모님 댁으로 보냈는데 아주 좋아하셨어요."),
    (4, "맛있게 잘 먹었어요. 조금만 더 일찍 오면 좋겠어요."),
    (4, "값에 견주어 좋아요. 두 번째 주문입니다."),
    (3, "괜찮은데 지난번보다 조금 작았어요."),
)
REPLY = "맛있게 드셨다니 고맙습니다. 다음에도 좋은 것으로 골라 두겠습니다."
REPLIED = 0.3
SPOILT = "열어 보니 하나가 물러 있었어요."
GIVEN_BACK = "사진을 보고 가게를 대신해 바로 돌려드렸습니다."
STILL_RETURNED = timedelta(days=14)


def load_opinions(size: Size, now: datetime) -> None:
    """Of what was handed over in the past; nothing where somebody has said something already."""
    if Review.objects.exists():
        return
    chance = Random(size)  # noqa: S311 - a demo, not a secret
    for line in _received(MOST[size]):
        rating, words = chance.choice(SAID)
        said_at = min(
            now, (line.fulfilment.ended_at or now) + timedelta(hours=chance.randint(3, 40))
        )
        review = reviews.write(
            product=line.variant.product,  # type: ignore[union-attr]
            customer=line.fulfilment.order.customer,
            rating=rating,
            words=words,
            now=said_at,
        )
        if chance.random() < REPLIED:
            reviews.reply(
                reference=review.reference,
                merchant_reference=line.merchant_reference,
                words=REPLY,
                now=said_at,
            )
    _load_return(now)
    _load_debt(now)
    _load_favourites(now)


def _received(most: int) -> Iterator[OrderLine]:
    """One line for each product and family, the latest first."""
    lines = OrderLine.objects.filter(
        variant__isnull=False, quantity__gte=1, fulfilment__status=FulfilmentStatus.HANDED_OVER
    )
    found = lines.select_related("variant__product", "fulfilment__order__customer")
    seen: set[tuple[int, int]] = set()
    for line in found.order_by("-fulfilment__ended_at", "pk"):
        who = (line.variant.product_id, line.fulfilment.order.customer_id)  # type: ignore[union-attr]
        if who not in seen and len(seen) < most:
            seen.add(who)
            yield line


def _load_return(now: datetime) -> None:
    """The last thing received from each of two shops was not as it should be."""
    shops: set[str] = set()
    for line in _received(MOST["full"]):
        if line.merchant_reference in shops or ReturnRequest.objects.filter(line=line).exists():
            continue
        shops.add(line.merchant_reference)
        _ask(line, now)
        if len(shops) == 2:
            return


def _load_debt(now: datetime) -> None:
    """A shop that has sold nothing since it was paid out gives money back: it owes it to the mall.
    Nobody does where all have sold something."""
    for line in _received(MOST["full"]):
        if (line.fulfilment.ended_at or now) < now - STILL_RETURNED:
            return
        if payable(line.merchant_reference) or ReturnRequest.objects.filter(line=line).exists():
            continue
        answer_return(
            reference=_ask(line, now).reference,
            answer=Answer.YES,
            words=GIVEN_BACK,
            merchant_reference=None,
            by=user_of("operator@jangteo.test").reference,
            now=now,
        )
        return


def _ask(line: OrderLine, now: datetime) -> ReturnRequest:
    return returns.ask(
        key=f"demo-return-{business_date(now)}-{line.reference}",
        line_reference=line.reference,
        customer=line.fulfilment.order.customer,
        kind=ReturnKind.DEFECT,
        quantity=1,
        words=SPOILT,
        now=now,
    )


def _load_favourites(now: datetime) -> None:
    shopper = customer_of("shopper@jangteo.test")
    for line in _received(4):
        product = line.variant.product  # type: ignore[union-attr]
        favourites.keep(customer=shopper, product=product, now=now)
