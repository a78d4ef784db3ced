"""A small game, solved once over a war table written by hand, for the tests of the bargaining."""

import functools
from pathlib import Path

from detente import load
from detente.ensemble.encode.agenda import CrisisOnTerms
from detente.questions.bargaining import median_world
from detente.questions.bargaining.game import Depth, play_out, solved_on
from tests.kernel.worlds import war_table

MINIMAL = str(Path(__file__).parents[1] / "cases" / "valid" / "minimal")
DEPTH = Depth("tiny", 6)
LEVEL = 1
"""Deployed force at the start of the small game."""


@functools.cache
def small_crisis():
    """Return the least crisis that is valid: one mediator, no ally, nothing in dispute."""
    return load(MINIMAL)


@functools.cache
def small_game():
    """Return its median world, solved on the coarsest grid over a war table written by hand."""
    settled = CrisisOnTerms(small_crisis(), median_world(small_crisis()))
    return solved_on(settled, DEPTH, war=war_table())


@functools.cache
def disputed_game():
    """Return the median world of a crisis with a dispute, three mediators and an ally, and it."""
    crisis = load("oman-2026")
    values = median_world(crisis)
    return crisis, values, play_out(crisis, values, DEPTH, with_exploitability=False)
