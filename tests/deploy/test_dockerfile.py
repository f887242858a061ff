"""What holds for the image."""

import re

import pytest

from storefront.config import alive
from tests.deploy.reading import PROJECT, ROOT, dockerfile

RUN_AS_CONTAINERS = ("roads", "mall")


def test_it_starts_from_the_python_that_is_tested() -> None:
    version = PROJECT["tool"]["mypy"]["python_version"]
    assert dockerfile()["base"].base == f"python:{version}-slim-bookworm"


def test_nothing_is_taken_as_it_happens_to_be() -> None:
    bases = {stage.base for stage in dockerfile().values()} - dockerfile().keys()
    assert [base for base in bases if ":" not in base or base.endswith(":latest")] == []


@pytest.mark.parametrize("name", RUN_AS_CONTAINERS)
def test_it_runs_as_an_ordinary_user(name: str) -> None:
    assert dockerfile()[name].every("USER")[-1] == "10001:10001"


def test_the_last_stage_is_the_mall() -> None:
    """What `docker build .` makes."""
    assert list(dockerfile())[-1] == "mall"


def test_packages_are_those_of_the_lock() -> None:
    installs = [run for run in dockerfile()["build"].every("RUN") if "pip install" in run]
    locked = [run for run in installs if "--require-hashes -r .locks/runtime.txt" in run]
    itself = [run for run in installs if "--no-deps --no-build-isolation --editable ." in run]
    assert (len(locked), len(itself), len(installs)) == (1, 1, 2)


def test_signals_reach_the_process() -> None:
    mall = dockerfile()["mall"]
    assert all(said.startswith("[") for said in mall.every("CMD") + mall.every("ENTRYPOINT"))
    assert 'exec \\"$@\\"' in mall.every("ENTRYPOINT")[0]


def test_its_health_is_that_of_the_pages() -> None:
    (check,) = dockerfile()["mall"].every("HEALTHCHECK")
    assert (
        re.search(r'CMD \["python", "-m", "storefront.config.alive", "(\w+)"\]', check)[1] == "web"
    )
    assert "web" in alive.PARTS


def test_the_engine_is_compiled_for_the_processor_it_will_run_on() -> None:
    """The build and the container must agree on it, or all is compiled again."""
    assert any("NUMBA_CPU_NAME=generic" in env for env in dockerfile()["base"].every("ENV"))
    assert not any("NUMBA_CPU" in str(dockerfile()[name].steps) for name in ("build", "mall"))


def test_the_folder_gives_the_image_what_it_copies_and_nothing_else() -> None:
    copied = [c.split()[:-1] for c in dockerfile()["build"].every("COPY") if "--from" not in c]
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    let_in = {line.removeprefix("!") for line in lines if line.startswith("!")}
    assert lines[1] == "*"
    assert let_in == {name for names in copied for name in names}
    assert [name for name in let_in if not (ROOT / name).exists()] == []
