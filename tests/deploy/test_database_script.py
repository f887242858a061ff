"""The script that makes a database and its role, on a real PostgreSQL."""

import os
import subprocess
from collections.abc import Iterator

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from storefront.config.stack import postgres
from tests.deploy.reading import SERVICES

NAME = "mall-of-a-test"


@pytest.fixture
def server() -> Iterator[psycopg.Connection]:
    with psycopg.connect(os.environ["DATABASE_URL"], dbname="postgres", autocommit=True) as link:
        yield link
        link.execute(f'drop database if exists "{NAME}"')
        link.execute(f'drop role if exists "{NAME}"')


def run(password: str) -> "subprocess.CompletedProcess[str]":
    script = SERVICES["mall-database"]["command"][0].replace("$$", "$")
    address = conninfo_to_dict(os.environ["DATABASE_URL"])
    programs = os.path.dirname(postgres.program("psql"))
    environment = {
        "PATH": f"{programs}:{os.environ['PATH']}",
        "PGHOST": str(address["host"]),
        "PGUSER": str(address["user"]),
        "PGDATABASE": "postgres",
        "NEW_NAME": NAME,
        "NEW_PASSWORD": password,
    }
    argv = [*SERVICES["mall-database"]["entrypoint"], script]
    return subprocess.run(argv, env=environment, capture_output=True, text=True, check=False)


def test_a_database_and_its_ordinary_owner_are_made(server: psycopg.Connection) -> None:
    done = run("abc123")
    assert (done.returncode, done.stderr) == (0, "")
    made = server.execute(
        "select rolname, rolcanlogin, rolsuper, rolcreatedb, rolcreaterole from pg_database"
        " join pg_roles on pg_roles.oid = datdba where datname = %s",
        [NAME],
    )
    assert made.fetchall() == [(NAME, True, False, False, False)]


def test_nobody_else_may_connect(server: psycopg.Connection) -> None:
    run("abc123")
    may = "select has_database_privilege(%s, %s, 'connect')"
    assert server.execute(may, [NAME, NAME]).fetchone() == (True,)
    assert server.execute(may, ["pg_monitor", NAME]).fetchone() == (False,)


def test_run_again_it_takes_over_a_changed_password(server: psycopg.Connection) -> None:
    password = "select rolpassword from pg_authid where rolname = %s"
    run("abc123")
    before = server.execute(password, [NAME]).fetchone()
    assert run("def456").returncode == 0
    assert server.execute(password, [NAME]).fetchone() != before


@pytest.mark.parametrize("password", ["", "a b", "a@b", "a'b", "a/b"])
def test_a_password_that_would_break_an_address_is_refused(
    server: psycopg.Connection, password: str
) -> None:
    done = run(password)
    assert (done.returncode, "letters and digits" in done.stderr) == (1, True)
    assert server.execute("select from pg_roles where rolname = %s", [NAME]).fetchall() == []
