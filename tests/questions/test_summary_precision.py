"""A run goes on until the sampling error of an outcome is small; what reads runs reads it."""

import shutil

import pytest

from detente import DetenteError, Run, resume, simulate, summarise
from detente.ensemble.intervention import AS_IT_IS
from detente.ensemble.replay import replay
from detente.questions import summary
from detente.questions.causes import causes, judging
from detente.questions.summary import narrow, still_needed
from tests.standin import played

SIZE = {"worlds": 8, "chunk": 1000, "options": ["hotline"]}
SMALL = SIZE | {"threads": 1}


@pytest.fixture(scope="module")
def small(tmp_path_factory, crisis):
    return played(crisis, tmp_path_factory.mktemp("small") / "run", **SIZE, futures=200)


@pytest.fixture
def run(small, tmp_path):
    return Run.open(shutil.copytree(small.folder, tmp_path / "run"))


def half_widths(run, key):
    shares = [option.outcomes[key] for option in summarise(run).options.values()]
    return [(share.chance_high - share.chance_low) / 2.0 for share in shares]


def sizes_played(monkeypatch):
    """Return a list that fills with the sizes that a run is extended to."""
    asked = []
    monkeypatch.setattr(
        summary,
        "resume",
        lambda folder, **given: asked.append(given["futures"]) or resume(folder, **given),
    )
    return asked


@pytest.mark.parametrize(
    "widths", [{"any_war": 0.02}, {"war": 0.01}, {"deal": 0.05, "regional_war": 0.02}], ids=str
)
def test_it_goes_on_until_every_option_is_as_narrow_as_asked(run, widths):
    reached = narrow(run, widths)

    assert max(half_widths(run, key)[0] / width for key, width in widths.items()) > 1.0
    assert max(max(half_widths(reached, key)) / width for key, width in widths.items()) <= 1.0
    assert still_needed(reached, widths) == 0


def test_it_adds_little_more_than_is_needed(run, crisis, tmp_path):
    reached = narrow(run, {"any_war": 0.02})
    played = reached.record.settings.played
    fewer = simulate(crisis, **SMALL, futures=int(0.85 * played), out=tmp_path / "fewer")

    assert max(half_widths(fewer, "any_war")) > 0.02


def test_it_takes_few_steps(run, monkeypatch):
    asked = sizes_played(monkeypatch)

    narrow(run, {"any_war": 0.02})

    assert 1 <= len(asked) <= 4
    assert asked == sorted(set(asked))


def test_the_run_is_the_one_begun_with_the_size_it_reached(run, crisis, tmp_path):
    reached = narrow(run, {"any_war": 0.03})
    futures = reached.record.settings.futures
    whole = simulate(crisis, **SMALL, futures=futures, out=tmp_path / "whole")

    assert reached.digest == whole.digest
    assert reached.record.call == whole.record.call


def test_what_is_narrow_enough_plays_nothing_more(run, monkeypatch):
    asked = sizes_played(monkeypatch)

    assert narrow(run, {"any_war": 0.2}) is run
    assert asked == []


@pytest.mark.parametrize(("most", "played"), [(1000, 1000), (1003, 1000), (207, 200), (1, 200)])
def test_it_stops_at_the_most_futures_that_it_may_play(run, most, played):
    reached = narrow(run, {"any_war": 0.001}, most_futures=most)

    assert reached.record.settings.played == played
    assert still_needed(reached, {"any_war": 0.001}) > 0


@pytest.mark.parametrize(
    ("widths", "words"),
    [
        ({"any_wars": 0.01}, "no outcome 'any_wars'.*did you mean any_war"),
        ({"xyzzy": 0.01}, "no outcome 'xyzzy'; outcomes: deal, settled"),
        ({"war": 0.0}, "the width of war is 0; use one above 0"),
        ({"war": -0.01}, "the width of war is -0.01"),
        ({"war": 0.5}, "the width of war is 0.5; use one above 0 and below 0.5"),
        ({"war": float("nan")}, "the width of war is nan"),
    ],
    ids=str,
)
def test_what_no_interval_can_be_brought_to_is_refused(run, widths, words):
    with pytest.raises(DetenteError, match=words):
        narrow(run, widths)


def test_causes_and_replay_read_an_extended_run_as_they_read_a_whole_one(crisis, tmp_path):
    asked = {"threads": 1, "chunk": 20}
    run = simulate(crisis, **asked, futures=49, worlds=7, out=tmp_path / "run")
    whole = simulate(crisis, **asked, futures=80, worlds=8, out=tmp_path / "whole")

    extended = resume(run.folder, futures=80, worlds=8)

    assert causes(extended, threads=1).digest == causes(whole, threads=1).digest
    assert replay(extended, threads=1).is_same
    assert summarise(extended).base == summarise(whole).base


def test_causes_that_were_judged_before_are_judged_again(crisis, tmp_path):
    run = simulate(crisis, threads=1, futures=49, worlds=7, out=tmp_path / "run")
    causes(run, threads=1)

    extended = resume(run.folder, futures=70)

    assert judging(extended).missing([AS_IT_IS], range(7)) == 7
