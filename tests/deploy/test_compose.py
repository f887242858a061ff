"""What holds for every container of docker-compose.yml."""

import re
from importlib.util import find_spec
from typing import Any
from urllib.parse import urlsplit

import pytest

from storefront.config import alive
from tests.deploy.reading import COMPOSE, OURS, PROJECT, SERVICES, dockerfile

# Its start writes the API's address into a page and its nginx leaves root behind by itself.
ROOT_AND_WRITABLE = {"saleor-dashboard"}
# What people and their browsers reach; nothing else leaves the machine.
PUBLISHED = {"web", "live", "mailpit", "saleor-api", "saleor-dashboard"}
ASKED_ONLY = {"postgres", "valkey", "osrm"}

every_service = pytest.mark.parametrize("name", sorted(SERVICES))


def waits(name: str) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = SERVICES[name].get("depends_on", {})
    return found


def runs_once(name: str) -> bool:
    return bool(SERVICES[name]["restart"] == "no")


@every_service
def test_its_image_is_of_one_version(name: str) -> None:
    _, _, tag = SERVICES[name]["image"].rpartition(":")
    assert re.match(r"v?\d+\.\d+\.\d+|\d+\.\d+-", tag), tag


def test_our_images_are_of_the_project_s_version() -> None:
    built = {service["image"] for service in SERVICES.values() if "build" in service}
    version = PROJECT["project"]["version"]
    assert built == {f"jangteo:{version}", f"jangteo-roads:{version}"}


def test_what_is_built_is_a_stage_of_the_dockerfile() -> None:
    targets = {service["build"]["target"] for service in SERVICES.values() if "build" in service}
    assert targets - dockerfile().keys() == set()


@every_service
def test_it_runs_as_an_ordinary_user(name: str) -> None:
    user = str(SERVICES[name].get("user", "root")).partition(":")[0]
    assert (user in ("root", "0")) == (name in ROOT_AND_WRITABLE)


@every_service
def test_its_root_is_read_only(name: str) -> None:
    assert SERVICES[name]["read_only"] == (name not in ROOT_AND_WRITABLE)


@every_service
def test_it_gains_no_privileges(name: str) -> None:
    service = SERVICES[name]
    assert (service["cap_drop"], service["security_opt"]) == (["ALL"], ["no-new-privileges:true"])
    assert ("cap_add" in service) == (name in ROOT_AND_WRITABLE)
    assert "privileged" not in service


@every_service
def test_it_is_watched_or_waited_for(name: str) -> None:
    if runs_once(name):
        waiting = [waits(other).get(name, {}).get("condition") for other in SERVICES]
        assert SERVICES[name]["healthcheck"] == {"disable": True}
        assert "service_completed_successfully" in waiting
    else:
        assert SERVICES[name]["restart"] == "unless-stopped"
        assert SERVICES[name]["healthcheck"]["test"][0] in ("CMD", "CMD-SHELL")


@every_service
def test_it_waits_for_what_there_is(name: str) -> None:
    for other, how in waits(name).items():
        ends = "service_completed_successfully" if runs_once(other) else "service_healthy"
        assert how == {"condition": ends}
        assert set(SERVICES[other].get("profiles", ())) <= set(SERVICES[name].get("profiles", ()))


@every_service
def test_its_memory_and_its_logs_have_an_end(name: str) -> None:
    service = SERVICES[name]
    assert service["deploy"]["resources"]["limits"].keys() >= {"memory", "pids"}
    assert service["logging"]["options"] == {"max-size": "10m", "max-file": "3"}


def test_only_pages_are_published_and_only_to_this_machine() -> None:
    ports = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert ports.keys() == PUBLISHED
    published = [port for several in ports.values() for port in several]
    assert [
        p for p in published if not p.startswith(("127.0.0.1:", "${MALL_BIND:-127.0.0.1}:"))
    ] == []
    assert len({port.rsplit(":", 2)[1] for port in published}) == len(published)


def test_what_is_only_asked_reaches_nothing_outside() -> None:
    assert COMPOSE["networks"]["inside"] == {"internal": True}
    assert [SERVICES[name]["networks"] for name in ASKED_ONLY] == [["inside"]] * len(ASKED_ONLY)


def test_every_volume_is_declared_and_used() -> None:
    mounted = [volume for service in SERVICES.values() for volume in service.get("volumes", ())]
    assert {volume.partition(":")[0] for volume in mounted} == set(COMPOSE["volumes"])


def commands() -> dict[str, list[str]]:
    """How each of our containers starts; web as the image does."""
    return {name: SERVICES[name].get("command", []) for name in OURS}


def test_our_commands_name_what_there_is() -> None:
    words = [word for command in commands().values() for word in command]
    modules = {w.partition(":")[0] for w in words if w.startswith("storefront.")}
    assert modules == {"storefront.config.worker", "storefront.config.beat", "storefront.live.asgi"}
    assert [module for module in modules if find_spec(module) is None] == []


@pytest.mark.parametrize(("name", "address"), [("web", alive.WEB), ("live", alive.LIVE)])
def test_health_is_asked_where_the_server_listens(name: str, address: str) -> None:
    port = str(urlsplit(address).port)
    assert SERVICES[name]["ports"][0].endswith(f":{port}:{port}")
    told: Any = commands()[name] or dockerfile()["mall"].every("CMD")[0]
    assert re.search(rf"--port\W+{port}\b", str(told))


@pytest.mark.parametrize("name", sorted(alive.PARTS))
def test_each_part_is_asked_for_itself(name: str) -> None:
    asked = SERVICES[name]["healthcheck"]["test"]
    assert asked == ["CMD", "python", "-m", "storefront.config.alive", name]


def test_the_clock_writes_where_its_health_is_read() -> None:
    (settings,) = [e for e in dockerfile()["base"].every("ENV") if "MALL_STATE=" in e]
    state = re.findall(r"MALL_STATE=(\S+)", settings)[0]
    assert commands()["beat"][-1] == f"{state}/{alive.BEAT_SCHEDULE}"
    assert SERVICES["beat"]["volumes"] == [f"beat:{state}/beat"]
