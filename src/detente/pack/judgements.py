"""Judgements of an analyst in place of numbers that nobody can know: `[judgements.KEY]`.

A judgement answers a question that people can answer, such as how likely a strike is should talks
fail. The run itself stays as it is; its worlds are weighted to agree with the judgements.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Annotated

from pydantic import BeforeValidator, Field

from detente.endings import OUTCOMES
from detente.evidence.claim import Day, StandIn, Text, WrittenPart, as_tuple
from detente.pack.number import Finding, Sought, as_pair
from detente.pack.toml import KeyPath
from detente.text import show

CERTAIN = 100.0
"""Value that someone who counts in percent writes for certain."""

Likelihood = Annotated[
    tuple[float, float],
    BeforeValidator(as_pair),
    Field(description="a probability such as 0.25, or the two ends of a range"),
    StandIn((0.5, 0.5)),
]
"""A probability as both ends of a range, equal if it is one number."""
Conditions = Annotated[
    tuple[Text, ...],
    BeforeValidator(as_tuple),
    Field(description="conditions, as `detente ask --given` takes them"),
]
"""Conditions on the futures that a statement is about."""


class Judgement(WrittenPart):
    """How likely somebody judges an outcome to be, and why."""

    outcome: Annotated[
        Text,
        Field(
            description="an outcome or an ending, or a column of the futures with its value, such "
            'as "scale=campaign"'
        ),
        StandIn("any_war"),
    ]
    by: Annotated[
        Day | None,
        Field(description="the last day on which it counts; the end of the run if left out"),
    ] = None
    given: Conditions = ()
    probability: Likelihood
    who: Annotated[Text, Field(description="who judges so")]
    reason: Annotated[Text, Field(description="why, in words")]


def outcome_rules(name: str, path: KeyPath) -> Iterator[Finding]:
    """Yield a fault if an outcome or ending does not exist."""
    if name not in OUTCOMES:
        allowed, sought = f"one of {', '.join(OUTCOMES)}", Sought(name, OUTCOMES)
        yield Finding(path, show(name), allowed, sought=sought)


def judgement_rules(judgements: Mapping[str, Judgement], as_of: date) -> Iterator[Finding]:
    """Yield a fault for each judgement without an outcome or day, without doubt, or given twice.

    Columns and values are checked when a run is weighted, since a pack knows no columns.
    """
    stands: dict[tuple[object, ...], str] = {}
    for key, one in judgements.items():
        path = ("judgements", key)
        if "=" not in one.outcome:
            yield from outcome_rules(one.outcome, (*path, "outcome"))
        for place, condition in enumerate(one.given):
            if condition not in OUTCOMES and "=" not in condition:
                allowed = f"one of {', '.join(OUTCOMES)}, or a column with its value"
                sought = Sought(condition, OUTCOMES)
                yield Finding((*path, "given", place), show(condition), allowed, sought=sought)
        if one.by is not None and one.by <= as_of:
            allowed = f"a day after {as_of} (as_of)"
            hint = "the run begins after that day: drop the judgement"
            yield Finding((*path, "by"), show(one.by), allowed, hint, leans_on="as_of")
        yield from probability_rules((*path, "probability"), one.probability)
        asked = one.outcome, one.by, frozenset(one.given)
        if stands.setdefault(asked, key) != key:
            found, hint = f"the question of judgements.{stands[asked]}", "keep one of the two"
            yield Finding(path, found, "one judgement a question", hint, on_key=True)


def probability_rules(path: tuple[str, ...], ends: tuple[float, float]) -> Iterator[Finding]:
    """Yield a fault for a range of probabilities that is out of order or includes 0 or 1."""
    low, high = ends
    found = show(low) if low == high else show(ends)
    outside = [end for end in ends if not 0.0 < end < 1.0]
    if outside:
        hint = "nothing that may still come is certain: give a chance such as 0.01 or 0.99"
        if 1.0 < max(outside) < CERTAIN:
            hint = f"write {max(outside) / CERTAIN:g} for {max(outside):g} %"
        yield Finding(path, found, "more than 0 and less than 1, both ends of a range", hint)
    elif low > high:
        yield Finding(path, found, "the lower end first", f"write [{high:g}, {low:g}]")
