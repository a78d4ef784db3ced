"""Weights futures by what was observed since the as-of date.

A fact excludes the futures that contradict it. A sign multiplies each future's weight by its
likelihood, with the numbers of the future's world: a sign of plans by the future's plan, a sign of
force by the challenger's leaning to force (its type and world), a sign about the defender by its
type, a sign of the ally's force by the ally's leaning in that world.
"""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Annotated, Any, NamedTuple

import numpy as np

from detente.ensemble.design import draw_worlds
from detente.ensemble.encode.posture import BY_TYPE, discounts, leaning_of_ally, sign_chances
from detente.ensemble.encode.war import motive_scores
from detente.ensemble.measures import EVER, OUTCOMES, SETS
from detente.ensemble.run import Run
from detente.ensemble.store import Rows
from detente.ensemble.tally import CLASSES, classes
from detente.ensemble.weighing import Weighing
from detente.estimate.estimate import Estimate
from detente.estimate.intervals import (
    QUANTILE,
    Effective,
    effective_size,
    estimate_share,
    fewest,
    interval,
    over_worlds,
    reach_over_worlds,
    without_each,
)
from detente.kernel.posture import PLANS
from detente.pack import Crisis
from detente.pack.military import ALLY_FORCE, ANSWER, Sign
from detente.pack.observed import RUNNING, Observation, Observations, Seen

DEPENDENCE = "posture.dependence"
LEAST_FUTURES = 271
"""With fewer futures the interval of a share of one half is wider than 5 points each way."""
TYPES = 4
"""Number of pairs of types; a pair is two times the challenger's type (0 or 1) plus the
defender's."""


def types_of(rows: Rows) -> np.ndarray:
    """Return the pair of types of each future, 0 to TYPES - 1, shape (futures,)."""
    return np.asarray(2 * rows["challenger_type"].astype(np.int32) + rows["defender_type"])


class FutureCounts(NamedTuple):
    """Counts of an option's futures by world, both sides' types, the challenger's plan, and class.

    Weights depend on nothing else. The worlds after the first `own` were drawn for the
    observations.
    """

    futures: Annotated[int, "of each world"]
    played: Annotated[np.ndarray, "all of them, shape (worlds, TYPES, plans, CLASSES)"]
    agreeing: Annotated[np.ndarray, "those that contradict no fact, the same shape"]
    drawn: Annotated[int, "worlds drawn for the observations, after all others"] = 0
    weighing: Annotated[
        Weighing | None, "weights of the run's worlds; if given, no worlds are drawn"
    ] = None

    @property
    def worlds(self) -> int:
        """Return the number of worlds."""
        return len(self.played)

    @property
    def own(self) -> int:
        """Return the number of worlds of the run itself."""
        return self.worlds - self.drawn


class EventDays(NamedTuple):
    """The first days of events, in the first futures of each world."""

    futures: Annotated[int, "of each world that were followed"]
    days: Annotated[Mapping[str, np.ndarray], "by event, -1 if never, shape (worlds, futures)"]
    running: Annotated[
        Mapping[str, np.ndarray],
        "by state whether it holds at the end of each day, shape (worlds, futures, days)",
    ]


class Futures(NamedTuple):
    """Futures of one option, and the observations with which each agrees."""

    worlds: int
    of_a_world: int
    cells: Annotated[np.ndarray, "world, types, plan and class, shape (4, futures)"]
    agrees: Annotated[np.ndarray, "shape (futures, observations)"]
    soon: Annotated[
        Mapping[str, np.ndarray], "whether each outcome comes in a span of days, shape (futures,)"
    ]
    drawn: int = 0
    weighing: Weighing | None = None

    def counted(
        self, observed: Sequence[int] | slice = slice(None), outcome: str | None = None
    ) -> FutureCounts:
        """Count them, and those that agree with the observations; by default with all.

        With `outcome` the last axis is whether that comes in the span, not the class.
        """
        kinds, last = self.cells[3], CLASSES
        if outcome is not None:
            kinds, last = self.soon[outcome], 2
        shape = (self.worlds, TYPES, len(PLANS), last)
        cells = np.ravel_multi_index((*self.cells[:3], kinds.astype(np.int64)), shape)
        is_agreeing = self.agrees[:, observed].all(axis=1)
        played, agreeing = (
            np.bincount(one, minlength=math.prod(shape)).reshape(shape)
            for one in (cells, cells[is_agreeing])
        )
        return FutureCounts(self.of_a_world, played, agreeing, self.drawn, self.weighing)


