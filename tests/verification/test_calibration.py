"""Whether what the reference packs give is held rightly against history's bands."""

from collections import Counter

import numpy as np
import pytest

from detente import load, simulate
from detente.analysis.causes.measures import KEYS
from detente.analysis.history.bands import BANDS
from detente.analysis.history.played import AgainstHistory, PlayedFigure, PlayedHazard, of_one_start
from detente.ensemble import runners
from detente.ensemble.shares import estimate
from detente.kernel.causes import Mechanism
from detente.kernel.endings import Ending, Event, Trigger
from detente.pack import files
from tests.standin import KERNEL
from verification import calibration
from verification.calibration import (
    Followed,
    compellence,
    encounters,
    follow_some,
    line_of,
    lines_of,
    main,
    pre_emption,
    report,
    told_by,
)

INSIDE = {
    "all.war": 0.12,
    "all.serious": 0.4,
    "all.none": 0.27,
    "all.agreement": 0.34,
    "all.quarter": 26,
    "all.half": 65,
    "all.three_quarters": 184,
}
RATES = (0.011, 0.006, 0.005)
FUTURES = 60


def compared(values=None, rates=RATES):
    """Return figures like history's, some with other values."""
    figures = {
        key: PlayedFigure(value, value, value, BANDS[key])
        for key, value in {**INSIDE, **(values or {})}.items()
    }
    spans = ((0, 60), (60, 180), (180, 360))
    hazards = [
        PlayedHazard(*span, rate, rate, rate) for span, rate in zip(spans, rates, strict=True)
    ]
    return AgainstHistory("all", figures, tuple(hazards))


def followed(*, incidents=(0, 0), escalations=(0, 0), threatened=(0, 0), compelled=(0, 0)):
    return Followed(10, *map(np.array, (incidents, escalations, threatened, compelled)))


@pytest.fixture
def standin(monkeypatch):
    monkeypatch.setattr(runners, "kernel", lambda: KERNEL)


def test_figures_like_historys_pass(capsys):
    status = report(list(lines_of(compared())))

    assert status == 0
    assert "all in their bands" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("all.war", 0.2),
        ("all.serious", 0.3),
        ("all.none", 0.5),
        ("all.agreement", 0.2),
        ("all.quarter", 40),
        ("all.half", 90),
        ("all.three_quarters", 300),
    ],
)
def test_a_planted_figure_outside_is_reported(capsys, key, value):
    status = report(list(lines_of(compared({key: value}))))
    out = capsys.readouterr().out
    wrong = [line for line in out.splitlines() if line.endswith("OUTSIDE")]

    assert status == 1
    assert [line.startswith(BANDS[key].says) for line in wrong] == [True]
    assert "1 of 8 not in their bands" in out


def test_a_hazard_that_rises_is_reported(capsys):
    status = report(list(lines_of(compared(rates=(0.005, 0.006, 0.011)))))

    assert status == 1
    assert "0.50 / 0.60 / 1.10" in capsys.readouterr().out


def test_a_length_that_a_short_run_does_not_tell_is_no_pass(capsys):
    figure = PlayedFigure(200, 190, 200, BANDS["all.three_quarters"], is_at_horizon=True)
    line = line_of(figure, BANDS["all.three_quarters"])

    assert line.value == ">= 200"
    assert report([line]) == 1
    assert "NOT TOLD" in capsys.readouterr().out


def test_a_trace_tells_of_encounters_and_of_threats():
    clashes = np.array([Event.INCIDENT, Event.INCIDENT, Event.REPLY, Event.ESCALATES])
    yields = np.array([Event.INCIDENT, Event.ULTIMATUM, Event.YIELDS])

    assert told_by(clashes, is_deal=False) == (2, 1, 0, 0)
    assert told_by(yields, is_deal=False) == (1, 0, 1, 1)


