"""Which locked stops can be kept, so that every vehicle can begin with its own."""

from collections.abc import Sequence

from logistics.routing.problem import Problem
from logistics.routing.schedule import scheduled

Wanted = Sequence[Sequence[int | None]]


def kept_locks(problem: Problem, wanted: Wanted) -> list[tuple[int, ...]]:
    """By vehicle, the stops of ``wanted`` in their order, less those that are not there (None),
    come a second time, are bound to another vehicle or cannot be driven after those before them.

    The vehicles of ``problem`` are not locked.
    """
    bound: dict[int | str, int] = {}
    kept = []
    for v, stops in enumerate(wanted):
        prefix: list[int] = []
        for s in stops:
            if s is None or s in prefix:
                continue
            ties = _ties(problem, s)
            free = all(bound.get(tie, v) == v for tie in ties)
            if free and scheduled(problem, v, _completed(problem, [*prefix, s])):
                prefix.append(s)
                bound |= dict.fromkeys(ties, v)
        kept.append(tuple(prefix))
    return kept


def _ties(problem: Problem, s: int) -> set[int | str]:
    """The stops and groups that must be on the same vehicle as the stop."""
    ends = {s, problem.other_end.get(s, s)}
    groups = {problem.stops[end].together for end in ends} - {""}
    return {*ends, *groups}


def _completed(problem: Problem, prefix: list[int]) -> list[int]:
    """With the deliveries of what is still aboard then, the most urgent first."""
    aboard = [t.delivery for t in problem.transfers if t.pickup in prefix]
    left = [s for s in aboard if s not in prefix]
    return [*prefix, *sorted(left, key=lambda s: problem.stops[s].latest)]
