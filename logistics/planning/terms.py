"""What a plan keeps at a door as long as it costs no more: the promised time, the usual hour, the
driver who knows it.

A stop stores its terms, so a plan can be judged long after they have changed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from logistics.fleet.models import Shift
from logistics.planning.regulars import Door, Regular, door
from logistics.planning.visits import Visit
from logistics.routing.problem import Wish

NOBODY = -1


@dataclass(frozen=True, slots=True)
class Terms:
    """``regular``: the shift of the driver who knows the door; any other costs
    ``stranger_cost``."""

    wish: Wish | None = None
    regular: str = ""
    stranger_cost: int = 0

    def told(self) -> dict[str, Any]:
        """As JSON; ``read`` gives the same terms back."""
        told: dict[str, Any] = {}
        if self.wish is not None:
            told["wish"] = [self.wish.earliest, self.wish.latest, self.wish.cost]
        if self.regular:
            told |= {"regular": self.regular, "stranger_cost": self.stranger_cost}
        return told

    def regular_among(self, vehicles: Mapping[str, int]) -> int | None:
        """The regular's vehicle; NOBODY's where the driver knows the door but does not go out."""
        return vehicles.get(self.regular, NOBODY) if self.regular else None


NO_TERMS = Terms()


def read(told: Mapping[str, Any]) -> Terms:
    return Terms(
        wish=Wish(*told["wish"]) if "wish" in told else None,
        regular=told.get("regular", ""),
        stranger_cost=told.get("stranger_cost", 0),
    )


def terms_of(visit: Visit, regulars: Mapping[Door, Regular], shifts: Iterable[Shift]) -> Terms:
    """A promise outweighs the usual hour."""
    known = regulars.get(door(visit.address, *visit.point))
    usual = known.begins if known else None
    wish = _promised(visit) or _usual(visit, usual)
    driven = [s.reference for s in shifts if known and s.driver_id == known.driver]
    if not driven:
        return Terms(wish)
    return Terms(wish, regular=driven[0], stranger_cost=settings.STRANGER_COST)


def bound_terms(visit: Visit) -> Terms:
    """Only one van can come, late rather than never: the window itself is a wish where nothing else
    was promised."""
    window = Wish(visit.earliest, visit.latest, settings.PROMISE_COST)
    return Terms(_promised(visit) or window)


def _promised(visit: Visit) -> Wish | None:
    if visit.promised is None:
        return None
    within = 60 * settings.PROMISE_WITHIN_MINUTES
    return Wish(visit.promised - within, visit.promised + within, settings.PROMISE_COST)


def _usual(visit: Visit, begins: int | None) -> Wish | None:
    """Nothing where the window leaves the usual hour out."""
    if begins is None or not visit.earliest <= begins <= visit.latest:
        return None
    within = 60 * settings.USUAL_WITHIN_MINUTES
    return Wish(begins - within, begins + within, settings.USUAL_COST)
