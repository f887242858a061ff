"""What every page of the lane tablet needs: the site acted for, its menu, what a form sends."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from commerce.payments.models import TakenAs
from drivethrough.sites import queries as sites
from drivethrough.sites.models import Lane, Site
from drivethrough.slots.models import Booking
from drivethrough.slots.queries import booking as booking_by_reference
from storefront.live import channels
from storefront.live.publish import changed
from storefront.refusals import BadInput, NotFound, StorefrontError
from storefront.told_later import taken_as_of

LONGEST_KEY = 64


class HowTakenMissing(StorefrontError):
    """Money is due, and nobody says whether it was taken in cash or by card terminal."""

    code = "HOW_TAKEN_MISSING"


def site_of(request: HttpRequest) -> Site:
    """The site this person stands at."""
    return sites.site(request.scope)  # type: ignore[attr-defined]


def lane_of(site: Site, reference: str) -> Lane:
    """A lane of this site; any other is NOT_FOUND."""
    lane = sites.lane(reference)
    if lane.site_id != site.pk:
        raise NotFound("lane")
    return lane


def booking_of(site: Site, reference: str) -> Booking:
    """A booking at this site; any other is BOOKING_UNKNOWN or NOT_FOUND."""
    booking = booking_by_reference(reference)
    if booking.site_id != site.pk:
        raise NotFound("booking")
    return booking


def key_of(request: HttpRequest) -> str:
    """The key its form was rendered with: a second tap of the same button sends the same one."""
    key = request.POST.get("key", "")
    if not 0 < len(key) <= LONGEST_KEY:
        raise BadInput("key")
    return key


def how_taken(request: HttpRequest, due_won: int) -> TakenAs:
    """What the button that was pressed says. BAD_INPUT; HOW_TAKEN_MISSING where ``due_won`` are to
    be taken."""
    said = taken_as_of(request.POST)
    if said is None and due_won:
        raise HowTakenMissing("taken_as")
    return said or TakenAs.CASH


def tell(site: Site, booking_reference: str = "") -> None:
    """Tablets and the big screen of the site look again, and so does the car's own page."""
    for channel in channels.at_site(site.reference):
        changed(channel)
    if booking_reference:
        changed(channels.booking(booking_reference))


def menu() -> dict[str, Any]:
    return {
        "desk_menu": [
            {"url": "lane_home", "label": _("오늘 창구")},
            {"url": "lane_queue", "label": _("예상 줄")},
            {"url": "lane_slots", "label": _("예약 시간")},
            {"url": "lane_week", "label": _("여는 날")},
            {"url": "lane_screenings", "label": _("자동차극장")},
            {"url": "lane_prep", "label": _("챙길 것")},
            {"url": "lane_till", "label": _("내 시재")},
        ]
    }
