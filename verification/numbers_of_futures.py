"""The numbers of a report that come from single futures, past crises, signs and air defence, anew.

Shares and what each sign tells are counted in the run's own tables; dates are those of its pack;
past crises those that ship. What happened in a future, and what became of each campaign of force,
only the model says: futures are played again, and counted here.
"""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any, NamedTuple, TypeAlias

import numpy as np
import pyarrow.parquet as pq  # type: ignore[import-untyped]
import tomli
from scipy import optimize, stats  # type: ignore[import-untyped]

import detente
from detente.analysis.engagement.fighting import RaidTerms, set_up
from detente.analysis.trace import Trace
from detente.analysis.wording import LEAKS
from detente.ensemble.foundation import read_base_again
from detente.kernel.draws import Luck
from detente.kernel.logbook import fight_campaigns
from verification import numbers_that_ship
from verification.intervals import (
    Numbers,
    Z,
    drawn_in,
    ends_of_mean,
    equal_weights,
    score,
    share,
    student,
)

Base: TypeAlias = Mapping[str, np.ndarray]
"""Columns of the futures of the base, each of shape (worlds, futures)."""
Known: TypeAlias = Iterator[tuple[str, str, Numbers]]
ENDINGS: tuple[str, ...] = (
    "comprehensive_deal",
    "narrow_deal",
    "defender_yields",
    "challenger_drops",
    "fades",
)
ENDINGS += ("containment", "talks_failed", "limited_strike", "war", "regional_war")
DEALS, FORCE, WARS = (0, 1), (7, 8, 9), (8, 9)
KINDS = (DEALS, (2, 3, 4, 5, 6), (7,), WARS)
"""Endings of which one future each is shown."""
OPEN_ON, BY = (30, 90, 180, 365), (7, 30, 60, 90, 180, 270)
PLANS = ("display", "stand_off", "sustained", "direct_action")
LEAST = 1e-6
"""The least correlation that is tried."""
SUREST = 0.99
"""No sign is surer to be seen."""
CAMPAIGNS, MOST_WORLDS, RAIDS, REST = 32, 64, 10, 30


def known(folder: Path, base: Base, titles: Mapping[str, str]) -> Known:
    """Yield part, row and the numbers that belong there; a sentence's have no row."""
    record = json.loads((folder / "record.json").read_text())
    as_of, pack = date.fromisoformat(record["as_of"]), pack_of(folder)
    yield from _often(base)
    yield from _sentences(base)
    yield from _futures(folder, base, as_of)
    yield from _hundred(base, as_of, titles)
    yield from _leakage(folder, record["settings"]["seed"])
    yield from _signs(folder, base, pack)
    yield from numbers_that_ship.known(pack)


def pack_of(folder: Path) -> dict[str, Any]:
    """Return all that a run's pack says, as its files have it."""
    parts = [tomli.loads(path.read_text()) for path in sorted((folder / "pack").glob("*.toml"))]
    return {key: value for part in parts for key, value in part.items()}


def columns(folder: Path, option: str, names: Sequence[str]) -> dict[str, np.ndarray]:
    """Return columns of the futures of an option in order, each of shape (worlds, futures)."""
    parts = sorted((folder / "futures" / option).glob("*.parquet"))
    table = pq.read_table(parts, columns=list(names))
    found = {name: table[name].to_numpy() for name in names}
    order, worlds = np.lexsort((found["future"], found["world"])), int(found["world"].max()) + 1
    return {name: column[order].reshape(worlds, -1) for name, column in found.items()}


# Sentences about endings


def _outcomes(base: Base) -> dict[str, np.ndarray]:
    """Return whether each ending and each set of endings came about, by its key."""
    ending = base["ending"]
    sets = {"deal": DEALS, "settled": (0, 1, 2, 3, 4), "force": FORCE, "any_war": WARS}
    sets |= {name: (place,) for place, name in enumerate(ENDINGS)}
    made = (base["settlement"] <= 1) | (base["broken_deal_day"] >= 0)
    ever = {"deal_ever": made, "talks_ever_failed": base["failed_day"] >= 0}
    return {key: np.isin(ending, places) for key, places in sets.items()} | ever


