import os
from pathlib import Path

import polib

from storefront.config import phrases, words


def a_source(folder: Path, **translations: str) -> Path:
    path = folder / "shop" / "locale" / "en" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True, exist_ok=True)
    file = polib.POFile()
    for korean, english in translations.items():
        file.append(polib.POEntry(msgid=korean, msgstr=english))
    file.save(str(path))
    return path


def test_words_are_compiled_only_when_stale(tmp_path: Path) -> None:
    source = a_source(tmp_path, 사과="apple")
    assert words.compile_stale(tmp_path) == 1
    assert words.compile_stale(tmp_path) == 0
    later = source.stat().st_mtime + 10
    os.utime(source, (later, later))
    assert words.is_stale(source)


def test_a_missing_translation_is_a_fault(tmp_path: Path) -> None:
    source = a_source(tmp_path, 사과="apple", 배="")
    assert [fault.rpartition(": ")[2] for fault in words.faults(source)] == ["'배'"]


def test_a_phrase_that_two_screens_put_differently_is_a_fault(tmp_path: Path) -> None:
    a_source(tmp_path / "one", 주문="Orders", 배="pear")
    a_source(tmp_path / "two", 주문="Ordered", 배="pear")
    assert [one.rpartition(": ")[2] for one in words.said_differently(tmp_path)] == ["'주문'"]


def test_words_said_twice_are_a_fault(tmp_path: Path) -> None:
    source = a_source(tmp_path, 사과="apple")
    with source.open("a") as more:
        more.write('\nmsgid "사과"\nmsgstr "apples"\n')
    assert ["said twice" in fault for fault in words.faults(source)] == [True]


def test_a_lost_placeholder_is_a_fault(tmp_path: Path) -> None:
    source = a_source(tmp_path, **{"%(count)s개": "%(n)s pieces"})
    assert ["other placeholders" in fault for fault in words.faults(source)] == [True]


def test_templates_look_a_percent_sign_up_doubled() -> None:
    template = '{% translate "수수료 (%)" %}{{ rate|default:_("몇 %") }}'
    assert list(phrases.in_template(template)) == ["수수료 (%%)", "몇 %%"]
