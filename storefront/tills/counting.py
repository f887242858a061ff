"""The page of whoever took money on site: what they hold, and the form that counts it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from commerce.settlement import till_queries, tills
from commerce.settlement.models import TillCount
from commerce.settlement.tills import LONGEST_NOTE, Holding
from storefront.accounts.models import User
from storefront.refusals import REFUSALS, BadInput, as_dict
from storefront.typed import signed_number

COUNTS_SHOWN = 20
LONGEST_KEY = 64


def till_facts(request: HttpRequest, till_reference: str) -> dict[str, Any]:
    """What ``tills/till.html`` shows. After a refusal what was typed stays, and the key is new:
    nothing was made with the old one."""
    now = timezone.now()
    till = till_queries.till(till_reference)
    counts = list(till_queries.counts_of(till_reference)[:COUNTS_SHOWN])
    return {
        "till": till,
        "overdue": till.is_overdue(now),
        "takings": till_queries.uncounted_takings(till_reference),
        "counts": with_names(counts),
        "today": timezone.localdate(now),
        "key": get_random_string(24),
        "typed": request.POST,
        "longest_note": LONGEST_NOTE,
    }


def take_form(request: HttpRequest, till_reference: str) -> dict[str, Any] | None:
    """Counts the till and says so in a message; or the refusal, as ``as_dict`` has it."""
    try:
        _count(request, till_reference)
    except REFUSALS as refusal:
        return as_dict(refusal)
    messages.success(request, _("센 돈을 적었습니다. 받는 사람에게 건네 주세요."))
    return None


def _count(request: HttpRequest, till_reference: str) -> TillCount:
    form = request.POST
    key = form.get("key", "")
    if not 0 < len(key) <= LONGEST_KEY:
        raise BadInput("key")
    return tills.count(
        till_reference=till_reference,
        seen=Holding(signed_number(form, "seen_cash_won"), signed_number(form, "seen_slips_won")),
        counted=Holding(signed_number(form, "cash_won"), signed_number(form, "slips_won")),
        note=form.get("note", ""),
        by=request.user.reference,  # type: ignore[union-attr]
        key=key,
        now=timezone.now(),
    )


def with_names(counts: list[TillCount]) -> list[tuple[TillCount, str, str]]:
    """Each with who counted it and who decided, "" for nobody; one query."""
    people = {who for one in counts for who in (one.counted_by, one.decided_by) if who}
    names = dict(User.objects.filter(reference__in=people).values_list("reference", "full_name"))
    return [(one, names.get(one.counted_by, ""), names.get(one.decided_by, "")) for one in counts]
