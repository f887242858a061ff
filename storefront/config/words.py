"""Words in two languages: the ``.po`` files beside each screen, compiled for Django to read."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import polib

_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


def sources(folder: Path) -> list[Path]:
    return sorted(folder.glob("**/locale/*/LC_MESSAGES/*.po"))


def is_stale(source: Path) -> bool:
    compiled = source.with_suffix(".mo")
    return not compiled.exists() or compiled.stat().st_mtime_ns < source.stat().st_mtime_ns


def compile_stale(folder: Path) -> int:
    """How many were compiled. Several processes may do so at once."""
    stale = [source for source in sources(folder) if is_stale(source)]
    for source in stale:
        draft = source.with_suffix(f".mo.{os.getpid()}")
        polib.pofile(str(source)).save_as_mofile(str(draft))
        draft.rename(source.with_suffix(".mo"))
    return len(stale)


def said_differently(folder: Path) -> Iterator[str]:
    """Phrases that two files put differently: Django merges all files, and only one of them would
    be read on every screen."""
    first: dict[tuple[str, str | None, str], tuple[str, Path]] = {}
    for source in sources(folder):
        language = source.parts[-3]
        for entry in polib.pofile(str(source)):
            key = (language, entry.msgctxt, entry.msgid)
            said, where = first.setdefault(key, (entry.msgstr, source))
            if said != entry.msgstr:
                yield f"{source}:{entry.linenum}: put differently in {where}: {entry.msgid!r}"


def faults(source: Path) -> Iterator[str]:
    """Words left untranslated, unsure, said twice, or with other placeholders than the original."""
    known: set[tuple[str | None, str]] = set()
    for entry in polib.pofile(str(source)):
        if entry.obsolete:
            continue
        if (entry.msgctxt, entry.msgid) in known:
            yield f"{source}:{entry.linenum}: said twice: {entry.msgid!r}"
        known.add((entry.msgctxt, entry.msgid))
        said = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
        if entry.fuzzy or not all(said):
            yield f"{source}:{entry.linenum}: not translated: {entry.msgid!r}"
            continue
        for text in said:
            if sorted(_PLACEHOLDER.findall(text)) != sorted(_PLACEHOLDER.findall(entry.msgid)):
                yield f"{source}:{entry.linenum}: other placeholders: {entry.msgid!r}"
