"""What keeps the stack from running, in one line a person can act on."""


class Problem(Exception):
    """Korean and English, each: what is wrong and what to do."""

    def __init__(self, korean: str, english: str) -> None:
        super().__init__(f"{korean} / {english}")
