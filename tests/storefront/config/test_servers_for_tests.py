import pytest
from django.core.cache import cache
from django.db import connection


@pytest.mark.django_db
def test_the_database_knows_korean_letters() -> None:
    with connection.cursor() as cursor:
        cursor.execute("create extension if not exists pg_trgm")
        cursor.execute("select show_trgm('토마토')")
        assert cursor.fetchone()[0]


def test_the_cache_is_a_redis() -> None:
    cache.set("greeting", "안녕")
    assert cache.get("greeting") == "안녕"
