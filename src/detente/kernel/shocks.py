"""What all shots of a war have in common: the picture they are fired on, and how well they kill."""

import math
from typing import Annotated, NamedTuple

from detente.kernel.arithmetic import exp, power
from detente.kernel.defence import Defence, Stand
from detente.kernel.jit import jit

NODES = 6
"""Picture good or bad, times three points of the shock."""
OUTER_POINT = 1.7320508075688772
"""Outer points of a 3-point rule for a normal draw, plus and minus the root of 3."""
OUTER_WEIGHT = 1.0 / 6.0
"""Weight of each outer point; the middle one has the rest."""
WAR_PART = 2.0 / 3.0
"""Share of the shock's variance that holds for the whole war; the rest is a raid's (MODEL 6.3)."""


class Common(NamedTuple):
    """What every shot of a war has in common, for one defence."""

    picture: Annotated[float, "what the picture leaves of detection"]
    shift: Annotated[float, "known shock on kill chances [logit]"]
    spread: Annotated[float, "what of the shock is still averaged over [logit]"]


@jit
def shifted(probability: float, shift: float) -> float:
    """Return a probability moved by `shift` in log-odds."""
    odds = probability * exp(shift)
    return odds / (1.0 - probability + odds)


@jit
def kill_probability_of_salvo(kill_probability: float, shots: int) -> float:
    """Chance that at least one of independent shots kills, `1 - (1 - p)^n`."""
    return 1.0 - power(1.0 - kill_probability, shots)


@jit
def shocked_salvo(kill_probability: float, shots: int, shift: float, spread: float) -> float:
    """Chance that a salvo kills under a shock of known `shift`, averaged over a further `spread`.

    The mean over what is left of the shock is a 3-point rule, exact to the fifth power of it.
    """
    middle = kill_probability_of_salvo(shifted(kill_probability, shift), shots)
    if spread <= 0.0:
        return middle
    step = OUTER_POINT * spread
    low = kill_probability_of_salvo(shifted(kill_probability, shift - step), shots)
    high = kill_probability_of_salvo(shifted(kill_probability, shift + step), shots)
    return (low + 4.0 * middle + high) / 6.0


@jit
def take_shock(defence: Defence, stand: Stand, shift: float, spread: float) -> None:
    """Set each layer's kill chance of a salvo for a shock, as `shocked_salvo` has it."""
    for layer in range(defence.layers):
        stand.salvo_kill[layer] = shocked_salvo(
            defence.kill_probability[layer], int(defence.salvo[layer]), shift, spread
        )


@jit
def take_common(defence: Defence, stand: Stand, common: Common) -> None:
    """Let the common draws of a war bear on a defence."""
    stand.picture = common.picture
    take_shock(defence, stand, common.shift, common.spread)


@jit
def averaged_common(defence: Defence) -> Common:
    """Stand in for draws that are averaged over: mean picture, and all of the shock as spread."""
    good = defence.tracking_probability
    return Common(good + (1.0 - good) * defence.poor_tracking, 0.0, defence.shock)


@jit
def node_common(defence: Defence, is_good: bool, point: float) -> Common:
    """Set the common draws of a node: picture good or bad, the war's shock at so many deviations.

    A raid's own part of the shock is averaged over within each salvo's kill chance.
    """
    return Common(
        1.0 if is_good else defence.poor_tracking,
        math.sqrt(WAR_PART) * defence.shock * point,
        math.sqrt(1.0 - WAR_PART) * defence.shock,
    )


@jit
def node_weight(defence_is_good: float, node: int) -> float:
    """Chance of a node: of its picture times that of its point of the shock."""
    picture = defence_is_good if node < NODES // 2 else 1.0 - defence_is_good
    return picture * (1.0 - 2.0 * OUTER_WEIGHT if node % 3 == 1 else OUTER_WEIGHT)
