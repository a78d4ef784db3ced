"""Checks whether each of the 67 statements of the article moves an outcome, which way and how far.

    python -m verification.evidence.rows [--play] [--only ROW ...] [--worlds N] [--futures N]

`rows.toml` states where each statement is represented in `oman-2026`, which outcome it should move
and which way, written before anything was played; "none" means that the article leaves it open or
calls something a sign. Each is moved from the low to the high end of its range (a switch from off
to on; a field that is no number from the pack's value to the one written there) in the first worlds
of two seeds, on the same draws. `--play` plays, and writes the results to `rows_found.toml`;
without it stored results are printed, rows that move nothing first.

A statement is live if its outcome, or otherwise the share of futures that it moves most, moves by
half a point or more, with the same sign for both seeds and an interval that excludes 0. As the
largest of eight shares is selected, one just above half a point may be due to chance. A statement
that moves less is nominal. If it moves more, but its interval contains 0, we cannot tell.

Exit status: 1 if a statement that is not live has no reason in `rows.toml`.
"""

import argparse
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import tomlkit

from detente import pack
from detente.ensemble.design import drawn_worlds
from detente.ensemble.effects import ends
from detente.ensemble.measures import MEASURES
from detente.ensemble.memory import Memory
from detente.kernel.crisis import play
from detente.kernel.layout import Array
from detente.pack import Crisis
from detente.pack.form import fit
from detente.pack.resolve import quantities
from verification.model.laws import linear_form, over_scrambles

CRISIS = pack.load("oman-2026")
FILE = Path(__file__).with_name("rows.toml")
FOUND = Path(__file__).with_name("rows_found.toml")
ROWS: Mapping[str, Mapping[str, Any]] = tomllib.loads(FILE.read_text(encoding="utf-8"))["rows"]
SEEDS = (1, 2)
WORLDS, FUTURES = 16, 100
GRID, HORIZON = "tiny", 365
SHARES = (
    *("force", "any_war", "regional_war", "deal_ever", "agreement"),
    *("defender_yields", "challenger_drops", "talks_ever_failed"),
)
"""Among these the one that moves most is looked for."""
NOMINAL, UNCLEAR, REVERSED = "**nominal**", "**cannot tell**", "**reversed**"
LEAST = 0.5
"""A statement that moves no outcome by so much is nominal [points]."""


@cache
def rewritten(path: str, value: str) -> Crisis:
    """Return the crisis with one field of the pack written otherwise, or left out."""
    tree = deepcopy(dict(CRISIS.written.tree))
    *tables, key = path.split(".")
    table = tree
    for part in tables:
        table = table.setdefault(part, {})
    table.pop(key, None)
    table.update(tomllib.loads(f"{key} = {value}") if value else {})
    model = fit(tree).model
    if model is None:
        raise ValueError(f"{path} = {value} does not fit")
    written = CRISIS.written._replace(tree=tree, model=model)
    return replace(CRISIS, model=model, numbers=quantities(model), written=written)


def both_ways(expected: Mapping[str, Any]) -> tuple[tuple[Crisis, Mapping[str, float]], ...]:
    """Return what is compared: twice a crisis, and the numbers that are set in each world."""
    if "write" in expected:
        [(path, value)] = expected["write"].items()
        return (CRISIS, {}), (rewritten(path, value), {})
    moved = {path: ends(CRISIS.numbers[path]) for path in expected["move"]}
    held = expected.get("hold", {})
    return tuple(
        (CRISIS, {**held, **{path: both[at] for path, both in moved.items()}}) for at in (0, 1)
    )


def futures_of(
    crisis: Crisis, held: Mapping[str, float], seed: int, worlds: int, futures: int
) -> Array:
    """Play the first worlds of a seed with numbers held; return rows, shape (worlds, futures)."""
    memory, played = Memory(policies=1), []
    for number, values in enumerate(drawn_worlds(crisis, worlds, seed)):
        world = memory.encode(crisis, {**values, **held}, grid=GRID, horizon=HORIZON)
        solved = memory.solve(world, with_exploitability=False)
        played.append(play(world, solved, seed=seed, number=number, first=0, futures=futures))
    return np.stack(played)


