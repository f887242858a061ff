"""A merchant's file of products: received and checked whole, then written one product at a time.

Each product is written in a transaction of its own, together with how far the import is: whoever
dies meanwhile loses nothing and writes nothing twice, and no shopper waits for another's row. The
merchant's row is locked first, so two files of one shop, or two workers, take turns.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from commerce import text
from commerce.catalogue.models import Product
from commerce.errors import CommerceError, NotFound
from commerce.merchants.models import Merchant
from commerce.product_sheets import files
from commerce.product_sheets.models import ImportStatus, ProductImport
from commerce.product_sheets.reading import Facts, Issue, SheetRow, Shelf, code_of, grouped, shelf
from commerce.product_sheets.reading import read as read_group
from commerce.product_sheets.writing import changes, write

# Products looked at together; those that are the same already cost no more than the look.
LOOK = 100
FORGOTTEN_AFTER = timedelta(days=7)
MOST_ISSUES = 5_000

OnWritten = Callable[[Product], None]


class ImportNotOpen(CommerceError):
    """Its rows are wrong. ``data``: ``issues``, how many of them."""

    code = "IMPORT_NOT_OPEN"


def receive(*, merchant: Merchant, file_name: str, content: bytes, now: datetime) -> ProductImport:
    """Read and check a file: nothing of the shop changes. Wrong cells are in ``issues``.

    Raises SheetTooLarge, SheetTooLong, SheetUnreadable, SheetEmpty, OldExcel, ColumnsMissing,
    ColumnUnknown, ColumnTwice.
    """
    groups = grouped(files.read(content))
    if not groups:
        raise files.SheetEmpty("file")
    known = shelf(merchant, [code_of(group[0]) for group in groups])
    sent = ProductImport(
        merchant=merchant,
        file_name=text.line("file_name", file_name[-80:], longest=80, required=False),
        total=len(groups),
        sent_at=now,
    )
    issues: list[Issue] = []
    for group in groups:
        rows, wrong = read_group(group, known)
        issues += wrong
        if not issues:
            _foresee(sent, known, group, rows)
    sent.status = ImportStatus.REFUSED if issues else ImportStatus.CHECKED
    sent.groups = [] if issues else groups
    sent.issues = sorted(issues, key=lambda issue: issue["row"])[:MOST_ISSUES]
    sent.save(force_insert=True)
    return sent


def _foresee(sent: ProductImport, known: Shelf, group: list[SheetRow], rows: list[Facts]) -> None:
    product = known.products.get(code_of(group[0]))
    if product is None:
        sent.new += 1
    elif changes(product, rows):
        sent.changed += 1
    else:
        sent.unchanged += 1


@transaction.atomic
def confirm(*, merchant: Merchant, reference: str, now: datetime) -> ProductImport:
    """To be written from now on; a second time changes nothing. NOT_FOUND, IMPORT_NOT_OPEN."""
    sent = _whole(merchant).select_for_update(of=("self",)).filter(reference=reference).first()
    if sent is None:
        raise NotFound("import", reference=reference)
    if sent.status == ImportStatus.REFUSED:
        raise ImportNotOpen("import", issues=len(sent.issues))
    if sent.status == ImportStatus.CHECKED:
        sent.status = ImportStatus.CONFIRMED
        sent.confirmed_at = now
        sent.new = sent.changed = sent.unchanged = 0
        sent.save(update_fields=["status", "confirmed_at", "new", "changed", "unchanged"])
    return sent


def _whole(merchant: Merchant) -> QuerySet[ProductImport]:
    return ProductImport.objects.filter(merchant=merchant)


@transaction.atomic
def write_on(
    *, reference: str, groups: Sequence[list[SheetRow]], on_written: OnWritten, now: datetime
) -> ProductImport | None:
    """Goes on until one more product is written, or ``LOOK`` were found to be the same already.

    ``groups``: the import's own, read once by the caller. ``on_written`` is called in the
    transaction that writes the product. None when there is nothing left to do.
    A product that cannot be written any more is among the issues, and the others go on.
    """
    sent = ProductImport.objects.select_related("merchant").defer("groups")
    unlocked = sent.get(reference=reference)
    merchant = Merchant.objects.select_for_update(no_key=True).get(pk=unlocked.merchant_id)
    own = sent.get(reference=reference)
    if own.status != ImportStatus.CONFIRMED:
        return None
    for group, known in _ahead(merchant, groups[own.done : own.done + LOOK]):
        own.done += 1
        if _write(own, merchant, group, known, on_written, now):
            break
    if own.done == own.total:
        own.status = ImportStatus.DONE
        own.finished_at = now
        own.groups = []
    own.save(
        update_fields=[
            *("status", "done", "new", "changed", "unchanged", "issues", "finished_at"),
            *(["groups"] if own.status == ImportStatus.DONE else []),
        ]
    )
    return own


def _ahead(
    merchant: Merchant, groups: Sequence[list[SheetRow]]
) -> Iterator[tuple[list[SheetRow], Shelf]]:
    """Each with what is known of it: one, then two, four … are read at once, since the first that
    is written ends the look."""
    at, together = 0, 1
    while part := groups[at : at + together]:
        known = shelf(merchant, [code_of(group[0]) for group in part])
        yield from ((group, known) for group in part)
        at, together = at + together, together * 2


def _write(
    own: ProductImport,
    merchant: Merchant,
    group: list[SheetRow],
    known: Shelf,
    on_written: OnWritten,
    now: datetime,
) -> bool:
    """Whether it took locks that the next product must not add to."""
    product = known.products.get(code_of(group[0]))
    rows, issues = read_group(group, known)
    if issues:  # right when it was checked: the shop has changed since
        own.issues += issues
        return False
    try:
        with transaction.atomic():
            wrote = write(merchant=merchant, product=product, rows=rows, now=now)
            if wrote is not None:
                on_written(wrote)
    except CommerceError as refusal:
        own.issues.append(_not_written(group[0], refusal))
        return True
    if wrote is None:
        own.unchanged += 1
    elif product is None:
        own.new += 1
    else:
        own.changed += 1
    return wrote is not None


def _not_written(row: SheetRow, refusal: CommerceError) -> Issue:
    return Issue(
        row=row["row"], column="code", value=code_of(row), code=refusal.code, data=refusal.data
    )


def to_write() -> list[str]:
    """References of imports that were confirmed and are not through, oldest first."""
    waiting = ProductImport.objects.filter(status=ImportStatus.CONFIRMED)
    return list(waiting.order_by("confirmed_at", "pk").values_list("reference", flat=True))


def forget_unconfirmed(*, now: datetime) -> int:
    """Files nobody said yes to for a week."""
    old = ProductImport.objects.filter(
        status__in=[ImportStatus.CHECKED, ImportStatus.REFUSED], sent_at__lt=now - FORGOTTEN_AFTER
    )
    return old.delete()[0]