@pytest.mark.parametrize(("escalations", "is_inside"), [((3, 4), True), ((5, 4), False)])
def test_encounters_of_both_packs_count_as_one(escalations, is_inside):
    one = followed(incidents=(60, 60), escalations=(escalations[0], 0))
    other = followed(incidents=(40, 40), escalations=(0, escalations[1]))
    line = encounters([one, other])

    assert line.value == f"{sum(escalations) / 2:.1f}"
    assert line.is_inside is is_inside


def test_without_an_encounter_none_escalates():
    assert encounters([followed(), followed()]).value == "0.0"


def test_compellence_is_of_threats_after_a_start_without_violence():
    line = compellence(followed(threatened=(6, 4), compelled=(2, 1)))

    assert line.value == "30.0"
    assert line.is_inside


def test_a_deal_without_a_threat_compels_nobody():
    assert told_by(np.array([Event.OFFERS]), is_deal=True) == (0, 0, 0, 0)
    assert told_by(np.array([Event.RAISES]), is_deal=True) == (0, 0, 1, 1)
    assert told_by(np.array([Event.RAISES]), is_deal=False) == (0, 0, 1, 0)


@pytest.mark.usefixtures("standin")
def test_wars_credited_to_a_first_strike_are_counted_among_wars(tmp_path):
    run = simulate(load("oman-2026"), worlds=2, futures=120, threads=1, out=tmp_path / "run")
    rows = np.concatenate(list(run.rows()))
    wars = rows[rows["ending"] >= Ending.WAR]
    place = list(KEYS).index(Mechanism.FIRST_STRIKE)
    share = (wars["future"] % 6 == place).mean()
    line = pre_emption(run)

    assert line.value == f"{100 * share:.1f}"
    assert line.is_inside == (share < 0.2)


def test_what_is_followed_is_what_was_played(tmp_path):
    (tmp_path / "mine").mkdir()
    for name, text in files.template().items():
        (tmp_path / "mine" / name).write_bytes(text)
    small = {"worlds": 2, "futures": 2 * FUTURES, "grid": "tiny", "horizon": 90, "threads": 1}
    run = simulate(load(tmp_path / "mine"), **small, out=tmp_path / "run")
    rows = np.concatenate(list(run.rows()))
    triggers = Counter(rows["trigger"].tolist())
    told = follow_some(run, FUTURES)
    forced = np.bincount(rows["world"][rows["ending"] >= Ending.LIMITED_STRIKE], minlength=2)

    assert told.escalations.sum() == triggers[Trigger.INCIDENT] + triggers[Trigger.MISREAD]
    assert (told.incidents >= told.escalations).all()
    assert (told.compelled <= told.threatened).all()
    assert (told.compelled <= FUTURES - forced).all()


@pytest.mark.usefixtures("standin")
def test_the_whole_table_is_printed_with_its_verdict(capsys):
    status = main(["--worlds", "4", "--futures", "400", "--followed", "8"])
    out = capsys.readouterr().out
    lines = out.splitlines()

    assert status == 1  # the stand-in knows nothing of history
    assert sum(line.endswith(("inside", "OUTSIDE")) for line in lines) == 25
    assert any(line.startswith("non-violent start: of 100 open") for line in lines)
    assert any(line.startswith("all crises: of 100 open") for line in lines)
    assert any(line.startswith("Accepted set: ") for line in lines)
    assert any(line.startswith("Tuned by hand: incidents.rate") for line in lines)


@pytest.mark.usefixtures("standin")
def test_lines_give_the_runs_own_shares(tmp_path):
    run = simulate(
        load(calibration.PACKS[0]), worlds=4, futures=400, threads=1, out=tmp_path / "run"
    )
    wars = run.tally().endings[:, Ending.WAR :].sum(axis=1)
    line = next(lines_of(of_one_start(run, "non_violent")))

    assert line.value == f"{100 * estimate(wars, 100).share:.1f}"
    assert line.history == "8.5 [4.9-14.3]"
