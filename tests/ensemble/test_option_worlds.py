"""Options are played in the first worlds of a run, the base in all of them."""

import json

import numpy as np
import pytest

from detente import (
    DetenteError,
    Run,
    ask,
    causes,
    compare,
    course,
    discover,
    drivers,
    find,
    load,
    replay,
    resume,
    sightings,
    simulate,
    summarise,
    trace,
    update,
)
from detente.ensemble.advice import command_of, command_to_grow
from detente.ensemble.bundle import pack
from detente.ensemble.record import FILE
from detente.ensemble.study import Study
from detente.questions.drivers.variance import decompose
from tests.sealing import edit
from tests.standin import played

SMALL = {"threads": 1, "chunk": 13, "options": ["hotline"]}
GROWTHS = [
    ((6, 4), (6, 6)),
    ((3, 4), (8, 4)),
    ((6, 4), (9, 4)),
    ((6, 2), (9, 7)),
]
QUESTIONS = {
    "ask": lambda run: ask(run, outcome="force", option="hotline"),
    "find": lambda run: find(run, ending="war", option="hotline"),
    "course": lambda run: course(run, option="hotline"),
    "causes": lambda run: causes(run, option="hotline", threads=1),
    "drivers": lambda run: drivers(run, option="hotline"),
    "discover": lambda run: discover(run, option="hotline"),
    "trace": lambda run: trace(run, future="31:2", option="hotline"),
    "update": lambda run: update(run, option="hotline"),
    "sightings": lambda run: sightings(run, by=200, option="hotline", threads=1),
    "compare": compare,
}


def play(crisis, folder, worlds, **other):
    """Play five futures in each of so many worlds."""
    asked = {**SMALL, "futures": 5 * worlds, **other}
    return simulate(crisis, **asked, worlds=worlds, out=folder)


@pytest.fixture(scope="session")
def crisis():
    """Return a crisis with signs."""
    return load("oman-2026")


@pytest.fixture
def run(tmp_path, crisis):
    """Return a run of six worlds, whose option is played in four."""
    return play(crisis, tmp_path / "run", 6, option_worlds=4)


def rows_of(run, option, **some):
    return np.concatenate(list(run.rows(option, **some)))


def reported(answer):
    """Return an answer as JSON has it, but for the run that it is of."""
    others = {"run", "digest"}
    return {key: value for key, value in answer.as_json().items() if key not in others}


def test_an_option_has_the_futures_of_a_run_with_its_worlds_alone(tmp_path, crisis, run):
    alone = play(crisis, tmp_path / "alone", 4)

    assert run.record.options["hotline"].digest == alone.record.options["hotline"].digest
    assert np.array_equal(rows_of(run, "hotline"), rows_of(alone, "hotline"))
    assert np.array_equal(rows_of(run, "base", worlds=4), rows_of(alone, "base"))


def test_the_base_is_that_of_a_run_without_options(tmp_path, crisis, run):
    alone = play(crisis, tmp_path / "alone", 6, options=[])

    assert run.record.options["base"].digest == alone.record.options["base"].digest
    assert run.tally().futures == 30


def test_options_are_played_in_64_worlds_unless_asked_for(tmp_path, crisis):
    run = play(crisis, tmp_path / "run", 66)

    assert [len(rows_of(run, option)) for option in run.options] == [330, 320]


@pytest.fixture(scope="module")
def pair(tmp_path_factory, crisis):
    """Return a run whose option is played in some of its worlds, and one with these alone."""
    folder, asked = tmp_path_factory.mktemp("pair"), {"chunk": 13, "options": ["hotline"]}
    wide = {**asked, "worlds": 40, "option_worlds": 32, "futures": 400}
    narrow = {**asked, "worlds": 32, "futures": 320}
    return played(crisis, folder / "wide", **wide), played(crisis, folder / "narrow", **narrow)


@pytest.mark.parametrize("question", QUESTIONS)
def test_what_is_asked_of_an_option_is_as_in_a_run_with_its_worlds_alone(pair, question):
    found, expected = (QUESTIONS[question](run) for run in pair)

    assert reported(found) == reported(expected)


