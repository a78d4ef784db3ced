import pytest
from starlette.testclient import TestClient

from detente import load
from detente.pages import workspace as workspace_module
from detente.pages.app import build
from detente.pages.workspace import Workspace
from tests import standin
from tests.standin import played

PORT = 8765
HOME = f"http://127.0.0.1:{PORT}"
OWN = {"Origin": HOME}
"""What our own pages send with a form."""


kernel = standin.kernel
"""No test here plays the model itself."""


@pytest.fixture(autouse=True)
def patience(monkeypatch):
    """Let every page come whole, however busy the machine is; tests of waiting set their own."""
    monkeypatch.setattr(workspace_module, "SOON", 60.0)


@pytest.fixture(scope="session")
def crisis():
    return load("oman-2026")


@pytest.fixture(scope="session")
def run(crisis, tmp_path_factory):
    return played(crisis, tmp_path_factory.mktemp("served") / "one", futures=320, worlds=16)


@pytest.fixture
def workspace(run):
    return Workspace(runs=[run.folder])


@pytest.fixture
def guard(workspace):
    return build(workspace, PORT)


@pytest.fixture
def client(guard):
    """Return a browser that has opened the printed address."""
    client = TestClient(guard, base_url=HOME)
    client.get(guard.address, follow_redirects=False)
    return client
