"""Waits until its input closes, which the system does when the owner dies, then removes a folder.

Run as a script: ``python sweeper.py FOLDER``.
"""

import shutil
import sys
import time
from pathlib import Path


def main(folder: Path) -> None:
    sys.stdin.buffer.read()
    for _ in range(50):  # servers that are going down may still write into it
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
        time.sleep(0.1)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
