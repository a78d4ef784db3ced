"""Courses part all futures, a war is shown by one that began so, ratios are those planted."""

import json
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from detente.cli import main
from detente.ensemble.measures import OUTCOMES
from detente.estimate.estimate import Estimate
from detente.evidence.ledger import SIZE_ASSUMED, LedgerRow
from detente.kernel.endings import FirstShot
from detente.questions.sightings import sightings
from detente.questions.trace import Trace
from detente.questions.tradecraft.assumptions import KeyAssumption, KeyAssumptions, foundation_of
from detente.questions.tradecraft.cone import COURSES, cone
from detente.questions.tradecraft.matrix import UNFOLLOWED, matrix, ratio_of
from detente.questions.tradecraft.premortem import BranchPoint, WayToWar, premortem
from detente.views.blocks import Cards, plain
from detente.views.material import Material
from detente.views.register import FORMS
from detente.views.tradecraft import evidence_matrix, how_war_came
from tests.observations import sign, written


@pytest.fixture(autouse=True)
def without_names(monkeypatch):
    """Follow a future without what its packages hold, for which the model would be solved."""

    def follow(run, *, future):
        row = run.row(*future, "base")
        columns = {column: row[column].item() for column in row.dtype.names}
        return Trace(run, "base", *future, (), columns, ())

    monkeypatch.setattr("detente.questions.tradecraft.premortem.trace", follow)


@pytest.fixture(scope="module")
def known(run):
    return Material(run)


def test_each_future_takes_one_course_and_percents_add_up(known):
    found = cone(known.run)

    assert sum(one.percent for one in found.courses) == 100
    assert sum(one.share.value for one in found.courses) == pytest.approx(1.0)
    for one in found.courses:
        row = known.run.row(*one.future, "base")
        assert row["violence"] in COURSES[one.course][1]
        assert row["settlement"] in COURSES[one.course][2]


def test_each_way_to_war_is_reported_by_a_war_that_began_so(known):
    found = premortem(known.run, known.summary)
    shares = [one.share for one in found.ways]

    assert shares == sorted(shares, reverse=True)
    for one in found.ways:
        row = known.run.row(one.trace.world, one.trace.future, "base")
        assert OUTCOMES["any_war"].happened(row.reshape(1))[0]
        assert FirstShot(row["first_shot"]) is one.first_shot
        assert one.points[-1].war.value == 1.0  # on the day of war all branches have it
    cards = next(block for block in how_war_came(found).blocks if isinstance(block, Cards))
    assert len(cards.cards) == len(found.ways)


@pytest.mark.parametrize(
    ("shares", "last", "turn"),
    [
        ((0.1, 0.5, 0.5, 0.9, 1.0), 2, 1),
        ((0.8, 0.9, 0.9, 0.9, 1.0), None, 1),
        ((0.5, 0.5, 0.5, 0.51, 1.0), 3, None),
    ],
)
def test_the_last_point_is_the_last_before_war_from_which_a_quarter_avoid_it(shares, last, turn):
    points = tuple(
        BranchPoint(day, (), Estimate(one, one - 0.02, one + 0.02))
        for day, one in enumerate(shares)
    )
    reported = SimpleNamespace(war_day=4)
    way = WayToWar("ally", FirstShot.ALLY, 0.2, reported, points)

    assert (way.last, way.turn) == (last, turn)


@pytest.mark.parametrize(("with_it", "without"), [(0.6, 0.3), (0.4, 0.4), (0.0, 0.5)])
def test_a_ratio_is_the_planted_one_and_none_is_clear_of_what_says_nothing(with_it, without):
    chance = np.random.default_rng(3)
    world = np.repeat(np.arange(64), 200)
    holds = chance.random(len(world)) < 0.4
    seen = (chance.random(len(world)) < np.where(holds, with_it, without)).astype(float)
    ratio = ratio_of(seen, holds, world, None, 50)

    assert ratio.is_clear == (with_it != without)
    if with_it:
        assert ratio.low < with_it / without < ratio.high


def test_evidence_that_says_nothing_comes_before_evidence_that_does(known):
    first = matrix(known.run)
    assert UNFOLLOWED in first.notes
    sightings(known.run, threads=1)
    found = matrix(known.run)
    row = next(iter(found.evidence.values()))
    sure = {key: one._replace(is_clear=True) for key, one in row.ratios.items()}
    idle = {key: one._replace(low=0.9, high=1.1, is_clear=False) for key, one in row.ratios.items()}
    reported = {
        "a": row._replace(what="Seen", ratios=sure),
        "b": row._replace(what="Idle", ratios=idle),
    }
    says = [plain(words) for words in evidence_matrix(replace(found, evidence=reported)).answer]

    assert UNFOLLOWED not in found.notes
    assert says[0] == "Of 2 pieces of evidence 1 favours no hypothesis: Idle."
    assert "“Seen”" in says[1]


def test_what_was_seen_and_what_was_not_stands_as_it_was_found(known, tmp_path):
    file = tmp_path / "seen.toml"
    file.write_text(written(sign("tankers", day="2026-02-20", seen=False)))
    seen = Material(known.run, file)
    rows = seen.indicators.indicators

    assert {one.what: one.status for one in rows if not one.before} == {
        "tankers": "not_seen",
        "search_and_rescue": "not_looked_at",
    }
    assert all(one.status == "seen" for one in rows if one.before)
    before, after = (one.matrix.evidence["sign.tankers"] for one in (known, seen))
    assert after.status == "not_seen"
    for key, one in before.ratios.items():
        assert (one.value - 1.0) * (after.ratios[key].value - 1.0) <= 0.0


def test_assumptions_are_ranked_by_what_they_move_times_how_weak_their_evidence_is():
    claims = {"a": SimpleNamespace(grade="A1"), "f": SimpleNamespace(grade="F6")}

    def weakness(because, gives, grade):
        return foundation_of(LedgerRow("x", because, gives, grade, ""), claims)[1]

    found = [
        weakness(("a",), ("a",), "A1"),
        weakness(("catalogue",), (), ""),
        weakness(("a",), (), SIZE_ASSUMED),
        weakness(("f",), ("f",), "F6"),
        weakness((), (), ""),
    ]
    moves = {"any_war": Estimate(-0.2, -0.3, -0.1), "deal": Estimate(0.1, 0.05, 0.15)}

    assert found == pytest.approx([1 / 6, 1 / 2, 7 / 12, 1.0, 1.0])
    first = KeyAssumption("x", "number", "X", "words", 0.5, moves)
    less = first._replace(moves={"any_war": Estimate(0.05, 0.02, 0.08)})
    near = first._replace(weakness=0.4)
    assert first.weight == pytest.approx(0.1)
    assert KeyAssumptions(None, ("any_war",), (first, near, less)).tied == 1


@pytest.mark.parametrize("view", FORMS)
def test_each_view_prints_one_object(known, view, capsys):
    assert main(["show", str(known.run.folder), "--view", view, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["schema"] == f"detente/{view}/1"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("--view cone --bundle one.zip", "not together"),
        ("--view cone --observed seen.toml", "--view indicators or matrix"),
        ("--observed seen.toml", "--view indicators or matrix"),
    ],
)
def test_options_that_do_not_go_together_are_refused(known, words, says, capsys):
    assert main(["show", str(known.run.folder), *words.split()]) == 2
    assert says in capsys.readouterr().err
