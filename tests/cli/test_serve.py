import json
import socket
import sys
from types import SimpleNamespace

import pytest
from starlette.testclient import TestClient

import detente
from detente.cli import main
from detente.pages import connection
from detente.pages.workspace import Jobs


@pytest.fixture
def served(monkeypatch):
    """Return what would be served, in place of serving it."""
    found = []

    def serves(guard):
        found.append(guard)
        return SimpleNamespace(run=lambda **_: None)

    monkeypatch.setattr(connection, "server", serves)
    return found


def asked(capsys, *words):
    status = main(["serve", *words, "--no-browser"])
    printed = capsys.readouterr()
    return status, printed.out, printed.err


def workspace_of(guard):
    return guard.app.state.workspace


@pytest.mark.usefixtures("stored")
def test_the_address_with_its_token_is_the_first_line_and_the_run_is_served(capsys, served):
    status, out, _ = asked(capsys, "./stored", "--port", "0")
    (guard,) = served

    assert status == 0
    assert out == f"{guard.address}\n"
    assert out.startswith("http://127.0.0.1:")
    assert list(workspace_of(guard).runs) == ["stored"]


@pytest.mark.parametrize("host", ["::", "192.0.2.1", "crisis.example"])
def test_an_address_that_others_reach_is_refused_with_the_reason_and_a_tunnel(capsys, served, host):
    status, out, err = asked(capsys, "oman-2026", "--host", host)

    assert (status, out, served) == (2, "", [])
    assert f"not served at {host}: pages can change files" in err
    assert "ssh -L 8765:127.0.0.1:8765" in err


@pytest.mark.usefixtures("stored")
def test_a_port_that_is_taken_is_said_and_another_way_shown(capsys, served):
    with socket.socket() as ear:
        ear.bind(("127.0.0.1", 0))
        ear.listen()
        port = str(ear.getsockname()[1])
        status, out, err = asked(capsys, "./stored", "--port", port)

    assert (status, out, served) == (2, "", [])
    assert f"--port {port}: cannot be listened at" in err
    assert "--port 0 for any that is free" in err


@pytest.mark.usefixtures("stored")
def test_json_has_the_address_and_what_is_served(capsys, served):
    _, out, err = asked(capsys, "./stored", "--port", "0", "--json")
    content = json.loads(out)

    assert err == ""
    assert content["schema"] == "detente/pages/1"
    assert content["address"] == served[0].address
    assert (content["pack"], content["runs"]) == (None, ["stored"])


@pytest.mark.parametrize("missing", ["starlette", "uvicorn", "python_multipart"])
def test_a_missing_extra_is_named_with_the_command_that_installs_it(capsys, monkeypatch, missing):
    for name in [one for one in sys.modules if one.startswith("detente.pages")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delattr(detente, "serve", raising=False)
    for name in [one for one in sys.modules if one.split(".")[0] == missing]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, missing, None)
    status, _, err = asked(capsys, "oman-2026")

    assert status == 2
    assert "detente serve needs the extra `serve`" in err
    assert "pip install 'detente[serve]'" in err


@pytest.mark.usefixtures("stored")
def test_a_pack_is_served_with_its_newest_run_and_a_folder_with_all(capsys, served, tmp_path):
    (tmp_path / "stored").rename(tmp_path / "first")
    (tmp_path / "runs").mkdir()
    (tmp_path / "first").rename(tmp_path / "runs" / "first")
    of_pack = asked(capsys, "oman-2026", "--port", "0")
    of_folder = asked(capsys, "./runs", "--port", "0")
    pack, folder = map(workspace_of, served)

    assert (of_pack[0], of_folder[0]) == (0, 0)
    assert (pack.pack, list(pack.runs)) == ("oman-2026", ["first"])
    assert (folder.pack, list(folder.runs)) == (None, ["first"])


@pytest.mark.usefixtures("stored")
def test_a_pack_without_a_run_is_played_behind_the_pages(capsys, served, monkeypatch):
    begun = []
    monkeypatch.setattr(Jobs, "start", lambda _self, title, *_, **__: begun.append(title))
    status, _, _ = asked(capsys, "oman-2026", "--port", "0")

    assert (status, begun) == (0, ["Run of oman-2026"])
    assert workspace_of(served[0]).newest is None


def test_where_no_run_lies_the_pages_offer_to_begin_a_crisis(capsys, served, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    status, _, _ = asked(capsys, "--port", "0")
    (guard,) = served
    with TestClient(guard, base_url=guard.home) as client:
        page = client.get(guard.address).text

    assert status == 0
    assert '<form action="/new"><button>Begin a crisis</button>' in page


@pytest.mark.parametrize("subject", ["oman-2027", "./nowhere", "./nowhere.toml"])
def test_what_is_not_there_is_not_served(capsys, served, subject):
    status, out, err = asked(capsys, subject, "--port", "0")

    assert (status, out, served) == (2, "", [])
    assert subject in err
