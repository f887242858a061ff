"""docker-compose.yml is what the Compose specification says such a file is.

``compose-spec.json`` is the schema of https://github.com/compose-spec/compose-spec as of June 2026
(commit 170098ba), under the Apache License 2.0.
"""

import json
from copy import deepcopy
from pathlib import Path

import fastjsonschema
import pytest

from tests.deploy.reading import COMPOSE

SCHEMA = json.loads((Path(__file__).parent / "compose-spec.json").read_text())


@pytest.fixture(scope="module")
def check():
    return fastjsonschema.compile(SCHEMA)


def test_it_is_by_the_schema_of_the_specification(check) -> None:
    check(deepcopy(COMPOSE))


def test_a_word_the_specification_does_not_know_is_found(check) -> None:
    misspelt = deepcopy(COMPOSE)
    misspelt["services"]["web"]["helthcheck"] = misspelt["services"]["web"].pop("healthcheck")
    with pytest.raises(fastjsonschema.JsonSchemaException):
        check(misspelt)
