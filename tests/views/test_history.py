"""What is said of past crises, and of what the model gives against them."""

import pytest

from detente.questions.past import BANDS, base_rates, read_crises
from detente.questions.past.played import AgainstHistory, PlayedFigure, PlayedHazard
from detente.text import between
from detente.views.blocks import plain
from detente.views.history import fitness, rates, section
from tests.questions.past import many, row, write_table
from tests.views.reading import must_say

SHARES = ("war", "serious", "none", "agreement")
LENGTHS = ("quarter", "half", "three_quarters")


def made_up(*, is_at_horizon=False, a_day=(0.01, 0.02, 0.005)):
    """Return a comparison whose three quarters may lie at the horizon, with three hazards."""
    figures = {
        f"all.{rate}": PlayedFigure(0.1, 0.09, 0.11, BANDS[f"all.{rate}"]) for rate in SHARES
    }
    figures |= {f"all.{name}": PlayedFigure(60, 55, 66, BANDS[f"all.{name}"]) for name in LENGTHS}
    long = PlayedFigure(200, 190, 200, BANDS["all.three_quarters"], is_at_horizon=is_at_horizon)
    spans = ((0, 60), (60, 180), (180, 360))
    hazards = [PlayedHazard(*span, rate, 0.0, 0.1) for span, rate in zip(spans, a_day, strict=True)]
    return AgainstHistory("all", {**figures, "all.three_quarters": long}, tuple(hazards))


def lengths(found):
    return {row[0]: row[1:] for row in section(found).blocks[0].rows}


def test_history_says_what_it_must():
    must_say(
        section(made_up()),
        f"All crises, {between('1945', '1989')}, outside ongoing wars",
        "In this model 3 of 7 figures lie in history's interval.",
        "its intervals are of 95 %",
        "intervals of 90 %",
    )


def test_a_length_of_the_horizon_or_more_is_marked_and_not_judged():
    row = lengths(made_up(is_at_horizon=True))["days: three quarters last at most"]

    assert row[0] == ">= 200"
    assert row[-1] == ""


def test_what_has_no_band_is_so_by_definition():
    found = made_up()
    figures = {**found.figures, "all.none": PlayedFigure(0.0, 0.0, 0.0, None)}
    none = lengths(AgainstHistory("all", figures, found.hazards))["no violence"]

    assert none == ("0", "by definition", "", "", "")


@pytest.mark.parametrize(
    ("a_day", "words"), [((0.01, 0.02, 0.005), "fewer end"), ((0.01, 0.0, 0.01), "no fewer end")]
)
def test_whether_crises_end_faster_at_first_is_said(a_day, words):
    said = plain(section(made_up(a_day=a_day)).answer[-1])

    assert f"Of crises still open, {words} per day late than early" in said


def test_base_rates_say_what_they_must(tmp_path):
    table = write_table(
        tmp_path,
        *many(14, violence="No violence", dur_days="20"),
        *many(2, outcome="Other outcome"),
    )

    must_say(
        rates(base_rates(read_crises(table))),
        f"16 crises of {between('1945', '1989')}, outside ongoing wars",
        "International Crisis Behavior project (Brecher & Wilkenfeld)",
        "Outside their bands, ",
        "by selection",
        "full-scale war: the gravest violence",
        "another crisis follows within five years: 47.0 %",
        "half of major responses follow the trigger within: 4.5 days",
    )


def test_what_too_few_crises_say_is_a_dash(tmp_path):
    table = write_table(tmp_path, row(dur_days=""))
    rows = {one[0]: one for one in rates(base_rates(read_crises(table))).blocks[1].rows}

    assert rows["Mediated"] == ("Mediated", "0", "-", "-", "-")


def test_a_length_without_an_interval_says_so(tmp_path):
    table = write_table(tmp_path, row(dur_days="7"))

    must_say(rates(base_rates(read_crises(table))), "7 (-)")


def test_the_fit_says_what_it_must(run):
    must_say(
        fitness(run),
        "was judged on 180 crises of 1963 to 1989",
        "not clearly better than the base rate",
    )


def test_a_pack_that_takes_from_earlier_crises_says_of_which(run):
    must_say(fitness(run, "1945-1962"), "fitted to 86 past crises of 1945 to 1962 by 256 sets")


def test_lengths_of_past_crises_stand_in_days_next_to_the_share_that_is_over_by_then(run):
    shares, lengths = fitness(run).blocks[:2]
    rows = {row[0]: row[1:] for row in lengths.rows}

    assert rows["half of crises last at most"][:3] == ("65", between("51", "78"), "50")
    assert not any("last at most" in row[0] for row in shares.rows)
