import json

import numpy as np
import pytest

from detente import DetenteError, Run, ask, resume
from detente.ensemble.weighing import Weighing
from detente.ensemble.weights import keep, names_of, weighed
from tests.standin import played

WEIGHTS = np.linspace(0.25, 1.75, 16)


@pytest.fixture
def run(crisis, tmp_path):
    return played(crisis, tmp_path / "run", futures=160, worlds=16)


def keep_in(run, name="forecaster-a", weights=WEIGHTS):
    weighing = Weighing(name, weights, np.tile(weights, (8, 1)))
    return keep(run, weighing, ["force@2026-03-31=.40"])


def test_weights_are_read_as_they_were_kept_and_the_run_stays_what_it_is(run):
    before = run.digest
    keep_in(run)

    assert weighed(run, "forecaster-a").weighing.weights.tolist() == WEIGHTS.tolist()
    kept = json.loads((run.folder / "weighed" / "forecaster-a.json").read_text())
    assert kept["views"] == ["force@2026-03-31=.40"]
    assert names_of(run) == ["forecaster-a"]
    assert Run.open(run.folder).digest == before


def test_a_name_that_is_not_kept_is_met_with_those_that_are(run):
    with pytest.raises(DetenteError, match=r"keep some: detente weigh .* --name market"):
        weighed(run, "market")
    keep_in(run)
    with pytest.raises(DetenteError, match="forecaster-a"):
        weighed(run, "forecaster")
    with pytest.raises(DetenteError, match="is not a name; use small letters"):
        keep_in(run, "../out")


@pytest.mark.parametrize("change", [{"views": []}, {"weights": [1.0]}, {"seal": ""}])
def test_a_changed_file_is_refused(run, change):
    path = keep_in(run)
    path.write_text(json.dumps({**json.loads(path.read_text()), **change}))

    with pytest.raises(DetenteError, match=r"is not as it was written; weigh again"):
        weighed(run, "forecaster-a")


def test_a_question_about_more_worlds_than_were_weighed_is_refused(run):
    keep_in(run, weights=WEIGHTS[:8])
    some = weighed(run, "forecaster-a")

    assert len(some.weighing_of(8).weights) == 8
    with pytest.raises(DetenteError, match="weighs 8 sets of assumptions; the question needs more"):
        _ = ask(some).share


def test_weights_of_a_run_that_grew_name_the_command_that_weighs_again(run):
    keep_in(run)
    larger = resume(run.folder, worlds=24)

    with pytest.raises(DetenteError, match=r"extended.*--to force@2026-03-31=.40 --name fore"):
        weighed(larger, "forecaster-a")
