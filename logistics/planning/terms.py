"""What a plan keeps at a door as long as it costs no more: the promised time.

A stop stores its terms, so a plan can be judged long after the promise has changed.
"""

from dataclasses import dataclass
from typing import Any

from django.conf import settings

from logistics.planning.visits import Visit
from logistics.routing.problem import Wish


@dataclass(frozen=True, slots=True)
class Terms:
    wish: Wish | None = None

    def told(self) -> dict[str, Any]:
        """As JSON; ``read`` gives the same terms back."""
        if self.wish is None:
            return {}
        return {"wish": [self.wish.earliest, self.wish.latest, self.wish.cost]}


NO_TERMS = Terms()


def read(told: dict[str, Any]) -> Terms:
    return Terms(wish=Wish(*told["wish"]) if "wish" in told else None)


def terms_of(visit: Visit, *, late_rather_than_never: bool = False) -> Terms:
    """``late_rather_than_never``: the window itself is a wish where nothing else was promised."""
    promised = visit.promised
    if promised is not None:
        within = 60 * settings.PROMISE_WITHIN_MINUTES
        return Terms(wish=Wish(promised - within, promised + within, settings.PROMISE_COST))
    if late_rather_than_never:
        return Terms(wish=Wish(visit.earliest, visit.latest, settings.PROMISE_COST))
    return NO_TERMS
