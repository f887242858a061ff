"""Small makers of libraries, bundles, children and loans."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import count
from typing import Any

from commerce.books import actions
from commerce.books.models import Bundle, Child, Copy, Library, Loan, LoanStatus, Title
from commerce.business_days import business_date
from tests.builders.commerce import NOW, a_customer

TODAY = business_date(NOW)
BABY_BORN_ON = date(2025, 9, 1)  # 6 months at NOW

_numbers = count(1)


def a_library(**fields: Any) -> Library:
    """Closed on Mondays, 21 days, in Suwon."""
    defaults = {
        "source_id": f"LIB{next(_numbers):06}",
        "name": "슬기샘어린이도서관",
        "name_en": "Seulgisaem Children's Library",
        "city": "수원시",
        "address": "경기도 수원시 장안구 송정로 9",
        "lat": 37.2989,
        "lon": 127.0087,
        "closed_weekdays": [0],
        "serves_cities": ["수원시"],
    }
    return Library.objects.create(**defaults | fields)


def a_copy(**fields: Any) -> Copy:
    number = next(_numbers)
    title = Title.objects.create(
        isbn13=f"979110000{number:04}", name=f"첫 소리 {number}", author="한그림"
    )
    return Copy.objects.create(**{"barcode": f"EM{number:08}", "title": title} | fields)


def a_bundle(
    *,
    library: Library | None = None,
    stage: str = "0-18",
    copies: Sequence[Copy] | None = None,
    **fields: Any,
) -> Bundle:
    """Five copies, free to be lent."""
    defaults = {"theme": "첫 소리", "theme_en": "First sounds", "picture": "first-sounds"}
    return actions.compose_bundle(
        library=library or a_library(),
        stage=stage,
        copies=[a_copy() for _ in range(5)] if copies is None else copies,
        **defaults | fields,
    )


def a_child(**fields: Any) -> Child:
    """A baby of six months, with consent."""
    defaults = {"nickname": f"콩이{next(_numbers)}", "born_on": BABY_BORN_ON, "consent_at": NOW}
    fields.setdefault("guardian", None)
    fields["guardian"] = fields["guardian"] or a_customer()
    return Child.objects.create(**defaults | fields)


def a_loan(
    *,
    status: LoanStatus = LoanStatus.REQUESTED,
    bundle: Bundle | None = None,
    child: Child | None = None,
) -> Loan:
    """A loan brought as far as ``status`` by the actions themselves, all at NOW."""
    child = child or a_child()
    bundle = bundle or a_bundle()
    loan = actions.lend_bundle(
        key=f"loan-{next(_numbers)}",
        bundle_reference=bundle.reference,
        child_reference=child.reference,
        guardian=child.guardian,
        deliver_on=TODAY + timedelta(days=1),
        now=NOW,
    )
    one, whose = loan.reference, {"loan_reference": loan.reference, "now": NOW}
    steps = {
        LoanStatus.REQUESTED: lambda: None,
        LoanStatus.PACKED: lambda: actions.pack(library=bundle.library, **whose),
        LoanStatus.OUT: lambda: actions.mark_out(loan_references=[one], now=NOW),
        LoanStatus.ON_LOAN: lambda: actions.mark_delivered(loan_references=[one], now=NOW),
        LoanStatus.COLLECTION_BOOKED: lambda: actions.book_collection(
            guardian=child.guardian, **whose
        ),
        LoanStatus.IN_VAN_BACK: lambda: actions.mark_collected(loan_references=[one], now=NOW),
        LoanStatus.RETURNED: lambda: actions.check_in(
            library=bundle.library, missing_barcodes=[], **whose
        ),
    }
    for reached, step in steps.items():
        step()
        if reached == status:
            break
    return Loan.objects.select_related("bundle__library", "child__guardian").get(pk=loan.pk)
