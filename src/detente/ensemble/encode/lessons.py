"""How each side perceives the results of war, and what the last round of force taught it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import fsum

from detente.errors import DetenteError
from detente.kernel.beliefs import evidence_shift, expected_loss, trust
from detente.pack.crisis import Crisis

LEAST = 1e-6
"""Minimum of an expected loss and of its standard deviation, by which the kernel divides."""

Values = Mapping[str, float]


@dataclass(frozen=True)
class Learnt:
    """What the last round of force taught both sides in one world."""

    challenger_trust: float
    """Factor by which the defender discounts the challenger's promises; 1 without a lesson."""
    hard_shift: float
    """Shift in the log-odds that the challenger is resolved; 0 without a lesson."""
    challenger_loss_factor: float
    """Factor on the losses that the challenger expects; 1 without a lesson."""
    challenger_optimism: float
    """Bias in the challenger's perception of the war table, its lesson included [log]."""
    defender_optimism: float
    """Bias in the defender's perception of the war table [log]."""


def read_lessons(crisis: Crisis, values: Values) -> Learnt:
    """Return the lessons of a world; they are neutral if the pack describes no last round.

    Each side's lesson can be switched on alone and does not change the other's (MODEL 5.7).
    """
    defender_learns = learns(values, "defender")
    challenger_learns = learns(values, "challenger")
    optimism = values[f"actors.{crisis.of_role('challenger')}.optimism"]
    challenger_trust, hard_shift, loss_factor = 1.0, 0.0, 1.0
    if defender_learns:
        # Trust is the chance that talks are not attacked, as the defender sees it.
        attacks, others = values["lessons.attack_count"], values["lessons.no_attack_count"]
        challenger_trust = trust(attacks, others, values["lessons.weight"])
        ratio = values["lessons.likelihood_ratio"]
        hard_shift = evidence_shift(values["lessons.weight"], ratio)
    if challenger_learns:
        expected = max(values["lessons.loss_expected"], LEAST)
        learnt = expected_loss(
            expected,
            max(values["lessons.loss_expected_sd"], LEAST),
            values["lessons.loss_seen"],
            max(values["lessons.loss_seen_sd"], LEAST),
            values["lessons.weight"],
        )
        loss_factor = learnt / expected
        optimism += values["lessons.confidence"]
    return Learnt(
        challenger_trust=challenger_trust,
        hard_shift=hard_shift,
        challenger_loss_factor=loss_factor,
        challenger_optimism=optimism,
        defender_optimism=values[f"actors.{crisis.of_role('defender')}.optimism"],
    )


def learns(values: Values, side: str) -> bool:
    """Return whether a side drew a lesson in a world; False if there was no last round."""
    return values.get(f"lessons.{side}_learns", 0.0) > 0


def shares(values: Values, keys: Sequence[str], weight: str) -> dict[str, float]:
    """Return each issue's share of a side's stakes, which add up to 1.

    An ally may value no issue; all its shares are then 0. Raises `DetenteError` if a principal
    values none.
    """
    weights = {key: values[f"issues.{key}.{weight}"] for key in keys}
    total = fsum(weights.values())
    if total == 0.0 and weight == "ally_weight":
        return weights
    if total == 0.0:
        hint = "give one issue a weight above 0"
        raise DetenteError(f"every {weight} is 0 in a world", where="issues", hint=hint)
    return {key: value / total for key, value in weights.items()}
