"""Checks that answers to the eight questions move force as theory predicts.

`python -m verification.model.begun` begins `essequibo-2023` from kept answers, then with one answer
changed at a time, and plays both on the same draws. It prints by how much force moves per open
month, with the 90 % interval over the scrambles of two seeds; the status is 1 unless every interval
lies on the predicted side of 0.
"""

import argparse
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from detente.ensemble.design import SCRAMBLES
from detente.kernel.layout import Array
from detente.pack import Crisis, load
from detente.pack.answers import fit_answers
from detente.pack.beginning import begin
from verification.model.laws import SEEDS, compare
from verification.model.sampling import play_sample, sample_of

ROOT = Path(__file__).parents[2]
ANSWERS = ROOT / "tests" / "pack" / "answers" / "essequibo-2023.toml"


class ChangedAnswer(NamedTuple):
    """An answer that is changed alone, and whether force comes more or less often."""

    says: str
    change: Callable[[dict[str, Any]], object]
    sign: int


CHANGES = (
    ChangedAnswer("the ally comes for certain", lambda it: _ally(it, "certain"), -1),
    ChangedAnswer("the ally is unlikely to come", lambda it: _ally(it, "unlikely"), 1),
    ChangedAnswer("resolve low", lambda it: it["resolve"].update(presser="low"), -1),
    ChangedAnswer("resolve high", lambda it: it["resolve"].update(presser="high"), 1),
    ChangedAnswer("some of a prize", lambda it: it["issues"][0].update(presser="some"), -1),
    ChangedAnswer("a vital prize", lambda it: it["issues"][0].update(presser="vital"), 1),
    ChangedAnswer("no deadline", lambda it: it["demand"].pop("deadline"), -1),
)


def _ally(answers: dict[str, Any], sure: str) -> None:
    answers["friends"][0]["sure"] = sure


def kept() -> dict[str, Any]:
    """Return the kept answers; a list of tables is read as a tuple."""
    answers = tomllib.loads(ANSWERS.read_text(encoding="utf-8"))
    for key in ("issues", "friends"):
        answers[key] = tuple(answers[key])
    answers["mediation"]["mediators"] = tuple(answers["mediation"]["mediators"])
    return answers


def begun(answers: dict[str, Any]) -> Crisis:
    """Return the crisis that the answers make."""
    read, findings = fit_answers(answers)
    if read is None or findings:
        message = f"answers that cannot be read: {findings}"
        raise ValueError(message)
    with TemporaryDirectory() as folder:
        begin(read, "begun", folder=Path(folder))
        return load(Path(folder) / "begun")


def main(arguments: list[str] | None = None) -> int:
    """Print the table; return 1 unless every change moves force as predicted, else 0."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worlds", type=int, default=64)
    parser.add_argument("--futures", type=int, default=100)
    parser.add_argument("--seeds", type=int, nargs="+", default=SEEDS)
    options = parser.parse_args(arguments)
    if options.worlds % SCRAMBLES:
        parser.error(f"--worlds is {options.worlds}; use a multiple of {SCRAMBLES}")

    def rows(crisis: Crisis) -> list[Array]:
        played = (options.worlds, options.futures)
        return [
            play_sample(sample_of(crisis, *played, seed=seed, grid="coarse"))
            for seed in options.seeds
        ]

    before, failed = rows(begun(kept())), 0
    for one in CHANGES:
        answers = kept()
        one.change(answers)
        moved = compare("force_a_month", before, rows(begun(answers)))
        low, high = moved.found.low, moved.found.high
        holds = low > 0.0 if one.sign > 0 else high < 0.0
        failed += not holds
        print(f"{'holds' if holds else 'FAILS'}  {one.says:30} {moved}")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
