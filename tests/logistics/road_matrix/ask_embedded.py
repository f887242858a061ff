"""``python ask_embedded.py DATA``: the embedded adapter's table of the points on stdin, as JSON.

A process of its own, because the tests' own Python may be too old for the package.
"""

import json
import sys

from django.conf import settings

from logistics.road_matrix.osrm_embedded import OsrmEmbedded


def main() -> None:
    settings.configure(OSRM_DATA=sys.argv[1])
    adapter, points = OsrmEmbedded(), json.load(sys.stdin)
    table = adapter.table(points, points)
    told = [adapter.name, table.durations.tolist(), table.distances.tolist()]
    json.dump(told, sys.stdout)


if __name__ == "__main__":
    main()
