"""The check of reported salvos, and whether it can fail."""

from functools import cache

import numpy as np
import pytest

from verification.salvos import __main__ as command
from verification.salvos.agreement import ABSURD, GENERIC, LESSER, Verdict, judge, shares
from verification.salvos.events import Event, part_of, reported_events
from verification.salvos.kernel import FATES, Effort, Played, Shield, play

WORLDS = 256
EFFORT = Effort(WORLDS)
EVENTS = {event.name: event for event in reported_events()}
APRIL, JUNE = EVENTS["April 2024"], EVENTS["June 2025"]
FAILED, STOPPED, UNSEEN, NO_CHANNEL, NO_ROUND, MISSED = range(len(FATES))
MADE_UP = Event("made up", (100, 100), 1, (40, 50), "nobody", "all of it")
OPEN_SKY, PERFECT = ABSURD
SHIELDS = {shield.name: shield for shield in (GENERIC, *ABSURD, *LESSER)}
ALL_WELL = {
    "tracking_probability": 1.0,
    "detection_probability": 1.0,
    "detection_range": 5_000.0,
    "true_as_threat": 1.0,
    "silence": 0.0,
    "layers.upper.batteries": 0.0,
    "layers.lower.coverage": 1.0,
    "layers.lower.reaction": 0.0,
    "layers.lower.channels": 1_000.0,
    "layers.lower.kill_probability": 1.0 - 1e-12,
}
"""Nothing but rounds is short."""
FEW_ROUNDS = {"layers.lower.batteries": 1.0, "layers.lower.rounds": 60.0, "layers.lower.salvo": 1.0}


@cache
def played_by_name(event, shield):
    return play(EVENTS[event], SHIELDS[shield], EFFORT)


def played(event, shield=GENERIC):
    return played_by_name(event.name, shield.name)


def verdict_of(hits, event=MADE_UP):
    """Return a verdict on made-up hits, all else being nothing."""
    hits = np.asarray(hits, dtype=float)
    fates = np.zeros((len(hits), len(FATES)))
    fates[:, MISSED] = hits
    launched = np.full(len(hits), 100.0)
    return Verdict(event, Played(launched, fates, np.ones((len(hits), 2))))


def with_rounds(**changes):
    names = {f"layers.lower.{name}": float(value) for name, value in changes.items()}
    return Shield("few rounds", ALL_WELL | FEW_ROUNDS | names)


@pytest.mark.parametrize("event", EVENTS.values(), ids=lambda event: event.name)
def test_every_missile_has_one_fate(event):
    salvos = played(event)

    assert np.all(salvos.fates >= -1e-9)
    assert salvos.fates.sum(axis=1) == pytest.approx(salvos.launched)
    assert shares(salvos).sum() == pytest.approx(1.0)


@pytest.mark.parametrize("event", EVENTS.values(), ids=lambda event: event.name)
def test_as_many_are_launched_as_was_reported(event):
    launched = played(event).launched

    assert event.launched[0] <= launched.min() <= launched.max() <= event.launched[1]
    assert event.hits[1] < event.launched[0]


def test_about_half_fail_where_that_was_reported():
    assert shares(played(APRIL))[FAILED] == pytest.approx(0.5, abs=0.02)


def test_every_salvo_meets_the_same_defences():
    assert np.array_equal(played(APRIL).looks, played(JUNE).looks)


@pytest.mark.parametrize("event", EVENTS.values(), ids=lambda event: event.name)
def test_without_a_defence_all_that_work_hit(event):
    fates = played(event, OPEN_SKY).fates

    assert not fates[:, STOPPED].any()
    assert fates[:, UNSEEN] == pytest.approx(fates[:, FAILED:].sum(axis=1) - fates[:, FAILED])


@pytest.mark.parametrize("event", EVENTS.values(), ids=lambda event: event.name)
def test_nothing_passes_a_perfect_defence(event):
    assert not played(event, PERFECT).hits().any()


@pytest.mark.parametrize("event", EVENTS.values(), ids=lambda event: event.name)
@pytest.mark.parametrize("shield", ABSURD, ids=lambda shield: shield.name)
def test_a_defence_that_no_report_fits_covers_none(event, shield):
    assert not Verdict(event, played(event, shield)).is_covered()


