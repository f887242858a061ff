from pathlib import Path

import psycopg
import pytest
from django.db import connection

from storefront.config.stack import prepared
from storefront.config.stack.state import State


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name in ("shop/migrations/0001_initial.py", "storefront/static/css/a.css"):
        path = tmp_path / "project" / name
        path.parent.mkdir(parents=True)
        path.write_text("one")
    return tmp_path / "project"


@pytest.fixture
def database_url(db: None) -> str:
    database = connection.settings_dict
    return f"postgresql://mall@/{database['NAME']}?host={database['HOST']}"


def test_the_same_files_and_migrations_need_nothing(
    project: Path, database_url: str, tmp_path: Path
) -> None:
    state = State(tmp_path / "state")
    (state.folder / "static").mkdir(parents=True)
    (state.folder / "static" / ".collected").touch()
    now = prepared.fingerprint(project, database_url)
    assert not prepared.is_current(state, now)
    prepared.remember(state, now)
    assert prepared.is_current(state, prepared.fingerprint(project, database_url))
    (state.folder / "static" / ".collected").unlink()
    assert not prepared.is_current(state, now)


@pytest.mark.parametrize("changed", ["shop/migrations/0002_more.py", "storefront/static/css/a.css"])
def test_a_changed_file_is_noticed(project: Path, database_url: str, changed: str) -> None:
    before = prepared.fingerprint(project, database_url)
    (project / changed).write_text("two!")
    assert prepared.fingerprint(project, database_url) != before


def test_a_migration_taken_back_by_hand_is_noticed(project: Path, database_url: str) -> None:
    before = prepared.fingerprint(project, database_url)
    with psycopg.connect(database_url, autocommit=True) as link:
        link.execute("insert into django_migrations (app, name, applied) values ('x', 'y', now())")
        try:
            assert prepared.fingerprint(project, database_url) != before
        finally:
            link.execute("delete from django_migrations where app = 'x'")
