"""What every test gets: strict floating point, fixed Hypothesis profiles, no network."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import HealthCheck, settings

_COMMON = {
    "deadline": None,  # the first example may compile kernels
    "suppress_health_check": [HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    "print_blob": True,
}
settings.register_profile("dev", max_examples=25, **_COMMON)
settings.register_profile("ci", max_examples=25, derandomize=True, database=None, **_COMMON)
settings.register_profile("nightly", max_examples=2000, **_COMMON)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))

JIT_IS_OFF = os.environ.get("NUMBA_DISABLE_JIT", "0") not in ("", "0")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip tests of compiled code where nothing is compiled."""
    skip = pytest.mark.skip(reason="needs compiled kernels")
    for item in items:
        if JIT_IS_OFF and item.get_closest_marker("jit"):
            item.add_marker(skip)


@pytest.fixture(autouse=True)
def strict_floating_point() -> Iterator[None]:
    """Turn division by zero, overflow and invalid operations in numpy into errors."""
    with np.errstate(all="raise", under="ignore"):
        yield


class NetworkBlockedError(RuntimeError):
    """A test without the marker `net` tried to open a connection."""


@pytest.fixture(autouse=True)
def no_network(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse connections to anything but this machine's own sockets."""
    if request.node.get_closest_marker("net"):
        return
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        if self.family != getattr(socket, "AF_UNIX", None):
            raise NetworkBlockedError(f"connection to {address!r}; mark the test with 'net'")
        connect(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", guarded)
