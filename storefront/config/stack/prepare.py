"""What must be done before the first page: tables, words, static files.

``python -m storefront.config.stack.prepare`` prints one JSON line: whether the database is fresh.
"""

import hashlib
import json
import sys
from collections.abc import Iterable
from pathlib import Path

import django
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command


def main() -> None:
    django.setup()
    call_command("migrate", verbosity=0)
    _collect_static()
    sys.stdout.write(json.dumps({"fresh": not get_user_model().objects.exists()}) + "\n")


def _collect_static() -> None:
    """Only when a file was added, changed or removed since the last time."""
    stamp = Path(settings.STATIC_ROOT) / ".collected"
    now = _fingerprint(_static_sources())
    if stamp.exists() and stamp.read_text() == now:
        return
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(now)


def _static_sources() -> Iterable[Path]:
    for finder in get_finders():
        for name, storage in finder.list(ignore_patterns=[]):
            yield Path(storage.path(name))


def _fingerprint(files: Iterable[Path]) -> str:
    digest = hashlib.sha256(settings.STORAGES["staticfiles"]["BACKEND"].encode())
    for file in sorted(files):
        facts = file.stat()
        digest.update(f"{file} {facts.st_size} {facts.st_mtime_ns}\n".encode())
    return digest.hexdigest()


if __name__ == "__main__":
    main()
