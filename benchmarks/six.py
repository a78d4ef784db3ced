"""What each of the acts beyond strikes costs, and all six in one pack.

`python -m benchmarks.six [--grid normal] [--worlds 4]` prints processor time against the same
crisis without any: `oman-2026` with one more issue, an islet. The court rules in the months that
the guide to packs has, or on the first days (`early`), which is the dearest.
"""

import argparse
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from functools import partial
from statistics import median
from typing import NamedTuple

from detente.ensemble.design import draw_worlds
from detente.ensemble.encode.world import encode_all
from detente.kernel.crisis import play
from detente.kernel.solution import Solved, solve
from detente.kernel.world import Epochs, World
from detente.pack import Crisis, load
from detente.pack.crisis import read_crisis
from detente.pack.files import PackText

SEED, FUTURES, TIMES = 1, 400, 3
ISLET = """
[issues.islet]
name = "an islet"
narrow = true
holder = "defender"
challenger_weight = { value = 0.3, assumed = "a case" }
defender_weight = { value = 0.3, assumed = "a case" }
settled_by_war = { value = 0.7, assumed = "a case" }
"""
COURT = """
[rulings.court]
name = "A court rules"
between = [{}, {}]
for_challenger = {{ value = 0.4, assumed = "a case" }}
weight = {{ value = 0.2, assumed = "a case" }}
assumed = "a case"
"""
NO_RESULT = 'for_defender = { value = 0.4, assumed = "a case: it may not rule in time" }\n'
RULES = {
    "standstill": '[standstill]\nbreach_cost = { value = 0.1, assumed = "a case" }\n',
    "taking": """
[issues.islet]
takeable = { value = 0.6, assumed = "a case" }

[taking]
protest_cost = { value = 0.1, assumed = "a case" }
""",
    "blockade": """
[blockade]
kind = "blockade"
says = "the blockade"
harm = "a case"
legality = "a case"
needs_force = 0
challenger_cost = { value = 0.0005, assumed = "a case" }
defender_cost = { value = 0.001, assumed = "a case" }
""",
    "troops": """
[issues.islet]
land = true

[actors.us]
troops.strength = { value = 100, assumed = "a case" }
troops.ready = { value = 0.8, assumed = "a case" }

[actors.iran]
troops.strength = { value = 100, assumed = "a case" }
troops.ready = { value = 0.4, assumed = "a case" }

[land]
crossing_days = { value = 20, assumed = "a case" }
""",
    "vital issue": """
[issues.islet]
vital = true
vital_price = { value = 0.3, assumed = "a case" }
""",
}
"""What is added to a pack for each, in its own words."""


class Times(NamedTuple):
    """Processor time of a world [s]."""

    encoding: float
    solving: float
    playing: float


def with_rules(*names: str) -> Crisis:
    """Return the crisis with some of the six, each a file of its own."""
    base = load("oman-2026")

    def court(first: int, last: int) -> str:
        return COURT.format(base.as_of + timedelta(first), base.as_of + timedelta(last))

    known = {
        **RULES,
        "ruling": court(60, 120),
        "ruling, three results": court(60, 120) + NO_RESULT,
        "ruling, early": court(8, 10),
        "ruling, early, three results": court(8, 10) + NO_RESULT,
    }
    added = {f"added-{place}.toml": known[name] for place, name in enumerate(names)}
    texts = {name: text.encode() for name, text in {"islet.toml": ISLET, **added}.items()}
    return read_crisis(PackText("six", {**base.files, **texts}), {}).crisis


def measured(crisis: Crisis, grid: str, worlds: int) -> Times:
    """Return the median over worlds of what each step takes."""
    drawn = draw_worlds(crisis.numbers, crisis.correlations, worlds=worlds, seed=SEED)
    rows: list[tuple[float, ...]] = []
    for number in range(worlds):
        values = {path: float(row[number]) for path, row in drawn.items()}
        encoded = encode_all(crisis, values, grid=grid)
        solved = solve(encoded, with_exploitability=False)
        rows.append(
            (
                _seconds(partial(encode_all, crisis, values, grid=grid)),
                _seconds(partial(solve, encoded, with_exploitability=False)),
                _seconds(partial(_play, encoded, solved, number)),
            )
        )
    return Times(*(median(column) for column in zip(*rows, strict=True)))


def _play(encoded: World | Epochs, solved: Solved, number: int) -> object:
    return play(encoded, solved, seed=SEED, number=number, first=0, futures=FUTURES)


def _seconds(job: Callable[[], object]) -> float:
    """Return the least processor time of a job: what else runs here only adds to it."""
    times = []
    for _ in range(TIMES):
        begun = time.process_time()
        job()
        times.append(time.process_time() - begun)
    return min(times)


def six_lines(grid: str = "normal", worlds: int = 4, only: Sequence[str] = ()) -> Iterator[str]:
    """Yield a table: how many times as long solving and a whole run take with each, and all."""
    rulings = [f"ruling{which}" for which in ("", ", three results")]
    rulings += [f"ruling, early{which}" for which in ("", ", three results")]
    rows: dict[str, tuple[str, ...]] = {name: (name,) for name in (*RULES, *rulings)}
    rows["all six"] = (*RULES, "ruling")
    rows["all six, three results"] = (*RULES, "ruling, three results")
    plain = measured(with_rules(), grid, worlds)
    yield f"| `oman-2026` with, {grid} grid | solving, times (allowed) | run, times |"
    yield "|---|---|---|"
    for name, rules in rows.items():
        if not only or name in only:
            found = measured(with_rules(*rules), grid, worlds)
            ratio, whole = found.solving / plain.solving, sum(found) / sum(plain)
            yield f"| {name} | {ratio:.2f} ({4 if len(rules) > 1 else 1.5}) | {whole:.2f} |"


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description="Time the acts beyond strikes.")
    parser.add_argument("--grid", default="normal")
    parser.add_argument("--worlds", type=int, default=4)
    parser.add_argument("--only", nargs="*", default=(), help="rows to measure")
    options = parser.parse_args(arguments)
    for line in six_lines(options.grid, options.worlds, options.only):
        print(line, flush=True)


if __name__ == "__main__":
    main()
