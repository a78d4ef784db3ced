"""Paired questions: what a change does to a run, on the same draws, played once and kept."""

import threading

import numpy as np
import pytest

from detente import DetenteError, PackFaults, load, simulate
from detente.ensemble import memory, runners
from detente.ensemble.design import drawn_worlds
from detente.ensemble.encode.world import encode_all
from detente.ensemble.intervention import AS_IT_IS, Intervention, NewRange
from detente.ensemble.lock import hold
from detente.ensemble.measures import OUTCOMES
from detente.ensemble.study import Study
from detente.ensemble.tally import classes
from detente.estimate.paired import shift_of
from detente.kernel.solution import solve
from tests.standin import KERNEL

FADE = "talks.fade_rate"
SMALL = {"futures": 40, "threads": 1}
MODEL = runners.kernel


@pytest.fixture
def run(tmp_path, crisis):
    return simulate(crisis, futures=480, worlds=12, threads=1, out=tmp_path / "run")


@pytest.fixture
def played(monkeypatch):
    """Return the worlds that are played, one after another."""
    numbers = []

    def play(world, solved, *, number, **rest):
        numbers.append(number)
        return KERNEL.play(world, solved, number=number, **rest)

    monkeypatch.setattr(runners, "kernel", lambda: KERNEL._replace(play=play))
    return numbers


def answers(run, changes, *, worlds=12, **asked):
    """Yield how a run ends as it is and under a change, after ever more worlds."""
    question = changes if isinstance(changes, Intervention) else Intervention(changes)
    study = Study(run, **asked)
    for size in study.sizes(worlds):
        study.play([AS_IT_IS, question], size)
        yield study.read(question, size)


def numbers_under(run, settings):
    return Study(run).baseline.under(Intervention(settings))[1]


def test_what_is_set_to_what_it_is_moves_nothing(run, crisis):
    number = crisis.numbers["incidents.hotline"]
    same = {"incidents.hotline": number.low, FADE: run.worlds[FADE].to_numpy()}
    *_, last = answers(run, same, worlds=12, **SMALL)

    assert number.is_fixed
    np.testing.assert_array_equal(last.before, last.after)
    assert shift_of(*map(OUTCOMES["deal"].happened, (last.before, last.after))).value == 0.0


def test_answers_sharpen_and_the_last_is_that_asked_in_one_go(run, tmp_path, crisis):
    other = simulate(crisis, futures=480, worlds=12, threads=1, out=tmp_path / "other")
    question = Intervention({FADE: 0.02})
    found = list(answers(run, question, worlds=12, **SMALL))
    at_once = Study(other, futures=40, threads=2)
    at_once.play([AS_IT_IS, question], 12)

    assert [one.worlds for one in found] == [4, 8, 12]
    assert at_once.sizes(8) == [4, 8]
    np.testing.assert_array_equal(found[0].after, found[-1].after[:4])
    np.testing.assert_array_equal(found[-1].after, at_once.read(question, 12).after)


def test_a_stored_answer_is_read_and_the_worlds_as_they_are_serve_all_questions(run, played):
    first = list(answers(run, {FADE: 0.02}, worlds=8, **SMALL))
    of_first = len(played)
    again = list(answers(run, {FADE: 0.02}, worlds=8, **SMALL))
    of_both = len(played)
    list(answers(run, {FADE: 0.03}, worlds=8, **SMALL))

    assert (of_first, of_both, len(played)) == (16, 16, 24)
    np.testing.assert_array_equal(first[-1].after, again[-1].after)


@pytest.mark.parametrize("damage", [b"", b"\0" * 200])
def test_a_damaged_file_is_played_again(run, played, damage):
    before = list(answers(run, {FADE: 0.02}, worlds=8, **SMALL))
    sorted(run.folder.glob("answers/**/*.classes"))[0].write_bytes(damage)
    played.clear()
    after = list(answers(run, {FADE: 0.02}, worlds=8, **SMALL))

    assert played == [0, 1, 2, 3]
    np.testing.assert_array_equal(before[-1].after, after[-1].after)


def test_the_interval_over_worlds_holds_that_of_chance_and_both_the_shift(run):
    *_, last = answers(run, {FADE: 0.02}, worlds=12, **SMALL)
    found = shift_of(*map(OUTCOMES["any_war"].happened, (last.before, last.after)))
    before, after = (
        OUTCOMES["any_war"].happened(one).sum(axis=1) for one in (last.before, last.after)
    )

    assert found.low <= found.chance_low <= found.value <= found.chance_high <= found.high
    assert found.value == pytest.approx((after - before).sum() / (12 * 40))


