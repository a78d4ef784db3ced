"""Results of campaigns for the side struck, in total and by day, in one world and across worlds."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any, NamedTuple, TypeAlias

import numpy as np

from detente.ensemble.encode.war import CATEGORY_NAMES
from detente.estimate.estimate import Estimate, Kind
from detente.estimate.intervals import ends_over_worlds, estimate_share, spread_of_amounts
from detente.kernel.air_defence import LeakReason
from detente.kernel.defence import PROGRAMME

Array: TypeAlias = np.ndarray
Key: TypeAlias = tuple[str, ...]
LOW, HIGH = 0.05, 0.95
SHARES = frozenset(
    ("leakage", "cause", "class", "broken", "down_share", "alive", "command", "sensors")
)
"""Words in the names of figures that are between 0 and 1, as are their intervals."""

CAUSES = {why.name.lower(): int(why) for why in LeakReason}
"""Why a weapon leaks: the last stage that any layer reached against it."""
CATEGORY_PLACES = {name: place for place, name in enumerate(CATEGORY_NAMES)}
BACK = 0.9
"""Share of its initial batteries and command from which a defence counts as recovered."""
MAGAZINE_LOW = 0.1
"""Share of its initial rounds below which a magazine counts as empty, though single batteries may
have some."""

Outcomes: TypeAlias = dict[Key, Array]
"""The figures of one world by name, with one entry for each campaign; a yes or no is boolean."""
DaySums: TypeAlias = "dict[str, Sums]"
"""The figures of one world by name, summed over campaigns for each day."""


class Struck(NamedTuple):
    """The side whose defence is reported, before the first raid, and the weapons against it."""

    side: Annotated[int, "as the kernel's rows have it: 0 challenger, 1 defender"]
    classes: Annotated[tuple[str, ...], "the other's classes of weapons"]
    prices: Annotated[Array, "of one of each class, shape (classes,) [million dollars]"]
    round_prices: Annotated[Array, "of one round of each layer [million dollars]"]
    batteries: Annotated[float, "batteries that work [batteries]"]
    rounds: Annotated[float, "rounds ready and in store [rounds]"]
    stock: Annotated[Array, "the other's weapons in reach, shape (classes,) [weapons]"]
    returns: Annotated[Array, "which of these fly again, shape (classes,)"]


def share_of(part: Array, whole: Array) -> Array:
    """Return the ratio of two arrays, NaN where the denominator is 0."""
    return np.where(whole > 0.0, part / np.where(whole > 0.0, whole, 1.0), np.nan)


def read_campaigns(logs: Array, struck: Struck, raids: int) -> Outcomes:
    """Return the results of campaigns; `logs` has rows of DayLog, shape (campaigns, days, side)."""
    rows = logs[:, :, struck.side]
    fought = rows[:, :raids]
    count, last = len(fought), fought[:, -1]

    # Leakage of the weapons that worked, by cause and by class of weapons.
    worked = fought["reliable"].sum(axis=1)
    outcomes: Outcomes = {("leakage",): share_of(fought["leaked"].sum(axis=1), worked)}
    for name, why in CAUSES.items():
        outcomes["cause", name] = share_of(fought["why"][:, :, why].sum(axis=1), worked)
    for place, key in enumerate(struck.classes):
        passed, sent = fought["passed"][:, :, place], fought["worked"][:, :, place]
        outcomes["class", key] = share_of(passed.sum(axis=1), sent.sum(axis=1))
    for name in ("launched", "reliable", "engagements", "shots", "leaked"):
        outcomes[name,] = fought[name].sum(axis=1)

    # The attacker's losses: weapons shot down, and those among them that fly again.
    killed = (fought["worked"] - fought["passed"]).sum(axis=1)
    outcomes["shot_down",] = killed.sum(axis=1)
    classes, returns = len(struck.classes), struck.returns
    lost = killed[:, :classes]
    first = float(struck.stock[returns].sum())
    if first > 0.0:
        down = lost[:, returns].sum(axis=1)
        outcomes["aircraft", "first"] = np.full(count, first)
        outcomes["aircraft", "down"] = down
        outcomes["aircraft", "down_share"] = down / first

    # Damage of the struck side. The challenger has no programme to be raided.
    for name, place in CATEGORY_PLACES.items():
        if place != PROGRAMME or struck.side == 1:
            outcomes["broken", name] = last["broken"][:, place]
    outcomes["loss",] = last["loss"]

    # Costs [million dollars]. The attacker spends weapons that do not return, and loses those that
    # would return but were shot down. Decoys have no price.
    gone = np.where(returns, lost, fought["sent"].sum(axis=1)[:, :classes])
    rounds = fought["fired"].sum(axis=1) * struck.round_prices
    outcomes["cost", "rounds"] = rounds.sum(axis=1)
    outcomes["cost", "shot_down"] = (lost * struck.prices).sum(axis=1)
    outcomes["cost", "spent"] = (gone * struck.prices).sum(axis=1)

    # Working batteries, and the time until the defence recovers after the last raid: batteries and
    # command at 90 % of the initial ones, 0 days if they have that on the evening of the last raid.
    if struck.batteries > 0.0:
        up = fought["batteries"]
        outcomes["batteries", "first"] = np.full(count, struck.batteries)
        outcomes["batteries", "last"] = up[:, -1]
        outcomes["batteries", "lowest"] = up.min(axis=1)
        outcomes["batteries", "alive"] = up[:, -1] / struck.batteries
        if rows.shape[1] > raids:
            is_up = (rows["batteries"] >= BACK * struck.batteries) & (rows["command"] >= BACK)
            is_back, days = first_day(is_up[:, raids - 1 :])
            outcomes["recovery", "is_back"] = is_back
            outcomes["recovery", "days"] = days

    # Rounds left, and the day on which the magazine is nearly empty.
    if struck.rounds > 0.0:
        left = fought["rounds"] + fought["reserve"]
        is_low, days = first_day(left < MAGAZINE_LOW * struck.rounds)
        outcomes["rounds", "first"] = np.full(count, struck.rounds)
        outcomes["rounds", "left"] = left[:, -1]
        outcomes["rounds", "left_share"] = left[:, -1] / struck.rounds
        outcomes["magazine", "is_low"] = is_low
        outcomes["magazine", "days"] = days + 1.0
    return outcomes


def first_day(is_so: Array) -> tuple[Array, Array]:
    """Return whether something is ever true, and the first day on which it is, NaN if never."""
    ever = np.asarray(is_so.any(axis=1))
    return ever, np.where(ever, is_so.argmax(axis=1), np.nan)


@dataclass(frozen=True, slots=True, eq=False)
class CampaignMean(Estimate):
    """The mean of a figure over all campaigns; its range across worlds is that of worlds' means."""

    kind: Kind = "value"
    campaign_low: Annotated[float, "5th percentile of single campaigns, over all worlds"] = math.nan
    campaign_high: Annotated[float, "95th percentile of single campaigns, over all worlds"] = (
        math.nan
    )
    worlds: Annotated[int, "worlds that have it"] = 0

    def as_json(self) -> dict[str, Any]:
        """Return it for JSON; unknown numbers are null."""
        ends = {end: getattr(self, end) for end in ("campaign_low", "campaign_high")}
        known = {name: None if math.isnan(one) else one for name, one in ends.items()}
        return {**Estimate.as_json(self), **known, "worlds": self.worlds}


