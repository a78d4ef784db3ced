"""What a run played again for a question, and where its worlds lie, read with nothing of its code.

Files hold for each future of four worlds its class: its ending and, in two bits, whether a deal was
ever made and whether talks ever failed; those of hypotheses a few columns. Which file holds which
change follows from the change's digest, and what makes up a group from the pack's tables.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq  # type: ignore[import-untyped]
from scipy import special, stats  # type: ignore[import-untyped]

import detente
from detente.analysis.drivers.inputs import Inputs, inputs_of
from detente.analysis.drivers.variance import Redraws
from detente.ensemble.alterations import Alteration
from detente.ensemble.pairing import Pairing
from verification.intervals import Z

SEAL, BLOCK = 32, 4
"""What seals a file [bytes], and the worlds of one file."""
CLASS = np.dtype(np.int8)


@dataclass(frozen=True)
class Played:
    """What a run played again, and where its worlds lie."""

    folder: Path

    @cached_property
    def pairing(self) -> Pairing:
        """Return what names the changes."""
        return Pairing(detente.Run.open(self.folder))

    @cached_property
    def inputs(self) -> Inputs:
        """Return what names the groups."""
        return inputs_of(self.pairing.ground.crisis)

    @cached_property
    def redraws(self) -> Redraws:
        """Return what names the changes that draw a group again."""
        return Redraws(self.pairing, self.inputs)

    @cached_property
    def numbers(self) -> dict[str, dict[str, Any]]:
        """Return what is known of each number."""
        found: dict[str, Any] = json.loads((self.folder / "resolved.json").read_text())
        numbers: dict[str, dict[str, Any]] = found["numbers"]
        return numbers

    @cached_property
    def values(self) -> dict[str, np.ndarray]:
        """Return each number in each world."""
        table = pq.read_table(self.folder / "worlds.parquet")
        return {name: table[name].to_numpy() for name in table.column_names}

    @cached_property
    def measuring(self) -> str:
        """Return the grid on which swings are measured."""
        record = json.loads((self.folder / "record.json").read_text())
        return "tiny" if record["settings"]["grid"] == "tiny" else "coarse"

    def rows(self, change: Alteration, worlds: range, kept: tuple[str, np.dtype]) -> np.ndarray:
        """Return what was kept of each future of some worlds, shape (worlds, futures).

        `kept`: how the files of a change end, and what is kept of a future.
        """
        place, (ending, kind) = self.folder / "answers/base" / change.name, kept
        firsts = range(worlds.start // BLOCK * BLOCK, worlds.stop, BLOCK)
        parts = [(place / f"{first:06d}-{ending}").read_bytes()[:-SEAL] for first in firsts]
        rows = np.frombuffer(b"".join(parts), kind).reshape(BLOCK * len(parts), -1)
        return rows[worlds.start - firsts.start :][: len(worlds)]

    def endings(self, change: Alteration, worlds: range, grid: str = "tiny") -> np.ndarray:
        """Return how each future of some worlds ends under a change, shape (worlds, futures)."""
        return self.classes(change, worlds, grid) >> 2

    def classes(self, change: Alteration, worlds: range, grid: str = "tiny") -> np.ndarray:
        """Return the same with two bits on deals and talks."""
        return self.rows(change, worlds, (f"{grid}-200.classes", CLASS))

    def ends(self, path: str) -> tuple[float, float]:
        """Return the 10th and the 90th percentile of a number, or no and yes."""
        number = self.numbers[path]
        if number["kind"] == "chance":
            return 0.0, 1.0
        low, high = (_percentile(number, place) for place in (0.1, 0.9))
        return low, high

    @cached_property
    def endings_of_run(self) -> np.ndarray:
        """Return how each future of the run ends, shape (worlds, futures)."""
        columns = pq.read_table(self.folder / "futures/base", columns=["world", "future", "ending"])
        world, future, ending = (column.to_numpy() for column in columns.columns)
        ordered: np.ndarray = ending[np.lexsort((future, world))]
        return ordered.reshape(int(world.max()) + 1, -1)


def _percentile(number: Mapping[str, Any], place: float) -> float:
    low, high = number["low"], number["high"]
    if number["kind"] == "values":
        weights = np.cumsum(number["weights"] or [1.0] * len(number["values"]))
        at = int(np.searchsorted(weights, place * weights[-1], side="right"))
        return float(sorted(number["values"])[at])
    if number["kind"] == "gamma":
        shape = number["gamma_shape"]
        value = float(stats.gamma.ppf(place, shape, scale=number["mean"] / shape))
        within = number["within"]
        return value if within is None else min(max(value, within[0]), within[1])
    if number["shape"] == "uniform":
        return float(low + place * (high - low))
    there, back = {
        "normal": (float, float),
        "lognormal": (math.log, math.exp),
        "logitnormal": (special.logit, special.expit),
    }[number["shape"]]
    middle, half = (there(low) + there(high)) / 2, (there(high) - there(low)) / 2
    return float(back(middle + half / Z * stats.norm.ppf(place)))
