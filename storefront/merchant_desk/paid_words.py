"""How customers paid for a line, in words."""

from django.utils.translation import gettext as _

from commerce.settlement.models import AccountKind
from commerce.settlement.queries import Statement, accounts_paid_from


def paid_words(told: Statement) -> dict[str, str]:
    """By line reference, as ``카드, 바우처``; lines nobody paid for are absent. One query."""
    words = {
        AccountKind.GATEWAY: _("카드"),
        AccountKind.TILL: _("현금"),
        AccountKind.SLIPS: _("카드 단말기"),
        AccountKind.DEPOSITS: _("무통장입금"),
        AccountKind.VOUCHER: _("바우처"),
    }
    paid = accounts_paid_from(told)
    return {line: ", ".join(words[kind] for kind in kinds) for line, kinds in paid.items()}