def test_the_variance_of_an_option_is_of_its_worlds(run):
    assert decompose(Study(run, "hotline", threads=1), "force").worlds == 4


def test_the_base_next_to_an_option_is_that_of_the_same_worlds(tmp_path, crisis, run):
    alone = summarise(play(crisis, tmp_path / "alone", 4))

    found = summarise(run)

    assert found.shared_base.outcomes == alone.base.outcomes
    assert found.as_json()["options"]["base"]["worlds"] == 4
    assert found.base.outcomes != alone.base.outcomes
    assert "Options on the same first 4 of 6 sets of assumptions and the same draws" in str(found)
    assert "20 courses of events of each option: first 4 of 6 sets of assumptions x 5" in str(
        compare(run)
    )


def test_a_dataset_has_the_worlds_of_all_options_and_experiments_those_of_each(run):
    pytest.importorskip("xarray")
    table, outcomes = run.experiments()

    assert dict(run.to_xarray().sizes) == {"option": 2, "world": 4, "future": 5}
    assert table["world"].to_pylist() == [*range(6), *range(4)]
    assert len(outcomes["war"]) == 10


def test_the_first_worlds_alone_are_read_and_all_are_held_against_the_digest(run):
    options = json.loads((run.folder / FILE).read_bytes())["options"]
    options["base"]["digest"] = "0" * 64
    edit(run.folder, options=options)

    with pytest.raises(DetenteError, match="the courses of events of base have the checksum"):
        rows_of(Run.open(run.folder), "base", worlds=1)


def test_no_future_lies_beyond_an_options_worlds(run):
    with pytest.raises(DetenteError) as error:
        run.row(4, 0, "hotline")

    assert "addresses of hotline go from 0:0 to 3:" in error.value.hint
    assert run.row(4, 0)["world"] == 4


@pytest.mark.parametrize(("before", "after"), GROWTHS, ids=str)
def test_an_extended_run_has_its_options_as_if_begun_so(tmp_path, crisis, before, after):
    grown = play(crisis, tmp_path / "grown", before[0], option_worlds=before[1])
    whole = play(crisis, tmp_path / "whole", after[0], option_worlds=after[1])

    grown = resume(grown.folder, worlds=after[0], option_worlds=after[1])

    assert grown.digest == whole.digest
    assert grown.table.equals(whole.table)
    assert reported(compare(grown))["options"] == reported(compare(whole))["options"]


def test_options_keep_their_worlds_when_the_run_gets_more(run):
    grown = resume(run.folder, worlds=9)

    assert [len(rows_of(grown, option)) for option in grown.options] == [45, 20]
    assert len(rows_of(resume(run.folder, options=["base_defences"]), "base_defences")) == 20


def test_an_option_keeps_the_worlds_that_it_has(run):
    with pytest.raises(DetenteError, match="option_worlds is 3; the run has 4"):
        resume(run.folder, option_worlds=3)


def test_a_record_that_says_nothing_of_it_has_options_in_all_worlds(tmp_path, crisis):
    run = play(crisis, tmp_path / "run", 6, option_worlds=None)
    settings = json.loads((run.folder / FILE).read_bytes())["settings"]
    del settings["option_worlds"]
    edit(run.folder, settings=settings)

    older = Run.open(run.folder)

    assert reported(compare(older)) == reported(compare(run))
    assert len(rows_of(resume(run.folder, worlds=8), "hotline")) == 40


def test_a_bundle_and_a_replay_have_the_worlds_of_each_option(run, tmp_path):
    pack(run, tmp_path / "one.zip")
    again = replay(run, threads=1)

    assert Run.open(tmp_path / "one.zip").table.equals(run.table)
    assert (again.is_same, again.futures) == (True, 50)
    assert replay(run, option="hotline", worlds=4, threads=1).is_same


def test_the_command_that_plays_a_run_again_says_in_how_many_worlds_options_are(run):
    command = command_of(run.record.settings, "oman-2026")

    assert "--options hotline --option-worlds 4 --futures 30 --worlds 6" in command
    assert "option_worlds=4" in run.record.call
    assert command_to_grow(run.folder, run.record, worlds=8, option="hotline").endswith(
        "--worlds 8 --option-worlds 8"
    )
