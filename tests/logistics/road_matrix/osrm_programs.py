"""A real OSRM for tests: its programs, a prepared data set, a server (``.ci/osrm-tools``)."""

import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import httpx

from storefront.config.stack.ports import free_port
from tests.logistics.road_matrix import seoul_centre

# Where .ci/osrm-tools unpacks it for a Python that is too old for the package.
BESIDE = Path(sys.prefix) / "osrm"


def package() -> Path | None:
    """The folder of the osrm package, wherever it is."""
    spec = find_spec("osrm")
    folder = Path(spec.origin).parent if spec and spec.origin else BESIDE / "osrm"
    return folder if (folder / "bin" / "osrm-routed").exists() else None


def python() -> Path | None:
    """A Python that can import osrm, with ``BESIDE`` on its path."""
    if find_spec("osrm"):
        return Path(sys.executable)
    other = BESIDE / "python"
    return other if other.exists() else None


def prepare(osrm: Path, folder: Path) -> Path:
    """The Seoul extract as an .osrm data set in ``folder``; three seconds."""
    extract = shutil.copy(seoul_centre.EXTRACT, folder / "roads.osm.pbf")
    profile = osrm / "share" / "profiles" / "car.lua"
    _run(osrm, "extract", "-p", profile, "--data_version", seoul_centre.VERSION, extract)
    _run(osrm, "contract", folder / "roads.osrm")
    return folder / "roads.osrm"


def _run(osrm: Path, program: str, *argv: str | Path) -> None:
    subprocess.run([osrm / "bin" / f"osrm-{program}", *argv], check=True, capture_output=True)


@contextmanager
def serve(osrm: Path, data: Path) -> Iterator[str]:
    """The address of a server with the data; it keeps OSRM's own limits."""
    port = free_port()
    argv = [osrm / "bin" / "osrm-routed", "--ip", "127.0.0.1", "--port", str(port), data]
    with subprocess.Popen(argv, stdout=subprocess.DEVNULL) as server:
        try:
            _wait_for(f"http://127.0.0.1:{port}", server)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


def _wait_for(url: str, server: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and server.poll() is None:
        try:
            httpx.get(f"{url}/nearest/v1/driving/127.0,37.5")
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("OSRM did not start")
