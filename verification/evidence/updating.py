"""Checks the claims of an update against truths that are known because they were drawn.

`python -m verification.evidence.updating` plays a small run of the shipped crisis and takes its
futures as the truth, one after the other. For each it draws what would be observed (signs by the
kernel's own chances, the state of the crisis, whether talks failed), and tests whether the truth is
distributed as the update says: ranks of 1,000 truths are uniform (Talts et al. 2018). Then it draws
artificial runs, counts how often each kind of 90 % interval contains the truth (88.5 to 91.5 of 100
in 2,000 repetitions), and compares effective sample sizes with theory. The status is 1 if any of
these fails.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy import stats  # type: ignore[import-untyped]

from detente import load, simulate
from detente.ensemble.encode.posture import encode_signs
from detente.ensemble.measures import OUTCOMES
from detente.ensemble.record import BASE
from detente.ensemble.run import Run
from detente.ensemble.store import Rows
from detente.ensemble.tally import CLASSES, classes, parts_of
from detente.kernel.endings import FUTURE
from detente.kernel.layout import Array
from detente.kernel.world import WORLD
from detente.pack import Crisis
from detente.pack.observed import Observation, Observations, Seen
from detente.questions.reweighting import (
    TYPES,
    FutureCounts,
    Weighted,
    is_in_state,
    likelihoods,
    read_futures,
    types_of,
)
from detente.questions.watching import bits_of, watch
from verification.evidence.comparison import HIGH, LOW, Check, report

TRUTHS = 1000
LEAST_P = 0.01
"""Ranks less even than this are not called uniform."""
FARTHEST = 0.02
"""An effective size may be so far from theory, of itself."""
SIZE = {"worlds": 64, "futures": 6400, "grid": "tiny", "seed": 1}
INDEPENDENT = {"posture.dependence": 0.0}
"""Signs of the kernel are drawn each alone, and so they have to be weighed."""
STATE_DAY, TALKS_DAY = 20, 45
SIGN_DAY = 30
MANY = 1_000_000
"""Worlds by which the truth of all worlds is known."""


class Setting(NamedTuple):
    """Worlds, futures of each, how common the outcome is, how worlds differ, how facts hold."""

    worlds: int
    futures: int
    mean: float
    spread: float
    agrees: float


SETTINGS = (
    Setting(64, 200, 0.15, 0.8, 1.0),
    Setting(64, 782, 0.05, 1.0, 2.0),
    Setting(16, 300, 0.30, 0.8, 0.5),
    Setting(256, 50, 0.15, 0.8, -0.5),
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print every check and return 0, or 1 if one fails."""
    parser = argparse.ArgumentParser(prog="python -m verification.evidence.updating")
    parser.add_argument("--truths", type=int, default=TRUTHS)
    parser.add_argument("--repetitions", type=int, default=2000)
    asked = parser.parse_args(arguments)
    checks = [*ranks(asked.truths), *sizes(), *intervals(asked.repetitions)]
    return report(checks)


@dataclass(frozen=True)
class Held(Run):
    """A run whose base is held in memory, as it is counted a thousand times."""

    held: Rows = field(default_factory=lambda: np.zeros(0, FUTURE), repr=False)

    def rows(
        self,
        option: str = BASE,  # noqa: ARG002  it has no other
        *,
        worlds: int | None = None,  # noqa: ARG002  nor is it read in part
    ) -> Iterator[Rows]:
        """Yield the futures of the base."""
        yield self.held


class Prior(NamedTuple):
    """A run as the prior that truths are drawn from, and how likely signs are in it."""

    run: Held
    crisis: Crisis
    values: Mapping[str, Array]
    chances: Array
    """Chance of each sign by the kernel's own table, shape (worlds, signs, 2, plans)."""


