"""Whatever is sent to any address gets a coded answer, never a failure, and changes nothing."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storefront.accounts.models import Grant, Role
from tests.builders.mall import a_client, a_user
from tests.storefront.pages import Page, every_page

pytestmark = pytest.mark.django_db

OURS = [page for page in every_page() if not page.from_allauth and page.name != "media"]
FIELDS = (
    *("q", "page", "stage", "on", "variant", "way", "quantity", "do", "key", "press", "place"),
    *("contact_name", "contact_phone", "plate", "method", "address", "window", "born", "since"),
    *("until", "name", "unit", "price_won", "cars", "start", "end", "text", "kind", "reason"),
    *("email", "role", "scope"),
    *("weekdays", "stops", "cut_off", "cut_off_days", "driver", "vehicle", "break_at", "on_date"),
)
ODD = (
    ["", "-1", "0", "99999999999999999999", "1e5", "٣", "²", "\x00", "'; drop table", "🍓" * 20],
    ["2026-02-30", "0000-00-00", "9999-12-31", "../../etc", "<script>", "null", "NaN"],
)
JUNK = st.one_of(st.text(max_size=30), *map(st.sampled_from, ODD))
PATH_JUNK = st.sampled_from(
    ["x", "🍓", "%00", "..", "ORD-2222222222", "a" * 300, "null", "%ff", " "]
)


def somebody_with_every_role() -> Client:
    """Somebody new: examples share one transaction, and what people pressed is never deleted."""
    Grant.objects.all().delete()
    user = a_user(f"{uuid4()}@jangteo.test")
    for role in Role:
        scope = "" if role == Role.OPERATOR else "XXX-NOBODYS"
        Grant.objects.create(user=user, role=role, scope_reference=scope)
    return a_client(user)


def rows_written() -> dict[str, int]:
    """Rows this test has written so far to each of the capabilities' tables, and to the roles."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select relname, n_tup_ins + n_tup_upd + n_tup_del from pg_stat_xact_user_tables"
            " where relname ~ '^(commerce|logistics|drivethrough|storefront_grant)'"
            # A look around may open a customer or a basket.
            " and relname not in ('commerce_customer', 'commerce_basket')"
        )
        return dict(cursor.fetchall())


@pytest.mark.parametrize("page", OURS, ids=lambda page: page.name)
@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=PATH_JUNK, sent=st.dictionaries(st.sampled_from(FIELDS), JUNK, max_size=6))
def test_junk_is_answered_and_changes_nothing(page: Page, path: str, sent: dict[str, str]) -> None:
    client = somebody_with_every_role()
    client.raise_request_exception = False
    before = rows_written()
    for answer in (client.get(page.url(path), sent), client.post(page.url(path), sent)):
        assert answer.status_code < 500, (page.route, path, sent)
    assert rows_written() == before
