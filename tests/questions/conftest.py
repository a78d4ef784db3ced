import pytest

from detente import load
from tests import standin

kernel = standin.kernel
"""No test here plays the model itself."""


@pytest.fixture(scope="session")
def crisis():
    return load("oman-2026")
