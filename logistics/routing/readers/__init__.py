"""Routing problems from files: Solomon/Homberger and Wang/Chen text, VRPLIB and LKH-3 text, the
VRPSPDTW benchmark's, our own JSON."""

import re
from pathlib import Path

from logistics.routing import json_format
from logistics.routing.instance import BadInstance, Instance, Malformed
from logistics.routing.readers import solomon, vrplib, vrpsdptw


def read(path: Path) -> Instance:
    """The file's problem, whichever of the formats it is in; else ``BadInstance``."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise BadInstance("file", reason=Malformed.NO_FILE) from error
    except OSError as error:
        raise BadInstance("file", reason=Malformed.UNREADABLE) from error
    except UnicodeDecodeError as error:
        raise BadInstance("file", reason=Malformed.NOT_UTF8) from error
    return parse(text, name=path.stem)


def parse(text: str, *, name: str = "") -> Instance:
    """As ``read``, from the file's text."""
    if text.lstrip().startswith("{"):
        return json_format.parse(text, name=name)
    if re.search(r"^\s*DISTANCETIME_SECTION\b", text, re.MULTILINE):
        return vrpsdptw.parse(text, name)
    if re.search(r"^\s*(DIMENSION|EDGE_WEIGHT_TYPE)\s*:", text, re.MULTILINE):
        return vrplib.parse(text, name)
    return solomon.parse(text, name)
