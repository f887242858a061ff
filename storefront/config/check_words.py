"""``python -m storefront.config.check_words``: compile, then print every fault. 1 when any."""

import sys
from pathlib import Path

from storefront.config import phrases, words


def main() -> int:
    folder = Path(__file__).resolve().parents[1]
    words.compile_stale(folder)
    found = [fault for source in words.sources(folder) for fault in words.faults(source)]
    found += words.said_differently(folder)
    for phrase, where in phrases.without_english(folder).items():
        found.append(f"{where}: no English for {phrase!r}")
    for fault in found:
        sys.stdout.write(fault + "\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
