"""A text that shoppers were shown stays as it was."""

from hashlib import sha256

import pytest

from commerce.orders.return_notices import NOTICES, may_withdraw

SHOWN = {"fresh-1": "da0450f35b9763b6", "keeps-1": "9f847fe90bfcf841"}


@pytest.mark.parametrize("code", NOTICES)
def test_a_notice_that_was_shown_never_changes(code: str) -> None:
    notice = NOTICES[code]
    said = f"{notice.withdrawable}{notice.words}{notice.words_en}"
    assert sha256(said.encode()).hexdigest()[:16] == SHOWN[code]


def test_whoever_was_told_nothing_may_change_their_mind() -> None:
    assert may_withdraw("")
    assert may_withdraw("keeps-1")
    assert not may_withdraw("fresh-1")
