import pytest
from django.apps import apps
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType

from commerce.settlement.models import LedgerEntry
from tests.builders.journeys import a_mall, a_placed_order
from tests.emptied import empty

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_test_that_committed_leaves_no_row_but_what_migrating_wrote() -> None:
    a_placed_order(a_mall())
    assert LedgerEntry.objects.exists()  # which may never be deleted otherwise
    empty()
    filled = {model for model in apps.get_models() if model._base_manager.exists()}
    assert filled == {Permission, ContentType}
