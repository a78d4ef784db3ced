"""Checks an update against direct simulation: draw the signs, keep the futures that match.

`python -m verification.evidence.conditioning` plays two packs with two seeds and observes three
invented signs: two of force, one of them absent, and one of two plans. By the rules of the model
(2.3), implemented again here, it draws many times for each future whether each sign is seen, and
keeps the futures that match the observation. The shares with force and with war among these must
equal those of `detente update`. The status is 1 if a share differs by more than the 99 % range of
the draws of the signs, corrected for the number of shares compared (Bonferroni).
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from scipy import stats  # type: ignore[import-untyped]

from detente import load, simulate, update
from detente.cli import terminal
from detente.ensemble.run import Run
from detente.ensemble.store import Rows
from detente.kernel.endings import Violence
from detente.kernel.layout import Array

PACKS = ("oman-2026", "reference-violent")
SEEDS = (1, 2)
MISTAKEN = 0.01
"""Chance that any share at all is called wrong although none is."""
DRAWS = 400
"""Times that the signs of each future are drawn."""
RESOLVED = 0.4
"""Share of challengers that are resolved, by which private motives are parted (5.2)."""
PLANS = ("display", "stand_off", "sustained", "direct_action")
MOST = 0.99
"""Most that the chance of a sign may be."""


class Sight(NamedTuple):
    """An invented sign, and whether it was seen."""

    key: str
    points_to: tuple[str, ...]
    ratio: float
    false_positive: float
    seen: bool


SIGHTS = (
    Sight("call_up", ("force",), 4.0, 0.15, seen=True),
    Sight("field_kitchens", ("sustained", "direct_action"), 3.0, 0.2, seen=True),
    Sight("families_sent_home", ("force",), 6.0, 0.1, seen=False),
)


class Compared(NamedTuple):
    """A share by the update and by drawing signs, and how far they may differ by chance."""

    pack: str
    seed: int
    outcome: str
    updated: float
    drawn: float
    error: float


def written(pack: str, start: Any) -> str:
    """Return the file of observations."""
    tables = [f'pack = "{pack}"']
    for place, one in enumerate(SIGHTS, 1):
        points_to = ", ".join(f'"{plan}"' for plan in one.points_to)
        tables += [
            f"[signs.{one.key}]",
            f"points_to = [{points_to}]",
            f'likelihood_ratio = {{ value = {one.ratio}, assumed = "invented" }}',
            f'false_positive = {{ value = {one.false_positive}, assumed = "invented" }}',
            f"[observed.{one.key}]",
            f"date = {start.fromordinal(start.toordinal() + place)}",
            f'by = "an invented observer"\nsource = "an invented report"\nsign = "{one.key}"',
            f"seen = {str(one.seen).lower()}",
        ]
    return "\n".join(tables)


def chances(run: Run, rows: Rows) -> Iterator[Array]:
    """Yield of each sign the chance that it is seen, in each future, by the rules of 2.3 and 5.2.

    Of signs of the same, each after the first has what is left of its ratio's logarithm, and those
    that the pack has seen already come before.
    """
    crisis, worlds = run.crisis, rows["world"]
    drawn = {path: values[worlds] for path, values in run.drawn.items()}
    cut = stats.norm.ppf(1.0 - RESOLVED)
    private = np.array([1.0 / RESOLVED, -1.0 / (1.0 - RESOLVED)]) * stats.norm.pdf(cut)
    known = drawn["moves.public_motive"]
    motive = np.sqrt(known) * drawn[f"actors.{crisis.of_role('challenger')}.motive"]
    motive = motive + np.sqrt(1.0 - known) * private[rows["challenger_type"]]
    before: list[frozenset[str]] = [
        frozenset(one.points_to) for one in crisis.model.indicators.values()
    ]
    for one in SIGHTS:
        kind = frozenset(one.points_to)
        left = one.ratio ** ((1.0 - drawn["posture.dependence"]) ** before.count(kind))
        before.append(kind)
        if "force" in kind:
            likely = left ** ((1.0 + motive) / 2.0)
        else:
            is_pointed = np.isin(rows["plan"], [PLANS.index(plan) for plan in one.points_to])
            likely = np.where(is_pointed, left, 1.0)
        yield np.minimum(one.false_positive * likely, MOST)


def compare(pack: str, seed: int, size: dict[str, Any]) -> Iterator[Compared]:
    """Yield the shares of one pack and seed, both ways."""
    rng = np.random.default_rng(seed)
    with tempfile.TemporaryDirectory() as folder:
        run = simulate(load(pack), **size, seed=seed, out=Path(folder) / "run")
        file = Path(folder) / "seen.toml"
        file.write_text(written(pack, run.record.start), encoding="utf-8")
        found = update(run, file, more_worlds=0)
        rows = np.concatenate(list(run.rows()))
        kept = np.zeros(len(rows), np.int64)
        likely = list(chances(run, rows))
        for _ in range(DRAWS):
            agrees = np.ones(len(rows), bool)
            for chance, one in zip(likely, SIGHTS, strict=True):
                agrees &= (rng.random(len(rows)) < chance) == one.seen
            kept += agrees
    comes = {
        "force": rows["violence"] >= Violence.LIMITED_STRIKE,
        "any_war": rows["violence"] >= Violence.WAR,
    }
    for outcome, happened in comes.items():
        share = float(kept[happened].sum() / kept.sum())
        error = float(np.sqrt(share * (1.0 - share) / kept.sum()))
        updated = found.outcomes[outcome].after.value
        yield Compared(pack, seed, outcome, updated, share, error)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the shares both ways, and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m verification.evidence.conditioning")
    parser.add_argument("--worlds", type=int, default=64)
    parser.add_argument("--futures", type=int, default=100, help="of each world")
    asked = parser.parse_args(arguments)
    size = {"worlds": asked.worlds, "futures": asked.worlds * asked.futures, "grid": "tiny"}
    found = [one for pack in PACKS for seed in SEEDS for one in compare(pack, seed, size)]
    most = float(stats.norm.ppf(1.0 - MISTAKEN / (2.0 * len(found))))
    off = [abs(one.updated - one.drawn) / one.error for one in found]
    head = ("pack", "seed", "outcome", "update, %", "drawn, %", "off by [standard errors]")
    rows = [
        (
            one.pack,
            str(one.seed),
            one.outcome,
            f"{100.0 * one.updated:.2f}",
            f"{100.0 * one.drawn:.2f}",
            f"{errors:.1f}" + ("" if errors < most else "  FAILS"),
        )
        for one, errors in zip(found, off, strict=True)
    ]
    terminal.show_table([head, *rows], right="  rrrr"[: len(head)])
    return int(max(off) >= most)


if __name__ == "__main__":
    sys.exit(main())