def test_a_range_that_is_its_own_leaves_each_world_as_it_is(run, crisis):
    number = crisis.numbers["actors.us.war_cost"]
    new_range = NewRange(number.low, number.high)
    own = numbers_under(run, {"actors.us.war_cost": new_range})["actors.us.war_cost"]

    np.testing.assert_array_equal(own[:12], run.worlds["actors.us.war_cost"])


def test_a_number_of_the_accepted_set_lies_in_the_middle_of_its_rank(run, crisis):
    accepted = np.sort(crisis.numbers[FADE].values)
    ranks = np.searchsorted(accepted, run.worlds[FADE].to_numpy())

    assert crisis.numbers[FADE].kind == "accepted"
    np.testing.assert_allclose(Study(run).baseline.quantiles[FADE], (ranks + 0.5) / len(accepted))


def test_a_number_may_lie_at_either_end_of_what_it_may_be(run):
    ends = np.tile([0.0, 1.0], 6)
    own = numbers_under(run, {"incidents.hotline": ends})["incidents.hotline"]

    np.testing.assert_array_equal(own[:12], ends)


def test_a_range_that_is_moved_keeps_the_order_of_worlds_and_moves_no_other_number(run):
    moved = numbers_under(run, {FADE: NewRange(0.05, 0.1)})
    before = run.worlds[FADE].to_numpy()

    np.testing.assert_array_equal(np.argsort(moved[FADE][:12]), np.argsort(before))
    assert np.median(moved[FADE]) == pytest.approx(np.sqrt(0.05 * 0.1), rel=0.1)
    np.testing.assert_array_equal(moved["talks.text_rate"][:12], run.worlds["talks.text_rate"])


def test_a_fixed_number_varies_once_it_has_a_range(run, crisis):
    path = next(key for key, one in crisis.numbers.items() if one.is_fixed and one.domain == "rate")
    values = numbers_under(run, {path: NewRange(0.01, 0.02)})[path]

    assert len(np.unique(values)) == len(values)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"talks.fade": 0.1}, r"unknown field"),
        ({FADE: -1.0}, r"-1"),
        ({FADE: NewRange(0.2, 0.1)}, r"talks.fade_rate: 0.2:0.1 is not a range that it may have"),
        ({FADE: NewRange(0.1, 1e9)}, r"not a range that it may have; a lower end.*"),
        ({"talks.fade": NewRange(0.1, 0.2)}, r"talks.fade: the pack has no such number"),
        ({"incidents.hotline": NewRange(0.1, 0.2)}, r"incidents.hotline: 0.1:0.2 is a range"),
        ({FADE: np.array([-1.0])}, r"talks.fade_rate: is outside the range that it may have"),
    ],
)
def test_a_change_that_cannot_be_is_refused_and_nothing_is_kept(run, settings, message):
    with pytest.raises((DetenteError, PackFaults), match=message):
        next(answers(run, settings, worlds=4, **SMALL))

    assert not list(run.folder.glob("answers/**/*.classes"))


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"worlds": 13}, "worlds is 13; use a whole number from 2 to 12"),
        ({"worlds": 1}, "worlds is 1"),
        ({"futures": 0}, "futures is 0; use a whole number from 1"),
        ({"grid": "rough"}, "grid"),
    ],
)
def test_a_size_that_cannot_be_is_refused(run, asked, message):
    with pytest.raises(DetenteError, match=message):
        next(answers(run, {FADE: 0.02}, **asked))


def test_what_is_remembered_of_other_worlds_changes_no_world():
    crisis = load("oman-2026")
    drawn = drawn_worlds(crisis, 2, 1)
    remembering = memory.Memory(policies=8)
    changed = [drawn[0], {**drawn[0], "incidents.rate": 0.5}, drawn[1], drawn[0]]
    encoded = [remembering.encode(crisis, one, grid="tiny", horizon=60) for one in changed]
    solved = [remembering.solve(one, with_exploitability=False) for one in encoded]
    plain = [encode_all(crisis, one, grid="tiny", horizon=60) for one in changed]

    assert [one.tobytes() for one in encoded] == [one.tobytes() for one in plain]
    assert [one.worth for one in solved] == [
        solve(one, with_exploitability=False).worth for one in plain
    ]


