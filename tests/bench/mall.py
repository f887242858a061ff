"""Lists, searches and product pages among a hundred thousand goods, several shoppers at once.

Beside each page a bare view of the same server that asks the same SQL, in turns, so that both see
the same machine. First with every page drawn anew: it may then still know a card or a menu it has
drawn and facets it has counted within half a minute. Then as visitors are served, who see a page
that was drawn within the last ten seconds. The bare view remembers nothing. With SALEOR_API_URL
(and SALEOR_TOKEN, SALEOR_CHANNEL) also twenty products as a Saleor tells them: what is on a card,
by GraphQL.

``python -m tests.bench.mall --products 100000 --shoppers 4 --rounds 5``
"""

import argparse
import json
import os
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection, HTTPSConnection
from itertools import cycle, islice
from pathlib import Path
from random import Random
from urllib.parse import quote, urlsplit

from rich.console import Console

from storefront.config.cli.day import own_database
from tests.bench.pages import Timing, ask, served, timing_of

say = Console(highlight=False, width=120).print

GOAL_TO_BARE, GOAL_TO_SALEOR = 1.5, 10
# A shopper asks for so many pages of one kind, then for as many bare ones.
A_TURN = 15
WORDS = [
    "딸기",
    "유기농 딸기",
    "ㄸㄱ",
    "토마",
    "무",
    "방울토마토",
    "이천 쌀",
    "포도",
    "순대",
    "ㅅㄱㅊ",
]
PAGES = 5  # few people turn more
CARDS = """
query($channel: String!) {
  products(first: 20, channel: $channel) {
    totalCount
    edges { node {
      id name slug isAvailable
      thumbnail(size: 512) { url alt }
      pricing { priceRange { start { gross { amount currency } } } }
      variants { id name quantityAvailable pricing { price { gross { amount } } } }
    } }
  }
}
"""


def main() -> int:
    parser = argparse.ArgumentParser(prog="tests.bench.mall")
    parser.add_argument("--products", type=int, default=100_000)
    parser.add_argument("--shoppers", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=5)
    args = parser.parse_args()
    lists: dict[str, Timing] = {}
    with own_database():
        (Path(os.environ["MALL_STATE"]) / "static").mkdir()
        paths = _filled(args.products)
        for told, remembered in (("drawn anew", False), ("as served", True)):
            say(f"{told}:")
            with served(remembered=remembered) as port:
                for kind, asked in paths.items():
                    _compare(kind, asked, port, args.shoppers, args.rounds)
                lists[told] = _alone(port, paths["list"])
    _beside_saleor(lists)
    return 0


def _alone(port: int, paths: Sequence[str]) -> Timing:
    """List pages one after another, nobody else about."""
    at = cycle(paths)
    _timed(lambda: ask_once(port, next(at)), len(paths))
    return _timed(lambda: ask_once(port, next(at)), 2 * len(paths))


def _filled(products: int) -> dict[str, list[str]]:
    """Addresses by kind of page, in no order; none is asked for twice in a row."""
    from commerce.catalogue.models import Category, Product
    from tests.bench.goods import fill

    begun, rng = time.perf_counter(), Random(7)
    fill(products, rng)
    say(f"{products:,} products written in {time.perf_counter() - begun:.0f} s")
    pages = range(1, 1 + min(PAGES, products // 24 // Category.objects.count()))
    some = list(Product.objects.order_by("?").values_list("reference", flat=True)[:300])
    paths = {
        "list": [f"/c/{one.slug}/?page={n}" for one in Category.objects.all() for n in pages],
        "search": [f"/search/?q={quote(word)}&page=1" for word in WORDS],
        "product": [f"/p/{reference}/" for reference in some],
    }
    for asked in paths.values():
        rng.shuffle(asked)
    return paths


def _compare(kind: str, paths: Sequence[str], port: int, shoppers: int, rounds: int) -> None:
    taken: dict[str, list[float]] = {"page": [], "bare": []}
    places = {"page": "", "bare": "/bare"}
    for number in range(rounds + 1):
        for name, before in places.items():
            found = _turn([f"{before}{path}" for path in paths], port, shoppers, number)
            if number:  # the first is to warm up
                taken[name] += found
    page, bare = timing_of(taken["page"]), timing_of(taken["bare"])
    say(
        f"{kind:>8}: p50 {page.p50_ms:6.1f} ms, p95 {page.p95_ms:6.1f} ms; bare {bare.p50_ms:6.1f} "
        f"and {bare.p95_ms:6.1f}; ratio {page.p50_ms / bare.p50_ms:.2f} and "
        f"{page.p95_ms / bare.p95_ms:.2f} (goal {GOAL_TO_BARE})"
    )


def _turn(paths: Sequence[str], port: int, shoppers: int, number: int) -> list[float]:
    """Everybody asks ``A_TURN`` times, each for other pages."""

    def shop(shopper: int) -> list[float]:
        link = HTTPConnection("127.0.0.1", port, timeout=60)
        first = (number * shoppers + shopper) * A_TURN
        return [ask(link, paths[(first + n) % len(paths)]) for n in range(A_TURN)]

    with ThreadPoolExecutor(shoppers) as pool:
        return [one for found in pool.map(shop, range(shoppers)) for one in found]


def ask_once(port: int, path: str) -> None:
    ask(HTTPConnection("127.0.0.1", port, timeout=60), path)


def _timed(work: Callable[[], object], times: int) -> Timing:
    """One after another, nobody else about."""
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        work()
        taken.append((time.perf_counter() - begun) * 1000)
    return timing_of(taken)


def _beside_saleor(lists: dict[str, Timing]) -> None:
    for told, page in lists.items():
        say(f"  a list page alone, {told}: p50 {page.p50_ms:.1f} ms, p95 {page.p95_ms:.1f} ms")
    url = os.environ.get("SALEOR_API_URL", "")
    if not url:
        say("  Saleor: not asked, SALEOR_API_URL is not set")
        return
    there = urlsplit(url)
    kind = HTTPSConnection if there.scheme == "https" else HTTPConnection
    link = kind(there.netloc, timeout=60)
    headers = {"Content-Type": "application/json"}
    if os.environ.get("SALEOR_TOKEN"):
        headers["Authorization"] = f"Bearer {os.environ['SALEOR_TOKEN']}"
    variables = {"channel": os.environ.get("SALEOR_CHANNEL", "mall-kr")}
    body = json.dumps({"query": CARDS, "variables": variables})

    def cards() -> int:
        link.request("POST", there.path, body, headers)
        answer = json.loads(link.getresponse().read())
        return len(answer["data"]["products"]["edges"])

    found = list(islice(iter(cards, None), 5))[-1]
    saleor = _timed(cards, 40)
    say(f"  Saleor: {found} products p50 {saleor.p50_ms:.1f} ms, p95 {saleor.p95_ms:.1f} ms")
    for told, page in lists.items():
        say(
            f"  {told}: {saleor.p50_ms / page.p50_ms:.1f} and {saleor.p95_ms / page.p95_ms:.1f} "
            f"times as fast (goal {GOAL_TO_SALEOR})"
        )


if __name__ == "__main__":
    raise SystemExit(main())
