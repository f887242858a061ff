"""A server that answers as OSRM 26.10 does, over any table, and fails as it is told to."""

import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

from logistics.road_matrix.provider import Point

# Recorded: three points of Pangyo, cut out so that some cannot be reached.
WITH_GAPS: dict[str, Any] = json.loads(
    '{"code":"Ok","distances":[[0,null,null],[3146.1,0,null],[null,null,0]],"destinations":'
    '[{"distance":2.587223336,"name":"nan","location":[127.098207,37.40299]},'
    '{"distance":11.54843554,"name":"판교로255번길","location":[127.101696,37.40437]},'
    '{"distance":15.08365211,"name":"서현로, 판교IC고가차도","location":[127.108374,37.392549]}],'
    '"data_version":"2026-06-20","durations":[[0,null,null],[264.2,0,null],[null,null,0]],"sources":'
    '[{"distance":2.587223336,"name":"nan","location":[127.098207,37.40299]},'
    '{"distance":11.54843554,"name":"판교로255번길","location":[127.101696,37.40437]},'
    '{"distance":15.08365211,"name":"서현로, 판교IC고가차도","location":[127.108374,37.392549]}]}'
)
TOO_BIG = {"message": "Too many table coordinates", "code": "TooBig"}

Reply = tuple[int, object]


def seconds_between(origin: Point, destination: Point) -> float:
    """Not the same both ways, and different for each pair."""
    (a, b), (c, d) = origin, destination
    return round(abs(a - c) * 30_000 + abs(b - d) * 20_000 + max(0.0, a - c) * 7_000, 1)


@dataclass
class OsrmLike:
    """``replies`` come first, one for each request; a number among them is a wait in seconds.

    ``off_road`` are points far from any road.
    """

    url: str = ""
    largest: int = 100
    version: str | None = "2026-11-01"
    off_road: list[Point] = field(default_factory=list)
    replies: list[Reply | float] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def answer(self, target: str) -> Reply:
        self.asked.append(target)
        if self.replies:
            reply = self.replies.pop(0)
            if isinstance(reply, tuple):
                return reply
            time.sleep(reply)
        service = urlsplit(target).path.split("/")[1]
        return self._nearest() if service == "nearest" else self._table(target)

    def _nearest(self) -> Reply:
        version = {} if self.version is None else {"data_version": self.version}
        return 200, version | {"code": "Ok", "waypoints": [{"distance": 1.0}]}

    def _table(self, target: str) -> Reply:
        parts = urlsplit(target)
        query = parse_qs(parts.query)
        assert query["annotations"] == ["duration,distance"]
        places = [tuple(map(float, p.split(","))) for p in parts.path.split("/")[4].split(";")]
        points = [(lat, lon) for lon, lat in places]
        origins, destinations = (
            [points[int(i)] for i in query[name][0].split(";")]
            for name in ("sources", "destinations")
        )
        if len(origins) * len(destinations) > self.largest**2:
            return 400, TOO_BIG
        return 200, table_of(origins, destinations, off_road=self.off_road)


def table_of(
    origins: Sequence[Point], destinations: Sequence[Point], off_road: Sequence[Point] = ()
) -> dict[str, Any]:
    durations = [[seconds_between(a, b) for b in destinations] for a in origins]
    return {
        "code": "Ok",
        "durations": durations,
        "distances": [[10 * seconds for seconds in row] for row in durations],
        "sources": [_waypoint(point, off_road) for point in origins],
        "destinations": [_waypoint(point, off_road) for point in destinations],
    }


def _waypoint(point: Point, off_road: Sequence[Point]) -> dict[str, object]:
    metres = 2_000.1 if point in off_road else 3.2
    return {"distance": metres, "name": "정조로", "location": [point[1], point[0]]}


@contextmanager
def osrm_like() -> Iterator[OsrmLike]:
    like = OsrmLike()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(like.answer))
    like.url = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield like
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _handler(answer: Callable[[str], Reply]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            status, told = answer(self.path)
            body = told if isinstance(told, bytes) else json.dumps(told).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(cast("bytes", body))))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None: ...

    return Handler
