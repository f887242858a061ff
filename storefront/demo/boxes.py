"""The season's produce boxes and who has subscribed to them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from commerce.boxes import actions as boxes
from commerce.boxes.models import Box, Renewal, RenewalStatus, Subscription
from commerce.business_days import business_date
from commerce.catalogue.models import Variant
from commerce.customers.models import Address, Customer
from storefront.demo.files import Size

CARD = "tok_4242"
SUBSCRIBERS = {"small": 8, "full": 300}
FROM_THE_START = 0.1
SKIPPED = 0.25
# Product name, serves, English name, and how many of the season's things are in it.
OFFERED = (
    ("가족 꾸러미 10품목", "3~4인", "Family box", 10),
    ("1인 꾸러미 6품목", "1인", "Small box", 6),
    ("친환경 꾸러미 8품목", "2~3인", "Organic box", 8),
)
ALWAYS = ("유정란 10구", "10 free-range eggs"), ("손두부 1모", "Handmade tofu")
SEASONS = {
    "spring": (
        ("달래 100g", "Wild chives"),
        ("냉이 150g", "Shepherd's purse"),
        ("시금치 1단", "Spinach"),
        ("딸기 500g", "Strawberries"),
        ("봄동 2포기", "Spring cabbage"),
        ("미나리 1단", "Water parsley"),
        ("대파 1단", "Green onions"),
        ("표고버섯 200g", "Shiitake"),
    ),
    "early summer": (
        ("햇감자 1kg", "New potatoes"),
        ("햇양파 1kg", "New onions"),
        ("마늘종 1단", "Garlic scapes"),
        ("적상추 150g", "Red lettuce"),
        ("백오이 3개", "Cucumbers"),
        ("애호박 1개", "Courgette"),
        ("완숙 토마토 600g", "Tomatoes"),
        ("청매실 500g", "Green plums"),
    ),
    "high summer": (
        ("찰옥수수 3개", "Waxy corn"),
        ("가지 3개", "Aubergines"),
        ("깻잎 50장", "Perilla leaves"),
        ("풋고추 150g", "Green chillies"),
        ("복숭아 3개", "Peaches"),
        ("참외 2개", "Korean melons"),
        ("노각 1개", "Old cucumber"),
        ("열무 1단", "Young radish"),
    ),
    "autumn": (
        ("고구마 1kg", "Sweet potatoes"),
        ("배 2개", "Pears"),
        ("단호박 1개", "Kabocha pumpkin"),
        ("무 1개", "Radish"),
        ("알배기 배추 1포기", "Napa cabbage"),
        ("표고버섯 200g", "Shiitake"),
        ("햅쌀 1kg", "New rice"),
        ("생대추 300g", "Jujubes"),
    ),
    "winter": (
        ("시래기 300g", "Dried radish leaves"),
        ("우엉 300g", "Burdock"),
        ("연근 300g", "Lotus root"),
        ("콜라비 1개", "Kohlrabi"),
        ("사과 3개", "Apples"),
        ("콩나물 300g", "Bean sprouts"),
        ("잡곡 500g", "Mixed grains"),
        ("알배기 배추 1포기", "Napa cabbage"),
    ),
}
MONTHS = {3: "spring", 4: "spring", 5: "early summer", 6: "early summer", 7: "high summer"}
MONTHS |= {8: "high summer", 9: "autumn", 10: "autumn", 11: "autumn", 12: "winter"}


def season_of(day: date) -> str:
    return MONTHS.get(day.month, "winter")


def load_boxes(size: Size, now: datetime) -> list[Box]:
    return [
        _offer(Variant.objects.get(product__name=name), name_en, serves, count, now)
        for name, serves, name_en, count in OFFERED[: 1 if size == "small" else None]
    ]


def _offer(variant: Variant, name_en: str, serves: str, count: int, now: datetime) -> Box:
    contents = [*ALWAYS, *SEASONS[season_of(business_date(now))]][:count]
    return boxes.offer_box(
        variant=variant,
        name=variant.product.name,
        name_en=name_en,
        contents="\n".join(korean for korean, _ in contents),
        contents_en="\n".join(english for _, english in contents),
        serves=serves,
    )


def subscribers(
    size: Size, first: Customer, families: Sequence[Customer], offered: Sequence[Box]
) -> "Subscribers":
    return Subscribers([first, *families][: SUBSCRIBERS[size]], offered)


@dataclass(frozen=True)
class Subscribers:
    """Families in the order in which they joined, and the boxes they chose."""

    families: Sequence[Customer]
    offered: Sequence[Box]

    def join_until(self, moment: datetime, opened_at: datetime, now: datetime) -> None:
        """Subscribe whoever had joined by then: a few at the opening, most of them lately."""
        share = max(0.0, (moment - opened_at) / (now - opened_at))
        joined = round(len(self.families) * (FROM_THE_START + (1 - FROM_THE_START) * share**3))
        have = set(Subscription.objects.values_list("customer_id", flat=True))
        for number, customer in enumerate(self.families[:joined]):
            if customer.pk not in have:
                self._subscribe(number, customer, moment)

    def let_some_skip(self, chance: Random, at: datetime) -> None:
        """Before a cut-off, whoever is away or has enough; never the first family."""
        closing = Renewal.objects.select_related("subscription__customer").filter(
            status=RenewalStatus.DUE,
            cycle__cut_off_at__gt=at,
            cycle__cut_off_at__lte=at + timedelta(days=1),
        )
        others = closing.exclude(subscription__customer=self.families[0])
        for renewal in others.order_by("pk"):
            if chance.random() < SKIPPED:
                customer = renewal.subscription.customer
                boxes.skip(renewal_reference=renewal.reference, customer=customer, now=at)

    def _subscribe(self, number: int, customer: Customer, at: datetime) -> None:
        boxes.subscribe(
            key=f"demo-{customer.reference}",
            box=self.offered[number % len(self.offered)],
            customer=customer,
            address=Address.objects.get(customer=customer, is_default=True),
            card_token=CARD,
            now=at,
        )
