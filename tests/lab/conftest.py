import pytest

from detente import load
from detente.ensemble import runners
from tests.standin import KERNEL


@pytest.fixture(autouse=True)
def kernel(monkeypatch):
    """Play with the stand-in, which takes no time; tests of the model itself lie elsewhere."""
    monkeypatch.setattr(runners, "kernel", lambda: KERNEL)
    return KERNEL


@pytest.fixture(scope="session")
def crisis():
    return load("oman-2026")
