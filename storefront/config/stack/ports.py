"""TCP ports on this machine."""

import os
import socket

from storefront.config.stack.problem import Problem


def wanted_port() -> int:
    """``PORT``, 8000 when it is not set. Raises Problem when it is no port at all."""
    text = os.environ.get("PORT") or "8000"
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise Problem(
            f"PORT={text} 은(는) 포트 번호가 아닙니다. 예: PORT=8001",
            f"PORT={text} is not a port number: try PORT=8001",
        )
    return int(text)


def require_free(port: int) -> None:
    if not is_free(port):
        raise Problem(
            f"{port}번 포트를 다른 프로그램이 쓰고 있습니다. 예: PORT={_another(port)} make up",
            f"port {port} is taken: try PORT={_another(port)} make up",
        )


def is_free(port: int) -> bool:
    """Nobody answers there, also not on the other ``localhost``, and we may listen."""
    for address in ("127.0.0.1", "::1"):
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        with socket.socket(family) as caller:
            caller.settimeout(1)
            if caller.connect_ex((address, port)) == 0:
                return False
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
    return port


def _another(port: int) -> int:
    return next(p for p in range(max(port, 8000) + 1, 65536) if is_free(p))
