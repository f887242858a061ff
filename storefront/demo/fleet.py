"""Vans and drivers."""

from logistics.fleet import actions as fleet
from logistics.network.models import Depot
from storefront.demo.files import Size, rows


def load_fleet(size: Size) -> None:
    depots = {depot.code: depot for depot in Depot.objects.all()}
    for row in rows("vans", size):
        fleet.add_vehicle(
            depot=depots[row["depot"]],
            name=row["name"],
            plate=row["plate"],
            capacity_grams=int(row["capacity_grams"]),
            capacity_ml=int(row["capacity_ml"]),
            chilled=row["chilled"] == "Y",
        )
    for row in rows("drivers", size):
        fleet.add_driver(depot=depots[row["depot"]], full_name=row["full_name"], phone=row["phone"])
