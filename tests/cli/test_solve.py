import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from detente.analysis.bargaining import Figure, Share, solve
from detente.cli import main
from detente.cli.solving.page import show_solution
from tests.analysis.games import MINIMAL, small_crisis

QUICK = ("--grid", "tiny", "--horizon", "40")


def answer(capsys, *arguments):
    status = main(["solve", *arguments])
    printed = capsys.readouterr()
    return status, printed.out, printed.err


def lines(capsys, *arguments):
    status, out, _ = answer(capsys, *arguments, *QUICK)

    assert status == 0
    return out.splitlines()


def with_text(folder, old, new):
    """Write a copy of the least pack with one text for another; return its path."""
    for file in Path(MINIMAL).glob("*.toml"):
        text = file.read_text(encoding="utf-8")
        (folder / file.name).write_text(text.replace(old, new), encoding="utf-8")
    return str(folder)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("oman-2026", "--worlds", "0"), "worlds is 0; use a whole number from 1"),
        (("oman-2026", "--worlds", "2.5"), "'--worlds': not a whole number"),
        (("oman-2026", "--grid", "rough"), "'tiny', 'normal', 'fine'"),
        (("oman-2026", "--horizon", "0"), "horizon is 0; use a whole number from 1"),
        (("oman-2026", "--threads", "0"), "threads is 0; use a whole number from 1"),
        (("oman-2026", "--seed", "-1"), "seed is -1; use a whole number from 0"),
        (("oman-2026", "--set", "nonsense"), "write FIELD=VALUE"),
        (("oman-2026", "--set", "talks.nonsense=1"), 'unknown field "talks.nonsense"'),
        (("oman-2026", "--set", "venue.publicity=2"), "venue.publicity"),
        (("absent",), "these ship: cuba-1962, june-2025, oman-2026"),
        (("./absent",), "nothing lies there"),
        ((), "Missing argument 'PACK'"),
    ],
)
def test_a_mistake_is_named_with_what_is_allowed(arguments, words, capsys):
    status, out, err = answer(capsys, *arguments)

    assert (status, out) == (2, "")
    assert words in err


def test_with_json_a_mistake_is_one_object(capsys):
    status, out, _ = answer(capsys, "oman-2026", "--json", "--worlds", "0")

    assert status == 2
    assert json.loads(out)["error"]["where"] == "worlds"


def test_json_is_one_object_with_nothing_but_numbers_that_json_has(capsys):
    status, out, err = answer(capsys, MINIMAL, "--json", *QUICK)
    content = json.loads(out, parse_constant=pytest.fail)

    assert (status, err) == (0, "")
    assert content["schema"] == "detente/solve/1"
    assert list(content) == [
        *("schema", "pack", "name", "title", "as_of", "digest", "grid", "horizon", "changes"),
        *("worlds", "seed", "parties", "issues", "mediators", "packages", "switches", "figures"),
    ]
    assert content["pack"] == MINIMAL
    assert content["figures"]["worth"]["hard"]["spread_low"] is None


@pytest.mark.parametrize("pack", [MINIMAL, "oman-2026"])
def test_the_questions_are_answered_in_order(pack, capsys):
    out = lines(capsys, pack)
    heads = [
        "Before the talks",
        "Is there a deal that both would rather have than force?",
        "Who does what when: chance within 30 days, in %",
        "What is accepted, in %, by what is believed on the first day",
        "Leverage or provocation: does more force in view help a deal?",
        "What each mediator's access is worth",
        "What its one message would do on the first day",
        "How well the game is solved",
        "Next:",
    ]

    assert [line for line in out if line in heads] == heads
    assert out[1].startswith("The bargaining alone, solved and not played, in the median world")


def test_the_shipped_crisis_is_told_with_its_parties_and_chances_of_both_types(capsys):
    status, out, err = answer(capsys, "oman-2026", "--grid", "tiny")
    told = out.splitlines()
    row = told[told.index("United States, a text ready:") + 2]
    table = told.index("What each mediator's access is worth") + 2

    assert (status, err) == (0, "")
    assert "a hard or a soft United States, a tough or a weak Iran" in out
    assert re.fullmatch(r"  offers package 1( +[<>]?\d+/[<>]?\d+){5}", row)
    assert [line.split()[0] for line in told[table : table + 3]] == ["Qatar", "Türkiye", "Egypt"]


def test_quiet_leaves_out_how_to_read_it_and_what_is_next(capsys):
    quiet, whole = lines(capsys, MINIMAL, "-q"), lines(capsys, MINIMAL)

    assert set(quiet) < set(whole)
    assert "Next:" not in quiet
    assert not any("In this model" in line for line in quiet)


