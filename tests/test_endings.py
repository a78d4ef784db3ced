"""The table of endings and the kernel hold the same ones, by the numbers that files hold."""

from detente.endings import ENDINGS, SETS, SHORT, WITHOUT_FORCE, numbers_of
from detente.kernel.endings import Ending, Settlement

IN_FILES = (
    *("COMPREHENSIVE_DEAL", "NARROW_DEAL", "DEFENDER_YIELDS", "CHALLENGER_DROPS", "FADES"),
    *("CONTAINMENT", "TALKS_FAILED", "LIMITED_STRIKE", "WAR", "REGIONAL_WAR"),
)
"""Endings in the order of the numbers that runs hold; a new one comes last."""


def test_every_ending_of_the_kernel_has_a_row_by_its_number():
    assert {one.number: key for key, one in ENDINGS.items()} == {
        int(ending): ending.name.lower() for ending in Ending
    }


def test_every_settlement_is_an_ending_without_force_by_the_same_number():
    assert sorted(numbers_of(*WITHOUT_FORCE)) == sorted(map(int, Settlement))
    assert {Ending(one).name for one in Settlement} == {one.name for one in Settlement}


def test_numbers_that_files_hold_stay():
    names = [ending.name for ending in sorted(Ending)]

    assert names[: len(IN_FILES)] == list(IN_FILES)
    assert sorted(map(int, Ending)) == list(range(len(Ending)))


def test_every_kind_is_used_and_has_a_name():
    assert {one.kind for one in ENDINGS.values()} == set(SHORT)
    assert {kind for _, kinds in SETS.values() for kind in kinds} <= set(SHORT)
