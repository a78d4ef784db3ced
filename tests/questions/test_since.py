"""What moved between two runs: the same as an option does in one, and what differs in the packs."""

import pytest

from detente import DetenteError, Run, compare, compare_runs, load, simulate, summarise
from detente.ensemble import runners
from detente.questions.since import since
from detente.views.since import section, two_runs
from tests.questions.made_up import planted_kernel
from tests.standin import played
from tests.views.reading import must_say

SIZE = {"futures": 320, "worlds": 32}
SMALL = SIZE | {"threads": 1}
HOTLINE = {"incidents.hotline": 1}


@pytest.fixture(autouse=True)
def planted(monkeypatch):
    """Play with a stand-in in which the hotline helps and nothing else does anything."""
    monkeypatch.setattr(runners, "kernel", lambda: planted_kernel(0.2))


@pytest.fixture(scope="module")
def earlier(crisis, tmp_path_factory):
    out = tmp_path_factory.mktemp("earlier") / "run"
    return played(crisis, out, planted_kernel(0.2), **SIZE, options=["hotline"])


@pytest.fixture(scope="module")
def later(tmp_path_factory):
    out = tmp_path_factory.mktemp("later") / "run"
    return played(load("oman-2026", changes=HOTLINE), out, planted_kernel(0.2), **SIZE)


def test_a_change_moves_what_it_moves_as_an_option(earlier, later):
    found = since(later, earlier)
    option = compare(earlier).options["hotline"]

    assert found.differences["any_war"].difference == option.difference
    assert found.differences["any_war"].difference.high < 0.0
    for outcome, difference in option.measures.items():
        if outcome in found.differences:
            assert found.differences[outcome].difference == difference


def test_then_and_now_are_the_shares_of_each_run(earlier, later):
    moved = since(later, earlier).differences

    for ending, share in summarise(earlier).base.endings.items():
        assert moved[ending].before == share
        assert moved[ending].after == summarise(later).base.endings[ending]


def test_two_runs_that_are_pairs_are_compared_future_by_future(earlier, later):
    found = compare_runs(earlier, later)

    assert found.reason == ""
    assert [one.field for one in found.pack.numbers] == list(HOTLINE)


def test_shares_next_to_their_difference_have_its_digits(earlier, later):
    found = since(later, earlier)
    moved = found.differences["any_war"]
    apart = compare_runs(earlier, later).differences["any_war"]

    must_say(
        section(found),
        f"In this model {100.0 * moved.before.value:.1f} % ended in",
        f" % end in it now: {100.0 * moved.difference.value:+.1f}",
    )
    must_say(
        two_runs(compare_runs(earlier, later)),
        f"In this model {100.0 * apart.before.value:.1f} % end in",
        f"and {100.0 * apart.after.value:.1f} % in B: {100.0 * apart.difference.value:+.1f} points",
    )


def test_runs_of_two_seeds_are_not_paired_and_their_intervals_hold_no_difference(
    earlier, crisis, tmp_path
):
    other = simulate(crisis, **SMALL, seed=2, out=tmp_path / "other")
    found = compare_runs(earlier, other)
    content = found.as_json()
    difference = found.differences["deal"]

    assert found.reason == "was played with seed 1, B with 2"
    assert found.settings == {"seed": ("1", "2")}
    assert (content["paired"], content["reason"]) == (False, found.reason)
    assert content["runs"]["A"]["outcomes"]["deal"]["share"] == difference.before.value
    assert difference.difference.value == difference.after.value - difference.before.value
    assert difference.difference.low < 0.0 < difference.difference.high


def test_a_run_and_itself_are_not_compared(earlier):
    with pytest.raises(DetenteError, match="is the run itself"):
        compare_runs(earlier, Run.open(earlier.folder))


def test_turned_round_it_changes_its_sign(earlier, later):
    there, back = (
        since(*pair).differences["any_war"] for pair in ((later, earlier), (earlier, later))
    )

    assert there.difference.value == -back.difference.value != 0.0
    assert (there.before, there.after) == (back.after, back.before)


def test_what_differs_in_the_packs_is_what_was_changed(earlier, later):
    found = since(later, earlier)

    assert [one.field for one in found.pack.numbers] == list(HOTLINE)
    assert not found.is_unchanged
    assert found.is_same_model
    assert found.settings == {}


def test_the_same_played_again_has_not_moved(earlier, crisis, tmp_path):
    again = simulate(crisis, **SMALL, chunk=70, out=tmp_path / "again")
    found = since(again, earlier)

    assert found.is_unchanged
    assert {one.difference.value for one in found.differences.values()} == {0.0}


def test_a_setting_that_differs_is_reported(earlier, crisis, tmp_path):
    longer = simulate(crisis, **SMALL, grid="fine", out=tmp_path / "fine")
    found = since(longer, earlier)

    assert found.settings == {"grid": ("normal", "fine")}
    assert not found.is_unchanged


def test_another_state_of_the_model_is_reported(earlier, later):
    record = earlier.record.model_copy(update={"model": "0" * 64})

    assert not since(later, Run(earlier.folder, record)).is_same_model


@pytest.mark.parametrize(
    ("size", "words"),
    [
        ({"seed": 2}, "was played with seed 1, this run with 2"),
        ({"futures": 640}, "was played with futures 320, this run with 640"),
        ({"worlds": 16}, "was played with worlds 32, this run with 16"),
    ],
    ids=str,
)
def test_runs_whose_futures_are_no_pairs_are_refused(earlier, crisis, tmp_path, size, words):
    other = simulate(crisis, **{**SMALL, **size}, out=tmp_path / "other")

    with pytest.raises(DetenteError, match=words):
        since(other, earlier)


def test_a_run_is_not_held_against_itself_or_another_crisis(earlier, tmp_path):
    other = simulate(load("cuba-1962"), **SMALL, out=tmp_path / "other")

    with pytest.raises(DetenteError, match="is the run itself"):
        since(earlier, earlier)
    with pytest.raises(DetenteError, match="is of another crisis"):
        since(other, earlier)