class DaySpan(NamedTuple):
    """The days after one day, up to and including another."""

    after: int
    last: int


def read_futures(
    run: Run,
    option: str,
    seen: Sequence[Seen],
    events: EventDays | None = None,
    *,
    span: DaySpan | None = None,
    drawn: Sequence[Rows] = (),
) -> Futures:
    """Read the futures of an option, and the observations `seen` with which each agrees.

    `events` has the days of events, if some were observed: then only futures that were followed are
    read. `span` has the days within which outcomes are counted, `drawn` the futures of further
    worlds, one array for each.

    Raises `DetenteError` if there is no such option, or a file of the run is missing or was
    changed.
    """
    own = run.record.settings.worlds_of(option)
    futures = run.record.settings.futures_of_a_world if events is None else events.futures
    cells, agreed, soon = [], [], []
    further = [rows.copy() for rows in drawn]
    for number, rows in enumerate(further, own):  # counted after the worlds of the run
        rows["world"] = number
    for whole in chain(run.rows(option), further):
        rows = whole[whole["future"] < futures]
        parts = rows["world"], types_of(rows), rows["plan"], classes(rows)
        cells.append(np.stack([part.astype(np.int32) for part in parts]))
        agrees = np.ones((len(rows), len(seen)), bool)
        for place, (_, observed) in enumerate(seen):
            day = (observed.date - run.record.start).days
            agrees[:, place] = agree(rows, observed, day, events)
        agreed.append(agrees)
        if span is not None:
            days = (OUTCOMES[key].day(rows) for key in (*SETS, *EVER))
            soon.append([(day > span.after) & (day <= span.last) for day in days])
    comes = np.concatenate(soon, axis=1) if soon else ()
    return Futures(
        own + len(drawn),
        futures,
        np.concatenate(cells, axis=1),
        np.concatenate(agreed),
        dict(zip((*SETS, *EVER), comes, strict=False)),
        len(drawn),
        run.weighing_of(own),
    )


def agree(
    rows: Rows, observed: Observation, day: int, events: EventDays | None = None
) -> np.ndarray:
    """Return for each future whether it agrees with a fact observed on a day.

    All agree with a sign, which gives a weight: stored futures have neither their signs nor the
    days on which force arrived. `events` are needed for an event and for a state in
    `RUNNING`.
    """
    agrees = np.ones(len(rows), bool)
    if observed.talks_failed is not None:
        agrees = OUTCOMES["talks_ever_failed"].has_come(rows, day) == observed.talks_failed
    elif events is not None and observed.event is not None:
        first = events.days[observed.event][rows["world"], rows["future"]]
        agrees = ((first >= 0) & (first <= day)) == observed.seen
    elif events is not None and observed.state in RUNNING:
        agrees = events.running[observed.state][rows["world"], rows["future"], day]
        agrees = agrees & is_in_state(rows, "ongoing", day)
    elif observed.state is not None:
        agrees = is_in_state(rows, observed.state, day)
    return agrees


def is_in_state(rows: Rows, state: str, day: int) -> np.ndarray:
    """Return for each future whether it is `open`, `ongoing`, `deal` or `force` on a day.

    It is `force` once any was used, `deal` while one is in force, otherwise `open`; `ongoing` is
    `open` without the disputes settled without a deal.
    """
    force, deal, settled = (
        OUTCOMES[key].has_come(rows, day) for key in ("force", "deal", "settled")
    )
    was_made = (rows["broken_deal_day"] >= 0) & (rows["broken_deal_day"] <= day)
    deal |= was_made & (day < rows["broken_day"])
    deal &= ~force
    is_open = ~force & ~deal
    states: dict[str, np.ndarray] = {
        "force": force,
        "deal": deal,
        "open": is_open,
        "ongoing": is_open & ~settled,
    }
    return states[state]


