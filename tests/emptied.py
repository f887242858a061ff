"""How the database is emptied after a test that committed: only tables with rows are touched.

Django truncates all of them, which makes a new file for each, and then looks whether every
permission is there. Nearly all are empty, and asking each whether it is costs next to nothing.
"""

from functools import cache

from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import TransactionTestCase

# What migrating wrote there: no test changes it, so nothing has to write it again.
_KEPT = {Permission._meta.db_table, ContentType._meta.db_table}
# As a replica neither foreign keys nor the rules of the ledger stand in the way.
_EMPTY = """
DO $$
DECLARE
    one text;
    filled bool;
BEGIN
    PERFORM set_config('session_replication_role', 'replica', true);
    FOREACH one IN ARRAY '{%s}'::text[] LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM %%I)', one) INTO filled;
        IF filled THEN
            EXECUTE format('DELETE FROM %%I', one);
        END IF;
    END LOOP;
END $$
"""


def empty() -> None:
    """Every row of every table goes, save what the migrations wrote."""
    with connection.cursor() as cursor:
        cursor.execute(_statement())


@cache
def _statement() -> str:
    tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
    return _EMPTY % ",".join(sorted({*tables} - _KEPT))


def empty_after_tests() -> None:
    """From now on, in place of Django's flush."""
    TransactionTestCase._fixture_teardown = lambda _: empty()
