"""What stands beneath each answer: how sure it is, what it leaves out, how models have fared."""

from collections import Counter

from detente.analysis import wording
from detente.analysis.history.bands import FIRST_YEAR, LAST_YEAR, STARTS
from detente.ensemble.shares import Share
from detente.pack.accepted import accepted
from detente.report.blocks import Method, Words
from detente.report.material import Material

FIRM, FAIR = 2.0 / 3.0, 1.0 / 3.0
"""Shares of numbers with evidence behind them from which confidence may be high, or moderate."""
NARROW, MIDDLING = 0.10, 0.25
"""Spreads over worlds up to which confidence may be high, or moderate."""
GRADED = {"high": (FIRM, NARROW), "moderate": (FAIR, MIDDLING)}


def confidence(material: Material, share: Share) -> Words:
    """Say how sure an answer is: by the evidence behind its numbers and by how worlds differ."""
    evidence = material.run.record.evidence
    supported = evidence["claims"] + evidence["calibrated"]
    grades = Counter(row.grade for row in material.ledger.rows if row.grade)
    graded = ", ".join(f"{often} {grade}" for grade, often in sorted(grades.items()))
    best = f" (by best grade: {graded})" if graded else ""
    width = share.spread_high - share.spread_low
    return (
        f"Confidence: {_level(supported / evidence['numbers'], width)}. Of {evidence['numbers']} "
        f"numbers {supported} rest on claims or past crises{best}; worlds differ by "
        f"{100 * width:.0f} points, {wording.spread(share).replace('-', ' to ')} of 100.",
    )


def _level(supported: float, width: float) -> str:
    for level, (least, widest) in GRADED.items():
        if supported >= least and width <= widest:
            return level
    return "low"


def method(material: Material, *, how: str, left_out: str, would_change: str) -> Method:
    """Return what stands beneath an answer."""
    record = material.run.record
    settings = record.settings
    return Method(
        in_this_model=(
            f"{how} {settings.worlds:,} worlds x {settings.futures_of_a_world:,} futures, as of "
            f"{record.as_of}; pack {record.pack[:12]}.",
        ),
        left_out=(left_out,),
        would_change=(would_change,),
        fared=fared(),
    )


def fared() -> Words:
    """Say how such models have fared, as far as that is known of this one."""
    rows, crises = accepted().rows, sum(STARTS.values())
    return (
        f"Levels are fitted to {crises} past crises of {FIRST_YEAR} to {LAST_YEAR} by {rows} sets "
        "of values; crises after that are kept aside and have not been foretold with it yet, so "
        "that nothing shows how well it foretells. Read differences and reasons before levels.",
    )
