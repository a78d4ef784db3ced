"""What each campaign comes to for a side struck: leakage, losses, rounds, cost and recovery."""

from typing import Annotated, NamedTuple, TypeAlias

import numpy as np

from detente.analysis.engagement.arena import Morning
from detente.analysis.engagement.figures import Array, Key
from detente.ensemble.encode.war import CATEGORY_NAMES
from detente.kernel.air_defence import Why
from detente.kernel.defence import PROGRAMME

CAUSES = {why.name.lower(): int(why) for why in Why}
"""Why a weapon leaks, by the farthest that any layer got with it."""
CATEGORY_PLACES = {name: place for place, name in enumerate(CATEGORY_NAMES)}
BACK = 0.9
"""Share of its first batteries and of command from which a defence counts as back."""
MAGAZINE_LOW = 0.1
"""Share of its first rounds below which a magazine counts as empty: single batteries hold on."""

Outcomes: TypeAlias = dict[Key, Array]
"""Of one world, each number under its name with one entry a campaign; a yes or no is boolean."""


class Struck(NamedTuple):
    """The side whose defence is looked at, as the kernel's rows have it."""

    side: Annotated[int, "0 challenger, 1 defender"]
    classes: Annotated[tuple[str, ...], "the other's classes of weapons"]
    weapons: Annotated[Array, "price of one of each class [million dollars]"]
    rounds: Annotated[Array, "price of one round of each layer [million dollars]"]
    morning: Morning


def read_campaigns(logs: Array, struck: Struck, raids: int) -> Outcomes:
    """Return what campaigns come to; `logs` holds rows of DayLog, shape (campaigns, days, side)."""
    rows = logs[:, :, struck.side]
    fought = rows[:, :raids]
    outcomes = read_leakage(fought, struck.classes)
    outcomes |= read_losses(fought, struck)
    outcomes |= read_damage(fought, struck.side)
    outcomes |= read_cost(fought, struck)
    if struck.morning.batteries > 0.0:
        outcomes |= read_batteries(rows, struck.morning, raids)
    if struck.morning.rounds > 0.0:
        outcomes |= read_magazine(fought, struck.morning)
    return outcomes


def share_of(part: Array, whole: Array) -> Array:
    """Return a share, not a number where there is nothing to have a share of."""
    return np.where(whole > 0.0, part / np.where(whole > 0.0, whole, 1.0), np.nan)


def read_leakage(fought: Array, classes: tuple[str, ...]) -> Outcomes:
    """Return the share of weapons that worked and passed every layer, by cause and by class."""
    worked = fought["reliable"].sum(axis=1)
    outcomes: Outcomes = {("leakage",): share_of(fought["leaked"].sum(axis=1), worked)}
    for name, why in CAUSES.items():
        outcomes["cause", name] = share_of(fought["why"][:, :, why].sum(axis=1), worked)
    for place, key in enumerate(classes):
        passed, sent = fought["passed"][:, :, place], fought["worked"][:, :, place]
        outcomes["class", key] = share_of(passed.sum(axis=1), sent.sum(axis=1))
    counts = ("launched", "reliable", "engagements", "shots", "leaked")
    return outcomes | {(name,): fought[name].sum(axis=1) for name in counts}


def read_losses(fought: Array, struck: Struck) -> Outcomes:
    """Return what the attacker loses: weapons shot down, and of those that fly again how many."""
    killed = (fought["worked"] - fought["passed"]).sum(axis=1)
    outcomes: Outcomes = {("shot_down",): killed.sum(axis=1)}
    returns = struck.morning.returns
    first = float(struck.morning.stock[returns].sum())
    if first > 0.0:
        down = killed[:, : len(returns)][:, returns].sum(axis=1)
        outcomes["aircraft", "first"] = np.full(len(killed), first)
        outcomes["aircraft", "down"] = down
        outcomes["aircraft", "down_share"] = down / first
    return outcomes


def read_damage(fought: Array, side: int) -> Outcomes:
    """Return what is broken of the struck side on the last evening, and its loss, aircraft too.

    The challenger's side has no programme that is raided.
    """
    last = fought[:, -1]
    outcomes: Outcomes = {
        ("broken", name): last["broken"][:, place]
        for name, place in CATEGORY_PLACES.items()
        if place != PROGRAMME or side == 1
    }
    outcomes["loss",] = last["loss"]
    return outcomes


def read_cost(fought: Array, struck: Struck) -> Outcomes:
    """Return what rounds and weapons cost [million dollars].

    `spent` is what the attacker is left without: weapons launched that do not return, and those
    that would have and were shot down. Decoys have no price.
    """
    classes = len(struck.classes)
    price = prices_of(struck)
    killed = (fought["worked"] - fought["passed"]).sum(axis=1)[:, :classes]
    launched = fought["sent"].sum(axis=1)[:, :classes]
    gone = np.where(struck.morning.returns, killed, launched)
    return {
        ("cost", "rounds"): (fought["fired"].sum(axis=1) * struck.rounds).sum(axis=1),
        ("cost", "shot_down"): (killed * price).sum(axis=1),
        ("cost", "spent"): (gone * price).sum(axis=1),
    }


def prices_of(struck: Struck) -> Array:
    """Return the price of a weapon of each class that there is [million dollars]."""
    return struck.weapons[: len(struck.classes)]


def read_batteries(rows: Array, morning: Morning, raids: int) -> Outcomes:
    """Return which batteries still work, and how soon the defence is back after the last raid.

    Back: batteries and command at 90 % of the first; on day 0 if they never were below that on the
    evening of the last raid.
    """
    up = rows["batteries"]
    fought = up[:, :raids]
    outcomes: Outcomes = {
        ("batteries", "first"): np.full(len(rows), morning.batteries),
        ("batteries", "last"): fought[:, -1],
        ("batteries", "lowest"): fought.min(axis=1),
        ("batteries", "alive"): fought[:, -1] / morning.batteries,
    }
    if rows.shape[1] > raids:
        is_up = (up >= BACK * morning.batteries) & (rows["command"] >= BACK)
        is_back, days = first_day(is_up[:, raids - 1 :])
        outcomes["recovery", "is_back"] = is_back
        outcomes["recovery", "days"] = days
    return outcomes


def read_magazine(fought: Array, morning: Morning) -> Outcomes:
    """Return the rounds that are left, and the day on which fewer than 10 % of the first are."""
    left = fought["rounds"] + fought["reserve"]
    is_low, days = first_day(left < MAGAZINE_LOW * morning.rounds)
    return {
        ("rounds", "first"): np.full(len(fought), morning.rounds),
        ("rounds", "left"): left[:, -1],
        ("rounds", "left_share"): left[:, -1] / morning.rounds,
        ("magazine", "is_low"): is_low,
        ("magazine", "days"): days + 1.0,
    }


def first_day(is_so: Array) -> tuple[Array, Array]:
    """Return whether something is ever so, and since which day, not a number if it never is."""
    ever = np.asarray(is_so.any(axis=1))
    return ever, np.where(ever, is_so.argmax(axis=1), np.nan)
