"""Whether what happened in June 2025 is placed rightly among futures, and what a switch does."""

import numpy as np
import pytest

from detente import load, simulate, summarise
from detente.ensemble import runners
from detente.ensemble.shares import Share, estimate, interval
from detente.ensemble.tally import ON_TERMS
from detente.kernel.endings import FUTURE, Ceasefire, Settlement, Violence
from tests.standin import KERNEL
from verification import precedent
from verification.precedent import (
    ALL,
    BEGAN,
    FORCE,
    FOUGHT,
    LATER,
    PACK,
    SITES,
    SWITCHES,
    THINGS,
    THREE,
    Counted,
    Line,
    Thing,
    below,
    count,
    difference,
    estimate_among,
    grade_of,
    interaction,
    line_of,
    main,
    report,
    rows_of,
    switch_lines,
)

NAMED = {thing.says: thing for thing in THINGS}
SMALL = {"worlds": 4, "futures": 400, "grid": "tiny", "horizon": 90, "threads": 1}
ARGUMENTS = ["--worlds", "4", "--futures", "400", "--grid", "tiny"]
IMPOSSIBLE = "an end that no rule brings"


@pytest.fixture
def standin(monkeypatch):
    monkeypatch.setattr(runners, "kernel", lambda: KERNEL)


def futures(count=1, **columns):
    """Return futures of one world in which nothing happens, some columns filled."""
    rows = np.zeros(count, FUTURE)
    rows["settlement"] = Settlement.CONTAINMENT
    rows["first_force_day"] = rows["initiator"] = -1
    for column, values in columns.items():
        rows[column] = values
    return rows


def as_it_happened():
    return futures(
        initiator=2,
        first_force_day=BEGAN,
        violence=Violence.WAR,
        parties=3,
        war_days=FOUGHT,
        ceasefire=Ceasefire.MEDIATED,
    )


def wars(days):
    return futures(len(days), first_force_day=5, violence=Violence.WAR, war_days=days)


def share_of(name, rows):
    counted = count(NAMED[name], rows, 1)
    return counted.sums.sum() / counted.cases.sum()


def counts(cases, sums, squares=None):
    squares = sums if squares is None else squares
    return Counted(*(np.array(part, float) for part in (cases, sums, squares)))


def line(share, low=None, high=None, thing=NAMED["the ally begins"], cases=100):
    low, high = share if low is None else low, share if high is None else high
    return Line(thing, cases, Share(share, low, high, low, high))


def test_a_number_is_above_those_that_have_less_and_half_of_those_that_have_as_much():
    rows = np.concatenate([wars([3, 12, 12, 20]), futures(5), futures(violence=2, war_days=3)])

    assert share_of("days of fighting", rows) == (1 + 2 / 2) / 4


def test_the_first_day_of_force_is_placed_among_futures_with_force_alone():
    rows = futures(8, first_force_day=[-1, -1, -1, -1, 0, 1, 9, 90])

    assert share_of("day of the first force", rows) == 1.5 / 4
    assert share_of("force by the day after", rows) == 2 / 8
    assert share_of("force within 30 days", rows) == 3 / 8


def test_a_future_like_what_happened_has_all_of_it():
    rows = as_it_happened()
    shares = {name: share_of(name, rows) for name in NAMED}

    assert {share for name, share in shares.items() if not NAMED[name].number} == {1.0}
    assert {share for name, share in shares.items() if NAMED[name].number} == {0.5}


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("initiator", 0),
        ("settlement", Settlement.TALKS_FAILED),
        ("parties", 4),
        ("ceasefire", Ceasefire.SPENT),
        ("violence", Violence.LIMITED_STRIKE),
    ],
)
def test_a_future_that_lacks_one_part_does_not_have_all_at_once(column, value):
    rows = as_it_happened()
    rows[column] = value

    assert share_of("ally, talks, three states, terms", rows) == 0.0


