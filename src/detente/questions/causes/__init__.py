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
- causes.KEY: the share of war attributed to each mechanism (Owen's value), with `prevents` and
  `creates`: war that removing it alone prevents, and war that removing it brings. `none` is war
  with every mechanism off. The shares add up to war; a share below 0 means that the mechanism
  keeps more war away than it brings.
- deliberate: war with first strike, shifting power and broken deals alone, begun by a principal's
  chosen strike. miscalculation: misreading, types, optimism and self_knowledge. spoiler:
  third_party.
- but_for.KEY, created.KEY: `prevents` and `creates` with their intervals.
- overdetermined: war that no single removal prevents.
- placebo.{prevented, created}: the same for a removal of nearly nothing, which is the floor of all
  these figures.
- unsettled: share of visited decisions whose fixed point is off by more than .02.
- digest: SHA-256 of every verdict.

With --future the object is `detente/cause/2`: run, option, world, future, ending, is_war,
prevented_by (sets of mechanisms whose removal prevents the war: single ones, else the fewest kinds
of mechanism), created_by (mechanisms whose removal brings war), shares.KEY, none,
without.KEY.{ending, day}, deliberate, and the events of the future as `detente trace --json` has
them.
"""

import hashlib
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from detente import notebook
from detente.data import fields_of, in_json
from detente.endings import Ending, keys_of
from detente.ensemble import folder as folders
from detente.ensemble.intervention import AS_IT_IS
from detente.ensemble.record import BASE, Grid
from detente.ensemble.run import Address, Run
from detente.ensemble.runners import Listener
from detente.ensemble.simulate import stage_again
from detente.ensemble.study import PlayedWorld, Readout, Study
from detente.ensemble.weighing import Weighing
from detente.errors import UnsolvedError
from detente.estimate.estimate import Estimate
from detente.estimate.intervals import estimate_mean, estimate_share
from detente.kernel.causes import (
    EVERYTHING,
    ON_PURPOSE,
    PLACEBO,
    Mechanism,
    Playing,
    is_chosen_war,
    is_war,
    only,
)
from detente.questions.causes.credit import UNIT, CoalitionPlan, credit, plan_of, smallest_removals
from detente.questions.summary import FirstShots, first_shots_of
from detente.questions.trace import Trace, trace

__all__ = ["Causes", "Story", "cause_of", "causes"]

WORLDS, FUTURES = 64, 100
"""Default numbers of worlds that are judged, and of futures of each."""
GRID: Grid = "tiny"
"""One grid for all subsets of mechanisms, so that its error is in every verdict."""
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
"""The verdict on a future: a bit for each subset of its world's plan, lowest first, 1 if there is
war; whether it is deliberate; war with the placebo; decision nodes visited over all subsets, and
the unsettled ones."""

NONE = "none"
"""The key of wars that come with every mechanism off."""
Key: TypeAlias = tuple[str, ...]
"""Name of a measure, and the mechanism if it has one."""

KEYS = {mechanism: mechanism.name.lower() for mechanism in Mechanism}
MISCALCULATION = (
    Mechanism.MISREADING,
    Mechanism.TYPES,
    Mechanism.OPTIMISM,
    Mechanism.SELF_KNOWLEDGE,
)
SINGLE = ("deliberate", "miscalculation", "spoiler", "overdetermined")
"""Measures that do not belong to a single mechanism."""
PLACEBO_FLIPS = ("prevented", "created")
FLIPS = {"prevents": "but_for", "creates": "created"}
"""Effects of a single removal: their keys next to a mechanism's share, and their measures."""
FLOORS = {"but_for": "prevented", "created": "created"}
"""Each effect of a removal, and the same effect of the placebo."""
NEXT_TO_NOTHING = 0.0015
"""A smaller share of all futures is printed as at most .1 % and is left out of sentences."""


@dataclass(frozen=True, repr=False)
class Causes(notebook.Shown):
    """What caused war in a run."""

    run: Run
    option: str
    worlds: int
    futures: int
    """In all worlds together."""
    shares: dict[Key, Estimate]
    unsettled: float
    digest: str

    @cached_property
    def first_shots(self) -> FirstShots | None:
        """How the first shot came, in all futures of the run; None if nobody used force."""
        return first_shots_of(self.run, self.option)

    @cached_property
    def war_shots(self) -> FirstShots | None:
        """How the first shot came, in all wars of the run; None if there is none."""
        return first_shots_of(self.run, self.option, of_wars=True)

    def of_each(self, measure: str) -> dict[str, Estimate]:
        """Return a measure by mechanism, in the order of the mechanisms."""
        return {key: self.shares[measure, key] for key in KEYS.values()}

    def surely_owed(self) -> list[str]:
        """Return the mechanisms whose share of war is clearly above or below 0.

        The interval of the share excludes 0, and the share is at least `NEXT_TO_NOTHING`.
        """
        return [
            key
            for key, due in self.of_each("causes").items()
            if due.is_clear and abs(due.value) >= NEXT_TO_NOTHING
        ]

    def surely_counts(self) -> list[str]:
        """Return the mechanisms whose removal prevents or brings more war than the placebo."""
        return [
            key
            for key in KEYS.values()
            if any(
                self.shares[measure, key].low > self.shares["placebo", floor].high
                for measure, floor in FLOORS.items()
            )
        ]

    def content(self) -> dict[str, Any]:
        """Return the object that `detente causes --json` prints."""
        due = {**self.of_each("causes"), NONE: self.shares["causes", NONE]}
        flips = {
            key: {name: self.shares[effect, key].value for name, effect in FLIPS.items()}
            for key in KEYS.values()
        }
        return {
            "schema": "detente/causes/2",
            "run": str(self.run.folder),
            "option": self.option,
            "of": {"worlds": self.worlds, "futures": self.futures},
            "war": self.shares["war",],
            "causes": {key: in_json(share) | flips.get(key, {}) for key, share in due.items()},
            "first_shot": self.first_shots.ways if self.first_shots else {},
            "first_shot_of_wars": self.war_shots.ways if self.war_shots else {},
            **{key: self.shares[key,] for key in SINGLE},
            "but_for": self.of_each("but_for"),
            "created": self.of_each("created"),
            "placebo": {key: self.shares["placebo", key] for key in PLACEBO_FLIPS},
            "unsettled": self.unsettled,
            "digest": self.digest,
        }


def causes(
    run: Run,
    *,
    option: str = BASE,
    worlds: int | None = None,
    futures: int = FUTURES,
    threads: int | None = None,
    progress: Listener | None = None,
) -> Causes:
    """Attribute the wars of a run to their causes.

    Futures of its first worlds are played again with subsets of the mechanisms that can bring war,
    with the same draws and on a coarse grid of beliefs. The verdicts are stored in the run's
    folder, one file for each world: a second call reads them, and a call that was stopped
    continues.

    Parameters
    ----------
    run
        A finished run.
    option
        The option whose wars are explained.
    worlds
        Worlds of the run to judge, from the first; by default 64.
    futures
        Futures of each world, from the first.
    threads
        Worlds judged at a time; by default the number of processors.
    progress
        Called with the progress, in worlds.

    Raises
    ------
    DetenteError
        If the run has no such option or fewer worlds, another version of the model made it, or it
        is damaged.
    """
    study = judging(run, option, futures, threads=threads, progress=progress)
    asked = range(study.count(worlds, WORLDS, least=1))
    study.play([AS_IT_IS], asked)
    judged = study.rows(AS_IT_IS, asked)
    whole = hashlib.sha256()
    found: dict[Key, list[np.ndarray]] = {}
    for world, verdicts in zip(asked, judged, strict=True):
        whole.update(f"{option} {world} ".encode() + verdicts.tobytes())
        for key, values in measure(verdicts, plan_of(run.record.settings.seed, world)).items():
            found.setdefault(key, []).append(values)
    visited, unsettled = (
        int(judged[column].sum(dtype=np.int64)) for column in ("visited", "unsettled")
    )
    return Causes(
        run=run,
        option=option,
        worlds=len(asked),
        futures=len(asked) * futures,
        shares={
            key: estimate_of(key, np.array(values), run.weighing_of(asked))
            for key, values in found.items()
        },
        unsettled=unsettled / max(1, visited),
        digest=whole.hexdigest(),
    )


def judging(run: Run, option: str = BASE, futures: int = FUTURES, **means: Any) -> Study:
    """Return the study that judges the first futures of each world, one world in each file.

    `means` are a study's threads and progress.
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


def measure(verdicts: np.ndarray, plan: CoalitionPlan) -> dict[Key, np.ndarray]:
    """Return each measure for each future, in whole numbers of 1/UNIT, shape (futures,)."""
    due = credit(unpacked(verdicts["wars"], plan), plan)
    placebo = verdicts["placebo"].astype(np.int64)
    measured: dict[Key, np.ndarray] = {
        ("war",): due.war * UNIT,
        ("causes", NONE): due.none * UNIT,
        ("overdetermined",): due.overdetermined * UNIT,
        ("deliberate",): verdicts["deliberate"].astype(np.int64) * UNIT,
        ("placebo", "prevented"): due.war * (1 - placebo) * UNIT,
        ("placebo", "created"): (1 - due.war) * placebo * UNIT,
        ("miscalculation",): due.shares[:, list(MISCALCULATION)].sum(axis=1),
        ("spoiler",): due.shares[:, Mechanism.THIRD_PARTY],
    }
    for mechanism, key in KEYS.items():
        measured["causes", key] = due.shares[:, mechanism]
        measured["but_for", key] = due.but_for[:, mechanism] * UNIT
        measured["created", key] = due.created[:, mechanism] * UNIT
    return measured


def estimate_of(key: Key, values: np.ndarray, weighing: Weighing | None = None) -> Estimate:
    """Return the share of a measure, from whole numbers of 1/UNIT, shape (worlds, futures)."""
    futures, sums = values.shape[1], values.sum(axis=1)
    # An attributed share can be any number from -1 to 1; all other measures are 0 or 1.
    is_shared_out = key[0] in {"miscalculation", "spoiler"} or (
        key[0] == "causes" and key[1] != NONE
    )
    if not is_shared_out:
        return estimate_share(sums // UNIT, futures, weighing)
    means, squares = sums / UNIT, (values * values).sum(axis=1) / UNIT**2
    return estimate_mean(means / futures, squares / futures, futures, weighing)


class Instead(NamedTuple):
    """How a future ends when something is removed."""

    ending: str
    day: int

    @property
    def is_war(self) -> bool:
        """Return whether it still ends in war."""
        return self.ending in keys_of("war")


@dataclass(frozen=True, repr=False)
class Story(notebook.Shown):
    """Why one future had war, or did not."""

    main_table = "without"

    trace: Trace
    plan: CoalitionPlan
    wars: np.ndarray
    """1 if there is war with a subset of the plan, else 0, shape (subsets,)."""
    is_deliberate: bool
    instead: dict[str, Instead]
    """How it ends without each mechanism."""

    @property
    def run(self) -> Run:
        """Return the run of the future."""
        return self.trace.run

    @property
    def is_war(self) -> bool:
        """Return whether the future has war."""
        return bool(self.wars[self.plan.place(EVERYTHING)])

    @property
    def is_there_anyway(self) -> bool:
        """Return whether it has war with every mechanism off."""
        return bool(self.wars[self.plan.place(0)])

    @property
    def prevented_by(self) -> list[tuple[str, ...]]:
        """Return the removals that prevent the war: single mechanisms, else the fewest kinds."""
        return [
            tuple(key for one, key in KEYS.items() if subset >> one & 1)
            for subset in smallest_removals(self.wars, self.plan)
        ]

    @property
    def created_by(self) -> list[str]:
        """Return the mechanisms without which there would be war, if there is none."""
        if self.is_war:
            return []
        return [key for key, instead in self.instead.items() if instead.is_war]

    @property
    def shares(self) -> dict[str, Fraction]:
        """Return the exact share attributed to each mechanism."""
        values = credit(self.wars[None], self.plan).shares[0]
        return {KEYS[one]: Fraction(int(values[one]), UNIT) for one in Mechanism}

    def content(self) -> dict[str, Any]:
        """Return the object that `detente causes --future --json` prints."""
        return {
            **self.trace.content(),
            "schema": "detente/cause/2",
            **fields_of(self, "is_war prevented_by created_by"),
            "shares": {key: float(value) for key, value in self.shares.items()},
            "none": int(self.is_there_anyway),
            "without": self.instead,
            "deliberate": self.is_deliberate,
        }


def cause_of(run: Run, *, future: Address, option: str = BASE) -> Story:
    """Return why one future of a run, "0:7" or (0, 7), had war or did not.

    It is played again on the run's own grid with each subset of mechanisms in its world's plan.

    Raises `DetenteError` if the run has no such future or option, another version of the model made
    it, or it is damaged.
    """
    traced = trace(run, future=future, option=option)
    run.refuse_other_model()
    settings = run.record.settings
    stage = stage_again(run, option).remembering()
    plan = plan_of(settings.seed, traced.world)
    playing = Playing(settings.seed, traced.world, np.array([traced.future]))
    rows = stage.kernel.judge(stage.encoded(option, traced.world), plan.subsets, playing)
    verdicts = verdicts_of(rows, plan)
    instead = {}
    for one, key in KEYS.items():
        row = rows[EVERYTHING & ~only(one)][0]
        instead[key] = Instead(Ending(int(row["ending"])).name.lower(), int(row["ending_day"]))
    return Story(
        trace=traced,
        plan=plan,
        wars=unpacked(verdicts["wars"], plan)[0],
        is_deliberate=bool(verdicts["deliberate"][0]),
        instead=instead,
    )
