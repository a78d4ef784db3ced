"""What the two sides took from a last round of talks that ended in war."""

from detente.evidence.written import Part
from detente.pack.number import Measured, measured


class Lessons(Part):
    """What each side took from a last round; a pack without one leaves this table out."""

    defender_learns: Measured = measured(
        "switch", "whether the defender took from it that talks bring an attack"
    )
    challenger_learns: Measured = measured(
        "switch", "whether the challenger took from it what a war costs it"
    )
    weight: Measured = measured("share", "how much of an observation the last round counts for")
    attack_count: Measured = measured(
        "positive",
        "talks before it in which the challenger is thought to have attacked",
        unit="talks",
    )
    no_attack_count: Measured = measured(
        "positive",
        "talks before it in which the challenger is thought not to have attacked",
        unit="talks",
        ends="above_zero",
    )
    likelihood_ratio: Measured = measured(
        "positive",
        "how much likelier an attack amid talks is from a hard challenger",
        ends="above_zero",
    )
    loss_expected: Measured = measured(
        "positive",
        "loss that the challenger expected of a war before it",
        unit="times the model's",
        ends="above_zero",
    )
    loss_expected_sd: Measured = measured(
        "positive",
        "how unsure the challenger was of that loss",
        unit="times the model's",
        ends="above_zero",
    )
    loss_seen: Measured = measured(
        "positive",
        "loss that the last round taught the challenger to expect",
        unit="times the model's",
    )
    loss_seen_sd: Measured = measured(
        "positive",
        "how far one round can be off what the next brings",
        unit="times the model's",
        ends="above_zero",
    )
    confidence: Measured = measured(
        "positive", "what the lesson adds to the challenger's optimism", unit="log"
    )
