"""Checks whether the model's differences agree with those between past crises, change by change.

    python -m verification.model.differences [--table FILE] [--play] [--picture FILE]

Prints a Markdown table from the figures that ship in `pack/backtest/differences.toml`, and draws
them; the changes are listed in `differences.toml` here. `--table FILE` fits history's differences
to your own copy of the table of past crises, and `--play` plays the model's again; both are written
to the file. No row of the table ships.

History's difference is that of crises of 1945 to 1989 outside ongoing wars. A logistic regression
uses the attribute, the start and all other attributes of the back-test. The difference is the mean
over crises of the predicted share with the attribute minus that without it (standardisation,
g-computation). A blank cell counts as the mean of its column. Intervals of 90 % come from
resampling crises as if they were independent. The columns do not name the two sides, so the
intervals are too narrow if the same rivals meet often. Strength counts in doublings of the
challenger's.

The model's difference is on the same draws, over two seeds. Its change is the nearest one that the
reference packs allow, so that signs can be compared, but sizes seldom.

Exit status: 0. No finding fails the check.
"""

import argparse
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import tomlkit

from detente.estimate.estimate import Estimate
from detente.kernel.layout import Array
from detente.lab.regression import logistic, logistic_weights
from detente.pack import Crisis, load
from detente.pack.crisis import read_crisis
from detente.pack.files import PackText, library
from detente.questions.past.definitions import GROUPS, ICB, RATES
from detente.questions.past.record import SHIPPED_DIFFERENCES, differences_of
from detente.questions.past.reference import READ
from detente.questions.past.table import OF_ATTRIBUTES, OF_RATES, PastCrisis, read_crises
from detente.views import compared, figures
from detente.views.render import markdown
from verification.model.laws import REFERENCES, compare, play_changed
from verification.model.sampling import play_sample, sample_of

CHANGES: Mapping[str, Mapping[str, Any]] = tomllib.loads(
    Path(__file__).with_suffix(".toml").read_text(encoding="utf-8")
)
FOUND = Path(str(library())).parent / SHIPPED_DIFFERENCES
OUTCOMES = {"serious": "force", "war": "war", "agreement": "agreement"}
"""What is compared: as past crises have it, and as the model's laws name it."""
YEARS = range(1945, 1990)
SEEDS = (1, 2)
WORLDS, FUTURES = 32, 100
RESAMPLED = 400
PENALTY = 1.0
"""Of weights' squares, in standard deviations: enough that resampled crises of which none with an
attribute came to war have a finite weight, too little to move others by much."""


def attributes_of(crises: Sequence[PastCrisis]) -> dict[str, Array]:
    """Return each attribute of crises, a blank as the column's mean, shape (crises,)."""
    read = {
        **READ,
        "violent": GROUPS["violent"].holds,
        "mediated": GROUPS["mediated"].holds,
    }
    found = {}
    for name, known in read.items():
        values = np.array([known(one) for one in crises], dtype=float)
        found[name] = np.where(np.isnan(values), np.nanmean(values), values)
    return found


def adjusted(treated: Array, others: Array, came: Array, step: tuple[float, float]) -> float:
    """Return the mean over crises of the share predicted after a step less that before it.

    `treated`: the attribute, shape (crises,); `others`: those held alike, shape (crises, others);
    `step`: what the attribute is set to before and after; NaN before adds the second to it.
    """
    apart = others - others.mean(axis=0)
    scale = np.append(treated.std(), apart.std(axis=0))
    scale = np.where(scale > 0.0, scale, 1.0)

    def design(values: Array) -> Array:
        columns = np.column_stack([values - treated.mean(), apart]) / scale
        return np.column_stack([np.ones(len(came)), columns])

    penalty = np.append(0.0, np.full(len(scale), PENALTY))
    weights = logistic_weights(design(treated), came.astype(float), penalty)
    before, after = step
    first = treated if np.isnan(before) else np.full(len(came), before)
    then = treated + after if np.isnan(before) else np.full(len(came), after)
    return float(
        100.0 * (logistic(design(then) @ weights) - logistic(design(first) @ weights)).mean()
    )


def history_of(
    crises: Sequence[PastCrisis], change: Mapping[str, Any], outcome: str
) -> tuple[float, Estimate]:
    """Return how much more of an outcome came with a change, as counted and as adjusted.

    Both are in points of 100 crises. Of strength, twice as strong is counted against half.
    """
    known = [one for one in crises if RATES[outcome].holds(one) is not None]
    came = np.array([RATES[outcome].holds(one) for one in known])
    values = attributes_of(known)
    treated = values[change["attribute"]]
    alike = {change["attribute"], "mediated", *change.get("siblings", ())}
    others = np.column_stack([each for name, each in values.items() if name not in alike])
    is_step = change["attribute"] == "strength"
    step = (np.nan, 1.0) if is_step else (0.0, 1.0)
    high = treated >= (1.0 if is_step else 0.5)
    low = treated <= (-1.0 if is_step else 0.5)
    draws = np.random.Generator(np.random.Philox(0))
    resampled = []
    for _ in range(RESAMPLED):
        take = draws.integers(len(came), size=len(came))
        resampled.append(adjusted(treated[take], others[take], came[take], step))
    ends = np.quantile(resampled, (0.05, 0.95)).tolist()
    counted = float(100.0 * (came[high].mean() - came[low].mean()))
    return counted, Estimate(adjusted(treated, others, came, step), *ends)