def prior() -> Prior:
    """Play a small run of the shipped crisis and hold it in memory."""
    crisis = load("oman-2026", changes=INDEPENDENT)
    with tempfile.TemporaryDirectory() as folder:
        run = simulate(crisis, **SIZE, threads=1, out=Path(folder) / "run")  # type: ignore[arg-type]
        held = Held(run.folder, run.record, held=np.concatenate(list(run.rows())))
        values = run.drawn
    worlds = range(run.record.settings.worlds)
    chances = [
        chances_in({path: float(drawn[world]) for path, drawn in values.items()}, crisis)
        for world in worlds
    ]
    return Prior(held, crisis, values, np.array(chances))


def chances_in(values: Mapping[str, float], crisis: Crisis) -> Array:
    """Return the chance of each sign by type and plan in one world, as the kernel is given it."""
    calendar = np.zeros(1, WORLD)[0].calendar
    encode_signs(crisis, values, calendar)
    chances: Array = calendar.sign_probability[: len(crisis.model.signs), 1]
    return chances


def ranks(truths: int) -> list[Check]:
    """Check that truths rank uniformly in what the update makes of what was seen of them."""
    found = prior()
    rng = np.random.default_rng(17)
    drawn = [rank_truth(found, rng) for _ in range(truths)]
    checks = []
    for name in drawn[0]:
        test = stats.kstest([one[name] for one in drawn], "uniform")
        claim = f"ranks of {truths:,} truths are uniform: {name}"
        checks.append(Check(claim, f"p {test.pvalue:.3f}", bool(test.pvalue > LEAST_P)))
    return checks


def rank_truth(found: Prior, rng: np.random.Generator) -> dict[str, float]:
    """Return where one truth lies in the update's distribution of each of five figures.

    The last is how likely what was seen is, which alone notices an update that learns nothing
    (Modrak et al. 2023).
    """
    rows = found.run.held
    truth = rows[rng.integers(len(rows))]
    observations = seen_in(found, truth, rng)
    counted = read_futures(found.run, BASE, observations.seen).counted()
    table = Weighted(counted, likelihoods(found.crisis, observations, found.values)).table
    hidden = int(types_of(np.array([truth]))[0]), int(truth["plan"])
    cell = int(truth["world"]), *hidden, int(classes(np.array([truth]))[0])
    values = found.values
    figures = {
        "plan": np.arange(4.0)[:, None],
        "ending": np.array([float(parts_of(one).ending) for one in range(CLASSES)]),
        "pace of the talks": values["moves.tempo"][:, None, None, None],
        "ratio of a sign": values["signs.search_and_rescue.likelihood_ratio"][:, None, None, None],
        "likelihood": likelihood_of(found, observations)[..., None],
    }
    return {name: place_of(table, values, cell, rng) for name, values in figures.items()}


