"""Where everything is: localities, categories, markets, drive-through sites, libraries, depots."""

from commerce.books.models import Library
from commerce.catalogue import actions as catalogue
from commerce.merchants import actions as merchants
from drivethrough.sites import actions as sites
from logistics.network import actions as network
from storefront.demo.files import Row, Size, rows


def load_places(size: Size) -> None:
    network.load_localities(
        rows=[(r["city"], r["name"], float(r["lat"]), float(r["lon"])) for r in rows("localities")]
    )
    for position, row in enumerate(rows("categories")):
        catalogue.record_category(
            slug=row["slug"], name=row["name"], name_en=row["name_en"], position=position
        )
    for row in rows("markets", size):
        _record_market(row)
    for row in rows("sites", size):
        _open_site(row)
    for row in rows("libraries", size):
        _open_library(row)
    for row in rows("depots", size):
        network.open_depot(
            code=row["code"],
            name=row["name"],
            name_en=row["name_en"],
            address=row["address"],
            lat=float(row["lat"]),
            lon=float(row["lon"]),
        )


def _record_market(row: Row) -> None:
    merchants.record_market(
        source_id=row["source_id"],
        name=row["name"],
        name_en=row["name_en"],
        city=row["city"],
        address=row["address"],
        lat=float(row["lat"]),
        lon=float(row["lon"]),
        stall_count=int(row["stall_count"]),
        opening_cycle=row["opening_cycle"],
        blurb=row["blurb"],
        blurb_en=row["blurb_en"],
    )


def _open_site(row: Row) -> None:
    sites.open_site(
        source_id=row["source_id"],
        name=row["name"],
        name_en=row["name_en"],
        city=row["city"],
        address=row["address"],
        lat=float(row["lat"]),
        lon=float(row["lon"]),
        spaces=int(row["spaces"]),
        lanes=int(row["lanes"]),
    )


def _open_library(row: Row) -> None:
    """Libraries join by agreement, so there is no action for it."""
    Library.objects.get_or_create(
        source_id=row["source_id"],
        defaults={
            "name": row["name"],
            "name_en": row["name_en"],
            "city": row["city"],
            "address": row["address"],
            "lat": float(row["lat"]),
            "lon": float(row["lon"]),
            "closed_weekdays": [int(day) for day in row["closed_weekdays"].split()],
            "serves_cities": row["serves_cities"].split(),
        },
    )
