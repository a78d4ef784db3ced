"""What caused war in a run: the share of war attributed to each mechanism, with intervals.

`detente causes --json` prints one object, `detente/causes/2`. Every share is {share, low, high,
spread_low, spread_high, chance_low, chance_high}: its 90 % interval over worlds and chance, its 5th
and 95th percentile across worlds without sampling noise, and its sampling interval, worlds held
fixed. By name:

- run, option; of: {worlds, futures}, how many were judged, on a coarse grid of beliefs. All shares
  but `first_shot` are of these futures.
- first_shot.KEY, first_shot_of_wars.KEY: how the first shot came, of the run's futures with use of
  force and of those with war.
- war: futures that end in war.
- causes.KEY: the share owed to each mechanism (Owen's value), with `prevents` and `creates`: war
  that removing it alone prevents, and that it brings. `none` is war with every mechanism off. They
  add up to war; a share below 0 means that the mechanism keeps more war away than it brings.
- deliberate: war with first strike, shifting power and broken deals alone, begun by a principal's
  chosen strike. miscalculation: misreading, types, optimism and self_knowledge. spoiler:
  third_party.
- but_for.KEY, created.KEY: `prevents` and `creates` with their intervals.
- overdetermined: war that no single removal prevents.
- placebo.{prevented, created}: the same for a removal of nearly nothing, the floor of all these.
- unsettled: share of visited decisions whose fixed point is off by more than .02.
- digest: SHA-256 of every verdict.

With --future the object is `detente/cause/2`: run, option, world, future, ending, is_war,
prevented_by (sets of mechanisms whose removal prevents the war: single ones, else the fewest kinds
of mechanism), created_by (mechanisms whose removal brings war), shares.KEY, none,
without.KEY.{ending, day}, deliberate, and the events of the future as `detente trace --json` has
them.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np

from detente import notebook
from detente.analysis.causes.attribution import KEYS, Causes, causes
from detente.analysis.causes.coalitions import unpacked, verdicts_of
from detente.analysis.causes.credit import UNIT, CoalitionPlan, credit, plan_of, smallest_removals
from detente.analysis.trace import Trace, trace
from detente.ensemble.foundation import read_again
from detente.ensemble.record import BASE
from detente.ensemble.rerun import Address
from detente.ensemble.run import Run
from detente.ensemble.simulate import stage_of
from detente.kernel.causes import EVERYTHING, Mechanism, Playing, only
from detente.kernel.endings import Ending

__all__ = ["Causes", "Story", "causes", "tell_cause"]


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
    plan: CoalitionPlan
    wars: np.ndarray
    """1 where there is war with a subset of the plan, else 0, shape (subsets,)."""
    is_deliberate: bool
    instead: dict[str, Instead]
    """How it ends without each mechanism."""

    @property
    def is_war(self) -> bool:
        """Say whether the future has war."""
        return bool(self.wars[self.plan.place(EVERYTHING)])

    @property
    def is_there_anyway(self) -> bool:
        """Say whether it has war with every mechanism off."""
        return bool(self.wars[self.plan.place(0)])

    @property
    def prevented_by(self) -> list[tuple[str, ...]]:
        """Return what prevents the war: single mechanisms, else the fewest kinds of mechanism."""
        return [names_of(one) for one in smallest_removals(self.wars, self.plan)]

    @property
    def created_by(self) -> list[str]:
        """Return each mechanism without which there would be war, where there is none."""
        if self.is_war:
            return []
        return [key for key, instead in self.instead.items() if instead.is_war]

    @property
    def shares(self) -> dict[str, Fraction]:
        """Return the share owed to each mechanism, exactly."""
        values = credit(self.wars[None], self.plan).shares[0]
        return {KEYS[one]: Fraction(int(values[one]), UNIT) for one in Mechanism}

    def as_json(self) -> dict[str, Any]:
        """Return what `detente causes --future --json` prints."""
        told = self.trace.as_json()
        return {
            **told,
            "schema": "detente/cause/2",
            "is_war": self.is_war,
            "prevented_by": [list(one) for one in self.prevented_by],
            "created_by": self.created_by,
            "shares": {key: float(value) for key, value in self.shares.items()},
            "none": int(self.is_there_anyway),
            "without": {key: instead._asdict() for key, instead in self.instead.items()},
            "deliberate": self.is_deliberate,
        }


def tell_cause(run: Run, *, future: Address, option: str = BASE) -> Story:
    """Say why one future of a run, "0:7" or (0, 7), had war or had none.

    It is played again on the run's own grid with each subset of the mechanisms that its world's
    plan holds.

    Raises
    ------
    DetenteError
        If the run holds no such future or option, was made by another version of the model, or is
        damaged.
    """
    told = trace(run, future=future, option=option)
    run.refuse_other_model()
    settings = run.record.settings
    stage = stage_of(run.folder, read_again(run.folder, run.record), settings).remembering()
    plan = plan_of(settings.seed, told.world)
    playing = Playing(settings.seed, told.world, np.array([told.future]))
    rows = stage.kernel.judge(stage.encoded(option, told.world), plan.subsets, playing)
    verdicts = verdicts_of(rows, plan)
    return Story(
        trace=told,
        plan=plan,
        wars=unpacked(verdicts["wars"], plan)[0],
        is_deliberate=bool(verdicts["deliberate"][0]),
        instead={key: instead_of(rows[EVERYTHING & ~only(one)]) for one, key in KEYS.items()},
    )


def instead_of(rows: np.ndarray) -> Instead:
    """Return how the one future ends that is in these rows."""
    return Instead(Ending(int(rows["ending"][0])).name.lower(), int(rows["ending_day"][0]))


def names_of(subset: int) -> tuple[str, ...]:
    """Return the names of the mechanisms in a subset."""
    return tuple(key for one, key in KEYS.items() if subset >> one & 1)