def likelihood_of(found: Prior, observations: Observations) -> Array:
    """Return how likely the signs are by the kernel's own table, shape (worlds, TYPES, plans)."""
    seen = {one.observed.sign: one.observed.seen for one in observations.seen}
    together = np.ones_like(found.chances[:, 0])
    for place, key in enumerate(found.crisis.model.signs):
        chances = found.chances[:, place]
        together = together * (chances if seen[key] else 1.0 - chances)
    return np.repeat(together, TYPES // 2, axis=1)


def place_of(table: Array, values: Array, cell: tuple[int, ...], rng: np.random.Generator) -> float:
    """Return the weight of all that lies below the truth, with a random part of what equals it."""
    figure = np.broadcast_to(values, table.shape)
    below, same = table[figure < figure[cell]].sum(), table[figure == figure[cell]].sum()
    return float((below + rng.random() * same) / table.sum())


def seen_in(found: Prior, truth: np.void, rng: np.random.Generator) -> Observations:
    """Return what would be seen of a truth: its signs by chance, where it stands for sure."""
    chances = found.chances[truth["world"], :, truth["challenger_type"], truth["plan"]]
    signs = list(found.crisis.model.signs)
    seen = dict(zip(signs, rng.random(len(signs)) < chances, strict=True))
    what: list[tuple[int, dict[str, str | bool]]] = [
        (SIGN_DAY, {"sign": key, "seen": bool(is_seen)}) for key, is_seen in seen.items()
    ]
    alone = np.array([truth])
    names = ("force", "deal", "open")
    state = next(name for name in names if is_in_state(alone, name, STATE_DAY)[0])
    has_failed = 0 <= truth["failed_day"] <= TALKS_DAY
    what += [(STATE_DAY, {"state": state}), (TALKS_DAY, {"talks_failed": bool(has_failed)})]
    observed = tuple(
        Seen(f"seen_{place}", _observation(found.crisis, day, one))
        for place, (day, one) in enumerate(what)
    )
    return Observations("", "", found.crisis.model.signs, {}, observed)


def _observation(crisis: Crisis, day: int, what: Mapping[str, str | bool]) -> Observation:
    date = crisis.as_of + timedelta(day)
    return Observation.model_validate({"date": date, "by": "drawn", "source": "drawn", **what})


def sizes() -> list[Check]:
    """Check effective sizes against `(E w)^2 / E w^2`, for plans and for worlds that are louder."""
    rng = np.random.default_rng(23)
    checks = []
    for share, ratio in ((0.25, 4.0), (0.05, 6.0), (0.5, 1.5)):
        plans = np.array([1.0 - share, 0.0, 0.0, share])
        counts = np.zeros((512, 1, 4, CLASSES), np.int64)
        counts[:, 0, :, CALM] = rng.multinomial(1000, plans, 512)
        weights = np.exp(rng.normal(0.0, 0.5, (512, 1))) * np.array([1.0, 1.0, 1.0, ratio])
        found = Weighted(FutureCounts(1000, counts, counts), weights[:, None]).effective
        of_plans = (1.0 + share * (ratio - 1.0)) ** 2 / (1.0 + share * (ratio**2 - 1.0))
        loud = weights[:, 0].sum() ** 2 / (weights[:, 0] @ weights[:, 0])
        for name, size, theory in (
            ("futures", found.futures, 1000 * loud * of_plans),
            ("worlds", found.worlds, loud),
        ):
            claim = f"effective {name}, ratio {ratio:g} for {100 * share:g} of 100 futures"
            is_near = abs(size / theory - 1.0) < FARTHEST
            checks.append(Check(claim, f"{size:,.0f} of {theory:,.0f}", is_near))
    return checks


class Truth(NamedTuple):
    """What made-up worlds are: all by world, the last axis by plan."""

    plans: Array
    comes: Array
    """Chance of the outcome under each plan."""
    seen: Array
    """Chance of a sign under each plan."""
    agrees: Array
    """Chance that a future without the outcome agrees with a fact, and that one with it does."""


def made_up(setting: Setting, worlds: int, rng: np.random.Generator) -> Truth:
    """Return worlds that differ in all that an update weighs."""
    slope = 0.5 * np.arange(4)
    middle = np.log(setting.mean / (1.0 - setting.mean))
    odds = middle + setting.spread * rng.normal(size=(worlds, 1)) + slope
    ratio = np.exp(rng.uniform(np.log(1.5), np.log(5.0), worlds))
    alarm = rng.uniform(0.15, 0.4, worlds)
    pointed = np.arange(4) >= 2
    seen = np.minimum(alarm[:, None] * np.where(pointed, ratio[:, None], 1.0), 0.99)
    holds = setting.agrees + 0.7 * rng.normal(size=(worlds, 1)) - np.array([0.0, 1.0])
    return Truth(rng.dirichlet((3, 4, 2, 1), worlds), _logistic(odds), seen, _logistic(holds))


def _logistic(odds: Array) -> Array:
    chances: Array = 1.0 / (1.0 + np.exp(-odds))
    return chances


def drawn(truth: Truth, futures: int, rng: np.random.Generator) -> Weighted:
    """Return futures of worlds as a run would count them, weighed by a sign that was seen."""
    cells = np.stack([1.0 - truth.comes, truth.comes], axis=2) * truth.plans[:, :, None]
    worlds = len(cells)
    both = rng.multinomial(futures, cells.reshape(worlds, 8)).reshape(worlds, 4, 2)
    agreeing = rng.binomial(both, np.broadcast_to(truth.agrees[:, None, :], both.shape))
    tables = []
    for counts in (both, agreeing):
        tables.append(np.zeros((worlds, 1, 4, CLASSES), np.int64))
        tables[-1][:, 0, :, [CALM, WAR]] = np.moveaxis(counts, 2, 0)
    return Weighted(FutureCounts(futures, tables[0], tables[1]), truth.seen[:, None])


CALM, WAR = (OUTCOMES[name].members[0] for name in ("fades", "war"))
HAPPENS = np.zeros((4, CLASSES), bool)
HAPPENS[:, WAR] = True


class Answers(NamedTuple):
    """What is true of the outcome, and of what the sign tells if nothing was seen yet."""

    share: float
    shift: float
    outcome: float
    plan: float
    if_seen: float


def answers(truth: Truth) -> Answers:
    """Return what is true over some worlds, without any chance."""
    joint = np.stack([truth.comes, 1.0 - truth.comes], axis=1) * truth.plans[:, None, :]
    kept = joint * truth.agrees[:, ::-1, None] * truth.seen[:, None, :]
    share = float(kept[:, 0].sum() / kept.sum())
    sight = np.stack([truth.seen, 1.0 - truth.seen], axis=2)
    of_outcome = np.einsum("kod,kds->os", joint, sight)
    of_plan = np.einsum("kd,kds->ds", truth.plans, sight)
    before = float(joint[:, 0].sum() / joint.sum())
    if_seen = float(of_outcome[0, 0] / of_outcome[:, 0].sum())
    bits = float(bits_of(of_outcome)), float(bits_of(of_plan))
    return Answers(share, share - before, *bits, if_seen)


def intervals(repetitions: int) -> list[Check]:
    """Check the intervals of shares, shifts and of what a sign tells."""
    checks = []
    for setting in SETTINGS:
        everywhere = answers(made_up(setting, MANY, np.random.default_rng(5)))
        rng = np.random.default_rng(29)
        held = np.mean([holds(setting, everywhere, rng) for _ in range(repetitions)], axis=0)
        size = f"{setting.worlds} x {setting.futures}"
        for kind, found in zip(KINDS, held, strict=True):
            is_held = bool(LOW <= found <= HIGH)
            checks.append(Check(f"{kind}, {size}", f"{100.0 * found:.1f} %", is_held))
    return checks


KINDS = (
    "share, chance",
    "share, chance and worlds",
    "shift, chance",
    "shift, chance and worlds",
    "bits on the outcome",
    "bits on the plan",
    "share if the sign is seen",
)


def holds(setting: Setting, everywhere: Answers, rng: np.random.Generator) -> tuple[bool, ...]:
    """Say of each kind of interval of one made-up run whether it holds the truth."""
    truth = made_up(setting, setting.worlds, rng)
    here = answers(truth)
    weighted = drawn(truth, setting.futures, rng)
    found = weighted.updated(HAPPENS)
    bare = Weighted(
        weighted.counted._replace(agreeing=weighted.counted.played), np.ones((setting.worlds, 1, 4))
    )
    sign = watch(bare, {"sign": (("sustained",), truth.seen[:, None])}, HAPPENS)["sign"]
    return (
        found.after.chance_low <= here.share <= found.after.chance_high,
        found.after.low <= everywhere.share <= found.after.high,
        found.shift.chance_low <= here.shift <= found.shift.chance_high,
        found.shift.low <= everywhere.shift <= found.shift.high,
        sign.outcome.low <= everywhere.outcome <= sign.outcome.high,
        sign.plan.low <= everywhere.plan <= sign.plan.high,
        sign.if_seen.low <= everywhere.if_seen <= sign.if_seen.high,
    )


if __name__ == "__main__":
    sys.exit(main())
