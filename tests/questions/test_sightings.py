import numpy as np
import pytest

from detente import DetenteError, sightings, simulate, update
from detente.ensemble import runners
from detente.kernel.decision import TakingAnswer
from detente.kernel.endings import EVENT, Event
from detente.questions.reweighting import is_in_state
from detente.questions.sightings import (
    RUNNING_BITS,
    Observable,
    days_seen,
    observables,
    running_on,
)
from tests.observations import WHO, state
from tests.standin import KERNEL

SMALL = {"futures": 640, "worlds": 16, "threads": 1}


def follow(world, solved, *, seed, number, future):
    """Let the challenger raise its force on day 3 of every other future, or the defender offer."""
    first = (3, Event.RAISES, 0, 1, 0.0) if future % 2 else (0, Event.OFFERS, 1, 0, 0.0)
    last = KERNEL.follow(world, solved, seed=seed, number=number, future=future)[-1]
    return np.array([first, last], EVENT)


@pytest.fixture
def run(tmp_path, crisis, monkeypatch):
    monkeypatch.setattr(runners, "kernel", lambda: KERNEL._replace(follow=follow))
    return simulate(crisis, **SMALL, out=tmp_path / "run")


def test_an_event_is_seen_as_often_as_it_comes_by_the_day(run):
    found = sightings(run, by=5, threads=1)
    seen = found.events["raises"].seen

    assert found.as_json()["of"]["futures"] == 640
    assert seen.value == pytest.approx(0.5)
    assert seen.low < 0.5 < seen.high
    assert "raises" in sightings(run, by=2, threads=1).rare


def test_what_comes_on_the_as_of_date_is_seen_by_then(run):
    found = sightings(run, by=0, threads=1)

    assert found.events["offers.defender"].seen.value == pytest.approx(0.5)


def test_shares_with_an_event_and_without_are_of_futures_that_still_go_on(run):
    found = sightings(run, by="2026-02-11", threads=1)
    rows = np.concatenate(list(run.rows()))
    forced = (rows["first_force_day"] >= 0) & (rows["first_force_day"] <= 5)
    rows = rows[(rows["ending_day"] > 5) & ~forced]
    odd = rows["future"] % 2 == 1
    war = found.events["raises"].outcomes["any_war"]

    assert found.ongoing == len(rows)
    assert war.if_seen.value == pytest.approx(np.mean(rows["violence"][odd] >= 3))
    assert war.if_not.value == pytest.approx(np.mean(rows["violence"][~odd] >= 3))
    assert war.shift.low <= war.shift.value <= war.shift.high


def test_what_was_followed_is_kept_and_read(run, monkeypatch):
    before = sightings(run, by=5, threads=1).as_json()
    monkeypatch.setattr(runners, "kernel", None)

    assert sightings(run, by=5, threads=1).as_json() == before


def test_after_the_first_use_of_force_nothing_is_counted():
    lines = [(2, Event.RAISES, 0, 1), (4, Event.STRIKES, 0, 0), (4, Event.VOWS, 1, 0)]
    trace = np.array([(*line, 0.0) for line in lines], EVENT)
    known = [Observable("", Event.RAISES), Observable("", Event.VOWS)]

    assert days_seen(trace, known) == [2, -1]


def test_an_event_is_of_the_side_and_of_the_kind_that_it_names():
    lines = [(1, Event.WALKS_OUT, 1, 0), (5, Event.WALKS_OUT, 0, 0), (7, Event.INCIDENT, 0, 1)]
    trace = np.array([(*line, 0.0) for line in lines], EVENT)
    walks = [Observable("", Event.WALKS_OUT, side) for side in (0, 1)]
    incidents = [Observable("", Event.INCIDENT, None, kind) for kind in (0, 1)]

    assert days_seen(trace, [*walks, *incidents]) == [5, 1, -1, 7]


def test_every_side_mediator_and_sign_of_the_pack_can_be_seen(run, crisis):
    known = observables(crisis, run.record.parties)

    assert {"walks_out.defender", "says_resolved.qatar", "sign.tankers"} <= set(known)
    assert len({one[1:] for one in known.values()}) == len(known)


def test_a_day_beyond_the_horizon_is_refused(run):
    with pytest.raises(DetenteError, match="beyond the horizon"):
        sightings(run, by=366)


def file_of(folder, event, *more):
    """Return a file in which an event was seen by 1 March 2026."""
    seen = f'date = 2026-03-01\nevent = "{event}"\nseen = true'
    tables = [
        f"[observed.o{place}]\n{reported}\n{WHO}" for place, reported in enumerate([seen, *more])
    ]
    path = folder / "seen.toml"
    path.write_text("\n".join(['pack = "oman-2026"', *tables]))
    return path


def test_an_event_that_was_observed_leaves_the_futures_in_which_it_comes(run, tmp_path):
    found = update(run, file_of(tmp_path, "raises", state("ongoing")), threads=1)
    rows = np.concatenate(list(run.rows()))
    left = rows[(rows["future"] % 2 == 1) & (rows["ending_day"] > 23)]

    assert found.effective.futures == pytest.approx(len(left))
    assert found.outcomes["any_war"].after.value == pytest.approx(np.mean(left["violence"] >= 3))
    assert found.as_json()["observed"]["o0"]["event"] == "raises"
    assert "were followed day by day" in found.notes[-1]


@pytest.mark.parametrize(
    ("event", "said"),
    [("ultimatumm", "did you mean ultimatum"), ("sign.tankers", "write sign = and seen =")],
)
def test_an_event_that_no_trace_reports_is_refused(run, tmp_path, event, said):
    with pytest.raises(DetenteError, match=said):
        update(run, file_of(tmp_path, event), threads=1)


def test_an_ultimatum_runs_until_it_lapses_and_force_is_on_its_way_until_it_arrives():
    kinds = ("ULTIMATUM", "REFUSES", "RAISES", "LAPSES", "BACKS_DOWN", "ARRIVES", "STRIKES")
    days = (2, 2, 4, 6, 6, 9, 12)
    lines = [(day, Event[kind], 0, 1, 0.0) for day, kind in zip(days, kinds, strict=True)]
    bits = running_on(np.array([*lines, (13, Event.RAISES, 0, 1, 0.0)], EVENT), 0, 15)

    assert np.flatnonzero(bits & 1).tolist() == [2, 3, 4, 5]
    assert np.flatnonzero(bits & 2).tolist() == [4, 5, 6, 7, 8]
    assert running_on(np.array(lines[3:], EVENT), 1, 15)[:7].tolist() == [1] * 6 + [0]


@pytest.mark.parametrize(("answer", "days"), [("PROTESTS", [3, 4, 5]), ("ACCEPTS", [])])
def test_a_taking_is_held_under_protest_until_force_is_used(answer, days):
    lines = [(3, Event.MEETS_TAKING, 1, TakingAnswer[answer], 0.5), (6, Event.STRIKES, 0, 1, 0.0)]
    bits = running_on(np.array(lines, EVENT), 0, 8)

    assert np.flatnonzero(bits & RUNNING_BITS["taking"]).tolist() == days


def test_a_mobilisation_that_runs_leaves_the_futures_in_which_it_does(run, reported):
    found = update(run, reported(state("mobilisation", day="2026-02-11")), threads=1)
    rows = np.concatenate(list(run.rows()))
    agrees = is_in_state(rows, "ongoing", 5) & (rows["future"] % 2 == 1)

    assert found.effective.futures == pytest.approx(agrees.sum())
    assert found.followed == 40
