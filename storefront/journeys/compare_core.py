"""Every night the mall's shelf is held beside that of a commerce core elsewhere."""

import logging
from datetime import datetime, timedelta

from commerce.core.comparing import Compared, compare
from commerce.core.port import core

log = logging.getLogger(__name__)

# Nobody waits for an answer so long.
FORGOTTEN_AFTER = timedelta(hours=1)


def compare_core(*, now: datetime) -> Compared:
    """What differs waits for the operator; what the core made for itself and forgot is thrown away.

    Raises CoreUnavailable. Must not be called inside a transaction.
    """
    compared = compare(now=now)
    forgotten = core().tidy_up(now - FORGOTTEN_AFTER)
    if forgotten or compared.differences:
        log.warning("core: %s differences, %s leftovers", compared.differences, forgotten)
    return compared
