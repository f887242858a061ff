"""What the pages about settings and commands say is there, and what is there is on them."""

import re
from pathlib import Path

from storefront.config import cli

PROJECT = Path(__file__).resolve().parents[3]


def test_every_setting_is_documented() -> None:
    source = (PROJECT / "storefront/config/settings.py").read_text()
    read = set(re.findall(r'(?:environ\.get|environ|_required|_one_of)[(\[]"(\w+)"', source))
    told = (PROJECT / "docs/settings.md").read_text()
    assert {name for name in read if f"`{name}`" not in told} == set()


def test_every_command_is_documented() -> None:
    told = (PROJECT / "docs/cli.md").read_text()
    assert {name for name in cli.COMMANDS if f"`mall {name}" not in told} == set()
