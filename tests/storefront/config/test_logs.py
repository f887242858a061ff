from pathlib import Path

from storefront.config.stack.logs import POSTGRES_TROUBLE, WARNINGS, PartLog


def a_log(tmp_path: Path, shown: list[str], **options: object) -> PartLog:
    return PartLog(tmp_path / "web.log", WARNINGS, shown.append, **options)  # type: ignore[arg-type]


def test_of_a_traceback_only_the_last_line_is_shown(tmp_path: Path) -> None:
    shown: list[str] = []
    log = a_log(tmp_path, shown)
    for line in (
        "10:00 ERROR shop Internal Server Error: /basket",
        "Traceback (most recent call last):",
        '  File "shop.py", line 3, in page',
        "KeyError: 'apples'",
        "10:01 INFO shop fine again",
        "still fine",
        "Traceback (most recent call last):",
        '  File "shop.py", line 9, in other_page',
        "MemoryError",
        "10:02 WARNING shop low on apples",
        "and what else there is to say",
    ):
        log.take(line)
    assert shown == [
        "10:00 ERROR shop Internal Server Error: /basket",
        "KeyError: 'apples'",
        "MemoryError",
        "10:02 WARNING shop low on apples",
    ]


def test_a_constraint_at_work_in_postgres_is_no_trouble(tmp_path: Path) -> None:
    shown: list[str] = []
    log = PartLog(tmp_path / "postgres.log", POSTGRES_TROUBLE, shown.append)
    log.take("2026-11-23 [12] ERROR:  duplicate key value violates unique constraint")
    log.take("2026-11-23 [12] PANIC:  could not write to file: No space left on device")
    assert shown == ["2026-11-23 [12] PANIC:  could not write to file: No space left on device"]


def test_everything_is_shown_when_asked(tmp_path: Path) -> None:
    shown: list[str] = []
    a_log(tmp_path, shown, shows_all=True).take("INFO all well")
    assert shown == ["INFO all well"]


def test_the_file_does_not_grow_for_ever(tmp_path: Path) -> None:
    log = a_log(tmp_path, [])
    for _ in range(5000):
        log.take("x" * 1000)
    assert sum(file.stat().st_size for file in tmp_path.iterdir()) < 5 * 1024 * 1024
