"""Roles as an operator reads them: what each is called, and what somebody has it for."""

from collections.abc import Iterable
from typing import NamedTuple

from django.utils.translation import gettext as _

from storefront.accounts import scopes
from storefront.accounts.models import Grant, GrantChange, Role
from storefront.refusals import BadInput


class Told(NamedTuple):
    row: Grant | GrantChange
    role: str
    thing: str


def role_of(text: str) -> Role:
    """Raises BAD_INPUT for anything that was not offered."""
    if text not in Role.values:
        raise BadInput("role")
    return Role(text)


def called() -> dict[str, str]:
    return {
        Role.MERCHANT: _("판매자"),
        Role.PACKER: _("가게 일손"),
        Role.FARMER: _("드라이브스루 농가"),
        Role.LIBRARIAN: _("사서"),
        Role.DRIVER: _("배송 기사"),
        Role.DISPATCHER: _("배차 담당"),
        Role.HELPER: _("시장 도우미"),
        Role.OPERATOR: _("운영자"),
    }


def question(role: Role) -> str:
    """What has to be chosen with the role; nothing for operators."""
    words = {
        Role.MERCHANT: _("어느 가게인가요?"),
        Role.PACKER: _("어느 가게인가요?"),
        Role.FARMER: _("어느 드라이브스루인가요?"),
        Role.LIBRARIAN: _("어느 도서관인가요?"),
        Role.DRIVER: _("어느 기사인가요?"),
        Role.DISPATCHER: _("어느 물류 거점인가요?"),
        Role.HELPER: _("어느 시장인가요?"),
    }
    return words.get(role, "")


def told(rows: Iterable[Grant | GrantChange]) -> list[Told]:
    """In words; what is gone is told by its reference."""
    listed, words = list(rows), called()
    names = scopes.names(listed) | {(Role.OPERATOR, ""): _("장터 전체")}
    return [
        Told(row, words[row.role], names.get((row.role, row.scope_reference), row.scope_reference))
        for row in listed
    ]
