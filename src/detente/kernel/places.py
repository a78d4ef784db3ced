"""Where the crisis stands in the policy tables: the stage, the challenger's posture, the stance."""

from typing import Annotated, NamedTuple

from detente.kernel.jit import jit

LEVELS = 3
"""Force levels F and programme steps N, each 0 to 2 (MODEL 5.1)."""
POSTURES = 2 * LEVELS - 1
"""Force levels, and between two of them a raise that is under way."""
STANCES = 2 * LEVELS
"""Programme steps without a public vow of the defender, then with one."""


class Place(NamedTuple):
    """A stage, a posture and a stance."""

    stage: int
    posture: Annotated[int, "twice the force level, and one more while a raise is under way"]
    stance: Annotated[int, "the programme step, and LEVELS more once the defender has vowed"]


@jit
def force_of(posture: int) -> int:
    """Force level F in view; one that is under way is not."""
    return posture // 2


@jit
def posture_at(force: int) -> int:
    """Posture of a force level with nothing under way."""
    return 2 * force


@jit
def is_under_way(posture: int) -> bool:
    """Say whether a raise has been ordered and has not arrived."""
    return posture % 2 == 1


@jit
def lowered(posture: int) -> int:
    """Posture after calling back what is under way, or one level of force."""
    return posture - 1 if is_under_way(posture) else posture - 2


@jit
def step_of(stance: int) -> int:
    """Programme step N."""
    return stance % LEVELS


@jit
def has_vowed(stance: int) -> bool:
    """Say whether the defender has vowed in public to answer force in full."""
    return stance >= LEVELS


@jit
def advanced(stance: int) -> int:
    """Stance after a step of the programme; the last step has none after it."""
    return stance if step_of(stance) == LEVELS - 1 else stance + 1


@jit
def stance_at(step: int, vow: int) -> int:
    """Stance of a programme step, without (0) or with (1) a vow."""
    return step + LEVELS * vow
