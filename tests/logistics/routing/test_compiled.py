"""The compiled core: what is compiled ahead is what a search calls."""

from collections.abc import Callable

import pytest

from logistics.routing.ruin_recreate import kernel, prepare


@pytest.fixture(scope="module", autouse=True)
def _compiled() -> None:
    prepare()


@pytest.mark.parametrize("name", ["search", "lay", "find_neighbours"])
def test_an_entry_is_compiled_for_one_kind_of_arguments(name: str) -> None:
    assert len(getattr(kernel, name).signatures) == 1


@pytest.mark.parametrize("compile_half", [kernel.compile_search, kernel.compile_route])
def test_compiling_a_half_ahead_adds_nothing_to_what_a_search_has_called(
    compile_half: Callable[[], None],
) -> None:
    entries = [kernel.search, kernel.lay, kernel.find_neighbours]
    called = [entry.signatures for entry in entries]
    compile_half()
    assert [entry.signatures for entry in entries] == called