def _often(base: Base) -> Known:
    """Yield what the answer says: how often each ending comes, and what is open by some days."""
    outcomes = _outcomes(base)
    for name in ENDINGS:
        yield "endings, answer", "", share(outcomes[name])[:3]
    force, broken = base["first_force_day"], base["broken_day"]
    for day in OPEN_ON:
        forced = (force >= 0) & (force <= day)
        holds = outcomes["deal"] & (base["ending_day"] <= day)
        is_first = (broken >= 0) & ((force < 0) | (broken <= force))
        holds |= is_first & (base["broken_deal_day"] <= day) & (day < broken)
        yield "endings, answer", "", [*share(~holds & ~forced)[:3], float(day)]


def _sentences(base: Base) -> Known:
    """Yield how many deals are made and kept, what depends on assumptions, and widest intervals."""
    part, outcomes = "endings, sentences", _outcomes(base)
    for key in ("deal_ever", "deal"):
        yield part, "", share(outcomes[key])[:3]
    late = (base["violence"] >= 2) & np.isin(base["settlement"], DEALS)
    yield part, "", [100 * float(late.mean())]
    for key in ("deal", "force", "any_war"):
        yield part, "", between_worlds(outcomes[key])
    ever = {"deal_ever", "talks_ever_failed"}
    yield part, "", [max(_by_chance(happened) for happened in outcomes.values())]
    horizon = int(base["ending_day"].max())
    force = base["first_force_day"]
    day = np.where(force >= 0, force, base["ending_day"])
    by_day = [
        share(happened & (day <= by))
        for key, happened in outcomes.items()
        if key not in ever
        for by in (*BY, horizon)
    ]
    yield part, "", [max(high - low for _, low, high, *_ in by_day) / 2]
    yield part, "", [float(horizon)]


def _by_chance(happened: np.ndarray) -> float:
    """Return half the length of a share's interval with the worlds held fixed [points]."""
    own, (worlds, each) = happened.mean(axis=1), happened.shape
    variance = float(np.mean(own * (1 - own))) / (each - 1) / worlds
    low, high = score(float(own.mean()), variance, worlds * each)
    return 50 * (high - low)


def between_worlds(happened: np.ndarray) -> Numbers:
    """Return how much of the variance of a yes or no lies between worlds, with its interval [%].

    The intraclass correlation, and the correlations from which it is no more than the normal
    quantile of its score away, were worlds beta-binomial.
    """
    own, each = happened.mean(axis=1), happened.shape[1]
    within = float(np.mean(own * (1 - own))) * each / (each - 1)
    between = max(0.0, float(np.var(own, ddof=1)) - within / each)
    if within + between == 0:
        return []
    ends = []
    for sign in (1, -1):

        def beyond(candidate: float, sign: int = sign) -> float:
            found = (1 - candidate) * between - candidate * within
            error = _score_error(candidate, float(own.mean()), happened.shape)
            return float(found - sign * Z * error)

        is_there = beyond(LEAST) > 0
        ends.append(optimize.brentq(beyond, LEAST, 1 - LEAST) if is_there else 0.0)
    return [100 * one for one in (between / (between + within), *ends)]


def _score_error(candidate: float, mean: float, shape: tuple[int, ...]) -> float:
    """Return the standard error of the score of a correlation, over worlds that are beta-binomial.

    What a world adds is its deviation squared, less chance, times `1 - c`, less `c` times what
    varies within it.
    """
    worlds, each = shape
    size, counts = (1 - candidate) / candidate, np.arange(each + 1)
    drawn = stats.betabinom(each, mean * size, (1 - mean) * size).pmf(counts)
    own = counts / each
    chance = own * (1 - own) * each / (each - 1)
    adds = (1 - candidate) * ((own - mean) ** 2 - chance / each) - candidate * chance
    variance = float(drawn @ adds**2 - (drawn @ adds) ** 2)
    return math.sqrt(max(0.0, variance) / (worlds - 1))


# Single futures


class Shown(NamedTuple):
    """A future that is shown, of those whose last day is the median of its kind of ending."""

    share: Annotated[float, "futures of its kind, of 100"]
    median: Annotated[int, "last day [days]"]
    traced: Trace


