"""Where people land after signing in."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.shortcuts import resolve_url

from storefront.accounts.access import FIRST_PAGE, grants_of
from storefront.accounts.models import Role


class AccountAdapter(DefaultAccountAdapter):
    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Workers go to their desk, shoppers to the shop."""
        grants = grants_of(request.user)
        return resolve_url(FIRST_PAGE[Role(grants[0].role)] if grants else "home")
