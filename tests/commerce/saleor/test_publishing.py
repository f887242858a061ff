"""A product that is there already: only what differs is written."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import httpx
import pytest

from commerce.core.port import ProductFacts, VariantFacts
from commerce.saleor.client import Client
from commerce.saleor.publishing import bring_up_to_date, publish
from commerce.saleor.shop import Shop
from tests.commerce.saleor.replay import FOLDER, Recording

pytestmark = pytest.mark.django_db

STORY = FOLDER / "contract" / "a_product_may_be_published_twice-saleor.jsonl"


class Published:
    """A shop with the recorded product in it; ``changes`` are the mutations it was asked."""

    def __init__(self) -> None:
        answers = {one.document: one.body["data"] for one in Recording.story(STORY)}
        self.setup: dict[str, Any] = answers["setup"]
        self.node: dict[str, Any] = answers["product"]["product"]
        self.asked: list[tuple[str, dict[str, Any]]] = []
        client = Client("https://saleor.example/graphql/", "t", httpx.MockTransport(self._answer))
        self.shop = Shop(client, "mall-kr")
        (made,) = [one for one in Recording.story(STORY) if one.document == "product_bulk_create"]
        (given,) = made.variables["products"]
        (variant,) = given["variants"]
        price = int(variant["channelListings"][0]["price"])
        self.facts = ProductFacts(
            reference=given["externalReference"],
            merchant_reference="MER-CONTRACT00",
            name=given["name"],
            description="청송에서 왔습니다.\n아삭합니다 & 달콤합니다.",
            taxable=given["taxClass"] == self.shop.state.taxed,
            published=True,
            variants=(VariantFacts(variant["externalReference"], variant["name"], price),),
        )

    def _answer(self, request: httpx.Request) -> httpx.Response:
        question = json.loads(request.content)
        name = question["operationName"]
        if name == "Setup":
            data: dict[str, Any] = self.setup
        elif name == "Warehouse":
            data = {"warehouse": {"id": "V2FyZWhvdXNlOjE="}}
        elif name == "Product":
            data = {"product": self.node}
        else:
            self.asked.append((name, question["variables"]))
            data = {name[0].lower() + name[1:]: {"errors": [], "results": []}}
        return httpx.Response(200, json={"data": data})

    def changes(self, facts: ProductFacts) -> list[str]:
        changed = bring_up_to_date(self.shop, facts, self.node)
        names = [name for name, _ in self.asked]
        assert changed == bool(names)
        return names


@pytest.fixture
def published() -> Published:
    return Published()


def test_the_same_facts_change_nothing(published: Published) -> None:
    publish(published.shop, published.facts)
    assert published.asked == []


def _variant(facts: ProductFacts, **changed: Any) -> ProductFacts:
    (variant,) = facts.variants
    return replace(facts, variants=(replace(variant, **changed),))


@pytest.mark.parametrize(
    ("change", "mutations"),
    [
        (lambda facts: replace(facts, name="배"), ["ProductUpdate"]),
        (lambda facts: replace(facts, description="달콤합니다."), ["ProductUpdate"]),
        (lambda facts: replace(facts, taxable=False), ["ProductUpdate"]),
        (lambda facts: replace(facts, published=False), ["ProductChannelListingUpdate"]),
        (lambda facts: _variant(facts, price_won=6_000), ["ProductVariantBulkUpdate"]),
        (lambda facts: _variant(facts, unit="10kg"), ["ProductVariantBulkUpdate"]),
        (
            lambda facts: replace(facts, picture_url="https://mall.example/a.png"),
            ["ProductMediaCreate", "UpdateMetadata"],
        ),
    ],
)
def test_only_what_differs_is_written(
    published: Published, change: Callable[[ProductFacts], ProductFacts], mutations: list[str]
) -> None:
    assert published.changes(change(published.facts)) == mutations


def test_a_variant_that_is_no_more_is_taken_out_of_the_channel(published: Published) -> None:
    published.changes(replace(published.facts, variants=()))
    ((name, variables),) = published.asked
    assert name == "ProductChannelListingUpdate"
    assert len(variables["withdrawn"]) == 1
    assert variables["published"] is True


def test_a_variant_that_comes_back_gets_its_price_again(published: Published) -> None:
    (edge,) = published.node["productVariants"]["edges"]
    edge["node"]["channelListings"] = []
    published.changes(published.facts)
    ((name, variables),) = published.asked
    assert name == "ProductVariantBulkUpdate"
    (variant,) = variables["variants"]
    assert list(variant["channelListings"]) == ["create"]


def test_a_new_variant_is_added_with_none_in_stock(published: Published) -> None:
    new = VariantFacts("VAR-NEW", "1kg", 1_500)
    more = replace(published.facts, variants=(*published.facts.variants, new))
    assert published.changes(more)[-1] == "ProductVariantBulkCreate"
    (variant,) = published.asked[-1][1]["variants"]
    assert (variant["sku"], variant["stocks"][0]["quantity"]) == ("VAR-NEW", 0)


def test_a_picture_that_may_be_there_twice_is_shown_once(published: Published) -> None:
    published.node["media"] = [{"id": "one"}, {"id": "two"}]
    facts = replace(published.facts, picture_url="https://mall.example/a.png")
    assert published.changes(facts) == [
        "ProductMediaDelete",
        "ProductMediaDelete",
        "ProductMediaCreate",
        "UpdateMetadata",
    ]