Values = Mapping[str, np.ndarray]


def values_with(observations: Observations, run: Run, option: str) -> Values:
    """Return the numbers of an option's worlds, and those of signs defined in the file.

    The latter are drawn as a run draws them, so a sign with another range keeps its quantile in
    each world.

    Raises `DetenteError` if the table of the worlds is missing or was changed.
    """
    settings, worlds = run.record.settings, run.record.settings.worlds_of(option)
    own = draw_worlds(observations.numbers, (), worlds=worlds, seed=settings.seed)
    return {**{path: drawn[:worlds] for path, drawn in run.drawn.items()}, **own}


def likelihoods(crisis: Crisis, observations: Observations, values: Values) -> np.ndarray:
    """Return the likelihood of all signs together, divided by its maximum.

    It has the shape (worlds, TYPES, plans), and is the product of the chances that each sign was
    seen, or was not, with the numbers of the world. For a sign of the same plans as earlier ones,
    those of the pack included, the likelihood ratio is raised to the power that `discounts` gives,
    as for a pack's indicators.
    """
    logs = np.zeros((len(values[DEPENDENCE]), TYPES, len(PLANS)))
    for chance in sign_chances_of(crisis, observations, values).values():
        logs += np.log(chance)
    return np.asarray(np.exp(logs - logs.max()))


def sign_chances_of(
    crisis: Crisis, observations: Observations, values: Values, *, alone: bool = False
) -> dict[str, np.ndarray]:
    """Return the likelihood of each observed sign, given those before it or alone.

    The key is that of the observation, the shape (worlds, TYPES, plans). An observation that is the
    same report as another is left out.
    """
    signs = [one for one in observations.seen if one.observed.sign is not None]
    counted = [sign for sign in signs if sign.observed.same_as is None]
    found = {}
    for place, one in enumerate(counted):
        key = str(one.observed.sign)
        before = kinds_seen(crisis, observations.signs, () if alone else counted[:place])
        chances = chances_of(crisis, key, observations.signs[key], before, values)
        found[one.key] = chances if one.observed.seen else 1.0 - chances
    return found


def kinds_seen(
    crisis: Crisis, signs: Mapping[str, Sign], seen: Sequence[Seen]
) -> list[Collection[str]]:
    """Return what each sign so far points to: indicators of the pack, then observations."""
    indicators = sorted(crisis.model.indicators.values(), key=lambda indicator: indicator.date)
    kinds: list[Collection[str]] = [indicator.points_to for indicator in indicators]
    return kinds + [
        signs[one.observed.sign].points_to
        for one in seen
        if one.observed.sign is not None and one.observed.same_as is None
    ]


def leanings_of(crisis: Crisis, values: Values) -> np.ndarray:
    """Return each challenger type's leaning to force in each world, shape (worlds, 2).

    It is 0 if its motive is -1 standard deviations, and 1 if it is +1: there a sign of force has
    the likelihood of its numbers for an unresolved and a resolved challenger.
    """
    challenger = f"actors.{crisis.of_role('challenger')}"
    paths = ("moves.public_motive", f"{challenger}.motive")
    scores = [
        motive_scores(dict(zip(paths, numbers, strict=True)), challenger)
        for numbers in zip(*(values[path].tolist() for path in paths), strict=True)
    ]
    return np.asarray((1.0 + np.array(scores)) / 2.0)


def chances_of(
    crisis: Crisis, key: str, sign: Sign, before: Sequence[Collection[str]], values: Values
) -> np.ndarray:
    """Return the chance that a sign is seen after others, shape (worlds, TYPES, plans).

    `before` is what each of the others points to.
    """
    if ALLY_FORCE in sign.points_to:
        worlds = range(len(values[DEPENDENCE]))
        numbers = ({path: float(drawn[at]) for path, drawn in values.items()} for at in worlds)
        leanings = np.repeat([[leaning_of_ally(crisis, one)] for one in numbers], 2, axis=1)
    elif ANSWER in sign.points_to:
        leanings = by_type_alone(values)
    else:
        leanings = leanings_of(crisis, values)
    by_type = chances_by_type(key, sign, before, values, leanings)
    if ANSWER in sign.points_to:
        return np.tile(by_type, (1, 2, 1))  # the defender's types alternate
    return np.repeat(by_type, 2, axis=1)


