"""New bundles, and barcodes as they are typed."""

import pytest
from django.urls import reverse

from commerce.books.models import Bundle, BundleStatus
from storefront.library_desk.barcodes import as_barcode, as_barcodes
from storefront.library_desk.compose import PICTURES
from tests.builders.books import a_bundle, a_copy
from tests.storefront.library_desk.shelves import Shelves, some_shelves

pytestmark = pytest.mark.django_db


def compose(shelves: Shelves, free: str, /, **changes: str) -> object:
    sent = {
        "stage": "19-35",
        "theme": "탈것",
        "theme_en": "Wheels",
        "picture": PICTURES[0],
        "barcodes": free,
        **changes,
    }
    return shelves.librarian.post(reverse("library_compose"), sent)


def test_free_copies_become_a_bundle_of_this_library() -> None:
    shelves = some_shelves()
    copies = [a_copy() for _ in range(3)]
    compose(shelves, "\n".join(copy.barcode.lower() for copy in copies))
    bundle = Bundle.objects.get()
    assert bundle.library == shelves.library
    assert (bundle.stage, bundle.theme, bundle.status) == ("19-35", "탈것", BundleStatus.AVAILABLE)
    assert set(bundle.copies.all()) == set(copies)


def test_an_unknown_barcode_is_named_and_nothing_made() -> None:
    shelves = some_shelves()
    answer = compose(shelves, f"{a_copy().barcode} EM99999999")
    assert answer.context["refusal"]["data"]["barcodes"] == ["EM99999999"]
    assert "EM99999999" in answer.content.decode()
    assert not Bundle.objects.exists()


def test_a_copy_in_another_bundle_stays_there() -> None:
    shelves = some_shelves()
    theirs = a_bundle()
    barcode = theirs.copies.first().barcode
    answer = compose(shelves, barcode)
    assert answer.context["refusal"]["code"] == "COPY_TAKEN"
    assert theirs.copies.count() == 5


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"stage": "99"}, "BAD_INPUT"),
        ({"picture": "../secret"}, "BAD_INPUT"),
        ({"theme": " "}, "TEXT_REQUIRED"),
        ({"theme": "가" * 41}, "TEXT_TOO_LONG"),
        ({"barcodes": ""}, "BUNDLE_EMPTY"),
    ],
)
def test_what_cannot_be_a_bundle_is_refused_with_what_was_typed(
    changes: dict[str, str], code: str
) -> None:
    shelves = some_shelves()
    answer = compose(shelves, a_copy().barcode, **changes)
    assert (answer.status_code, answer.context["refusal"]["code"]) == (400, code)
    assert answer.context["typed"]["theme_en"] == "Wheels"
    assert not Bundle.objects.exists()


def test_bundles_are_listed_by_state_and_stage() -> None:
    shelves = some_shelves()
    baby = a_bundle(library=shelves.library, picture="")
    a_bundle(library=shelves.library, stage="36-60", picture="")
    a_bundle(picture="")
    page = shelves.librarian.get(reverse("library_bundles"), {"stage": "0-18"})
    assert [bundle.pk for bundle in page.context["page"]] == [baby.pk]
    assert page.context["all_count"] == 2


def test_a_page_of_bundles_that_is_not_there_is_refused() -> None:
    shelves = some_shelves()
    answer = shelves.librarian.get(reverse("library_bundles"), {"page": "99"})
    assert answer.status_code == 400
    assert "BAD_INPUT" in answer.content.decode()


def test_another_librarys_bundle_is_not_found() -> None:
    shelves = some_shelves()
    url = reverse("library_bundle", args=[a_bundle(picture="").reference])
    assert shelves.librarian.get(url).status_code == 404


def test_barcodes_are_read_however_they_are_parted() -> None:
    assert as_barcodes("em1, EM2\r\n\tem3;em1") == ["EM1", "EM2", "EM3"]


def test_what_is_too_long_for_a_label_is_no_barcode() -> None:
    assert as_barcode("9" * 21) == ""