def shown(folder: Path, base: Base) -> Iterator[Shown]:
    """Yield of each kind of ending the first future that ends on the median day."""
    run = detente.Run.open(folder)
    for kind in KINDS:
        is_such = np.isin(base["ending"], kind)
        days = np.sort(base["ending_day"][is_such])
        if days.size:
            median = int(days[(days.size + 1) // 2 - 1])
            address = np.argwhere(is_such & (base["ending_day"] == median))[0].tolist()
            yield Shown(
                100 * float(is_such.mean()), median, detente.trace(run, future=tuple(address))
            )


def _futures(folder: Path, base: Base, as_of: date) -> Known:
    """Yield the days of the futures that are shown, and what is believed along the last of them."""
    traced = None
    for _, median, traced in shown(folder, base):
        for day in {float(one.day) for one in traced.happenings} | {float(median)}:
            yield "endings, cards", "", [day]
    if traced is not None:
        yield from _beliefs(traced, as_of)


def _beliefs(traced: Trace, as_of: date) -> Known:
    for one in traced.happenings:
        if one.kind == "beliefs":
            day = as_of + timedelta(one.day)
            yield "beliefs", f"{day.day} {day:%B %Y}", [100 * one.value]


def _hundred(base: Base, as_of: date, titles: Mapping[str, str]) -> Known:
    """Yield the rows of the hundred futures: the middle one of each hundredth, in order."""
    worlds, each = base["ending"].shape
    order = sorted(
        (ending, day, world, future)
        for world in range(worlds)
        for future, (ending, day) in enumerate(
            zip(base["ending"][world].tolist(), base["ending_day"][world].tolist(), strict=True)
        )
    )
    count = min(100, worlds * each)
    picked = [order[(2 * at + 1) * len(order) // (2 * count)] for at in range(count)]
    for ending in range(len(ENDINGS)):
        own = [(at, *one) for at, one in enumerate(picked, 1) if one[0] == ending]
        for start in range(0, len(own), 10):
            some = own[start : start + 10]
            ends = sorted({some[0][0], some[-1][0]})
            days = (str(as_of + timedelta(one[2])) for one in (some[0], some[-1]))
            at = " ".join(f"{world}:{future}" for *_, world, future in some)
            row = ", ".join((titles[ENDINGS[ending]], " to ".join(map(str, ends)), *days, at))
            yield "hundred_futures", row, []


# Air defence


def _leakage(folder: Path, seed: int) -> Known:
    """Yield why weapons pass each side's defence, in %, of campaigns fought again world by world.

    A campaign's share is of its weapons that work; a world's is the mean of its campaigns.
    """
    run = detente.Run.open(folder)
    crisis = read_base_again(folder, run.record)
    terms = RaidTerms(2, "sustained", "challenger", RAIDS, REST)
    values = pq.read_table(folder / "worlds.parquet").slice(0, MOST_WORLDS).to_pylist()
    logs = [
        fight_campaigns(
            set_up(crisis, one).theatre,
            terms.situation,
            Luck(seed, world, 0, 0, 0),
            terms.span,
            CAMPAIGNS,
        )[:, :RAIDS]
        for world, one in enumerate(values)
    ]
    for side, role in enumerate(("challenger", "defender")):
        worked = np.array([one["reliable"][:, :, side].sum(axis=1) for one in logs])
        leaked = np.array([one["leaked"][:, :, side].sum(axis=1) for one in logs])
        why = np.array([one["why"][:, :, side].sum(axis=1) for one in logs])
        named = dict(zip(LEAKS.values(), np.moveaxis(why, -1, 0), strict=True))
        party = run.record.parties[role]
        for words, passed in {**named, "all that pass": leaked}.items() if worked.any() else ():
            yield "leakage", f"{party}, {words}", _passing(passed, worked)


def _passing(passed: np.ndarray, worked: np.ndarray) -> Numbers:
    """Return the mean share of campaigns in which a weapon works, with its intervals, in %."""
    own = [some[of > 0] / of[of > 0] for some, of in zip(passed, worked, strict=True) if of.any()]
    means = np.array([one.mean() for one in own])
    noise = float(np.mean([one.var(ddof=1) / len(one) for one in own if len(one) > 1]))
    low, high = ends_of_mean(means, noise)
    across = np.quantile(drawn_in(means, noise), (0.05, 0.95), method="weibull")
    ends = max(0.0, low), min(1.0, high)
    return [100 * float(one) for one in (means.mean(), *ends, *across)]


# Signs to watch for


def _signs(folder: Path, base: Base, pack: Mapping[str, Any]) -> Known:
    """Yield how often each sign is seen, what comes with it and without, and what it tells."""
    table = pq.read_table(folder / "worlds.parquet").to_pydict()
    earlier = [set(one["points_to"]) for one in pack.get("indicators", {}).values()]
    at, war = np.arange(len(PLANS)), np.isin(base["ending"], WARS)
    has_plan = base["plan"][:, :, None] == at
    every, wars = has_plan.sum(axis=1), (has_plan & war[:, :, None]).sum(axis=1)
    for key, sign in pack.get("signs", {}).items():
        alarm, ratio, dependence = (
            np.array(table[path])
            for path in (
                f"signs.{key}.false_positive",
                f"signs.{key}.likelihood_ratio",
                "posture.dependence",
            )
        )
        counts = (1 - dependence) ** earlier.count(set(sign["points_to"]))
        points = np.isin(PLANS, sign["points_to"])
        seen = np.minimum(
            SUREST, alarm[:, None] * np.where(points, ratio[:, None] ** counts[:, None], 1)
        )
        both = np.stack([seen, 1 - seen], axis=-1)
        yield from _told(key.replace("_", " "), every[:, :, None] * both, wars[:, :, None] * both)


def _told(name: str, every: np.ndarray, wars: np.ndarray) -> Known:
    """Yield what one sign tells, from weights of shape (worlds, plans, seen or not)."""
    of_sight, wars_of_sight = every.sum(axis=1), wars.sum(axis=1)
    seen = [100 * float(of_sight[:, 0].sum() / of_sight.sum())]
    comes = [_weighed(wars_of_sight[:, one], of_sight[:, one]) for one in (0, 1)]
    outcome = np.stack([wars_of_sight, of_sight - wars_of_sight], axis=1)
    bits = [_bits(one) for one in (outcome, every)]
    parts = [
        100 * told[0] / (_entropy(one.sum(axis=(0, 2))) or 1.0)
        for told, one in zip(bits, (outcome, every), strict=True)
    ]
    for numbers in (seen, *comes, *([one] for one in parts)):
        yield "watching", name, numbers
    for numbers in (*comes, *bits):
        yield "watching, answer", "", numbers


def _weighed(part: np.ndarray, whole: np.ndarray) -> Numbers:
    """Return a weighted share with its interval in %, a jackknife on log-odds."""
    left = (part.sum() - part) / (whole.sum() - whole)
    wide = _wide(min(equal_weights(part), equal_weights(whole)))
    reach = wide * math.sqrt((len(left) - 1) * float(np.var(np.log(left / (1 - left)))))
    odds = math.log(part.sum() / (whole.sum() - part.sum()))
    return [100 / (1 + math.exp(-end)) for end in (odds, odds - reach, odds + reach)]


def _wide(worlds: float) -> float:
    return student(max(1.0, worlds - 1))


def _bits(joint: np.ndarray) -> Numbers:
    """Return what a sign tells of things in bits, with its interval, a jackknife of its root."""
    whole = joint.sum(axis=0)
    left = np.sqrt([mutual(whole - one) for one in joint])
    carried = [equal_weights(one) for one in joint.sum(axis=2).T if one.any()]
    reach = _wide(min(carried)) * math.sqrt((len(left) - 1) * float(np.var(left)))
    bits = mutual(whole)
    return [bits, max(0.0, math.sqrt(bits) - reach) ** 2, (math.sqrt(bits) + reach) ** 2]


def mutual(joint: np.ndarray) -> float:
    """Return the mutual information of a table's rows and columns [bits]."""
    return _entropy(joint.sum(axis=0)) + _entropy(joint.sum(axis=1)) - _entropy(joint.ravel())


def _entropy(weights: np.ndarray) -> float:
    return float(stats.entropy(weights, base=2))
