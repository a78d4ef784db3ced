import json

import numpy as np
import pytest

from detente import DetenteError, Run, resume
from detente.ensemble.weights import KeptWeights, keep, names_of, read, weighed
from tests.standin import played

WEIGHTS = np.linspace(0.25, 1.75, 16)


@pytest.fixture
def run(crisis, tmp_path):
    return played(crisis, tmp_path / "run", futures=160, worlds=16)


def kept(name="forecaster-a"):
    without = np.tile(WEIGHTS, (8, 1))
    return KeptWeights(name, "base", ("force@2026-03-31=.40",), 14.1, WEIGHTS, without)


def test_weights_are_read_as_they_were_kept_and_the_run_stays_what_it_is(run):
    before = run.digest
    keep(run, kept())

    assert weighed(run, "forecaster-a").weighing.weights.tolist() == WEIGHTS.tolist()
    assert read(run, "forecaster-a").views == ("force@2026-03-31=.40",)
    assert names_of(run) == ["forecaster-a"]
    assert Run.open(run.folder).digest == before


def test_a_name_that_is_not_kept_is_met_with_those_that_are(run):
    with pytest.raises(DetenteError, match=r"keep some: detente weigh .* --name market"):
        weighed(run, "market")
    keep(run, kept())
    with pytest.raises(DetenteError, match="forecaster-a"):
        weighed(run, "forecaster")
    with pytest.raises(DetenteError, match="is no name; use small letters"):
        keep(run, kept("../out"))


@pytest.mark.parametrize("change", [{"views": []}, {"weights": [1.0]}, {"seal": ""}])
def test_a_changed_file_is_refused(run, change):
    path = keep(run, kept())
    path.write_text(json.dumps({**json.loads(path.read_text()), **change}))

    with pytest.raises(DetenteError, match=r"is not as it was written; weigh again"):
        weighed(run, "forecaster-a")


def test_weights_of_a_run_that_grew_name_the_command_that_weighs_again(run):
    keep(run, kept())
    larger = resume(run.folder, worlds=24)

    with pytest.raises(DetenteError, match=r"extended.*--to force@2026-03-31=.40 --name fore"):
        weighed(larger, "forecaster-a")
