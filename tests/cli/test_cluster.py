import json
import sys

import pytest

from detente.cli.progress import WAITING, ProgressReport
from detente.cluster import clusters
from detente.ensemble.run import Run
from detente.ensemble.runners import Progress
from tests.cli.asking import answer

SMALL = ["--futures", "300", "--worlds", "7"]
NOWHERE = "tcp://127.0.0.1:1"


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(clusters, "CONNECTING", 1.0)
    return tmp_path


def test_a_cluster_that_cannot_be_reached_is_reported(capsys):
    status, out, err = answer(capsys, "run", "oman-2026", *SMALL, "--cluster", NOWHERE)

    assert status == 2
    assert out == ""
    assert err.startswith(f"detente: {NOWHERE}: no Dask scheduler can be reached there")
    assert "such as tcp://HOST:8786" in err


def test_it_is_reported_as_json_where_that_is_asked_for(capsys):
    status, out, err = answer(capsys, "run", "oman-2026", *SMALL, "--cluster", NOWHERE, "--json")

    assert status == 2
    assert json.loads(out)["error"]["where"] == NOWHERE
    assert err == ""


@pytest.mark.parametrize(
    "asked",
    [
        ["run", "oman-2026", *SMALL, "-o", "stored", "--overwrite"],
        ["run", "--resume", "stored", "--futures", "700"],
        ["run", "--resume", "stored", "--until", "any_war=0.01%"],
    ],
)
def test_a_run_that_lies_there_stays_as_it_was(capsys, stored, usual, asked):
    status, _, err = answer(capsys, *asked, "--cluster", NOWHERE)

    assert status == 2
    assert "no Dask scheduler can be reached" in err
    assert Run.open(stored).record == Run.open(usual).record


def test_threads_and_the_address_of_a_cluster_do_not_go_together(capsys):
    asked = ["run", "oman-2026", *SMALL, "--cluster", NOWHERE, "--threads", "2"]
    status, _, err = answer(capsys, *asked)

    assert status == 2
    assert "its workers have their own" in err
    assert "dask worker --nthreads" in err


def test_without_the_extra_the_command_that_installs_it_is_reported(capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    status, _, err = answer(capsys, "run", "oman-2026", *SMALL, "--cluster", "local")

    assert status == 2
    assert "pip install 'detente[dask]'" in err


def test_the_help_of_run_shows_a_cluster(capsys):
    _, out, _ = answer(capsys, "run", "--help")

    assert "detente run oman-2026 --cluster tcp://10.0.0.1:8786" in " ".join(out.split())


def test_that_no_worker_is_there_is_reported_once(capsys):
    with ProgressReport() as report:
        for seconds in range(3):
            report(Progress(0, 10, float(seconds), is_compiling=False, is_waiting=True))

    assert capsys.readouterr().err == f"{WAITING}\n"
