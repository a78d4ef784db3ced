"""War under coalitions of mechanisms, in futures of a run: judged once and kept."""

from typing import Any

import numpy as np

from detente.ensemble import folder as folders
from detente.ensemble.record import BASE, Grid
from detente.ensemble.run import Run
from detente.ensemble.study import PlayedWorld, Readout, Study
from detente.errors import UnsolvedError
from detente.kernel.causes import EVERYTHING, ON_PURPOSE, PLACEBO, Playing, is_chosen_war, is_war
from detente.questions.causes.credit import CoalitionPlan, plan_of

WORLDS, FUTURES = 64, 100
"""Worlds that are judged, and futures of each, unless given."""
GRID: Grid = "tiny"
"""All that differs is played on the same grid, so that what it errs by is in every verdict."""
SCHEMA = "detente/verdicts/2"
BYTES = -(-len(plan_of(0, 0).subsets) // 8)
VERDICT = np.dtype(
    [
        ("wars", "u1", (BYTES,)),
        ("deliberate", "?"),
        ("placebo", "?"),
        ("visited", "<i4"),
        ("unsettled", "<i4"),
    ]
)
"""Of a future: a bit for each subset of its world's plan, first the lowest, 1 where there is war;
whether it is deliberate; war with the placebo; decision nodes visited over all subsets, and of
these the unsettled."""


def judging(run: Run, option: str = BASE, futures: int = FUTURES, **means: Any) -> Study:
    """Return the study that judges the first futures of each world, one world a file.

    `means`: on how many threads, and whom it tells, as of a study.
    """
    return Study(run, option, futures, GRID, "causes RUN", VERDICTS, **means)


def _judged(world: PlayedWorld) -> np.ndarray:
    """Return the verdicts on the futures of a world, played with each subset of its plan."""
    stage, number = world.stage, world.stretch.world
    plan = plan_of(stage.settings.seed, number)
    try:
        encoded = stage.encoded(world.option, number)
        playing = Playing(stage.settings.seed, number, np.arange(world.stretch.futures))
        rows = stage.kernel.judge(encoded, plan.subsets, playing)
    except UnsolvedError as fault:
        raise stage.named(fault, world.option, number) from fault
    return verdicts_of(rows, plan)


def verdicts_of(rows: dict[int, np.ndarray], plan: CoalitionPlan) -> np.ndarray:
    """Return the verdicts on futures that were played with each subset of a plan."""
    verdicts = np.zeros(len(rows[EVERYTHING]), VERDICT)
    wars = np.stack([is_war(rows[subset]) for subset in plan.subsets], axis=1)
    verdicts["wars"] = np.packbits(wars, axis=1, bitorder="little")
    verdicts["deliberate"] = is_chosen_war(rows[ON_PURPOSE])
    verdicts["placebo"] = is_war(rows[PLACEBO])
    for column in ("visited", "unsettled"):
        verdicts[column] = sum(played[column].astype(np.int64) for played in rows.values())
    return verdicts


VERDICTS = Readout("wars", VERDICT, _judged, worlds=1, folder=folders.CAUSES, about=SCHEMA)


def unpacked(packed: np.ndarray, plan: CoalitionPlan) -> np.ndarray:
    """Return whether each future has war, 0 or 1, shape (futures, subsets of the plan)."""
    return np.unpackbits(packed, axis=1, count=len(plan.subsets), bitorder="little")
