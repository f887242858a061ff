"""Cooling, with samples of the routes on the way."""

from collections.abc import Callable

from logistics.routing.portfolio.pool import Pool
from logistics.routing.ruin_recreate.engine import Cooling, Run

# Routes are pooled from this part of the whole search on, every so many rounds for each stop.
POOLED_SINCE = 0.35
ROUNDS_A_STOP = 4


def cooled(
    run: Run, cooling: Cooling, pool: Pool | None, after_each: Callable[[], None] | None = None
) -> None:
    """To the end of the stretch."""
    every = ROUNDS_A_STOP * len(run.problem.stops)
    due = 0
    while run.anything_to_do and cooling.left():
        cooling.step(run)
        if after_each:
            after_each()
        if pool is not None and cooling.stands() > POOLED_SINCE and cooling.done >= due:
            due = cooling.done + every
            pool.take(run)
