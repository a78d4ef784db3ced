"""What is said of how a crisis may end, and of how wars begin."""

import math
from dataclasses import replace

import pytest

from detente import course, load, simulate, summarise, trace
from detente.endings import Ending
from detente.ensemble.measures import ENDINGS
from detente.kernel.endings import Violence
from detente.questions.trace import Happening
from detente.views import endings
from detente.views import trace as sections
from detente.views.beginnings import counted
from detente.views.blocks import Listing, Table, plain
from detente.views.record import foot
from detente.views.trace import ended
from tests.standin import played
from tests.views.conftest import standing_in
from tests.views.reading import must_say, table_of


@pytest.fixture(scope="module")
def found(crisis, tmp_path_factory):
    """A summary and a course of a run with worlds enough to tell how they differ."""
    with standing_in():
        sizes = {"futures": 640, "worlds": 32, "threads": 1}
        run = simulate(crisis, **sizes, options=("hotline",), out=tmp_path_factory.mktemp("runs"))
        return summarise(run), course(run)


def test_endings_say_what_they_must(found):
    must_say(
        endings.section(*found),
        "War ",
        "Low confidence: ",
        "Outcomes, then endings, in % in this model",
        "Where the crisis stands by date, in % (adding up to 100; settled: without a deal)",
        "State at the end, by the highest violence reached, in %",
        "Iran backs down",
        "the United States withdraws its demand",
        "Part of the variance that is due to assumptions",
        "For ±1 point on every share, add about ",
        "Options on the same sets of assumptions and the same draws",
        "Outcomes and endings by date",
        "The same, 5th to 95th percentile across assumptions",
        "Days until an outcome, and days of fighting",
        "Meaning of the words",
        "Use of force: force that a government orders",
    )


def test_every_ending_of_a_run_is_defined_by_its_title(found):
    items = ["".join(words) for words in endings.defined(found[0].run).items]

    assert len(items) == 7 + len(ENDINGS)
    assert (
        "Iran backs down: it gives way without a deal, of its own accord, to an ultimatum or a "
        "taking, or in defeat." in items
    )
    assert any("one strike or several, each of seven days at most" in one for one in items)


def test_more_deals_made_than_kept_are_both_said(found):
    base = found[0].base
    broken = replace(base.outcomes["deal_ever"], value=base.outcomes["deal"].value + 0.06)
    option = replace(base, outcomes={**base.outcomes, "deal_ever": broken})
    changed = replace(found[0], options={"base": option})

    must_say(endings.section(changed), "A deal is made at some time in ", "The other deals broke")


def test_without_its_course_the_most_frequent_endings_are_the_answer(found):
    must_say(endings.section(found[0]), "the most frequent endings are", "Neither a deal nor use")


def test_a_course_alone_says_what_it_must(found):
    must_say(endings.of_course(found[1]), "In this model half of ", "Outcomes and endings by date")


def test_an_option_alone_says_its_title_and_shares(found):
    option = found[0].options["hotline"]

    must_say(
        endings.of_option(option),
        option.title,
        "In this model, in % (90 % interval): any deal in ",
    )


def test_beginnings_say_who_began_why_wars_stopped_and_what_they_cost(found):
    must_say(
        counted(*found),
        "In this model wars begin most often as follows: ",
        "a deliberate strike: no deal was better for both sides than fighting",
        "Of the first shots that a side chose, ",
        "How the first shot came, in % of all wars",
        "How wars ended, in % of wars",
        "Median losses of a war (90 % interval): ",
        "Costs and damage of wars",
    )


def test_a_loss_of_which_there_are_too_few_cases_has_no_row_and_is_counted(found):
    summary, followed = found
    half = replace(followed.destroyed.half, low=math.nan)
    unsure = replace(followed)
    vars(unsure)["destroyed"] = followed.destroyed._replace(half=half)
    section = counted(summary, unsure)

    must_say(section, "This run has too few cases to estimate 1 of ")
    assert "disputed capabilities, %" not in [
        row[0] for one in section.blocks if isinstance(one, Table) for row in one.rows
    ]


