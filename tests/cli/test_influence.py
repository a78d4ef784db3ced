"""What `detente evidence` tells of a run beyond what it tells of a pack."""

import json

import pytest

from detente.cli import main
from tests.cli.asking import answering


@pytest.fixture(scope="session")
def usual(play):
    return play(futures=320, worlds=32)


answer = answering("evidence")


@pytest.mark.usefixtures("stored")
def test_what_hangs_on_claims_comes_first_and_the_pack_s_evidence_after_it(capsys):
    _, of_run, _ = answer(capsys, "stored", "--all")
    _, of_pack, _ = answer(capsys, "oman-2026", "--all")

    assert of_run.startswith("What does it rest on?\n")
    assert of_run.endswith(of_pack)


@pytest.mark.usefixtures("stored")
def test_json_has_a_row_for_each_claim_that_was_measured_and_outcome(capsys):
    _, out, _ = answer(capsys, "stored", "--json", "--outcome", "deal,force")
    rows = json.loads(out)["influence"]

    assert {row["outcome"] for row in rows} == {"deal", "force"}
    assert {"claim", "outcome", "shift", "low", "high"} < set(rows[0])
    assert all(row["low"] <= row["shift"] <= row["high"] for row in rows)


@pytest.mark.usefixtures("stored")
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["oman-2026", "--outcome", "deal"], "without a run"),
        (["stored", "--outcome", "warr"], "did you mean war"),
        (["stored", "--outcome", "deal", "--export", "csv"], "not together"),
        (["stored", "--outcome", " , "], "names nothing"),
    ],
)
def test_what_cannot_be_asked_is_reported_in_words(capsys, arguments, said):
    status, out, printed = answer(capsys, *arguments)

    assert (status, out) == (2, "")
    assert said in printed


@pytest.mark.usefixtures("stored")
def test_a_bundle_is_read_as_its_run(capsys):
    main(["show", "stored", "--bundle", "run.zip"])
    _, of_bundle, _ = answer(capsys, "run.zip", "--json")
    _, of_run, _ = answer(capsys, "stored", "--json")

    assert of_bundle == of_run
