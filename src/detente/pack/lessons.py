"""What the two sides took from a last round of talks that ended in war."""

from typing import Annotated

from detente.evidence.written import Part
from detente.pack.number import Measure, Number


class Lessons(Part):
    """What each side took from a last round; a pack without one leaves this table out."""

    defender_learns: Annotated[
        Number | None,
        Measure("switch", "", "whether the defender took from it that talks bring an attack"),
    ] = None
    challenger_learns: Annotated[
        Number | None,
        Measure("switch", "", "whether the challenger took from it what a war costs it"),
    ] = None
    weight: Annotated[
        Number | None,
        Measure("share", "", "how much of an observation the last round counts for"),
    ] = None
    attack_count: Annotated[
        Number | None,
        Measure(
            "positive",
            "talks",
            "talks before it in which the challenger is thought to have attacked",
        ),
    ] = None
    no_attack_count: Annotated[
        Number | None,
        Measure(
            "positive",
            "talks",
            "talks before it in which the challenger is thought not to have attacked",
            ends="above_zero",
        ),
    ] = None
    likelihood_ratio: Annotated[
        Number | None,
        Measure(
            "positive",
            "",
            "how much likelier an attack amid talks is from a hard challenger",
            ends="above_zero",
        ),
    ] = None
    loss_expected: Annotated[
        Number | None,
        Measure(
            "positive",
            "times the model's",
            "loss that the challenger expected of a war before it",
            ends="above_zero",
        ),
    ] = None
    loss_expected_sd: Annotated[
        Number | None,
        Measure(
            "positive",
            "times the model's",
            "how unsure the challenger was of that loss",
            ends="above_zero",
        ),
    ] = None
    loss_seen: Annotated[
        Number | None,
        Measure(
            "positive",
            "times the model's",
            "loss that the last round taught the challenger to expect",
        ),
    ] = None
    loss_seen_sd: Annotated[
        Number | None,
        Measure(
            "positive",
            "times the model's",
            "how far one round can be off what the next brings",
            ends="above_zero",
        ),
    ] = None
    confidence: Annotated[
        Number | None,
        Measure(
            "positive",
            "log",
            "what the lesson adds to the challenger's optimism",
        ),
    ] = None
