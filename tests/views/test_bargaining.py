"""What is said of a solved bargaining game."""

from dataclasses import replace
from pathlib import Path

import pytest

from detente import load, solve
from detente.questions.bargaining import AcrossWorlds, ShareOfWorlds
from detente.views.bargaining import section
from detente.views.render.grid import Screen
from detente.views.render.terminal import to_text
from tests.questions.games import MINIMAL, small_crisis
from tests.views.reading import must_say, table_of

QUICK = {"grid": "tiny", "horizon": 40}


@pytest.fixture(autouse=True)
def stand_in():
    """Let the model itself be solved here; it takes no time at this size."""


@pytest.fixture(scope="module")
def crisis():
    return small_crisis()


@pytest.fixture(scope="module")
def solution(crisis):
    return solve(crisis, **QUICK)


@pytest.fixture(scope="module")
def over_worlds(crisis):
    return solve(crisis, **QUICK, worlds=3, seed=5)


def shown(found, figures=None):
    """Return what a terminal shows of a game, in which some figures may be others."""
    changed = replace(found, figures={**found.figures, **(figures or {})})
    return to_text([section(changed)], Screen())


def with_text(folder, old, new):
    """Write a copy of the least pack with one text for another; return its crisis."""
    for file in Path(MINIMAL).glob("*.toml"):
        text = file.read_text(encoding="utf-8")
        (folder / file.name).write_text(text.replace(old, new), encoding="utf-8")
    return load(str(folder))


def test_a_game_says_what_it_must(solution):
    must_say(
        section(solution),
        "The bargaining alone, solved and not played, in the median set of assumptions",
        "On the narrow agenda, in this model, a deal that both sides prefer to force ",
        "If a refusal brings force at once, more force deployed is",
        "Believed at the start: a resolved North ",
        "North, no draft deal ready: chance of each move within 30 days, in %",
        "Chance that South accepts on the first day",
        "Lake, to a resolved North",
        "How well the game is solved",
        "In the whole game, force may follow a refusal late or never.",
    )


def test_over_worlds_numbers_carry_their_range_and_a_yes_or_no_its_share(over_worlds):
    packages = table_of(section(over_worlds), "packages").rows
    ranges = table_of(section(over_worlds), "ranges")

    must_say(
        section(over_worlds),
        "in 3 sets of assumptions, seed 5: medians across assumptions, in brackets the",
    )
    assert all(row[1].low <= row[1].value <= row[1].high for row in packages)
    assert ranges.columns[1].head == "there is one, % of assumptions"
    assert {row[1] for row in ranges.rows} <= {"0", "33", "67", "100"}


def test_one_world_is_no_plural(crisis):
    text = shown(solve(crisis, **QUICK, worlds=1))

    assert "in 1 set of assumptions, seed 1" in text
    assert "1 worlds" not in text


def test_a_package_says_what_is_conceded_for_which_relief(solution):
    offered = table_of(section(solution), "accepted").rows[0][0]
    says = table_of(section(solution), "packages").rows

    assert offered.startswith("package 1: ")
    assert offered.endswith(" %")
    assert any(row[0].endswith(offered.removeprefix("package 1: ")) for row in says)


def test_where_worlds_differ_in_their_agenda_packages_are_named_by_number(over_worlds):
    both = {("agendas", each, "played"): ShareOfWorlds(0.5, 2) for each in ("narrow", "wide")}
    mixed = replace(over_worlds, figures={**over_worlds.figures, **both})

    assert table_of(section(mixed), "accepted").rows[0][0] == "package 1"


def test_where_there_is_no_range_for_any_types_that_is_said(solution):
    none = {key: ShareOfWorlds(0.0, 1) for key in solution.figures if key[-1] == "exists"}
    words = (
        "On the wide agenda, in this model, a deal that both sides prefer to force never exists, "
        "resolved or not."
    )

    assert words in shown(solution, none)


def test_where_there_is_a_range_for_some_types_they_are_named(solution):
    pairs = {key: ShareOfWorlds(0.0, 1) for key in solution.figures if key[-1] == "exists"}
    pairs["agendas", "narrow", "pairs", "soft", "weak", "exists"] = ShareOfWorlds(1.0, 1)

    assert "prefer to force exists between an unresolved North and an unresolved South." in shown(
        solution, pairs
    )


def test_a_game_that_is_not_solved_well_enough_is_not_to_be_relied_on(solution):
    bad = {("solver", "unsettled_share"): AcrossWorlds(0.02, None, None, 1)}

    assert "Too many decisions are unsettled to rely on this" in shown(solution, bad)
    assert "Too many decisions" not in shown(solution)


def test_without_a_mediator_that_is_said(tmp_path):
    found = solve(with_text(tmp_path, 'place = "Lake"', 'place = "Lake"\naccess = []'), **QUICK)

    assert "No mediator has access to both sides." in shown(found)


def test_of_a_mediator_it_is_said_whether_it_would_be_believed_and_what_it_says_anyhow(
    solution, over_worlds
):
    alone, many = shown(solution), shown(over_worlds)

    assert "Lake, with a bias of " in alone
    assert "in % of assumptions, it would be believed in " in many
    assert "it would call South unresolved whatever it knew in " in many


def test_a_mediator_that_never_speaks_is_said_to_send_nothing(crisis):
    found = solve(crisis, **QUICK, changes={"actors.lake.report_rate": 0})

    assert table_of(section(found), "messages").rows == (("Lake", "sends none", "", ""),)


def test_where_nothing_lies_beyond_the_narrow_agenda_there_is_one_agenda(tmp_path):
    text = shown(solve(with_text(tmp_path, "narrow = false", "narrow = true"), **QUICK))

    assert "The talks are about all issues: none lies beyond the narrow agenda." in text
    assert "the wide agenda" not in text.lower()


def test_a_shipped_crisis_says_what_is_in_dispute_and_what_comes_of_it():
    found = solve(load("oman-2026"), **QUICK, changes={"dispute.venue": True})
    must_say(
        section(found),
        "The agenda is in dispute. The United States gives way first in",
        "This page assumes that the talks are held on the narrow agenda.",
        "The venue is in dispute.",
        "This page assumes that the talks are held in Istanbul.",
        " to Israel.",
        "whether it lets the forces on its soil be used (actors.qatar.consent)",
    )
