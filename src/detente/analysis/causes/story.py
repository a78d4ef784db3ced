"""Why one future had war, or had none: what it was, and which removals would have changed it."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np

from detente import notebook
from detente.analysis.causes.attribution import KEYS, UNIT
from detente.analysis.causes.coalitions import coalition_wars
from detente.analysis.causes.credit import credit, smallest_removals
from detente.analysis.trace import Trace, trace
from detente.ensemble.foundation import read_again
from detente.ensemble.record import BASE
from detente.ensemble.rerun import Address
from detente.ensemble.run import Run
from detente.ensemble.runners import Stretch
from detente.ensemble.simulate import Listener, stage_of
from detente.kernel.causes import EVERYTHING, Mark, Mechanism, only, solve_for, world_with
from detente.kernel.endings import Ending


class Instead(NamedTuple):
    """How a future ends once something is removed."""

    ending: str
    day: int

    @property
    def is_war(self) -> bool:
        """Say whether it is war all the same."""
        return Ending[self.ending.upper()] >= Ending.WAR


@dataclass(frozen=True, repr=False)
class Story(notebook.Shown):
    """Why one future had war, or had none."""

    trace: Trace
    wars: int
    """Bit s says whether there is war when only the mechanisms of subset s act."""
    is_deliberate: bool
    instead: dict[str, Instead]
    """How it ends without each mechanism."""

    @property
    def is_war(self) -> bool:
        """Say whether the future has war."""
        return bool(self.wars >> EVERYTHING & 1)

    @property
    def is_there_anyway(self) -> bool:
        """Say whether it has war with every mechanism off."""
        return bool(self.wars & 1)

    @property
    def prevented_by(self) -> list[tuple[str, ...]]:
        """Return the smallest sets of mechanisms whose removal prevents the war."""
        return [names_of(one) for one in smallest_removals(self.wars, len(Mechanism))]

    @property
    def created_by(self) -> list[str]:
        """Return each mechanism without which there would be war, where there is none."""
        if self.is_war:
            return []
        return [key for key, instead in self.instead.items() if instead.is_war]

    @property
    def shapley(self) -> dict[str, Fraction]:
        """Return the share attributed to each mechanism, exactly."""
        values = credit(np.array([self.wars], np.uint64), len(Mechanism)).shapley[0]
        return {KEYS[one]: Fraction(int(values[one]), UNIT) for one in Mechanism}

    def as_json(self) -> dict[str, Any]:
        """Return what `detente causes --future --json` prints."""
        told = self.trace.as_json()
        return {
            **told,
            "schema": "detente/cause/1",
            "is_war": self.is_war,
            "prevented_by": [list(one) for one in self.prevented_by],
            "created_by": self.created_by,
            "shapley": {key: float(value) for key, value in self.shapley.items()},
            "none": int(self.is_there_anyway),
            "without": {key: instead._asdict() for key, instead in self.instead.items()},
            "deliberate": self.is_deliberate,
        }


def tell_cause(
    run: Run, *, future: Address, option: str = BASE, progress: Listener | None = None
) -> Story:
    """Say why one future of a run, "0:7" or (0, 7), had war or had none.

    Its world is judged if it has not been yet.

    Raises
    ------
    DetenteError
        If the run holds no such future or option, was made by another version of the model, or is
        damaged.
    """
    told = trace(run, future=future, option=option)
    kept = coalition_wars(run, option)
    kept.play_missing([told.world], progress=progress)
    (judged,) = kept.read_all([told.world])
    return Story(
        trace=told,
        wars=int(judged.wars[told.future]),
        is_deliberate=bool(judged.marks[told.future] >> Mark.DELIBERATE & 1),
        instead=play_without_each(told),
    )


def play_without_each(told: Trace) -> dict[str, Instead]:
    """Play one future of a run again, each time without another mechanism."""
    run = told.run
    stage = stage_of(run.folder, read_again(run.folder, run.record), run.record.settings)
    encoded = stage.encoded(told.option, told.world)
    stretch = Stretch(told.world, told.future, 1)
    instead = {}
    for mechanism, key in KEYS.items():
        active = EVERYTHING & ~only(mechanism)
        solved = solve_for(encoded, active)
        row = stage.played(world_with(encoded, active), solved, stretch)[0]
        instead[key] = Instead(Ending(int(row["ending"])).name.lower(), int(row["ending_day"]))
    return instead


def names_of(subset: int) -> tuple[str, ...]:
    """Return the names of the mechanisms in a subset."""
    return tuple(key for one, key in KEYS.items() if subset >> one & 1)
