"""A Saleor that was set up, as a real one told it, and what it is asked to change."""

import json
from copy import deepcopy
from typing import Any

import httpx
import pytest

from commerce.saleor.client import Client
from commerce.saleor.setup import names
from tests.commerce.saleor.replay import FOLDER, Recording

STORY = FOLDER / "contract" / "a_product_may_be_published_twice-saleor.jsonl"


class SetUpShop:
    """``told`` answers the document setup; ``changes`` are the mutations it was asked, by name."""

    def __init__(self) -> None:
        (setup, *_) = [one for one in Recording.story(STORY) if one.document == "setup"]
        self.told: dict[str, Any] = deepcopy(setup.body["data"])
        self.changes: list[str] = []
        self.permissions = list(names.PERMISSIONS)
        self.stocks: list[dict[str, Any]] = []
        self.unpaid: list[dict[str, Any]] = []
        self.webhook: dict[str, Any] = {
            "id": "V2ViaG9vazox",
            "identifier": "orders",
            "isActive": True,
            "targetUrl": "https://mall.example/saleor/deliveries",
            "subscriptionQuery": "subscription { event { id } }\n",
            "asyncEvents": [{"eventType": "ORDER_CREATED"}],
            "syncEvents": [],
        }
        self.page = {
            "identifier": "order",
            "url": "https://mall.example/saleor/order",
            "mountName": "ORDER_DETAILS_WIDGETS",
        }
        self.active = True
        self.failed = 0

    @property
    def channel(self) -> dict[str, Any]:
        found: dict[str, Any] = self.told["channel"]
        return found

    @property
    def zone(self) -> dict[str, Any]:
        zones = [edge["node"] for edge in self.told["shippingZones"]["edges"]]
        (found,) = [zone for zone in zones if zone["name"] == names.ZONE]
        return found

    def tax_class(self, name: str) -> dict[str, Any]:
        nodes = [edge["node"] for edge in self.told["taxClasses"]["edges"]]
        (found,) = [node for node in nodes if node["name"] == name]
        return found

    def client(self) -> Client:
        return Client("https://saleor.example/graphql/", "t", httpx.MockTransport(self._answer))

    def _answer(self, request: httpx.Request) -> httpx.Response:
        asked = json.loads(request.content)
        match asked["operationName"]:
            case "Setup":
                data: dict[str, Any] = self.told
            case "AppIdentity":
                permissions = [{"code": code} for code in self.permissions]
                app = {"id": "QXBwOjE=", "identifier": names.APP, "permissions": permissions}
                data = {"app": app if self.active else None}
            case "Apps":
                permissions = [{"code": code} for code in self.permissions]
                app = {"id": "QXBwOjE=", "identifier": names.APP, "permissions": permissions}
                data = {"apps": {"edges": [{"node": app}]}}
            case "Warehouse":
                data = {"warehouse": {"id": "V2FyZWhvdXNlOjE="}}
            case "ProductVariant":
                data = {"productVariant": {"id": "UHJvZHVjdFZhcmlhbnQ6MQ=="}}
            case "StockLevels":
                node = {"id": "x", "externalReference": "VAR-1", "stocks": self.stocks}
                data = {"productVariants": {"edges": [{"node": node}]}}
            case "OrdersUnpaid":
                data = {"orders": {"edges": [{"node": node} for node in self.unpaid]}}
            case "App":
                permissions = [{"code": code} for code in self.permissions]
                app = {"permissions": permissions, "webhooks": [self.webhook]}
                data = {"app": app | {"extensions": [self.page]}}
            case "FailedDeliveries":
                failed = [{"node": {"id": str(number)}} for number in range(self.failed)]
                data = {"webhook": {"eventDeliveries": {"edges": failed}}}
            case mutation:
                assert asked["query"].startswith("mutation")
                self.changes.append(mutation)
                data = {mutation[0].lower() + mutation[1:]: {"errors": [], "authToken": "new"}}
        return httpx.Response(200, json={"data": data})


@pytest.fixture
def shop() -> SetUpShop:
    return SetUpShop()
