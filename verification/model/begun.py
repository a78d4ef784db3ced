"""Checks that answers to the eight questions move force as theory predicts.

`python -m verification.model.begun` begins `essequibo-2023` from kept answers, then with one answer
changed at a time, and plays both on the same draws. It prints by how much force moves per open
month, with the 90 % interval over the scrambles of two seeds; the status is 1 unless every interval
lies on the predicted side of 0.
"""

import argparse
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from detente.ensemble.design import SCRAMBLES
from detente.kernel.layout import Array
from detente.pack import Crisis, load
from detente.pack.answers import Answers, read_answers
from detente.pack.beginning import begin
from verification.model.laws import SEEDS, compare
from verification.model.sampling import play_sample, sample_of

ROOT = Path(__file__).parents[2]
ANSWERS = ROOT / "tests" / "pack" / "answers" / "essequibo-2023.toml"


class ChangedAnswer(NamedTuple):
    """An answer that is changed alone, and whether force comes more or less often."""

    says: str
    question: str
    change: dict[str, Any]
    sign: int


CHANGES = (
    ChangedAnswer("the ally comes for certain", "friends", {"sure": "certain"}, -1),
    ChangedAnswer("the ally is unlikely to come", "friends", {"sure": "unlikely"}, 1),
    ChangedAnswer("resolve low", "resolve", {"presser": "low"}, -1),
    ChangedAnswer("resolve high", "resolve", {"presser": "high"}, 1),
    ChangedAnswer("some of a prize", "issues", {"presser": "some"}, -1),
    ChangedAnswer("a vital prize", "issues", {"presser": "vital"}, 1),
    ChangedAnswer("a violent start", "kind", {"start": "violent"}, 1),
    ChangedAnswer("no deadline", "demand", {"deadline": None}, -1),
)


def changed(answers: Answers, question: str, change: dict[str, Any]) -> Answers:
    """Return answers with one question answered otherwise, the first entry if it has several."""
    given = getattr(answers, question)
    if isinstance(given, tuple):
        first, *others = given
        return answers.model_copy(update={question: (first.model_copy(update=change), *others)})
    return answers.model_copy(update={question: given.model_copy(update=change)})


def begun(answers: Answers) -> Crisis:
    """Return the crisis that the answers make."""
    with TemporaryDirectory() as folder:
        begin(answers, "begun", folder=Path(folder))
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

    answers = read_answers(ANSWERS)
    before, failed = rows(begun(answers)), 0
    for one in CHANGES:
        after = rows(begun(changed(answers, one.question, one.change)))
        moved = compare("force_a_month", before, after)
        low, high = moved.found.low, moved.found.high
        holds = low > 0.0 if one.sign > 0 else high < 0.0
        failed += not holds
        print(f"{'holds' if holds else 'FAILS'}  {one.says:30} {moved}")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