def test_where_every_future_counts_the_estimate_is_that_of_a_share():
    happened = np.array([1, 7, 20, 4])
    among = estimate_among(counts([50] * 4, happened), 50)

    assert among == pytest.approx(estimate(happened, 50), abs=1e-12)


def test_the_variance_among_some_futures_is_that_of_their_residuals():
    among = estimate_among(counts([2], [1]), 4)
    variance = 4 / 3 * (0.5**2 + 0.5**2) / 2**2

    assert among[:3] == pytest.approx((0.5, *interval(0.5, variance, 2)), abs=1e-12)


def test_the_interval_of_a_share_among_some_futures_covers_as_often_as_it_says():
    generator = np.random.default_rng(1)
    chances, ratios = generator.uniform(0.1, 0.6, 8), generator.uniform(0.2, 0.8, 8)
    truth = (chances @ ratios) / chances.sum()
    cases = generator.binomial(100, chances, (2000, 8))
    sums = generator.binomial(cases, ratios)
    shares = [estimate_among(counts(*pair), 100) for pair in zip(cases, sums, strict=True)]
    covered = np.mean([share.low <= truth <= share.high for share in shares])

    assert covered == pytest.approx(0.9, abs=0.02)


def test_worlds_that_differ_by_chance_alone_are_not_spread_and_others_are():
    generator = np.random.default_rng(2)
    alike = generator.binomial(100, 0.5, 64)
    unlike = generator.binomial(100, np.where(np.arange(64) % 2, 0.2, 0.8))
    narrow = estimate_among(counts([100] * 64, alike), 400)
    wide = estimate_among(counts([100] * 64, unlike), 400)

    assert narrow.spread_high - narrow.spread_low < 0.07
    assert (wide.spread_low, wide.spread_high) == pytest.approx((0.2, 0.8), abs=0.07)


def test_of_no_case_nothing_is_known():
    assert estimate_among(counts([0, 0], [0, 0]), 10) == (0.0, 0.0, 1.0, 0.0, 1.0)


@pytest.mark.parametrize(
    ("share", "low", "high", "says"),
    [
        (0.3, 0.28, 0.32, "in no tail"),
        (0.99, 0.98, 1.0, "in no tail"),
        (0.01, 0.005, 0.02, "in the lower tail"),
        (0.04, 0.03, 0.06, "at the edge of a tail"),
        (0.0, 0.0, 0.01, "NEVER"),
    ],
)
def test_a_share_is_in_a_tail_if_it_is_rare(share, low, high, says):
    assert line(share, low, high).where == says


@pytest.mark.parametrize(
    ("share", "low", "high", "says"),
    [
        (0.5, 0.4, 0.6, "in the middle"),
        (0.97, 0.96, 0.98, "in the upper tail"),
        (0.02, 0.01, 0.03, "in the lower tail"),
        (0.94, 0.92, 0.96, "at the edge of a tail"),
        (1.0, 0.99, 1.0, "NEVER"),
        (0.0, 0.0, 0.01, "NEVER"),
    ],
)
def test_a_number_has_two_tails(share, low, high, says):
    assert line(share, low, high, NAMED["days of fighting"]).where == says


def test_what_happened_and_never_does_is_named_and_fails(capsys):
    impossible = Thing(IMPOSSIBLE, (), ALL, below("war_days", 0))
    status = report([line(0.3), line(0.0, thing=impossible), line(0.2, cases=0)], False)
    told = capsys.readouterr().out.splitlines()

    assert status == 1
    assert told[-1].endswith(f"in no future played: {IMPOSSIBLE}, the ally begins")


def test_what_may_happen_passes(capsys):
    status = report([line(0.3), line(0.001, 0.0, 0.01)], False)

    assert status == 0
    assert "in no future" not in capsys.readouterr().out


def test_claims_say_what_is_taken_from_them():
    claims = load(LATER).claims

    assert f"{FOUGHT} days" in claims[SITES].says
    assert "Three states" in claims[THREE].says
    assert grade_of(NAMED["a war, not a limited strike"]) == "C2, C1"
    assert {grade_of(thing) for thing in THINGS if not thing.claims} == {"no source"}


