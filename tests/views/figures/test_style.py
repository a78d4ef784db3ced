from itertools import combinations, pairwise

import pytest

from detente.views.figures import style

PAPERS = (style.PAPER, style.LAND, style.SEA)
MARKS = {*style.COLOURS.values(), style.MARK, style.INK, style.QUIET, style.MUTED}
HUES = 5
OF_MARKS, OF_TEXT = 3.0, 4.5
"""Least contrasts (Web Content Accessibility Guidelines 2.2, 1.4.11 and 1.4.3)."""


def hue(colour):
    """Return which of the three lights leads and which lags, grey apart."""
    lights = [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
    return (
        "grey"
        if max(lights) - min(lights) < 24
        else tuple(sorted(range(3), key=lambda n: lights[n]))
    )


def test_contrast_is_that_of_the_definition():
    assert style.contrast("#000000", "#ffffff") == pytest.approx(21.0)
    assert style.contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


@pytest.mark.parametrize("mark", sorted(MARKS))
def test_marks_stand_out_from_what_they_are_drawn_on(mark):
    assert style.contrast(mark, style.PAPER) >= OF_MARKS


@pytest.mark.parametrize("paper", PAPERS)
def test_words_stand_out_from_what_they_are_written_on(paper):
    assert style.contrast(style.INK, paper) >= OF_TEXT
    assert style.contrast(style.QUIET, paper) >= OF_TEXT


@pytest.mark.parametrize("colour", [*style.COLOURS.values(), style.MARK])
def test_numbers_in_dots_stand_out_from_them(colour):
    assert style.contrast(style.text_on(colour), colour) >= OF_TEXT


@pytest.mark.parametrize("line", [style.OPEN, style.SETTLED, style.DEAL, style.FORCE])
def test_lines_name_themselves_in_colours_that_can_be_read(line):
    assert style.contrast(line, style.PAPER) >= OF_TEXT


def test_every_ending_has_a_colour_of_its_own_and_the_more_violent_is_darker():
    colours = list(style.COLOURS.values())

    assert len(set(colours)) == len(colours)
    assert all(style.luminance(a) > style.luminance(b) for a, b in pairwise(colours))


def test_there_are_few_hues():
    assert len({hue(colour) for colour in style.COLOURS.values()}) <= HUES


def test_lines_differ_by_dashes_too():
    assert all(one != other for one, other in combinations(style.DASHES.values(), 2))
