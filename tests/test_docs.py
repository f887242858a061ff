"""What the documentation promises is there, and what is there is documented."""

import re
import subprocess
from pathlib import Path

import pytest

from storefront.config.cli import COMMANDS
from storefront.day.invariants import INVARIANTS

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)\)", page.read_text())
    gone = [x for x in links if "://" not in x and not (page.parent / x).exists()]
    assert gone == []


def test_every_setting_is_documented() -> None:
    source = (ROOT / "storefront/config/settings.py").read_text()
    read = set(re.findall(r'(?:environ\.get|_required|_one_of)\(\s*"([A-Z_]+)"', source))
    documented = (ROOT / "docs/settings.md").read_text()
    assert {name for name in read if f"`{name}`" not in documented} == set()


def test_every_command_is_documented() -> None:
    documented = (ROOT / "docs/cli.md").read_text()
    assert [name for name in COMMANDS if f"`mall {name}" not in documented] == []


def test_every_make_target_of_the_readme_exists() -> None:
    asked = set(re.findall(r"`?make ([a-z-]+)`?", (ROOT / "README.md").read_text()))
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert asked - targets == set()


def test_every_journey_is_in_the_architecture() -> None:
    journeys = {path.stem for path in (ROOT / "storefront/journeys").glob("*.py")}
    written = (ROOT / "docs/architecture.md").read_text()
    assert {j for j in journeys - {"__init__", "tasks"} if f"`{j}`" not in written} == set()


def test_the_day_checks_as_many_invariants_as_are_named() -> None:
    assert len(INVARIANTS) == len(set(INVARIANTS))


def test_no_picture_is_larger_than_a_phone_should_load() -> None:
    tracked = subprocess.run(
        ["git", "ls-files", "*.webp"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    heavy = [f for f in tracked.stdout.split() if (ROOT / f).stat().st_size > 200_000]
    assert heavy == []
