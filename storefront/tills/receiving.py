"""Receiving what somebody else counted: the lists, one count, and the yes or no to it."""

from collections.abc import Container, Iterable
from typing import Any, NamedTuple

from django.contrib import messages
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from commerce.settlement import till_queries, tills
from commerce.settlement.models import TillCount
from commerce.settlement.till_queries import Till
from drivethrough.sites.models import Site
from logistics.fleet.models import Driver
from storefront.refusals import REFUSALS, BadInput, NotFound, as_dict
from storefront.templatetags.words import local_name
from storefront.tills.counting import with_names
from storefront.typed import signed_number


class Row(NamedTuple):
    till: Till
    name: str
    overdue: bool


def rows(own: Container[str] | None = None) -> list[Row]:
    """Tills that hold money or wait for somebody, of all or of those that are ``own``."""
    found = [one for one in till_queries.tills() if own is None or one.reference in own]
    names, now = names_of(one.reference for one in found), timezone.now()
    return [Row(one, names[one.reference], one.is_overdue(now)) for one in found]


def names_of(references: Iterable[str]) -> dict[str, str]:
    """Of each till its driver or site, or its reference where neither is there; two queries."""
    wanted = list(references)
    drivers = Driver.objects.filter(reference__in=wanted).select_related("depot")
    sites = Site.objects.filter(reference__in=wanted)
    named = {one.reference: f"{one.full_name} · {local_name(one.depot)}" for one in drivers}
    named |= {one.reference: local_name(one) for one in sites}
    return {reference: named.get(reference, reference) for reference in wanted}


def the_count(reference: str, own: Container[str] | None = None) -> TillCount:
    """NOT_FOUND, also for a till that is not one's ``own``."""
    found = TillCount.objects.filter(reference=reference).first()
    if found is None or not (own is None or found.till_reference in own):
        raise NotFound("till_count")
    return found


def count_facts(request: HttpRequest, count: TillCount) -> dict[str, Any]:
    """What ``tills/count.html`` shows."""
    ((_count, counted_by, decided_by),) = with_names([count])
    return {
        "count": count,
        "till_name": names_of([count.till_reference])[count.till_reference],
        "counted_by": counted_by,
        "decided_by": decided_by,
        "takings": till_queries.takings_of(count),
        "may_decide": count.counted_by != request.user.reference,  # type: ignore[union-attr]
    }


def decide(request: HttpRequest, count: TillCount) -> None:
    """Received, or to be counted again, as ``do`` says; the answer is a message. BAD_INPUT."""
    steps = {"receive": _receive, "again": _again}
    if request.POST.get("do") not in steps:
        raise BadInput("do")
    try:
        said = steps[request.POST["do"]](request, count)
    except REFUSALS as refusal:
        messages.error(request, as_dict(refusal)["message"])
    else:
        messages.success(request, said)


def _receive(request: HttpRequest, count: TillCount) -> str:
    tills.confirm(
        reference=count.reference,
        received_won=signed_number(request.POST, "received_won"),
        by=request.user.reference,  # type: ignore[union-attr]
        now=timezone.now(),
    )
    return _("받았다고 장부에 적었습니다.")


def _again(request: HttpRequest, count: TillCount) -> str:
    tills.reject(
        reference=count.reference,
        reason=request.POST.get("reason", ""),
        by=request.user.reference,  # type: ignore[union-attr]
        now=timezone.now(),
    )
    return _("다시 세어 달라고 돌려보냈습니다.")
