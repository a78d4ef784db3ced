"""A small stand-in for the kernel, for tests of all that stores and tells what a kernel returns."""

from types import SimpleNamespace
from unittest import mock

import numpy as np
import pytest

from detente.endings import Ending
from detente.ensemble import runners
from detente.ensemble.runners import Kernel
from detente.ensemble.simulate import simulate
from detente.kernel.causes import PLACEBO, Mechanism
from detente.kernel.draws import Purpose
from detente.kernel.endings import EVENT, FUTURE, Ceasefire, Event, FirstShot, Trigger, Violence

NODES = 1000
MIX = np.uint64(0x9E3779B97F4A7C15)


def uniforms(seed, world, futures, salt):
    """Return a number from 0 to 1 for each future, by its address alone."""
    with np.errstate(over="ignore"):
        state = futures.astype(np.uint64) * MIX + np.uint64(world * 1_000_003 + seed * 7919 + salt)
        for shift in (30, 27, 31):
            state = (state ^ (state >> np.uint64(shift))) * np.uint64(0xBF58476D1CE4E5B9)
    return (state >> np.uint64(11)).astype(float) * 2.0**-53


def world(calm=0.2, horizon=365):
    return SimpleNamespace(calm=calm, horizon=horizon)


def encode(_crisis, values, *, grid, horizon):
    assert grid in {"tiny", "coarse", "normal", "fine"}
    return world(values["talks.fade_rate"] * 50.0, horizon)


def solve(_world, *, with_exploitability=True):
    report = SimpleNamespace(
        nodes=NODES,
        evaluations=1200,
        rows=100,
        folded_rows=1,
        unsettled_nodes=0,
        worst_residual=0.004,
        exploitability=(0.001, 0.0, 0.002, 0.0) if with_exploitability else (0.0,) * 4,
    )
    return SimpleNamespace(report=report)


def play(  # noqa: PLR0913  as the kernel has it
    world, _solved, *, seed, number, first, futures, offset=0, purposes=0
):
    index = np.arange(first, first + futures)
    acts, nature = (
        index + offset * (purposes >> purpose & 1) for purpose in (Purpose.MOVE, Purpose.NATURE)
    )
    draw = uniforms(seed, number, acts, 1) * (0.8 + world.calm)
    day = (uniforms(seed, number, nature, 2) * world.horizon).astype(int)
    rows = np.zeros(futures, FUTURE)
    rows["world"] = number
    rows["future"] = index
    quiet = Ending.DEFENDER_YIELDS + index % 3
    kinds = (0, 1, quiet, Ending.CONTAINMENT, Ending.TALKS_FAILED)
    rows["settlement"] = np.choose(np.minimum(4, (draw * 5).astype(int)), kinds)
    violence = np.where(draw < 0.6, 0, np.where(draw < 0.75, 2, np.where(draw < 0.9, 3, 4)))
    is_force = violence >= Violence.LIMITED_STRIKE
    rows["violence"] = violence
    rows["ending"] = np.where(is_force, violence + 5, rows["settlement"])
    rows["ending_day"] = day
    rows["broken_day"] = rows["broken_deal_day"] = rows["failed_day"] = -1
    is_war = violence >= Violence.WAR
    has_struck = is_war & (index % 2 == 0)
    rows["rounds"] = is_force + has_struck
    rows["first_force_day"] = np.where(is_force, np.where(has_struck, day // 2, day), -1)
    rows["war_day"] = np.where(is_war, day, -1)
    rows["initiator"] = np.where(is_force, index % 3, -1)
    rows["trigger"] = np.where(is_force, Trigger.STRIKE, Trigger.NONE)
    rows["first_shot"] = np.where(is_force, FirstShot.CHOSEN_FORCE, FirstShot.NONE)
    rows["first_shot_gap"] = np.where(is_force, 0.1 - 0.5 * (draw - 0.6), 0.0)
    rows["ceasefire"] = np.where(is_force, np.where(is_war, 2 + index % 4, Ceasefire.LIMITED), 0)
    rows["belief_hard"] = draw
    rows["belief_tough"] = 0.5
    rows["visited"] = 10
    return rows


def follow(world, solved, *, seed, number, future):
    row = play(world, solved, seed=seed, number=number, first=future, futures=1)[0]
    last = Event.STRIKES if row["violence"] >= Violence.LIMITED_STRIKE else Event.HORIZON
    return np.array([(1, Event.OFFERS, 0, 1, 0.0), (row["ending_day"], last, 0, 0, 0.0)], EVENT)


def judge(world, subsets, playing):
    """Let every war depend on one mechanism, which goes by the future's index."""
    size = {"first": 0, "futures": len(playing.futures)}
    rows = play(world, None, seed=playing.seed, number=playing.number, **size)
    needed = np.arange(len(rows)) % len(Mechanism)
    played = {PLACEBO: rows}
    for subset in subsets:
        played[subset] = rows.copy()
        played[subset]["ending"][subset >> needed & 1 == 0] = Ending.NARROW_DEAL
    return played


def branch(world, solved, *, seed, at):
    """Play branches as other futures, or all as the future itself once it has ended."""
    asked = {"seed": seed, "number": at.world}
    ended = play(world, solved, **asked, first=at.future, futures=1)
    if ended["ending_day"][0] <= at.day:
        return ended.repeat(at.branches)
    return play(world, solved, **asked, first=at.future + 1, futures=at.branches)


KERNEL = Kernel(encode, solve, play, follow, judge, lambda _="": True, branch)


@pytest.fixture(autouse=True)
def kernel(monkeypatch):
    """Play with the stand-in, which takes no time; tests of the model itself lie elsewhere."""
    monkeypatch.setattr(runners, "kernel", lambda: KERNEL)
    return KERNEL


def played(crisis, folder, kernel=KERNEL, **settings):
    """Play a run with a stand-in, for a fixture that lasts longer than a test."""
    with mock.patch.object(runners, "kernel", return_value=kernel):
        return simulate(crisis, **settings, threads=1, out=folder)