def test_a_run_says_where_it_lies_what_it_leaves_out_and_what_to_ask_next(found):
    section = foot(found[0].run)
    commands = [one.line.split()[1] for one in section.next]

    must_say(section, "It lies in ", "Not in this model")
    assert commands == ["trace", "compare", "evidence", "report"]


@pytest.mark.parametrize(("futures", "worlds"), [(1, 1), (40, 1), (32, 32)])
def test_where_worlds_are_too_few_to_say_no_range_across_them_is_shown(
    crisis, tmp_path, futures, worlds
):
    run = simulate(crisis, futures=futures, worlds=worlds, threads=1, out=tmp_path / "small")
    section = endings.section(summarise(run), course(run))
    keys = [block.key for block in section.blocks if isinstance(block, Table)]

    must_say(section, "cannot show how far the answer depends on assumptions.")
    assert "endings-by-day-worlds" not in keys


@pytest.mark.parametrize(("days", "rows"), [(3, 3), (21, 21), (23, 4)])
def test_fighting_is_reported_by_day_and_for_more_than_three_weeks_by_week(found, days, rows):
    reported = trace(found[0].run, future="0:1")
    lost = [Happening(9 + day, "loses", 1, 1 + day, 0.01, "") for day in range(days)]
    begun = [Happening(9, "loses", 0, 1, 0.02, ""), Happening(9, "raids", 0, 40, 5.0, "")]
    section = sections.section(replace(reported, happenings=(*begun, *lost)))
    table = table_of(section, "fighting-1")

    must_say(section, "The fighting from 15 February 2026 (day 9) on")
    assert len(table.rows) == rows
    assert table.rows[0][1:5] == ("40", "5", "0", "0")
    assert table.rows[-1][-1] == f"{days}.00"


def test_a_long_storyline_keeps_what_becomes_of_each_use_of_force():
    kinds = ["raises"] * 6 + sections.MAIN.split() + ["raises"] * 6
    turns = [Happening(day, kind, 0, 0, 0.0, "") for day, kind in enumerate(kinds)]

    assert [one.day for one in sections.main_turns(turns)] == [0, 1, 6, 7, 8, 9, 14, 15]


@pytest.mark.parametrize(
    ("settlement", "words"),
    [
        (Ending.NARROW_DEAL, "war of two or three parties, then narrow deal"),
        (Ending.TALKS_FAILED, "war of two or three parties"),
    ],
)
def test_what_is_settled_after_force_is_said_with_the_ending(found, settlement, words):
    reported = trace(found[0].run, future="0:1")
    row = {**reported.row, "ending": Ending.WAR, "violence": Violence.WAR, "settlement": settlement}

    assert ended(replace(reported, row=row)) == words


def test_the_short_form_of_a_trace_says_what_troops_held(found):
    front = Happening(3, "front", 0, 0, 0.4, "as the fighting ends it holds 40 %")
    reported = replace(trace(found[0].run, future="0:1"), happenings=(front,))

    assert plain(sections.closing(reported)).endswith(". As the fighting ends it holds 40 %.")
    assert sections.closing(reported) in sections.section(reported).answer


def test_what_troops_hold_is_reported_as_a_consequence(tmp_path):
    run = played(load("shatt-1980"), tmp_path / "run", futures=8, worlds=8)
    shown = [block for block in endings.blocks(summarise(run)) if isinstance(block, Listing)]
    (land,) = (block.items for block in shown if block.title.endswith("on land: consequences"))

    # The stand-in's fighting ends with the front where it began, and the defender holds all.
    assert [plain(item) for item in land] == [
        "Troops fight for it in 100 % (100).",
        "Iraq holds more than half of it when the fighting ends in 0 % (0).",
    ]