def test_with_stakes_held_the_same_side_concedes_at_the_same_rate():
    crisis = load("oman-2026")
    drawn = drawn_worlds(crisis, 1, 1)[0]
    changed = {**drawn, "actors.us.standoff_cost": 2.0 * drawn["actors.us.standoff_cost"]}
    remembering, size = memory.Memory(policies=8), {"grid": "tiny", "horizon": 60}
    before, held, moved = (
        remembering.encode(crisis, drawn, **size),
        remembering.encode(crisis, changed, stakes=drawn, **size),
        remembering.encode(crisis, changed, **size),
    )

    assert held.dispute.tobytes() == before.dispute.tobytes()
    assert held.talks.tobytes() == moved.talks.tobytes()
    assert moved.dispute.tobytes() != before.dispute.tobytes()


def test_with_stakes_held_a_change_of_the_dispute_itself_still_counts():
    crisis = load("oman-2026")
    drawn = drawn_worlds(crisis, 1, 1)[0]
    changed = {**drawn, "dispute.pace": 2.0 * drawn["dispute.pace"]}
    remembering, size = memory.Memory(policies=8), {"grid": "tiny", "horizon": 60}
    held, moved, before = (
        remembering.encode(crisis, changed, stakes=drawn, **size),
        remembering.encode(crisis, changed, **size),
        remembering.encode(crisis, drawn, **size),
    )

    assert held.dispute.tobytes() == moved.dispute.tobytes() != before.dispute.tobytes()


def test_where_nothing_is_in_dispute_held_stakes_change_nothing():
    crisis = load("cuba-1962")
    drawn, other = drawn_worlds(crisis, 2, 1)
    size = {"grid": "tiny", "horizon": 60}
    held = memory.Memory(policies=8).encode(crisis, drawn, stakes=other, **size)

    assert held.tobytes() == encode_all(crisis, drawn, **size).tobytes()


def test_held_stakes_are_another_question():
    change = {FADE: np.full(12, 0.02)}

    assert Intervention(change).name != Intervention(change, holds_stakes=True).name


def test_what_is_asked_to_stop_plays_no_other_block_and_is_no_fault(run, monkeypatch):
    stop, numbers = threading.Event(), []

    def play(world, solved, *, number, **rest):
        numbers.append(number)
        stop.set()
        return KERNEL.play(world, solved, number=number, **rest)

    monkeypatch.setattr(runners, "kernel", lambda: KERNEL._replace(play=play))
    study = Study(run, futures=40, threads=1)
    study.play([AS_IT_IS, Intervention({FADE: 0.02})], 12, stop=stop)

    assert len(numbers) == 1
    assert study.missing([Intervention({FADE: 0.02})], 12) == 12


def test_what_is_kept_apart_is_read_and_leaves_the_run_as_it_is(run):
    question = Intervention({FADE: 0.02})
    aside = Study(run, futures=40, is_aside=True)
    with hold(run.folder, "causes"):
        aside.play([AS_IT_IS, question], 4)

    assert aside.read(question, 4).worlds == 4
    assert Study(run, futures=40).missing([question], 4) == 4


def test_the_first_worlds_may_be_left_out(run, played):
    study, question = Study(run, futures=40), Intervention({FADE: 0.02})
    study.play([AS_IT_IS, question], range(8, 12))
    later = study.read(question, range(8, 11))
    alone = len(played)
    study.play([AS_IT_IS, question], 12)

    assert alone == 8
    np.testing.assert_array_equal(later.after, study.read(question, 11).after[8:])


def test_the_model_plays_worlds_as_a_run_of_the_same_grid_has_them_and_settings_change_them(
    tmp_path, crisis, monkeypatch
):
    monkeypatch.setattr(runners, "kernel", MODEL)
    size = {"futures": 60, "worlds": 3, "horizon": 60, "grid": "tiny", "threads": 1}
    run = simulate(crisis, **size, out=tmp_path / "played")
    question = Intervention({FADE: 10.0})
    *_, last = answers(run, question, worlds=3, futures=20, threads=1)
    stored = np.concatenate(list(run.rows()))

    np.testing.assert_array_equal(last.before.ravel(), classes(stored))
    assert OUTCOMES["fades"].happened(last.after).mean() > 0.5