def test_what_both_do_beyond_the_sum_is_the_difference_of_differences():
    neither = np.array([0, 0, 0, 1], bool)
    first = np.array([1, 0, 0, 1], bool)
    second = np.array([0, 1, 0, 1], bool)
    both = np.array([1, 1, 1, 0], bool)

    assert difference(both, neither, 2).share == 0.5
    assert difference(neither, both, 2).share == -0.5
    assert interaction([first, second, both, neither], 2).share == 0.0
    assert interaction([first, neither, both, neither], 2).share == 0.25


def switched(learns, folder):
    """Play a little of the later crisis with both lessons on or off."""
    changes = dict.fromkeys(SWITCHES, learns)
    return simulate(load(LATER), **SMALL, changes=changes, out=folder)


@pytest.mark.usefixtures("standin")
def test_nothing_switched_is_no_difference(tmp_path):
    first, again = switched(0, tmp_path / "first"), switched(0, tmp_path / "again")
    runs = {(0, 0): first, (1, 0): again, (0, 1): again, (1, 1): again}
    lines = list(switch_lines(runs))

    assert len(lines) == 15
    assert {told[4] for told in lines if told[1] != "neither"} == {"+0.0"}
    assert {told[2] for told in lines if told[0] == "war" and told[2]} == {lines[0][2]}


def test_what_is_switched_meets_the_same_chance(tmp_path):
    off, again, on = (
        rows_of(switched(learns, tmp_path / name))
        for learns, name in ((0, "off"), (0, "again"), (1, "on"))
    )

    assert np.array_equal(off, again)
    assert np.array_equal(off["defender_type"], on["defender_type"])
    assert not np.array_equal(off["ending"], on["ending"])


def test_shares_are_those_of_the_runs_own_summary(tmp_path):
    run = simulate(load(PACK), **SMALL, out=tmp_path / "run")
    rows = rows_of(run)
    lines = {name: line_of(thing, run, rows) for name, thing in NAMED.items()}
    summary = summarise(run).base
    stopped = lines["it stops on terms"]
    fought = sum(summary.war_ends.values())

    assert lines["force is ordered within the year"].share == summary.outcomes["force"]
    assert stopped.cases == fought == round(400 * summary.outcomes["any_war"].share)
    assert stopped.share.share == sum(summary.war_ends[why] for why in ON_TERMS) / fought
    assert lines["the ally begins"].cases == FORCE.holds(rows).sum()


@pytest.mark.usefixtures("standin")
@pytest.mark.parametrize(("form", "lines"), [([], 0), (["--markdown"], len(THINGS) + 15 + 3)])
def test_the_whole_report_is_printed_and_tells_what_never_happens(form, lines, capsys):
    status = main([*ARGUMENTS, *form])
    told = capsys.readouterr().out

    assert status == 1  # in the stand-in no state ever joins
    assert "in no future played: the challenger joins: three fight" in told
    assert "june-2025 as of 2025-06-12, 4 worlds, 400 futures, seed 1, grid tiny" in told
    assert "oman-2026 as of 2026-02-06, 4 worlds, 400 futures, seed 1, grid tiny" in told
    assert told.count("\n| ") == lines


@pytest.mark.usefixtures("standin")
def test_the_report_passes_where_all_that_happened_may(monkeypatch, capsys):
    monkeypatch.setattr(precedent, "THINGS", (NAMED["force is ordered within the year"],))
    status = main(ARGUMENTS)

    assert status == 0
    assert "Of 100 open futures force begins on a day in: " in capsys.readouterr().out


@pytest.mark.usefixtures("standin")
def test_one_future_a_world_is_refused(capsys):
    with pytest.raises(SystemExit):
        main(["--worlds", "8", "--futures", "15"])

    assert "two futures a world" in capsys.readouterr().err
