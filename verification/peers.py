"""Ask an independent program, Gambit, for the answers that the stored signalling cases claim."""

import io
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from verification.cases import FAILED, Case, judge, read_all

# Chance draws A's type; A threatens or not; B, who cannot tell the types apart, resists or
# concedes; A fights or backs down. Gambit's text format: c chance, p a player's move, t an end.
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


def main(files: Sequence[str]) -> int:
    """Compare Gambit with every signalling case of the files and return the exit status."""
    cases = [case for case in read_all([Path(file) for file in files]) if is_signalling(case)]
    verdicts = [judge(case, {"aqre_signalling": signalling}) for case in cases]
    for verdict in verdicts:
        print(f"{verdict.status:<15}  {verdict.name}{verdict.reason}")
    return int(not verdicts or any(verdict.status == FAILED for verdict in verdicts))


def is_signalling(case: Case) -> bool:
    """Whether a case is one that this peer can answer."""
    return case.model == "aqre_signalling"


def signalling(inputs: dict[str, Any]) -> dict[str, float]:
    """Agent quantal-response equilibrium of the signalling game, traced by Gambit."""
    import pygambit  # noqa: PLC0415 - not installed where this module is only checked

    text = SIGNALLING.format(weak=1.0 - inputs["pi"], **inputs)
    game = pygambit.read_efg(io.BytesIO(text.encode()))
    [point] = pygambit.qre.logit_solve_lambda(game, inputs["lam"])
    moves = [move for side in ("A", "B") for _, move in point.profile[side]]
    threaten_strong, fight_strong, threaten_weak, fight_weak, resist = (
        float(move[action])
        for move, action in zip(moves, ("threaten", "fight") * 2 + ("resist",), strict=True)
    )
    wars = (threaten_strong * fight_strong, threaten_weak * fight_weak)
    return {
        "threaten_strong": threaten_strong,
        "threaten_weak": threaten_weak,
        "resist": resist,
        "fight_strong": fight_strong,
        "fight_weak": fight_weak,
        "war": resist * (inputs["pi"] * wars[0] + (1.0 - inputs["pi"]) * wars[1]),
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