def by_type_alone(values: Values) -> np.ndarray:
    """Return each type's leaning to force, if nothing else is known, shape (worlds, 2)."""
    return np.tile(BY_TYPE, (len(values[DEPENDENCE]), 1))


def chances_by_type(
    key: str,
    sign: Sign,
    before: Sequence[Collection[str]],
    values: Values,
    leanings: np.ndarray,
) -> np.ndarray:
    """Return the chance by type of the side that the sign is about, shape (worlds, 2, plans).

    `leanings` has each type's leaning to force, shape (worlds, 2).
    """
    numbers = zip(
        values[f"signs.{key}.false_positive"].tolist(),
        values[f"signs.{key}.likelihood_ratio"].tolist(),
        values[DEPENDENCE].tolist(),
        leanings.tolist(),
        strict=True,
    )
    kinds = [*before, sign.points_to]
    chances = []
    for false_positive, ratio, dependence, leaning in numbers:
        left = ratio ** discounts(kinds, dependence)[-1]
        chances.append(sign_chances(sign.points_to, false_positive, left, leaning))
    return np.array(chances)


WITHIN = (1, 2, 3)
"""Axes of counts within a world: types, plan and class."""
ROUNDING = 1e-12
"""A smaller shift is a rounding error."""


class Updated(NamedTuple):
    """The share of futures in which something happens, before and after the observations."""

    before: Estimate
    after: Estimate
    shift: Annotated[Estimate, "on the same futures"]

    @property
    def is_clear(self) -> bool:
        """Return whether the shift is distinguishable from 0 and from rounding."""
        return self.shift.low > ROUNDING or self.shift.high < -ROUNDING

    def as_json(self) -> dict[str, Any]:
        """Return it for JSON."""
        return {"before": self.before, **self.after.as_json(), "shift": self.shift}


