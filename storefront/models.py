"""Every table of the capability, listed by name so that Django finds them."""

from storefront.accounts.models import Application, Grant, GrantChange, User
from storefront.notices.models import Notice

__all__ = ["Application", "Grant", "GrantChange", "Notice", "User"]