@pytest.mark.parametrize("shield", LESSER[:2], ids=lambda shield: shield.name)
def test_one_tier_alone_lets_more_through_than_both(shield):
    assert played(APRIL, shield).hits().mean() > played(APRIL).hits().mean() + 2.0


def test_a_common_shock_makes_salvos_differ():
    steady = ALL_WELL | {"layers.lower.kill_probability": 0.5, "shock": 0.0}
    shaken = play(APRIL, Shield("shaken", steady | {"shock": 0.9}), EFFORT)

    assert shaken.hits().std() > 1.5 * play(APRIL, Shield("steady", steady), EFFORT).hits().std()


def test_rounds_that_are_spent_are_gone_the_next_day():
    stopped = play(JUNE, with_rounds(reserve=0), EFFORT).fates[:, STOPPED]

    assert stopped.max() <= 60.0
    assert stopped.mean() > 50.0


def test_a_reserve_is_loaded_overnight():
    stopped = play(JUNE, with_rounds(reserve=100, reload_rate=10), EFFORT).fates[:, STOPPED]

    assert stopped.max() <= 160.0
    assert stopped.mean() > 130.0


def test_days_add_up_to_the_whole_salvo():
    assert [part_of(10, day, 4) for day in range(4)] == [2, 3, 2, 3]
    assert sum(part_of(550, day, 12) for day in range(12)) == 550


def test_an_interval_about_the_report_passes():
    verdict = verdict_of(np.arange(30, 61))

    assert verdict.interval() == pytest.approx((31.5, 58.5))
    assert verdict.width() == pytest.approx(0.27)
    assert verdict.ranks() == pytest.approx((10.5 / 31, 20.5 / 31))
    assert verdict.gain() == pytest.approx((11 / 31) / (11 / 101))
    assert verdict.passes()


@pytest.mark.parametrize("hits", [np.arange(0, 44), np.arange(46, 80), np.full(40, 45)])
def test_an_interval_that_leaves_out_part_of_the_report_does_not_cover_it(hits):
    assert not verdict_of(hits).is_covered()


def test_an_interval_that_holds_everything_does_not_pass():
    knows_nothing = verdict_of([0, *range(101), 100])

    assert knows_nothing.is_covered()
    assert not knows_nothing.passes()


def test_a_report_in_a_gap_between_two_guesses_does_not_pass():
    either_way = verdict_of([0] * 50 + [100] * 50)

    assert either_way.is_covered()
    assert either_way.gain() == 0.0
    assert not either_way.passes()


def run(monkeypatch, event):
    monkeypatch.setattr(command, "reported_events", lambda: (event,))
    return command.main(["--worlds", str(WORLDS)])


def near_the_median(widening=2):
    low, high = np.quantile(played(APRIL).hits(), (0.45, 0.55))
    return APRIL._replace(hits=(int(low) - widening, int(high) + widening))


def test_the_command_passes_on_a_report_that_the_defence_expects(monkeypatch, capsys):
    status = run(monkeypatch, near_the_median())
    printed = capsys.readouterr().out

    assert status == 0
    assert "not passed: none" in printed
    assert "in doubt    9 is a least number" in printed
    assert "no common shock" in printed


def test_the_command_fails_on_a_report_that_the_defence_does_not_cover(monkeypatch, capsys):
    status = run(monkeypatch, APRIL._replace(hits=(110, 114)))

    assert status == 1
    assert "not passed: April 2024" in capsys.readouterr().out


def test_the_command_fails_if_an_absurd_defence_passes(monkeypatch, capsys):
    monkeypatch.setattr(command, "ABSURD", (GENERIC,))

    status = run(monkeypatch, near_the_median())

    assert status == 1
    assert "absurd and passed all the same: two generic tiers" in capsys.readouterr().out


def test_the_generic_defence_passes_on_all_three_salvos():
    verdicts = judge(reported_events(), GENERIC, Effort(1024))

    assert [verdict.passes() for verdict in verdicts] == [True] * 3
