"""Every refusal that can be raised has words in both languages, and the words take their facts."""

import string
from types import ModuleType

import pytest

from commerce.core import errors as _of_core  # noqa: F401  - an adapter may be named later
from commerce.errors import CommerceError
from commerce.saleor import errors as _of_saleor  # noqa: F401  - an adapter, imported by name only
from drivethrough.errors import DrivethroughError
from logistics.errors import LogisticsError
from logistics.routing.instance import Malformed
from storefront.config import urls  # noqa: F401  - imports every screen, so every refusal exists
from storefront.refusal_words import WORDS, commerce, drivethrough, logistics, storefront
from storefront.refusal_words.instances import REASONS
from storefront.refusals import StorefrontError, as_dict, message


def kinds(root: type[Exception]) -> list[type[Exception]]:
    return [root, *(kind for child in root.__subclasses__() for kind in kinds(child))]


ALL = [
    kind
    for root in (CommerceError, DrivethroughError, LogisticsError, StorefrontError)
    for kind in kinds(root)
]


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.__name__)
def test_every_refusal_has_words(kind: type[Exception]) -> None:
    assert kind.code in WORDS


@pytest.mark.parametrize("code", sorted(WORDS))
def test_both_languages_use_the_same_facts_or_fewer(code: str) -> None:
    korean, english = ({f for _, f, _, _ in string.Formatter().parse(t) if f} for t in WORDS[code])
    assert english == korean or not (korean ^ english) - {"name", "name_en"}


MODULES = [commerce, drivethrough, logistics, storefront]


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_words_are_in_alphabetical_order(module: ModuleType) -> None:
    assert list(module.WORDS) == sorted(module.WORDS)


def test_no_code_has_words_twice() -> None:
    assert len(WORDS) == sum(len(module.WORDS) for module in MODULES)


@pytest.mark.parametrize("reason", Malformed)
def test_every_reason_of_a_malformed_file_has_words_with_the_same_facts(reason: Malformed) -> None:
    korean, english = (
        {name for _, name, _, _ in string.Formatter().parse(text) if name}
        for text in REASONS[reason]
    )
    assert korean == english


def test_a_missing_fact_shows_the_sentence_rather_than_failing() -> None:
    assert message("SLOT_NEEDED", {}, "en") == WORDS["SLOT_NEEDED"][1]


def test_a_refusal_reads_the_same_to_a_program_in_either_language() -> None:
    refusal = as_dict(StorefrontError("quantity", max=99))
    assert refusal["code"] == "BAD_REQUEST"
    assert refusal["field"] == "quantity"
    assert refusal["data"] == {"max": 99}
    assert refusal["retryable"] is False
    assert (refusal["message_ko"], refusal["message_en"]) == WORDS["BAD_REQUEST"]
