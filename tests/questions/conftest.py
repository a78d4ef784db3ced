import pytest

from detente import load
from tests import standin
from tests.observations import written

kernel = standin.kernel
"""No test here plays the model itself."""


@pytest.fixture(scope="session")
def crisis():
    return load("oman-2026")


@pytest.fixture
def reported(tmp_path):
    """Write a file of observations."""

    def wrote(*observed, name="seen.toml", **more):
        path = tmp_path / name
        path.write_text(written(*observed, **more))
        return path

    return wrote
