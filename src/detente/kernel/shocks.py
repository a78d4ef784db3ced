"""What all shots of a war have in common: the picture they are fired on, and how well they kill."""

import math

from detente.kernel.arithmetic import exp, power
from detente.kernel.defence import CLASSES, Defence, Stand
from detente.kernel.jit import jit

NODES = 4
"""Of one defence in a war: picture good or bad, times the war's shock a deviation up or down."""
WAR_PART = 2.0 / 3.0
"""Share of the shock's variance that holds for the whole war; the rest is a raid's (MODEL 6.3)."""


@jit
def shifted(probability: float, odds_ratio: float) -> float:
    """Return a probability whose odds are multiplied."""
    odds = probability * odds_ratio
    return odds / (1.0 - probability + odds)


@jit
def kill_probability_of_salvo(kill_probability: float, shots: int) -> float:
    """Chance that at least one of independent shots kills, `1 - (1 - p)^n`."""
    return 1.0 - power(1.0 - kill_probability, shots)


@jit
def take_shock(defence: Defence, stand: Stand, shift: float) -> None:
    """Set a salvo's kill chance, by layer and class, for a shock on every shot's [logit].

    What a layer cannot fire at is left as it was: nothing reads it.
    """
    odds_ratio = exp(shift)
    for layer in range(defence.layers):
        shots = int(defence.salvo[layer])
        for threat in range(CLASSES):
            if defence.batteries[layer] > 0.0 and defence.looks[layer, threat] >= 1.0:
                stand.salvo_kill[layer, threat] = kill_probability_of_salvo(
                    shifted(defence.kill_probability[layer, threat], odds_ratio), shots
                )


@jit
def picture_left(defence: Defence, is_good: bool) -> float:
    """Return what the common picture, good or bad, leaves of detection."""
    return 1.0 if is_good else defence.poor_tracking


@jit
def mean_picture(defence: Defence) -> float:
    """Return what the common picture leaves of detection in the mean."""
    good = defence.tracking_probability
    return good + (1.0 - good) * defence.poor_tracking


@jit
def shock_point(of_war: float, of_raid: float) -> float:
    """Shock on a raid from the war's part and its own, all in standard deviations."""
    return math.sqrt(WAR_PART) * of_war + math.sqrt(1.0 - WAR_PART) * of_raid


@jit
def has_good_picture(node: int) -> bool:
    """Say whether the picture is good at a node."""
    return node < NODES // 2


@jit
def war_point(node: int) -> float:
    """War's part of the shock at a node [standard deviations].

    One up and one down at even odds have the mean, variance and skewness of a normal number: exact
    to the third power of the shock.
    """
    return 1.0 if node % 2 == 0 else -1.0


@jit
def node_weight(good_probability: float, node: int) -> float:
    """Chance of a node: of its picture, times one in two."""
    picture = good_probability if has_good_picture(node) else 1.0 - good_probability
    return 0.5 * picture
