"""Whether a Saleor is set up so that the mall can rely on it, one finding for each thing."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from commerce.saleor.client import Client
from commerce.saleor.document import Document
from commerce.saleor.errors import NotAllowed, SaleorError
from commerce.saleor.setup import names, our_app
from commerce.saleor.setup.connect import CHANNEL, RATE, SETTINGS, TAX, differs
from commerce.saleor.setup.our_app import Manifest
from commerce.saleor.setup.state import State
from commerce.saleor.shop import Shop
from commerce.saleor.variants import stocked

VERSION = "3.23."
# Its clock looks every five minutes.
CLOCK = timedelta(minutes=15)
RESERVATIONS = ("reserveStockDurationAnonymousUser", "reserveStockDurationAuthenticatedUser")
CONNECT = "mall saleor connect"
AGAIN = f"remove the app in the Dashboard, then {CONNECT}: docs/saleor.md"


@dataclass(frozen=True)
class Finding:
    """``fact``: what is so. ``advice`` is "" when nothing is wrong."""

    part: str
    fact: str
    advice: str = ""


def check(
    client: Client,
    channel: str,
    *,
    merchants: list[str],
    fees_won: list[int],
    sample: list[str],
    now: datetime,
) -> Iterator[Finding]:
    """``merchants``: references. ``sample``: variants whose stock is looked at."""
    try:
        identity = client.identity()
    except NotAllowed:
        yield Finding("token", "Saleor knows no app with it", f"SALEOR_TOKEN: {CONNECT}")
        return
    except SaleorError as error:
        yield Finding("saleor", str(error), "SALEOR_API_URL?")
        return
    yield Finding("token", f"app {identity.identifier}")
    lacking = sorted(set(names.PERMISSIONS) - identity.permissions)
    yield _finding("permissions", f"{len(identity.permissions)}", lacking)
    if lacking:
        return
    state = State.read(client, channel)
    yield _version(state)
    yield _finding("set up", "all there", state.missing)
    if state.missing:
        return
    yield from _settings(state)
    yield from _tax(state)
    yield _methods(state, fees_won)
    absent = sorted(set(merchants) - state.warehouses)
    yield _finding("warehouses", f"{len(state.warehouses)}", absent)
    yield _promised(Shop(client, channel), sample)
    yield _clock(client, state, now)


def check_app(client: Client, manifest: Manifest) -> Iterator[Finding]:
    """Of our app in the Dashboard, by its own token."""
    try:
        app = our_app.facts(client, client.identity().id)
    except NotAllowed:
        yield Finding("our app", "removed there, switched off, or its token is another", CONNECT)
        return
    except SaleorError as error:
        yield Finding("our app", str(error), "SALEOR_ALLOWED_API_URLS?")
        return
    yield Finding("our app", "installed and active")
    lacking = our_app.lacking_permissions(app, manifest)
    yield _finding("our app's permissions", f"{len(app['permissions'])}", lacking)
    webhooks = app["webhooks"]
    wrong = our_app.wrong_webhooks(app, manifest)
    yield _finding("webhooks", f"{len(webhooks)}, as in the manifest", wrong)
    old = [page["url"] for page in app["extensions"]] or ["none"]
    differs = our_app.page_differs(app, manifest)
    yield _finding("our page", "beside each order", old if differs else [], AGAIN)
    lost = 0
    for webhook in webhooks:
        told = client.execute(Document.load("failed_deliveries"), {"webhook": webhook["id"]})
        lost += len(told["webhook"]["eventDeliveries"]["edges"])
    if lost:
        yield Finding("deliveries", f"{lost} failed", "is MALL_PUBLIC_URL reached from there?")
    else:
        yield Finding("deliveries", "none failed")


def _finding(part: str, fact: str, wrong: list[str], advice: str = CONNECT) -> Finding:
    if wrong:
        return Finding(part, f"not so: {', '.join(wrong[:5])}", advice)
    return Finding(part, fact)


def _version(state: State) -> Finding:
    if state.version.startswith(VERSION):
        return Finding("version", state.version)
    return Finding("version", state.version, f"the adapter is held to Saleor {VERSION}x")


def _settings(state: State) -> Iterator[Finding]:
    """Those that keep a Saleor from selling what is not there first."""
    wrong = differs(state.settings, SETTINGS)
    reserving = [key for key in wrong if key in RESERVATIONS]
    yield _finding("no reservations", "drafts never sell too much", reserving)
    yield _finding(
        "fulfilment settings",
        "unpaid goods may leave: the mall decides",
        [key for key in wrong if key not in RESERVATIONS],
    )
    found = state.channel or {}
    yield _finding(
        "channel",
        "KRW, KR",
        [
            name
            for name, is_so in {
                "currency KRW": found["currencyCode"] == "KRW",
                "country KR": found["defaultCountry"]["code"] == "KR",
                "active": found["isActive"],
            }.items()
            if not is_so
        ],
        "another channel: SALEOR_CHANNEL",
    )
    orders = differs(found["orderSettings"], CHANNEL["orderSettings"])
    yield _finding("order settings", "confirmed by the mall, unpaid ones expire late", orders)
    stock = differs(found["stockSettings"], CHANNEL["stockSettings"])
    yield _finding("stock settings", "one warehouse after the other", stock)
    outside = [] if state.zone_has_channel else ["the channel is not in it"]
    yield _finding("zone", names.ZONE, outside)


def _tax(state: State) -> Iterator[Finding]:
    configuration = (state.channel or {})["taxConfiguration"]
    yield _finding("tax", "prices include it, flat rates", differs(configuration, TAX))
    rates = {
        names.TAXED: state.rates.get(names.TAXED) == RATE,
        names.EXEMPT: state.rates.get(names.EXEMPT) == 0,
        "default": state.default_rate == RATE,
    }
    yield _finding("tax rates", "10 %, 0 %", [name for name, is_so in rates.items() if not is_so])


def _methods(state: State, fees_won: list[int]) -> Finding:
    if state.untaxed_methods:
        prices = ", ".join(f"{price:,}" for price in state.untaxed_methods)
        advice = f"give them the tax class {names.TAXED} in the Dashboard"
        return Finding("shipping methods", f"taxed otherwise: {prices} won", advice)
    absent = [f"{fee:,} won" for fee in fees_won if fee not in state.methods]
    return _finding("shipping methods", f"{len(state.methods)}", absent)


def _promised(shop: Shop, sample: list[str]) -> Finding:
    """Another storefront's checkouts sell too much when two come at once."""
    levels = stocked(shop, sample)
    over = [reference for reference, found in levels.items() if found.level.left < 0]
    advice = "sell through the mall only: docs/saleor.md"
    return _finding("nothing oversold", f"{len(levels)} variants looked at", over, advice)


def _clock(client: Client, state: State, now: datetime) -> Finding:
    """Orders with a transaction, even an empty one, never expire."""
    minutes = (state.channel or {})["orderSettings"]["expireOrdersAfter"]
    before = now - timedelta(minutes=minutes or 0) - CLOCK
    told = client.execute(
        Document.load("orders_unpaid"),
        {"channel": state.channel_id, "before": before.isoformat()},
    )
    nodes = [edge["node"] for edge in told["orders"]["edges"]]
    overdue = [node["externalReference"] or "?" for node in nodes if not node["transactions"]]
    advice = "start Saleor's beat: unpaid orders do not expire"
    return _finding("clock", "nothing unpaid is overdue", overdue, advice)
