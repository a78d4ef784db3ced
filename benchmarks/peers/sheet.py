"""What the peers cost next to a future of ours, as one table; a twin that plays otherwise fails."""

import json
import os
import pickle
import subprocess
import sys
import sysconfig
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from benchmarks.peers.agreement import Gap, compare, disagreements, ends_of
from benchmarks.peers.dispute import End, Tables, plain
from detente import pack
from detente.ensemble.design import drawn_worlds
from detente.ensemble.encode import encode
from detente.kernel import crisis, solution
from detente.kernel.solution import Solved
from detente.kernel.talks import ChallengerMove, DefenderMove
from detente.kernel.world import World, grid_of

PEERS = os.environ.get("PEERS", ".venv/peers")
"""The environment that has the peers, which are never installed next to what we ship."""
SEED = 1
OURS = 20_000
THEIRS = 800
EXPERIMENTS = 1_000
BATCH = 1_000
ROUNDS = 5
LEAST_RATIO = 50.0
"""How many times as fast as its twins the day loop has to be."""
MICRO = 1e6
TWINS = {"simpy": "SimPy", "mesa": "Mesa 3"}


class Costs(NamedTuple):
    """A future of ours, how ours ended, and what was found of each peer by its name."""

    future: float
    ends: list[End]
    peers: dict[str, Any]


def world_for_twins(grid: str = "normal", horizon: int = 365) -> World:
    """Return the first world of the shipped crisis without what no twin plays.

    Nor does a side strike of its own accord: force comes of ultimatums and incidents alone, so that
    days are timed and few wars, which no twin fights.
    """
    loaded = pack.load("oman-2026")
    world = encode(loaded, drawn_worlds(loaded, 1, SEED)[0], grid=grid, horizon=horizon)
    world.talks.challenger_rate[ChallengerMove.STRIKE :] = 0.0
    world.talks.defender_rate[DefenderMove.STRIKE] = 0.0
    return without_voices(world)


def without_voices(world: World) -> World:
    """Take mediators, signs of a plan and an ally that presses from a world."""
    world.mediators.count = 0
    world.talks.ally_rate = world.talks.ally_rate_per_step = 0.0
    world.calendar.signs = 0
    return world


def tables_of(world: World, solved: Solved) -> Tables:
    """Return a world's numbers and policies as a twin takes them."""
    grid = grid_of(world)
    policies = solved.policies
    return Tables(
        talks=plain(world.talks),
        incidents=plain(world.incidents),
        calendar=plain(world.calendar),
        grid=(grid.origin, grid.step, grid.points),
        challenger=policies.challenger,
        defender=policies.defender,
        answers=policies.answers,
        lapses=policies.lapses,
        worth=policies.worth,
        force=policies.force,
    )


def peer_costs() -> Costs:
    """Measure ours before and after the peers, so that a busy moment of the machine meets both."""
    world = world_for_twins()
    solved = solution.solve(world, with_exploitability=False)
    task = (tables_of(world, solved), world, solved, THEIRS, EXPERIMENTS, BATCH)
    _play(world, solved)
    before = [_play(world, solved) for _ in range(ROUNDS)]
    peers = _measured(task)
    after = [_play(world, solved) for _ in range(ROUNDS)]
    future = median(taken for taken, _ in (*before, *after)) / OURS
    return Costs(future, before[0][1], peers)


def _play(world: World, solved: Solved) -> tuple[float, list[End]]:
    begun = time.process_time()
    rows = crisis.play(world, solved, seed=SEED, number=0, first=0, futures=OURS)
    return time.process_time() - begun, ends_of(rows)


def _measured(task: tuple[Any, ...]) -> dict[str, Any]:
    """Measure in a process that finds the peers after all that we run on."""
    packages = sysconfig.get_path("purelib", vars={"base": PEERS})
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "task.pickle"
        file.write_bytes(pickle.dumps(task))
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.peers.measure", file, packages],
            check=True,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"TQDM_DISABLE": "1"},
        )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def peer_lines(costs: Costs) -> list[str]:
    """Write what the peers cost, in a table of its own."""
    ours = costs.future
    return [
        "Peers, each in the same call and on one core, in processor time; a future of ours is one "
        "of the first world of `oman-2026` without mediators, signs and strikes of a side's own "
        "accord, the war that it may end in included. The twins play the same days by the same "
        "tables, end with the first ordered force, and agree on endings, the mean day and what is "
        "learnt within joint 99 % intervals.",
        "",
        "| peer | measured | over a future of ours | allowed |",
        "|---|---|---|---|",
        f"| a future of ours | {MICRO * ours:.1f} µs | 1 | |",
        *(line for name in TWINS for line in _twin_line(costs, name)),
        *_other_lines(costs),
        "",
    ]


def _twin_line(costs: Costs, name: str) -> list[str]:
    found = costs.peers.get(name, {})
    what = f"the day loop in {TWINS[name]}, a future"
    if "future" not in found:
        return [f"| {what} | not measured | | {LEAST_RATIO:g} or more |"]
    worst = max(gaps_of(costs, name), key=lambda gap: abs(gap.ours - gap.theirs) / gap.allowed)
    return [
        f"| {what} ({found['version']}; farthest: {worst.figure}, {worst.theirs:.3g} for "
        f"{worst.ours:.3g}, ± {worst.allowed:.2g} allowed) | {MICRO * found['future']:,.0f} µs "
        f"| {found['future'] / costs.future:.0f} | {LEAST_RATIO:g} or more |"
    ]


def _other_lines(costs: Costs) -> list[str]:
    rows = (
        ("negmas", "session", "NegMAS, a session of 2 parties, 4 issues and 50 steps"),
        ("ema_workbench", "nothing", "EMA Workbench, an experiment that does nothing"),
        ("ema_workbench", "single", "the same, a future of ours each"),
        ("ema_workbench", "batch", f"the same, {BATCH:,} futures of ours each, a future"),
        ("SALib", "row", "SALib, Sobol analysis of 10 numbers, a row"),
    )
    return [_line(costs, *row) for row in rows]


def _line(costs: Costs, name: str, key: str, what: str) -> str:
    found = costs.peers.get(name, {})
    if key not in found:
        return f"| {what} | not measured | | |"
    taken = found[key] / (BATCH if key == "batch" else 1)
    times = taken / costs.future
    reported = f"{times:.0f}" if times >= 10.0 else f"{times:.1f}"
    return f"| {what} ({found['version']}) | {MICRO * taken:,.1f} µs | {reported} | |"


def gaps_of(costs: Costs, name: str) -> list[Gap]:
    """Return how far a twin's endings lie from ours."""
    return compare(costs.ends, [End(*end) for end in costs.peers[name]["ends"]])


def refuse_disagreement(costs: Costs) -> None:
    """Raise SystemExit, with what differs, if a twin does not end its futures as ours do."""
    played = [name for name in TWINS if "ends" in costs.peers.get(name, {})]
    off = {name: disagreements(gaps_of(costs, name)) for name in played}
    reported = [f"{TWINS[name]}: {gap}" for name, gaps in off.items() for gap in gaps]
    if reported:
        raise SystemExit("a twin does not play the same day loop:\n" + "\n".join(reported))