class Sums(NamedTuple):
    """Sums over the campaigns of one world, of any shape; they can be added."""

    counted: Array
    total: Array
    squares: Array

    @property
    def mean(self) -> Array:
        """Return the mean, NaN if nothing was counted."""
        return np.where(self.counted > 0, self.total / np.maximum(self.counted, 1.0), np.nan)

    @property
    def noise(self) -> Array:
        """Return the sampling variance of the mean, NaN for a single campaign."""
        varies = np.maximum(self.squares - self.total * self.mean, 0.0)
        divisor = np.maximum((self.counted - 1.0) * self.counted, 1.0)
        return np.where(self.counted > 1, varies / divisor, np.nan)


def sums_of(values: Array) -> Sums:
    """Sum over campaigns, the first axis; NaN values are not counted."""
    is_there = ~np.isnan(values)
    known = np.where(is_there, values, 0.0)
    return Sums(is_there.sum(axis=0, dtype=float), known.sum(axis=0), (known * known).sum(axis=0))


def over_worlds(values: Sequence[Array]) -> Estimate:
    """Return the mean over campaigns, one array for each world, or the share of a yes or no.

    All worlds have the same weight, however many of their campaigns have the figure.
    """
    if values[0].dtype == bool:
        return estimate_share(np.array([int(each.sum()) for each in values]), len(values[0]))
    sums = [sums_of(each) for each in values]
    figure = of_moments(
        np.array([float(each.mean) for each in sums]),
        np.array([float(each.noise) for each in sums]),
    )
    single = np.concatenate(values)
    low, high = np.quantile(single[~np.isnan(single)], (LOW, HIGH)).tolist()
    return replace(figure, campaign_low=low, campaign_high=high)


def of_moments(means: Array, noises: Array) -> CampaignMean:
    """Return a figure from the mean of each world and that mean's sampling variance.

    The interval is that of `intervals.ends_over_worlds`. Sampling noise, the mean of `noises`, is
    removed from the range across worlds. With one campaign for each world all variation counts as
    sampling noise.
    """
    is_there = ~np.isnan(means)
    means, noises = means[is_there], noises[is_there]
    worlds = len(means)
    value = math.fsum(means) / worlds
    known = noises[~np.isnan(noises)]
    everything = float(np.var(means, ddof=1)) if worlds > 1 else 0.0
    noise = float(np.mean(known)) if len(known) else everything
    ends = ends_over_worlds(means, noise)
    spread = spread_of_amounts(means, noise)
    return CampaignMean(value, *ends, *spread, worlds=worlds)