def test_over_worlds_numbers_carry_their_spread(capsys):
    out = lines(capsys, MINIMAL, "--worlds", "3", "--seed", "5")

    assert "in 3 worlds, seed 5: medians over worlds, in brackets the 5th and 95th" in out[1]
    assert any("a hard North" in line and " to " in line for line in out[3:5])
    assert "The talks are on the wide agenda in " in "\n".join(out)
    assert any(line.startswith("Lake  hard   +0.0") and line.endswith(")") for line in out)


def test_one_world_is_no_plural(capsys):
    out = "\n".join(lines(capsys, MINIMAL, "--worlds", "1"))

    assert "in 1 world, seed 1" in out
    assert "1 worlds" not in out


def test_no_sentence_needs_an_article_before_a_name(capsys):
    out = lines(capsys, "cuba-1962")
    told = [line for line in out if "United States" in line and not line.startswith("Missiles")]

    assert told
    assert not any(" that United States is" in line or " to Soviet Union" in line for line in told)


def test_without_a_mediator_that_is_said(tmp_path, capsys):
    pack = with_text(tmp_path, 'place = "Lake"', 'place = "Lake"\naccess = []')

    assert "No mediator has access to both sides." in lines(capsys, pack)


def test_a_mediator_that_never_speaks_is_said_to_send_nothing(capsys):
    out = lines(capsys, MINIMAL, "--set", "actors.lake.report_rate=0")

    assert any(line.split() == ["Lake", "sends", "none"] for line in out)


def test_where_nothing_lies_beyond_the_narrow_agenda_there_is_one_agenda(tmp_path, capsys):
    out = lines(capsys, with_text(tmp_path, "narrow = false", "narrow = true"))

    assert "The talks are about all issues: none lies beyond the narrow agenda." in out
    assert not any(line.startswith(("wide", "The wide agenda")) for line in out)


@pytest.fixture(scope="module")
def solution():
    return solve(small_crisis(), grid="tiny", horizon=6)


def shown(capsys, solution, figures):
    """Return what is printed of a game in which some figures are others."""
    show_solution(replace(solution, figures={**solution.figures, **figures}), quiet=True)
    return capsys.readouterr().out


def test_where_there_is_no_range_for_any_types_that_is_said(solution, capsys):
    none = {key: Share(0.0, 1) for key in solution.figures if key[-1] == "exists"}

    assert "On the wide agenda: no, whatever the types." in shown(capsys, solution, none)


def test_where_there_is_a_range_for_some_types_they_are_named(solution, capsys):
    pairs = {key: Share(0.0, 1) for key in solution.figures if key[-1] == "exists"}
    pairs["agendas", "narrow", "pairs", "soft", "weak", "exists"] = Share(1.0, 1)

    out = shown(capsys, solution, pairs)

    assert "On the narrow agenda: yes, between a soft North and a weak South." in out


def test_a_game_that_is_not_solved_well_enough_is_not_to_be_relied_on(solution, capsys):
    bad = {("solver", "unsettled_share"): Figure(0.02, None, None, 1)}

    assert "Too many decisions are unsettled to rely on this" in shown(capsys, solution, bad)
    assert "Too many decisions" not in shown(capsys, solution, {})


def test_a_dispute_is_told_with_its_odds_and_what_comes_of_it(capsys):
    out = "\n".join(lines(capsys, "oman-2026", "--set", "dispute.venue=true"))

    assert "The agenda is in dispute. Chance that it is United States that concedes it first" in out
    assert "Taken here: on the narrow agenda." in out
    assert "The venue is in dispute." in out
    assert "Taken here: in Istanbul." in out
    assert " to Israel." in out


def test_the_shortest_horizon_is_solved(capsys):
    status, out, _ = answer(capsys, MINIMAL, "--grid", "tiny", "--horizon", "1")

    assert status == 0
    assert "  from               day 0" in out.splitlines()


def test_the_next_commands_repeat_the_settings_as_they_are_read(capsys):
    settings = ("--set", "talks.wide_agenda=true", "--set", "venue.publicity=0.25")
    out = lines(capsys, MINIMAL, *settings)

    assert any(f"detente run {MINIMAL} {' '.join(settings)}  " in line for line in out)


def test_what_the_median_world_takes_of_what_may_be_either_is_said(capsys):
    out = "\n".join(lines(capsys, "oman-2026"))

    assert "Likelier sides taken: actors.qatar.consent on (on with 82 %)" in out
    assert "talks.wide_agenda o" not in out


@pytest.mark.parametrize("pack", ["oman-2026", "cuba-1962", "june-2025"])
def test_in_the_median_world_no_line_of_a_table_is_wider_than_80_characters(pack, capsys):
    heads = ("agenda", "narrow", "wide", "  ", "package", "accepted")
    tables = [line for line in lines(capsys, pack) if line.startswith(heads) and "%;" not in line]

    assert max(map(len, tables)) <= 80
