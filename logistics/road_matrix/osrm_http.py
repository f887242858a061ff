"""Road durations from an OSRM server: ``OSRM_URL``, asked over HTTP."""

import time
from collections.abc import Sequence
from functools import partial
from hashlib import sha256
from typing import Any

import httpx
from django.conf import settings
from django.core.cache import cache

from logistics.road_matrix import osrm_table
from logistics.road_matrix.errors import RoadsRefused, RoadsSilent, RoadsUnusable
from logistics.road_matrix.osrm_table import Answer
from logistics.road_matrix.provider import Matrix, Point

# The table service only reads, so asking again is safe; but not after a timeout: whoever is slow
# because of too much work gets no more of it.
TRIES = 3
PAUSE_SECONDS = 0.2
TOO_MANY_REQUESTS = 429
# Pages ask for the version too; a change of data is seen this much later.
VERSION_SECONDS = 300
LONGEST_VERSION = 30


class OsrmHttp:
    """ROADS_SILENT (retryable), ROADS_REFUSED, ROADS_UNUSABLE."""

    def __init__(self) -> None:
        self.url: str = settings.OSRM_URL.rstrip("/")
        self.block: int = settings.OSRM_TABLE_SIZE

    @property
    def name(self) -> str:
        """With the data's version as its maker gave it: ``osrm-extract --data_version``."""
        return f"osrm_http {self._version_seen_lately() or 'unversioned'}"

    def table(self, origins: Sequence[Point], destinations: Sequence[Point]) -> Matrix:
        """Durations and distances from ``origins`` to ``destinations`` (lat, lon)."""
        with self._client() as client:
            ask = partial(self._ask, client)
            return osrm_table.in_blocks(ask, origins, destinations, block=self.block)

    def version(self) -> str:
        """The data's version, asked now; empty when its maker gave none."""
        with self._client() as client:
            # Any point will do: the answer is about the nearest road, however far.
            answer = self._get(
                client, "/nearest/v1/driving/127.0,37.5", {"generate_hints": "false"}
            )
        version = str(answer.get("data_version", ""))
        if len(version) <= LONGEST_VERSION:
            return version
        return sha256(version.encode()).hexdigest()[:LONGEST_VERSION]

    def _version_seen_lately(self) -> str:
        """While the server is silent, plans stay what they are: the last version goes on."""
        key = "osrm-version:" + sha256(self.url.encode()).hexdigest()
        version, asked_at = cache.get(key, ("", None))
        if asked_at is not None and time.time() - asked_at < VERSION_SECONDS:
            return version
        try:
            version = self.version()
        except RoadsSilent:
            if asked_at is None:
                raise
        cache.set(key, (version, time.time()), timeout=None)
        return version

    def _client(self) -> httpx.Client:
        try:
            return httpx.Client(base_url=self.url, timeout=settings.OSRM_SECONDS)
        except httpx.InvalidURL as error:
            raise RoadsUnusable(reason=f"OSRM_URL: {error}") from error

    def _ask(
        self, client: httpx.Client, origins: Sequence[Point], destinations: Sequence[Point]
    ) -> Answer:
        places = ";".join(f"{lon:.6f},{lat:.6f}" for lat, lon in (*origins, *destinations))
        count, total = len(origins), len(origins) + len(destinations)
        query = {
            "annotations": "duration,distance",
            "generate_hints": "false",
            "sources": _listed(range(count)),
            "destinations": _listed(range(count, total)),
        }
        return self._get(client, f"/table/v1/driving/{places}", query)

    def _get(self, client: httpx.Client, path: str, query: dict[str, str]) -> Answer:
        asked = path + "?" + "&".join(f"{name}={value}" for name, value in query.items())
        reason = ""
        for number in range(TRIES):
            time.sleep(PAUSE_SECONDS * number)
            try:
                response = client.get(asked)
            except httpx.TimeoutException as error:
                reason = f"no answer in {settings.OSRM_SECONDS} s"
                raise RoadsSilent(url=self.url, reason=reason) from error
            except httpx.UnsupportedProtocol as error:
                raise RoadsUnusable(reason=f"OSRM_URL: {error}") from error
            except httpx.TransportError as error:
                reason = str(error) or type(error).__name__
                continue
            if response.status_code < 500 and response.status_code != TOO_MANY_REQUESTS:
                return _answer(response)
            reason = f"HTTP {response.status_code}"
        raise RoadsSilent(url=self.url, reason=reason)


def _listed(numbers: range) -> str:
    return ";".join(map(str, numbers))


def _answer(response: httpx.Response) -> Answer:
    """OSRM says in JSON what is wrong, with status 400. ROADS_REFUSED."""
    try:
        told: Any = response.json()
    except ValueError:
        told = None
    if not isinstance(told, dict) or "code" not in told:
        raise RoadsRefused(reason=f"HTTP {response.status_code}, not OSRM's words")
    if told["code"] != "Ok":
        message = str(told.get("message", ""))[:200]
        raise RoadsRefused(reason=str(told["code"])[:40], message=message)
    return told