@dataclass(frozen=True)
class Weighted:
    """Counted futures, with a weight by world, types and plan; 0 if they contradict a fact.

    If worlds were drawn from other ranges than the pack's, the likelihoods have a factor: the ratio
    of the pack's density to that of the drawing (importance sampling).
    """

    counted: FutureCounts
    likelihoods: Annotated[np.ndarray, "up to a factor, shape (worlds, TYPES, plans)"]

    @cached_property
    def weights(self) -> np.ndarray:
        """Return the weight of a future that agrees, shape (worlds, TYPES, plans, 1).

        The largest is 1 if worlds have equal weights.
        """
        return np.asarray((self.likelihoods / self.likelihoods.max())[..., None] * self._even)

    @property
    def _even(self) -> np.ndarray:
        """Return the weights of the worlds with a mean of 1, shape (worlds, 1, 1, 1)."""
        weighing = self.counted.weighing
        even = np.ones(self.counted.worlds) if weighing is None else weighing.even
        return np.asarray(even[:, None, None, None])

    @cached_property
    def table(self) -> np.ndarray:
        """Return the summed weight of futures, shape (worlds, TYPES, plans, CLASSES)."""
        return np.asarray(self.counted.agreeing * self.weights)

    @property
    def by_world(self) -> np.ndarray:
        """Return the summed weight of the futures of each world, shape (worlds,)."""
        return np.asarray(self.table.sum(axis=WITHIN))

    @property
    def effective(self) -> Effective:
        """Return the effective sample sizes `(sum w)^2 / sum w^2` of futures and of worlds."""
        total, squares = self.table.sum(), np.sum(self.counted.agreeing * self.weights**2)
        if total == 0.0:
            return Effective(0.0, 0.0)
        worlds = effective_size(self.by_world)
        return Effective(float(total * total / squares), worlds)

    def updated(self, happens: np.ndarray) -> Updated:
        """Return the share of futures in which something happens, before and after.

        `happens` says for each plan and class whether it does, shape (plans, CLASSES), with length
        1 for an axis that does not matter. The estimate is `sum w y / sum w` over all futures
        (self-normalised importance sampling).
        """
        own = self.counted.played[: self.counted.own]
        happened = (own * happens).sum(axis=WITHIN)
        weighing, futures = self.counted.weighing, self.counted.futures
        before = estimate_share(happened, futures, weighing)
        parts = self.parts(happens)
        share = float(parts[0].sum() / parts[1].sum())
        shift = share - before.value
        left_out, worlds = self._without_each(*parts), fewest(*parts)
        moved = left_out - without_each(happened, np.full(len(happened), futures), weighing)
        chance = interval(share, self._chance(happens, share), self.effective.futures)
        wide = over_worlds(share, left_out, Effective(self.effective.futures, worlds))
        reach = reach_over_worlds(moved, worlds)
        by_chance = QUANTILE * math.sqrt(self._chance(happens, share, before.value))
        return Updated(
            before,
            Estimate(
                share,
                low=min(chance[0], wide[0]),
                high=max(chance[1], wide[1]),
                chance_low=chance[0],
                chance_high=chance[1],
            ),
            Estimate(
                shift,
                low=shift - reach,
                high=shift + reach,
                chance_low=shift - by_chance,
                chance_high=shift + by_chance,
                kind="difference",
            ).within(-1.0, 1.0),
        )

    def parts(self, happens: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return by world the weight of futures in which something happens, and of all."""
        return (self.table * happens).sum(axis=WITHIN), self.by_world

    def shift_from(self, other: "Weighted", happens: np.ndarray) -> Estimate:
        """Return the share less that under other weights of the same worlds."""
        ours, theirs = self.parts(happens), other.parts(happens)
        shift = float(ours[0].sum() / ours[1].sum() - theirs[0].sum() / theirs[1].sum())
        moved = self._without_each(*ours) - self._without_each(*theirs)
        reach = reach_over_worlds(moved, fewest(*ours, *theirs))
        found = Estimate(shift, shift - reach, shift + reach, kind="difference")
        return found.within(-1.0, 1.0)

    def _without_each(self, part: np.ndarray, whole: np.ndarray) -> np.ndarray:
        """Return the share without each scramble, from weights by world, shape (scrambles,)."""
        weighing = self.counted.weighing
        if weighing is None:
            return without_each(part, whole)
        even = weighing.even
        bare_part, bare_whole = (
            np.divide(one, even, out=np.zeros_like(even), where=even > 0.0) for one in (part, whole)
        )
        return without_each(bare_part, bare_whole, weighing)

    def _chance(self, happens: np.ndarray, share: float, before: float | None = None) -> float:
        """Return the sampling variance of a share, or of its shift from `before`.

        Worlds are strata. To first order a future contributes `w (y - share) / mean w`, less `y -
        before`, so that the variance is `sum_k v_k / (M - 1) / K^2` (delta method). With one future
        for each world all variation counts as sampling.
        """
        counted = self.counted
        mean = float(self.table.sum()) / (counted.worlds * counted.futures)
        less = np.zeros((counted.worlds, 1, 1, 1))
        if before is not None:
            # The share before is over the run's own worlds only.
            less = np.zeros((counted.worlds, *self.table.shape[1:]))
            less[: counted.own] = (happens - before) * counted.worlds / counted.own
            less *= self._even
        adds = self.weights * (happens - share) / mean - less
        absent = np.broadcast_to(-less, adds.shape)
        apart = counted.played - counted.agreeing
        first = (counted.agreeing * adds + apart * absent).sum(axis=WITHIN)
        second = (counted.agreeing * adds**2 + apart * absent**2).sum(axis=WITHIN)
        if counted.futures == 1:
            return float(np.var(first)) / counted.worlds
        within = second / counted.futures - (first / counted.futures) ** 2
        variance = float(np.maximum(within, 0.0).sum()) / (counted.futures - 1)
        return variance / counted.worlds**2
