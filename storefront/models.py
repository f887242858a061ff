"""Every table of the capability, listed by name so that Django finds them."""

from storefront.accounts.models import (
    Application,
    AuditEntry,
    Erasure,
    Grant,
    GrantChange,
    GuestEmail,
    User,
)
from storefront.notices.models import Notice

__all__ = [
    "Application",
    "AuditEntry",
    "Erasure",
    "Grant",
    "GrantChange",
    "GuestEmail",
    "Notice",
    "User",
]