def with_extra(pack: str, extra: str) -> Crisis:
    """Return a pack with one file more."""
    files = {**load(pack).files, "extra.toml": extra.encode()}
    return read_crisis(PackText(pack, files), {}).crisis


def played() -> Iterator[tuple[str, str, str, Estimate]]:
    """Play every change in both reference packs; yield change, pack, outcome and difference."""
    usual = {}
    for pack in REFERENCES:
        crisis = load(pack)
        samples = [sample_of(crisis, WORLDS, FUTURES, seed=seed, grid="coarse") for seed in SEEDS]
        usual[pack] = [play_sample(one, threads=1) for one in samples]
        for name, change in CHANGES.items():
            if "extra" in change:
                more = with_extra(pack, change["extra"])
                changed = [
                    play_sample(sample_of(more, WORLDS, FUTURES, seed=seed, grid="coarse"))
                    for seed in SEEDS
                ]
                first = usual[pack]
            elif "numbers" in change:
                changed = play_changed(samples, change)
                first = play_changed(samples, {"numbers": change.get("first", {})}) or usual[pack]
            else:
                continue
            for outcome, law in OUTCOMES.items():
                found = compare(law, first, changed).found
                print(name, pack, outcome, found.value, found.low, found.high, flush=True)
                yield name, pack, outcome, found
    for outcome, law in OUTCOMES.items():
        found = compare(law, usual[REFERENCES[0]], usual[REFERENCES[1]]).found
        yield "violent", REFERENCES[1], outcome, found


def fitted(table: Path) -> dict[str, Any]:
    """Return history's differences from a user's own table."""
    read = read_crises(table, (*OF_RATES, *OF_ATTRIBUTES))
    outside = [one for one in read.crises if not one.is_in_war and one.began.year <= YEARS[-1]]
    usual = [one for one in outside if one.began.year in YEARS]
    found: dict[str, Any] = {"sha256": read.sha256, "crises": len(usual), "wider": len(outside)}
    for name, change in CHANGES.items():
        found[name] = {}
        for outcome in OUTCOMES:
            counted, figure = history_of(usual, change, outcome)
            _, wider = history_of(outside, change, outcome)
            found[name][outcome] = {
                "counted": round(counted, 1),
                "adjusted": ends_of(figure),
                "wider": ends_of(wider),
            }
    return found


def ends_of(figure: Estimate) -> list[float]:
    """Return a figure and the ends of its interval, as they ship."""
    return [round(one, 1) for one in (figure.value, figure.low, figure.high)]


def played_all() -> dict[str, Any]:
    """Return the model's differences."""
    found: dict[str, Any] = {pack: load(pack).digest for pack in REFERENCES}
    for name, pack, outcome, figure in played():
        found.setdefault(name, {}).setdefault(outcome, {})[pack.partition("-")[2]] = ends_of(figure)
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Fit and play what is asked for, print the table, and return the exit status."""
    parser = argparse.ArgumentParser(description="Are differences right, held against history?")
    parser.add_argument("--table", type=Path, help="past crises, as `detente lab rates` reads them")
    parser.add_argument("--play", action="store_true", help="play the model's differences again")
    parser.add_argument("--picture", type=Path, help="draw the differences into this file, .svg")
    asked = parser.parse_args(arguments)
    found = tomllib.loads(FOUND.read_text(encoding="utf-8")) if FOUND.exists() else {}
    if asked.table:
        found["history"] = fitted(asked.table)
    if asked.play:
        found["model"] = played_all()
    kept = ("says", "same_as", "identified")
    found["changes"] = {
        name: {key: one[key] for key in kept if key in one} for name, one in CHANGES.items()
    }
    if asked.table or asked.play:
        FOUND.write_text(tomlkit.dumps(found), encoding="utf-8")
    print(*markdown.lines_of(compared.differences(differences_of(found))), sep="\n")
    made = found["history"]
    print(
        f"- History: {made['crises']} crises of {YEARS[0]} to {YEARS[-1]} ({made['wider']} of 1918 "
        f"to {YEARS[-1]}) outside ongoing wars, {ICB}; table {made['sha256'][:12]}, {RESAMPLED} "
        "resamples"
    )
    packs = ", ".join(f"{pack} {found['model'][pack][:12]}" for pack in REFERENCES)
    print(f"- Model: {packs}; seeds 1 and 2, {WORLDS} worlds x {FUTURES} of each, grid coarse")
    if asked.picture:
        figures.differences(differences_of(found)).save(asked.picture)
    return 0


if __name__ == "__main__":
    sys.exit(main())