def difference(name: str, before: Sequence[Array], after: Sequence[Array]) -> list[float]:
    """Return by how much a measure moves, the ends of its interval, and the difference by seed."""
    measure, forms = MEASURES[name], []
    for parts in (before, after):
        ratios = [measure.read(rows) for rows in parts]
        above, below = (
            np.concatenate([ratio[at].sum(axis=1) for ratio in ratios]) for at in (0, 1)
        )
        forms.append(measure.scale * linear_form(above, below))
    moved = forms[1] - forms[0]
    found = over_scrambles(moved, len(before))
    each = [float(part.mean()) for part in np.split(moved, len(before))]
    return [round(one, 2) for one in (found.value, found.low, found.high, *each)]


def is_live(found: Sequence[float]) -> bool:
    """Say whether a difference is half a unit or more, with one sign throughout."""
    value, *others = found
    return abs(value) >= LEAST and all(one * value > 0.0 for one in others)


def measured(expected: Mapping[str, Any], worlds: int, futures: int) -> dict[str, Any]:
    """Play a statement both ways; return how far it moves its outcome, and what it moves most."""
    before, after = (
        [futures_of(crisis, held, seed, worlds, futures) for seed in SEEDS]
        for crisis, held in both_ways(expected)
    )
    moved = {one: difference(one, before, after) for one in (expected["outcome"], *SHARES)}
    most = max(SHARES, key=lambda one: (is_live(moved[one]), abs(moved[one][0])))
    return {"moves": moved[expected["outcome"]], "most": most, "moves_most": moved[most]}


def verdict(row: Mapping[str, Any], found: Mapping[str, Any]) -> str:
    """Return what a statement is: as expected, reversed, live by another outcome, or not live."""
    moves, direction = found["moves"], row["expected"]["direction"]
    if is_live(moves):
        way = "up" if moves[0] > 0.0 else "down"
        return way if direction == "none" else "as expected" if way == direction else REVERSED
    if is_live(found["moves_most"]):
        return "by another outcome"
    is_small = all(abs(found[one][0]) < LEAST for one in ("moves", "moves_most"))
    return NOMINAL if is_small else UNCLEAR


def not_live(found: Mapping[str, Any]) -> set[str]:
    """Return the statements that move no outcome, as far as can be distinguished."""
    return {one for one in found if verdict(ROWS[one], found[one]) in {NOMINAL, UNCLEAR}}


def table_of(found: Mapping[str, Any]) -> Iterator[str]:
    """Yield the lines of a table in Markdown: what moves nothing first, then what is reversed."""
    yield "| | statement | should move | by [90 %] | so |"
    yield "|--:|---|---|--:|---|"
    lines = []
    for number, one in found.items():
        row = ROWS[number]
        expected, so = row["expected"], verdict(row, one)
        way = {"up": "up", "down": "down", "none": "either way"}[expected["direction"]]
        cells = (
            *(number, row["title"], f"{MEASURES[expected['outcome']].title}, {way}"),
            shown(one["moves"]),
            f"{so}: {row['nominal']}" if "nominal" in row else so,
        )
        rank = (NOMINAL, UNCLEAR, REVERSED, so).index(so)
        lines.append((rank, f"| {' | '.join(cells)} |"))
    yield from (line for _, line in sorted(lines, key=lambda each: each[0]))


def shown(found: Sequence[float]) -> str:
    """Write a difference and its interval."""
    value, low, high, *_ = found
    return f"{value + 0.0:+.1f} [{low:+.1f}, {high:+.1f}]"


def main(arguments: Sequence[str] | None = None) -> int:
    """Play what is asked for, print the table, and return the exit status."""
    parser = argparse.ArgumentParser(description="Is each statement of the article live?")
    parser.add_argument("--play", action="store_true", help="play again, and write what is found")
    parser.add_argument("--only", nargs="+", choices=list(ROWS), metavar="ROW", default=list(ROWS))
    parser.add_argument("--worlds", type=int, default=WORLDS, help="of each seed, a multiple of 8")
    parser.add_argument("--futures", type=int, default=FUTURES, help="of each world")
    asked = parser.parse_args(arguments)
    found = tomllib.loads(FOUND.read_text(encoding="utf-8")) if FOUND.exists() else {}
    for number in asked.only if asked.play else ():
        found[number] = measured(ROWS[number]["expected"], asked.worlds, asked.futures)
        print(number, found[number], file=sys.stderr, flush=True)
        FOUND.write_text(tomlkit.dumps(dict(sorted(found.items(), key=lambda one: int(one[0])))))
    print(*table_of(found), sep="\n")
    return int(any("nominal" not in ROWS[one] for one in not_live(found)))


if __name__ == "__main__":
    sys.exit(main())
