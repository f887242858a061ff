import socket

import pytest

from storefront.config.stack import ports
from storefront.config.stack.problem import Problem


def test_a_taken_port_says_which_to_try() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(Problem, match=rf"port {port} is taken: try PORT=\d+"):
            ports.require_free(port)


def test_a_port_bound_but_silent_is_taken_too() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        assert not ports.is_free(other.getsockname()[1])


def test_a_free_port_is_free() -> None:
    assert ports.is_free(ports.free_port())


@pytest.mark.parametrize("text", ["eight", "0", "70000", "-1", "8000 "])
def test_what_is_no_port_is_named(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("PORT", text)
    with pytest.raises(Problem, match="is not a port number"):
        ports.wanted_port()


def test_the_port_is_8000_unless_said_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PORT", raising=False)
    assert ports.wanted_port() == 8000
