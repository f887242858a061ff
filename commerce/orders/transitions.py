"""Which status may follow which, for orders and fulfilments."""

from collections.abc import Iterable, Mapping

Graph = Mapping[str, tuple[str, ...]]

ORDER: Graph = {
    "placed": ("confirmed", "cancelled"),
    "confirmed": ("closed", "cancelled"),
    "closed": (),
    "cancelled": (),
}

# Goods may leave or be handed over although nobody tapped "ready": the farmer at the gate and the
# driver at the stall see the goods themselves. What was not delivered goes out again, is handed
# over after all (the driver had tapped too early), or is given up with its money.
FULFILMENT: Graph = {
    "placed": ("confirmed", "cancelled"),
    "confirmed": ("ready", "out", "handed_over", "cancelled"),
    "ready": ("out", "handed_over", "cancelled"),
    "out": ("handed_over", "undelivered"),
    "undelivered": ("out", "handed_over", "cancelled"),
    "handed_over": (),
    "cancelled": (),
}


def allowed(graph: Graph, status: str) -> tuple[str, ...]:
    """The statuses that may come next; none when ``status`` is an end."""
    return graph[status]


def may(graph: Graph, status: str, following: str) -> bool:
    return following in graph[status]


def end_of_order(fulfilments: Iterable[str]) -> str | None:
    """How an order with fulfilments in these statuses ends; None while one is under way."""
    statuses = set(fulfilments)
    if any(FULFILMENT[status] for status in statuses):
        return None
    return "cancelled" if statuses <= {"cancelled"} else "closed"
