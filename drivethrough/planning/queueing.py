"""What queueing theory says of a shop's lanes: formulas to hold the simulation against.

Rates are cars a second, loads and shares have no unit. A load of the number of servers or more has
no steady state: waits are infinite then.
"""

import math
from collections.abc import Sequence
from itertools import pairwise
from statistics import fmean, pvariance


def erlang_c(servers: int, offered: float) -> float:
    """The share of cars that wait at all, with Poisson arrivals and exponential services
    (M/M/c). ``offered`` is arrival rate times mean service. Erlang, 1917."""
    if offered >= servers:
        return 1.0
    # Erlang B by its recursion, which neither overflows nor loses digits.
    blocked = 1.0
    for server in range(1, servers + 1):
        blocked = offered * blocked / (server + offered * blocked)
    return blocked / (1 - offered / servers * (1 - blocked))


def mean_wait(
    *,
    rate: float,
    service_seconds: float,
    servers: int,
    arrival_cv2: float = 1.0,
    service_cv2: float = 1.0,
) -> float:
    """Seconds, by the approximation of Allen and Cunneen (1978) for G/G/c.

    ``..._cv2`` are squared coefficients of variation; with both 1 it is M/M/c, and exact.
    """
    offered = rate * service_seconds
    if offered >= servers:
        return math.inf
    exponential = erlang_c(servers, offered) * service_seconds / (servers - offered)
    return exponential * (arrival_cv2 + service_cv2) / 2


def wait_quantile(
    share: float,
    *,
    rate: float,
    service_seconds: float,
    servers: int,
    arrival_cv2: float = 1.0,
    service_cv2: float = 1.0,
) -> float:
    """Seconds that this share of cars does not wait longer than: those that wait are taken to wait
    exponentially, which for M/M/c is exact."""
    waits = erlang_c(servers, rate * service_seconds)
    if waits <= 1 - share:
        return 0.0
    mean = mean_wait(
        rate=rate,
        service_seconds=service_seconds,
        servers=servers,
        arrival_cv2=arrival_cv2,
        service_cv2=service_cv2,
    )
    return mean / waits * math.log(waits / (1 - share))


def cv2(measured: Sequence[int]) -> float:
    """The squared coefficient of variation."""
    return pvariance(measured) / fmean(measured) ** 2


def lindley(arrivals: Sequence[int], services: Sequence[int]) -> list[int]:
    """The waits at a single lane, first come, first served, exactly (Lindley, 1952). Arrivals in
    order of time."""
    waits = [0] if arrivals else []
    for (earlier, later), service in zip(pairwise(arrivals), services, strict=False):
        waits.append(max(0, waits[-1] + service - (later - earlier)))
    return waits
