"""Who drives when."""

from datetime import date

from logistics.fleet.models import Driver, Shift, Vehicle
from logistics.network.models import Depot


def shifts(depot: Depot, on_date: date) -> list[Shift]:
    """The day's shifts with driver and vehicle, earliest first."""
    return list(
        Shift.objects.filter(depot=depot, on_date=on_date).select_related("driver", "vehicle")
    )


def drivers(depot: Depot) -> list[Driver]:
    return list(Driver.objects.filter(depot=depot))


def vehicles(depot: Depot) -> list[Vehicle]:
    return list(Vehicle.objects.filter(depot=depot))
