"""Names of live channels, and who may listen to each.

A message says only that something changed (and how far a plan has come); the page then asks the
web process for what it may see. So a channel leaks nothing that a page would not.
"""

from typing import Any

from storefront.accounts.access import grants_of
from storefront.accounts.models import Role


def lane(site_reference: str) -> str:
    return f"lane:{site_reference}"


def screen(site_reference: str) -> str:
    return f"screen:{site_reference}"


def at_site(site_reference: str) -> tuple[str, str]:
    """Who looks at a site's queue: its tablets, and the big screen that all cars see."""
    return lane(site_reference), screen(site_reference)


def plan(depot_code: str) -> str:
    return f"plan:{depot_code}"


def driver(driver_reference: str) -> str:
    return f"driver:{driver_reference}"


def what_if(reference: str) -> str:
    return f"what-if:{reference}"


def imports(merchant_reference: str) -> str:
    return f"imports:{merchant_reference}"


def booking(booking_reference: str) -> str:
    return f"booking:{booking_reference}"


def may_listen(user: Any, channel: str) -> bool:
    """Lanes: the site's farmers. Imports: the merchant. Plans, what-ifs: dispatchers. A driver's
    route: that driver. A booking: who knows its reference.

    A screen: everybody, as its page is.
    """
    kind, _, name = channel.partition(":")
    if not name:
        return False
    if kind in ("booking", "screen"):
        return True
    roles = {(g.role, g.scope_reference) for g in grants_of(user)}
    if kind == "lane":
        return (Role.FARMER, name) in roles
    if kind == "imports":
        return (Role.MERCHANT, name) in roles
    if kind == "driver":
        return (Role.DRIVER, name) in roles
    if kind in ("plan", "what-if"):
        return any(role == Role.DISPATCHER for role, _ in roles)
    return False
