"""The files of the deployment as data."""

import os
import re
import runpy
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())
COMPOSE_TEXT = (ROOT / "docker-compose.yml").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load(COMPOSE_TEXT)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = sorted(name for name, service in SERVICES.items() if service["image"].startswith("jangteo:"))
# "${NAME}", "${NAME:-default}", "${NAME:?reason}"; "$$" is a plain dollar.
VARIABLE = re.compile(r"(?<!\$)\$\{(\w+)(?::([-?])([^}]*))?\}")


def handed_on() -> set[str]:
    """Names that containers get from .env as they are."""
    environments = [service.get("environment", {}) for service in SERVICES.values()]
    return {name for names in environments for name, value in names.items() if value is None}


def asked_for() -> dict[str, str]:
    """Every variable of docker-compose.yml with its default; required ones have none."""
    lines = [line for line in COMPOSE_TEXT.splitlines() if not line.lstrip().startswith("#")]
    found = VARIABLE.findall("\n".join(lines))
    return {name: value if how == "-" else "" for name, how, value in found}


@dataclass(frozen=True)
class Line:
    """One variable of .env.example. ``required``: not behind a #."""

    name: str
    value: str
    required: bool
    words: str


@cache
def env_example() -> list[Line]:
    lines: list[Line] = []
    words, used = "", True
    for text in (ROOT / ".env.example").read_text().splitlines():
        variable = re.fullmatch(r"(# )?([A-Z_]+)=(.*)", text)
        if variable:
            lines.append(Line(variable[2], variable[3], not variable[1], words))
            used = True
        elif text.startswith("#"):
            words, used = text if used else words + text, False
    return lines


class Reader(dict[str, str]):
    """A container's environment that remembers what it was asked for, and with which default."""

    def __init__(self) -> None:
        super().__init__(asked_for())
        self |= {"MALL_SECRET_KEY": "only-for-tests", "DATABASE_URL": "postgresql://mall@db/mall"}
        self.defaults: dict[str, str] = {}

    def get(self, name: str, default: Any = None) -> Any:
        self.defaults[name] = str(default or "")
        return super().get(name, default)


def settings_read(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Every variable that the mall's settings read, with its default."""
    reader = Reader()
    with monkeypatch.context() as patch:
        patch.setattr(os, "environ", reader)
        runpy.run_path(str(ROOT / "storefront/config/settings.py"))
    return reader.defaults


@dataclass(frozen=True)
class Stage:
    base: str
    steps: list[tuple[str, str]]

    def every(self, word: str) -> list[str]:
        return [rest for said, rest in self.steps if said == word]


@cache
def dockerfile() -> dict[str, Stage]:
    text = re.sub(r"^\s*#.*\n", "", (ROOT / "Dockerfile").read_text(), flags=re.MULTILINE)
    stages: dict[str, Stage] = {}
    steps: list[tuple[str, str]] = []
    for line in re.sub(r"\\\n\s*", "", text).splitlines():
        word, _, rest = line.partition(" ")
        if word == "FROM":
            base, _, name = rest.partition(" AS ")
            steps = []
            stages[name] = Stage(base, steps)
        elif word:
            steps.append((word, rest))
    return stages
