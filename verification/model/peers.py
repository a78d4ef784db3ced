"""Asks an independent program, Gambit, for the answers that the stored games claim."""

import io
import sys
from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

from verification.cases import FAILED, judge, read_all

# Gambit's text format: c chance, p a player's move, t an end.
# Chance draws A's type; A threatens or not; B, who cannot tell the types apart, resists or
# concedes; A fights or backs down.
SIGNALLING = """EFG 2 R "signalling" {{ "A" "B" }}
c "" 1 "" {{ "strong" {pi} "weak" {weak} }} 0
p "" 1 1 "" {{ "threaten" "hold" }} 0
p "" 2 1 "" {{ "resist" "concede" }} 0
p "" 1 2 "" {{ "fight" "back down" }} 0
t "" 1 "" {{ {war_strong}, {war_B} }}
t "" 2 "" {{ -{back_down_cost}, 1 }}
t "" 3 "" {{ 1, 0 }}
t "" 4 "" {{ 0, 0 }}
p "" 1 3 "" {{ "threaten" "hold" }} 0
p "" 2 1 "" {{ "resist" "concede" }} 0
p "" 1 4 "" {{ "fight" "back down" }} 0
t "" 5 "" {{ {war_weak}, {war_B} }}
t "" 6 "" {{ -{back_down_cost}, 1 }}
t "" 7 "" {{ 1, 0 }}
t "" 8 "" {{ 0, 0 }}
"""
# The same moves without types: A challenges or not, B resists or concedes, A fights or backs down.
CRISIS = """EFG 2 R "crisis" {{ "A" "B" }}
p "" 1 1 "" {{ "challenge" "hold" }} 0
p "" 2 1 "" {{ "resist" "concede" }} 0
p "" 1 2 "" {{ "fight" "back down" }} 0
t "" 1 "" {{ {war_A}, {war_B} }}
t "" 2 "" {{ -{back_down_cost}, {prize} }}
t "" 3 "" {{ {prize}, 0 }}
t "" 4 "" {{ 0, 0 }}
"""


def main(files: Sequence[str]) -> int:
    """Compare Gambit with every case of the files that it can answer, and return the status."""
    cases = [case for case in read_all([Path(file) for file in files]) if case.model in MODELS]
    verdicts = [judge(case, MODELS) for case in cases]
    for verdict in verdicts:
        print(f"{verdict.status:<15}  {verdict.name}{verdict.reason}")
    failed = sum(verdict.status == FAILED for verdict in verdicts)
    print(f"Gambit {version()}: {len(verdicts)} asked again, {failed} failed")
    return int(not verdicts or failed > 0)


def version() -> str:
    """Return which release of Gambit answers."""
    import pygambit  # noqa: PLC0415 - not installed where this module is only checked

    return str(pygambit.__version__)


def signalling(inputs: dict[str, Any]) -> dict[str, float]:
    """Agent quantal-response equilibrium of the signalling game, traced by Gambit."""
    weak = 1 - Decimal(str(inputs["pi"]))  # exact: Gambit adds the chances up as fractions
    text = SIGNALLING.format(weak=weak, **inputs)
    actions = ("threaten", "fight", "threaten", "fight", "resist")
    chances = principal_branch(text, inputs["lam"], actions)
    threaten_strong, fight_strong, threaten_weak, fight_weak, resist = chances
    wars = (threaten_strong * fight_strong, threaten_weak * fight_weak)
    return {
        "threaten_strong": threaten_strong,
        "threaten_weak": threaten_weak,
        "resist": resist,
        "fight_strong": fight_strong,
        "fight_weak": fight_weak,
        "war": resist * (inputs["pi"] * wars[0] + (1.0 - inputs["pi"]) * wars[1]),
    }


def crisis(inputs: dict[str, Any]) -> dict[str, float]:
    """Agent quantal-response equilibrium of the crisis with known payoffs, traced by Gambit."""
    actions = ("challenge", "fight", "resist")
    challenge, fight, resist = principal_branch(CRISIS.format(**inputs), inputs["lam"], actions)
    return {
        "challenge": challenge,
        "resist": resist,
        "fight": fight,
        "war": challenge * resist * fight,
    }


def principal_branch(text: str, precision: float, actions: Sequence[str]) -> list[float]:
    """Chance of one action at each information set, A's before B's, at a precision.

    Gambit follows the branch from indifference, at precision 0; ValueError where it turns back.
    """
    import pygambit  # noqa: PLC0415 - not installed where this module is only checked

    game = pygambit.read_efg(io.BytesIO(text.encode()))
    path: list[Any] = []
    [point] = pygambit.qre.logit_solve_lambda(game, precision, event_callback=path.append)
    refuse_to_turn([event.qre.lam for event in path], precision)
    moves = [move for side in ("A", "B") for _, move in point.profile[side]]
    return [float(move[action]) for move, action in zip(moves, actions, strict=True)]


def refuse_to_turn(path: Sequence[float], precision: float) -> None:
    """Raise ValueError if precisions along a branch fall before they reach the one asked for.

    Where a branch turns back, several equilibria share a precision.
    """
    for before, after in pairwise(path):
        # From there on, Gambit goes to and fro until it has met it.
        if before >= precision:
            return
        if after <= before:
            raise ValueError(f"the branch turns back at precision {before}: equilibria are several")


MODELS = {"aqre_signalling": signalling, "aqre_crisis": crisis}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
