import ast
from pathlib import Path

import pytest

from verification.model.slow import __main__ as command
from verification.model.slow.agreement import AGREED, WELL_FITTED, compare
from verification.model.slow.cases import (
    arrivals,
    brief,
    broken,
    drawn,
    incidents,
    offers,
    programme,
    raises,
    ultimatum,
    withdrawal,
)

# `rounds` takes as long as all of these: `python -m verification.model.slow` plays it.
GAMES = (
    brief,
    offers,
    ultimatum,
    raises,
    arrivals,
    withdrawal,
    programme,
    incidents,
    broken,
)
SMOOTH = {brief, offers, programme, incidents, broken}
"""Games whose worths polynomials of fewer degrees fit, to a quarter of what is allowed."""
POINTS = 17
PARTS = Path(command.__file__).parent
RECORDS = {
    "Array",
    "ChallengerMove",
    "ContactZones",
    "DefenderMove",
    "Negotiation",
    "WarTable",
    "World",
    "new_record",
}
JUDGES = {"__main__.py", "agreement.py"}


def taken_from_the_kernel(path):
    return {
        name.name
        for statement in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(statement, ast.ImportFrom) and statement.module.startswith("detente")
        for name in statement.names
    }


@pytest.mark.parametrize("build", GAMES)
def test_the_kernel_and_the_slow_solver_agree_on_what_a_small_game_is_worth(build):
    verdict = compare(build(), POINTS, degrees=16 if build in SMOOTH else 24)

    assert verdict.misfit < WELL_FITTED
    assert verdict.off[-1] < AGREED


def test_they_agree_on_a_game_drawn_at_random():
    assert compare(drawn(12), 17, degrees=24).is_agreed()


@pytest.mark.parametrize("path", sorted(PARTS.glob("*.py")), ids=lambda path: path.name)
def test_the_slow_solver_takes_records_from_the_kernel_and_no_rule(path):
    assert path.name in JUDGES or taken_from_the_kernel(path) <= RECORDS
