import pytest

from detente import load
from tests import standin

kernel = standin.kernel
"""No test here plays the model itself."""


@pytest.fixture(scope="session")
def crisis():
    """Return a small crisis, whose runs are stored in less than half the time."""
    return load("cuba-1962")
