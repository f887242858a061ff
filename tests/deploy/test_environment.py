"""What containers are told, and where it comes from."""

import re

import pytest

from tests.deploy.reading import (
    OURS,
    SERVICES,
    VARIABLE,
    asked_for,
    dockerfile,
    env_example,
    handed_on,
    settings_read,
)

# Read by the settings, but not for somebody who deploys to choose.
OF_THE_IMAGE = {"MALL_STATE", "MALL_STATIC_STORAGE"}
NOT_FOR_THE_PUBLIC = {"MALL_DEBUG"}
# For OSRM inside the process, which needs a newer Python than the image has.
NOT_IN_THE_IMAGE = {"OSRM_DATA"}
SECRET = re.compile(r"(SECRET|PASSWORD|TOKEN|PRIVATE_KEY)$|SECRET_KEY$")


def test_every_variable_is_in_the_example_and_no_other() -> None:
    assert {line.name for line in env_example()} == asked_for().keys() | handed_on()


def test_the_example_names_each_variable_once() -> None:
    names = [line.name for line in env_example()]
    assert len(names) == len(set(names))


def test_the_example_explains_each_variable_in_two_languages() -> None:
    for line in env_example():
        assert re.search(r"[가-힣]", line.words), line.name
        assert re.search(r"[a-z]{3}", line.words), line.name


def test_the_example_holds_no_secret() -> None:
    secrets = [line for line in env_example() if SECRET.search(line.name)]
    assert len(secrets) >= 6
    assert {line.value for line in secrets} == {""}


def test_what_the_example_calls_a_default_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    defaults = settings_read(monkeypatch) | asked_for()
    told = {line.name: line.value for line in env_example() if not line.required}
    assert told == {name: defaults[name] for name in told}


def test_what_must_be_filled_in_is_what_has_no_default() -> None:
    required = {line.name for line in env_example() if line.required}
    assert required == {name for name, default in asked_for().items() if not default}


def test_saleor_is_not_asked_for_where_nobody_wants_it() -> None:
    """Compose reads the whole file whatever the profile."""
    text = str({name: s for name, s in SERVICES.items() if "saleor" in s.get("profiles", ())})
    own = [how for name, how, _ in VARIABLE.findall(text) if name.startswith("SALEOR_")]
    assert set(own) == {"-"}


def test_no_secret_stands_in_the_file() -> None:
    for service in SERVICES.values():
        for name, value in service.get("environment", {}).items():
            if SECRET.search(name):
                assert value is None or re.fullmatch(r"\$\{\w+(:-|:\?[^}]*)\}", value), name
            assert not re.search(r"://[^/@$]*:[^/@$]+@", str(value)), name


@pytest.mark.parametrize("name", OURS)
def test_ours_are_told_only_what_the_settings_read(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    assert SERVICES[name]["environment"].keys() - settings_read(monkeypatch).keys() == set()


def test_every_setting_can_be_set(monkeypatch: pytest.MonkeyPatch) -> None:
    left_out = OF_THE_IMAGE | NOT_FOR_THE_PUBLIC | NOT_IN_THE_IMAGE
    assert settings_read(monkeypatch).keys() - left_out == SERVICES["web"]["environment"].keys()


def test_all_of_ours_are_told_the_same() -> None:
    told = [dict(SERVICES[name]["environment"]) for name in OURS]
    for environment in told:
        environment.pop("DB_POOL", None)  # for the pages only
    assert all(environment == told[0] for environment in told)


def test_the_image_keeps_no_secret() -> None:
    kept = [e for stage in dockerfile().values() for e in stage.every("ENV") + stage.every("ARG")]
    assert [text for text in kept if re.search("SECRET|PASSWORD|TOKEN", text)] == []
