"""Sites and lanes, read."""

from django.db.models import QuerySet

from drivethrough.errors import NotFound
from drivethrough.sites.models import Lane, Site


def sites() -> QuerySet[Site]:
    """All sites by name, their lanes fetched along."""
    return Site.objects.prefetch_related("lanes")


def site(reference: str) -> Site:
    """Raises NOT_FOUND."""
    found = Site.objects.filter(reference=reference).first()
    if found is None:
        raise NotFound("site")
    return found


def lane(reference: str) -> Lane:
    """With its site. Raises NOT_FOUND."""
    found = Lane.objects.select_related("site").filter(reference=reference).first()
    if found is None:
        raise NotFound("lane")
    return found
