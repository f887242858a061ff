"""A library with a librarian signed in, and loans as families make them."""

from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from uuid import uuid4

from django.test import Client
from django.utils import timezone

from commerce.books import actions as books
from commerce.books.models import Library, Loan, LoanStatus
from commerce.catalogue.models import Way
from commerce.orders.models import Fulfilment
from storefront.accounts.models import Role
from tests.builders.books import a_bundle, a_child, a_library
from tests.builders.mall import a_client, a_user
from tests.builders.orders import a_bundle_line, a_part, an_order

_numbers = count(1)
PICTURE = "pictures/books/bath.webp"


@dataclass(frozen=True)
class Shelves:
    library: Library
    librarian: Client


def some_shelves() -> Shelves:
    library = a_library()
    user = a_user(f"lib{next(_numbers)}@jangteo.test", (Role.LIBRARIAN, library.reference))
    return Shelves(library, a_client(user))


def an_asked_for_loan(shelves: Shelves, *, confirmed: bool = True, nickname: str = "콩이") -> Loan:
    """A family's request for tomorrow, with its order."""
    now = timezone.now()
    born = (timezone.localdate() - timedelta(days=200)).replace(day=1)
    child = a_child(nickname=nickname, born_on=born)
    bundle = a_bundle(library=shelves.library, picture=PICTURE)
    part = a_part(
        way=Way.DELIVERY,
        hands_over=shelves.library.reference,
        hands_over_name=shelves.library.name,
        promised_from=now + timedelta(days=1),
        promised_until=now + timedelta(days=1, hours=2),
        delivery_won=0,
        lines=[a_bundle_line(bundle_reference=bundle.reference)],
    )
    order = an_order(
        parts=[part], customer=child.guardian, confirmed=confirmed, key=str(uuid4()), now=now
    )
    return books.lend_bundle(
        key=order.fulfilments.get().reference,
        bundle_reference=bundle.reference,
        child_reference=child.reference,
        guardian=child.guardian,
        deliver_on=timezone.localdate(now),
        now=now,
    )


def a_loan_in(shelves: Shelves, status: LoanStatus) -> Loan:
    """Brought as far as ``status``; the family is never named."""
    loan = an_asked_for_loan(shelves)
    now, one = timezone.now(), [loan.reference]
    books.pack(loan_reference=loan.reference, library=shelves.library, now=now)
    books.mark_out(loan_references=one, now=now)
    if status != LoanStatus.OUT:
        books.mark_delivered(loan_references=one, now=now)
    if status in (LoanStatus.IN_VAN_BACK, LoanStatus.RETURNED):
        books.mark_collected(loan_references=one, now=now)
    if status == LoanStatus.RETURNED:
        books.check_in(
            loan_reference=loan.reference, library=shelves.library, missing_barcodes=[], now=now
        )
    loan = Loan.objects.select_related("bundle", "child").get(pk=loan.pk)
    assert loan.status == status
    return loan


def the_part(loan: Loan) -> Fulfilment:
    return Fulfilment.objects.get(reference=loan.key)


def barcodes(loan: Loan) -> list[str]:
    return list(loan.bundle.copies.values_list("barcode", flat=True))