def figures_of(worlds: Sequence[Mapping[Key, Array]]) -> dict[Key, Estimate]:
    """Return every figure over the worlds that have it, and cost ratios of rounds to weapons.

    `cost.exchange` is the price of rounds fired divided by that of the weapons shot down, and
    `cost.to_spent` divided by that of all weapons that the attacker spent or lost.
    """
    keys = dict.fromkeys(key for world in worlds for key in world)
    held = {key: [world[key] for world in worlds if key in world] for key in keys}
    figures = {
        key: bounded(key, over_worlds(values)) for key, values in held.items() if is_known(values)
    }
    for name, below in (("exchange", "shot_down"), ("to_spent", "spent")):
        figure = ratio(held["cost", "rounds"], held["cost", below])
        if figure is not None:
            figures["cost", name] = figure
    return figures


def bounded(key: Key, figure: Estimate) -> Estimate:
    """Return a figure with its interval cut off at the bounds of the number."""
    if SHARES.isdisjoint(key):
        return figure
    return replace(figure, low=max(0.0, figure.low), high=min(1.0, figure.high))


def is_known(values: Sequence[Array]) -> bool:
    """Return whether any campaign of any world has a number."""
    return any(each.dtype == bool or not np.isnan(each).all() for each in values)


def ratio(above: Sequence[Array], below: Sequence[Array]) -> CampaignMean | None:
    """Return the ratio of two sums over all campaigns, with only its range across worlds.

    None if the denominator is 0 in every world.
    """
    totals = [(math.fsum(a), math.fsum(b)) for a, b in zip(above, below, strict=True)]
    of_worlds = [a / b for a, b in totals if b > 0.0]
    if not of_worlds:
        return None
    value = math.fsum(a for a, _ in totals) / math.fsum(b for _, b in totals)
    spread = spread_of_amounts(np.array(of_worlds), 0.0)
    return CampaignMean(value, math.nan, math.nan, *spread, worlds=len(of_worlds))


class Day(NamedTuple):
    """The figures of one day, averaged over all campaigns."""

    day: Annotated[int, "from 1"]
    is_raid: bool
    figures: dict[str, Estimate]


def read_days(logs: Array, struck: Struck) -> DaySums:
    """Return sums over campaigns for each day; `logs` has rows of DayLog."""
    rows = logs[:, :, struck.side]
    killed = rows["worked"] - rows["passed"]
    numbers = {
        "launched": rows["launched"],
        "engagements": rows["engagements"],
        "leakage": share_of(rows["leaked"], rows["reliable"]),
        **{
            name: share_of(rows["why"][:, :, why], rows["reliable"]) for name, why in CAUSES.items()
        },
        "shot_down": killed.sum(axis=2),
        "loss": rows["loss"],
        "attacker_loss": logs[:, :, 1 - struck.side]["loss"],
        "shots": rows["shots"],
        "cost_rounds": (rows["fired"] * struck.round_prices).sum(axis=2),
        "cost_shot_down": (killed[:, :, : len(struck.classes)] * struck.prices).sum(axis=2),
        "batteries": rows["batteries"],
        "rounds": rows["rounds"],
        "reserve": rows["reserve"],
        "command": rows["command"],
        "sensors": rows["sensors"],
    }
    if struck.batteries > 0.0:
        numbers["alive"] = rows["batteries"] / struck.batteries
    if struck.rounds > 0.0:
        numbers["left_share"] = (rows["rounds"] + rows["reserve"]) / struck.rounds
    return {name: sums_of(values) for name, values in numbers.items()}


def add_up(first: DaySums, second: DaySums) -> DaySums:
    """Return the sums over both sets of campaigns."""
    return {
        name: Sums(*(a + b for a, b in zip(sums, second[name], strict=True)))
        for name, sums in first.items()
    }


def over_days(worlds: Sequence[DaySums], raids: int) -> tuple[Day, ...]:
    """Return each day's figures over worlds; those that no campaign has on a day are left out."""
    by_day: list[dict[str, Estimate]] = [{} for _ in worlds[0]["launched"].total]
    for name in dict.fromkeys(name for world in worlds for name in world):
        key = ("cause", name) if name in CAUSES else (name,)
        sums = [world[name] for world in worlds if name in world]
        means, noises = (
            np.array(one).T for one in ([x.mean for x in sums], [x.noise for x in sums])
        )
        for figures, mean, noise in zip(by_day, means, noises, strict=True):
            if not np.isnan(mean).all():
                figures[name] = bounded(key, of_moments(mean, noise))
    return tuple(Day(day + 1, day < raids, figures) for day, figures in enumerate(by_day))
