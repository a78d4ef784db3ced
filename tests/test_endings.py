"""The table of endings has the numbers that files hold, and a place for each kind of violence."""

from detente.endings import SETS, SHORT, Ending
from detente.kernel.endings import Violence

IN_FILES = (
    *("COMPREHENSIVE_DEAL", "NARROW_DEAL", "DEFENDER_YIELDS", "CHALLENGER_DROPS", "FADES"),
    *("CONTAINMENT", "TALKS_FAILED", "LIMITED_STRIKE", "WAR", "REGIONAL_WAR"),
)
"""Endings in the order of the numbers that runs hold; a new one comes last."""


def test_numbers_that_files_hold_stay():
    names = [ending.name for ending in sorted(Ending)]

    assert names[: len(IN_FILES)] == list(IN_FILES)
    assert sorted(map(int, Ending)) == list(range(len(Ending)))


def test_every_kind_is_used_and_has_a_name():
    assert {ending.kind for ending in Ending} == set(SHORT)
    assert {kind for _, kinds in SETS.values() for kind in kinds} <= set(SHORT)


def test_endings_by_force_stand_in_the_order_of_violence():
    by_force = [ending.name for ending in Ending if ending.kind in ("strike", "war")]

    assert by_force == [kind.name for kind in Violence if kind >= Violence.LIMITED_STRIKE]
