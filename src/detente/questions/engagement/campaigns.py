"""What campaigns come to for a side struck, as a whole and by day: in one world, across worlds."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any, NamedTuple, TypeAlias

import numpy as np

from detente.ensemble.encode.war import CATEGORY_NAMES
from detente.estimate.estimate import Estimate, Kind
from detente.estimate.intervals import ends_over_worlds, estimate_share, spread_of_amounts
from detente.kernel.air_defence import Why
from detente.kernel.defence import PROGRAMME

Array: TypeAlias = np.ndarray
Key: TypeAlias = tuple[str, ...]
LOW, HIGH = 0.05, 0.95
SHARES = frozenset(
    ("leakage", "cause", "class", "broken", "down_share", "alive", "command", "sensors")
)
"""Parts of the names of numbers that lie from 0 to 1, and so do their intervals."""

CAUSES = {why.name.lower(): int(why) for why in Why}
"""Why a weapon leaks, by the farthest that any layer got with it."""
CATEGORY_PLACES = {name: place for place, name in enumerate(CATEGORY_NAMES)}
BACK = 0.9
"""Share of its first batteries and of command from which a defence counts as back."""
MAGAZINE_LOW = 0.1
"""Share of its first rounds below which a magazine counts as empty: single batteries hold on."""

Outcomes: TypeAlias = dict[Key, Array]
"""Of one world, each number under its name with one entry a campaign; a yes or no is boolean."""
DaySums: TypeAlias = "dict[str, Sums]"
"""Of one world, each number under its name, summed over campaigns for each day."""


class Struck(NamedTuple):
    """The side whose defence is looked at, before the first raid, and what comes against it."""

    side: Annotated[int, "as the kernel's rows have it: 0 challenger, 1 defender"]
    classes: Annotated[tuple[str, ...], "the other's classes of weapons"]
    prices: Annotated[Array, "of one of each class, shape (classes,) [million dollars]"]
    round_prices: Annotated[Array, "of one round of each layer [million dollars]"]
    batteries: Annotated[float, "batteries that work [batteries]"]
    rounds: Annotated[float, "rounds ready and in store [rounds]"]
    stock: Annotated[Array, "the other's weapons in reach, shape (classes,) [weapons]"]
    returns: Annotated[Array, "which of these fly again, shape (classes,)"]


def share_of(part: Array, whole: Array) -> Array:
    """Return a share, not a number where there is nothing to have a share of."""
    return np.where(whole > 0.0, part / np.where(whole > 0.0, whole, 1.0), np.nan)


def read_campaigns(logs: Array, struck: Struck, raids: int) -> Outcomes:
    """Return what campaigns come to; `logs` holds rows of DayLog, shape (campaigns, days, side)."""
    rows = logs[:, :, struck.side]
    fought = rows[:, :raids]
    count, last = len(fought), fought[:, -1]

    # What leaks of the weapons that worked, by cause and by class of weapons.
    worked = fought["reliable"].sum(axis=1)
    outcomes: Outcomes = {("leakage",): share_of(fought["leaked"].sum(axis=1), worked)}
    for name, why in CAUSES.items():
        outcomes["cause", name] = share_of(fought["why"][:, :, why].sum(axis=1), worked)
    for place, key in enumerate(struck.classes):
        passed, sent = fought["passed"][:, :, place], fought["worked"][:, :, place]
        outcomes["class", key] = share_of(passed.sum(axis=1), sent.sum(axis=1))
    for name in ("launched", "reliable", "engagements", "shots", "leaked"):
        outcomes[name,] = fought[name].sum(axis=1)

    # What the attacker loses: weapons shot down, and of those that fly again how many.
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

    # What is broken of the struck side. The challenger's has no programme that is raided.
    for name, place in CATEGORY_PLACES.items():
        if place != PROGRAMME or struck.side == 1:
            outcomes["broken", name] = last["broken"][:, place]
    outcomes["loss",] = last["loss"]

    # What it costs [million dollars]. The attacker is left without weapons launched that do not
    # return, and without those that would have and were shot down. Decoys have no price.
    gone = np.where(returns, lost, fought["sent"].sum(axis=1)[:, :classes])
    rounds = fought["fired"].sum(axis=1) * struck.round_prices
    outcomes["cost", "rounds"] = rounds.sum(axis=1)
    outcomes["cost", "shot_down"] = (lost * struck.prices).sum(axis=1)
    outcomes["cost", "spent"] = (gone * struck.prices).sum(axis=1)

    # Which batteries still work, and how soon the defence is back after the last raid: batteries
    # and command at 90 % of the first, on day 0 if they never were below that on the evening of the
    # last raid.
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

    # How many rounds are left, and when the magazine is nearly empty.
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
    """Return whether something is ever so, and since which day, not a number if it never is."""
    ever = np.asarray(is_so.any(axis=1))
    return ever, np.where(ever, is_so.argmax(axis=1), np.nan)


@dataclass(frozen=True, slots=True, eq=False)
class CampaignMean(Estimate):
    """A number's mean over all campaigns; its range across worlds is that of the worlds' means."""

    kind: Kind = "value"
    campaign_low: Annotated[float, "5th percentile of single campaigns, over all worlds"] = math.nan
    campaign_high: Annotated[float, "95th percentile of single campaigns, over all worlds"] = (
        math.nan
    )
    worlds: Annotated[int, "worlds that have it"] = 0

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON has it; what is not known is null."""
        ends = {end: getattr(self, end) for end in ("campaign_low", "campaign_high")}
        known = {name: None if math.isnan(one) else one for name, one in ends.items()}
        return {**Estimate.as_json(self), **known, "worlds": self.worlds}


