"""What can be asked of Saleor: the files in ``documents/``, one operation each."""

import re
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Literal, Self

FOLDER = Path(__file__).parent / "documents"
# A file's first line says whether it may be asked again when no answer came, and why.
DECLARATION = re.compile(r"# repeat: (safe|unsafe), .+")
OPERATION = re.compile(r"(query|mutation) (\w+)")
SPREAD = re.compile(r"\.\.\.(\w+)")


@dataclass(frozen=True)
class Document:
    """One operation. ``text`` is what is sent: the file without the comments at its head, and the
    fragments that it names (``documents/fragments/``).

    ``repeatable``: asked twice it leaves the shop as if asked once; the second answer may be a
    refusal. The file declares it, nothing is concluded from the kind.
    """

    name: str
    operation: str
    kind: Literal["query", "mutation"]
    repeatable: bool
    text: str

    @classmethod
    @cache
    def load(cls, name: str) -> Self:
        """The file ``documents/<name>.graphql``. ValueError when it does not declare itself."""
        return cls.parse(name, (FOLDER / f"{name}.graphql").read_text(encoding="utf-8"))

    @classmethod
    def parse(cls, name: str, source: str) -> Self:
        lines = source.splitlines(keepends=True)
        declared = DECLARATION.match(lines[0]) if lines else None
        if declared is None:
            raise ValueError(f"{name}: the first line is '# repeat: safe, why' or 'unsafe, why'")
        head = next((i for i, line in enumerate(lines) if not line.startswith("#")), len(lines))
        text = "".join(lines[head:])
        text += "".join(_fragment(spread) for spread in sorted(set(SPREAD.findall(text))))
        found = OPERATION.match(text)
        if found is None:
            raise ValueError(f"{name}: no named query or mutation below the comments")
        return cls(
            name=name,
            operation=found[2],
            kind="query" if found[1] == "query" else "mutation",
            repeatable=declared[1] == "safe",
            text=text,
        )

    @property
    def sha256(self) -> str:
        """Names this text; comments at its head may change without changing it."""
        return sha256(self.text.encode()).hexdigest()


def _fragment(name: str) -> str:
    """OrderFacts is in ``order_facts.graphql``."""
    file = re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
    text = (FOLDER / "fragments" / f"{file}.graphql").read_text(encoding="utf-8")
    return "\n" + "".join(
        line for line in text.splitlines(keepends=True) if not line.startswith("#")
    )
