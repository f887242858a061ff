"""The moment at which these tests load the demo."""

from datetime import UTC, datetime

NOW = datetime(2026, 9, 30, 1, tzinfo=UTC)  # a Wednesday, ten in the morning in Seoul
