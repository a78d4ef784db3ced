"""What is held about a crisis, who holds it, and what result in the model would reject it."""

from collections.abc import Iterator, Mapping
from typing import Annotated

from pydantic import Field

from detente.evidence.claim import Claim
from detente.evidence.written import Part, StandIn, Text
from detente.pack.names import show
from detente.pack.number import Because, Finding, Path, Sought

REASON_HINT = 'add because = "a-claim" or assumed = "the reason in words"'


class Hypothesis(Part):
    """A sentence about the crisis that results in the model can speak against."""

    says: Annotated[Text, Field(description="what is held, in your own words")]
    rejected_if: Annotated[
        Text, Field(description="what result in this model would speak against it")
    ]
    because: Because = ()
    assumed: Annotated[str | None, StandIn("text")] = None


def hypothesis_rules(
    hypotheses: Mapping[str, Hypothesis], claims: Mapping[str, Claim]
) -> Iterator[Finding]:
    """Yield a fault for each hypothesis that rests on nothing, or on a claim that is not there."""
    for key, hypothesis in hypotheses.items():
        path = ("hypotheses", key)
        yield from _reason_rules(hypothesis, path)
        for place, claim in enumerate(hypothesis.because):
            if claim not in claims:
                hint, sought = f"write [claims.{claim}], or assumed = why", Sought(claim, claims)
                where = (*path, "because", place)
                yield Finding(where, show(claim), "the key of a claim", hint, sought=sought)


def _reason_rules(hypothesis: Hypothesis, path: Path) -> Iterator[Finding]:
    if hypothesis.assumed is not None and not hypothesis.assumed.strip():
        hint = "say in words why it is held"
        yield Finding((*path, "assumed"), "no words", "a reason in words", hint)
    elif not hypothesis.because and hypothesis.assumed is None:
        allowed = "because or assumed"
        yield Finding((*path, "because"), "nothing", allowed, REASON_HINT, on_key=True)