class Sums(NamedTuple):
    """Sums over the campaigns of one world, each of any shape; they add up."""

    counted: Array
    total: Array
    squares: Array

    @property
    def mean(self) -> Array:
        """Return the mean; where nothing was counted it is not a number."""
        return np.where(self.counted > 0, self.total / np.maximum(self.counted, 1.0), np.nan)

    @property
    def noise(self) -> Array:
        """Return the sampling variance of the mean; of a single campaign it is not a number."""
        varies = np.maximum(self.squares - self.total * self.mean, 0.0)
        divisor = np.maximum((self.counted - 1.0) * self.counted, 1.0)
        return np.where(self.counted > 1, varies / divisor, np.nan)


def sums_of(values: Array) -> Sums:
    """Sum up campaigns, the first axis; what is not a number in one is not counted."""
    is_there = ~np.isnan(values)
    known = np.where(is_there, values, 0.0)
    return Sums(is_there.sum(axis=0, dtype=float), known.sum(axis=0), (known * known).sum(axis=0))


def over_worlds(values: Sequence[Array]) -> Estimate:
    """Return what campaigns say together, one array a world; of a yes or no how often it is so.

    All worlds weigh the same, however many of their campaigns have the number.
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

    The interval is that of `intervals.ends_over_worlds`; the range across worlds is without chance,
    the mean of `noises`. With one campaign a world all of it is called chance.
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
    """Return every number over the worlds that have it, and what rounds cost against weapons.

    `cost.exchange` is the price of rounds fired over that of the weapons they shot down, and
    `cost.to_spent` over all that the attacker is left without.
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
    """Return a figure whose interval does not leave what the number can be."""
    if SHARES.isdisjoint(key):
        return figure
    return replace(figure, low=max(0.0, figure.low), high=min(1.0, figure.high))


def is_known(values: Sequence[Array]) -> bool:
    """Say whether any campaign of any world has a number."""
    return any(each.dtype == bool or not np.isnan(each).all() for each in values)


def ratio(above: Sequence[Array], below: Sequence[Array]) -> CampaignMean | None:
    """Return the ratio of two sums over all campaigns, with its range across worlds only.

    Nothing if what it is divided by is 0 in every world.
    """
    totals = [(math.fsum(a), math.fsum(b)) for a, b in zip(above, below, strict=True)]
    of_worlds = [a / b for a, b in totals if b > 0.0]
    if not of_worlds:
        return None
    value = math.fsum(a for a, _ in totals) / math.fsum(b for _, b in totals)
    spread = spread_of_amounts(np.array(of_worlds), 0.0)
    return CampaignMean(value, math.nan, math.nan, *spread, worlds=len(of_worlds))


class Day(NamedTuple):
    """One day, in the mean of all campaigns."""

    day: Annotated[int, "from 1"]
    is_raid: bool
    figures: dict[str, Estimate]


def read_days(logs: Array, struck: Struck) -> DaySums:
    """Return sums over campaigns for each day; `logs` holds rows of DayLog."""
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
    """Return the sums over the campaigns of both."""
    return {
        name: Sums(*(a + b for a, b in zip(sums, second[name], strict=True)))
        for name, sums in first.items()
    }


def over_days(worlds: Sequence[DaySums], raids: int) -> tuple[Day, ...]:
    """Return each day's figures over worlds; what no campaign has on a day is left out."""
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
