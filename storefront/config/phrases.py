"""Every phrase the screens say, found in templates and code, and those without an English one."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import polib
from django.template.base import Lexer, TokenType

# {% translate "…" %}, also inside {% include … with label=_("…") %} and |default:_("…").
_TRANSLATE = re.compile(r"""^(?:translate|trans)\s+(?:"([^"]*)"|'([^']*)')""")
_UNDERSCORE = re.compile(r"""_\((?:"([^"]*)"|'([^']*)')\)""")
_GETTEXT = {"_", "gettext", "gettext_lazy", "ngettext", "pgettext"}


def in_template(text: str) -> Iterator[str]:
    tokens = Lexer(text).tokenize()
    block: list[str] | None = None
    for token in tokens:
        if token.token_type == TokenType.BLOCK and token.contents.startswith("blocktrans"):
            block = []
        elif token.token_type == TokenType.BLOCK and token.contents.startswith("endblocktrans"):
            yield "".join(block or [])
            block = None
        elif block is not None:
            block.append(_in_block(token.token_type, token.contents))
        else:
            yield from _in_tag(token.contents)


def _in_block(kind: TokenType, contents: str) -> str:
    return f"%({contents})s" if kind == TokenType.VAR else _as_looked_up(contents)


def _in_tag(contents: str) -> Iterator[str]:
    found = _TRANSLATE.match(contents)
    if found:
        yield _as_looked_up(found[1] or found[2])
    for one in _UNDERSCORE.finditer(contents):
        yield _as_looked_up(one[1] or one[2])


def _as_looked_up(phrase: str) -> str:
    """Templates double each percent sign before they look a phrase up."""
    return phrase.replace("%", "%%")


def in_code(text: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in _GETTEXT:
            first = node.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield first.value


def said(folder: Path) -> dict[str, str]:
    """Phrase → the first file that says it."""
    found: dict[str, str] = {}
    for path in sorted(folder.rglob("*.html")):
        for phrase in in_template(path.read_text()):
            found.setdefault(phrase, str(path.relative_to(folder)))
    for path in sorted(folder.rglob("*.py")):
        for phrase in in_code(path.read_text()):
            found.setdefault(phrase, str(path.relative_to(folder)))
    return found


def without_english(folder: Path) -> dict[str, str]:
    """Phrases that no English catalogue under ``folder`` has."""
    known = {
        entry.msgid
        for source in folder.rglob("locale/en/LC_MESSAGES/*.po")
        for entry in polib.pofile(str(source))
        if entry.msgstr
    }
    return {phrase: where for phrase, where in said(folder).items() if phrase not in known}
