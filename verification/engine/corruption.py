"""Checks that damage to any one file of a run is detected, repaired or harmless.

`python -m verification.engine.corruption` damages one file of a finished run at a time: it flips a
bit, truncates the file, blanks a stretch, or replaces the file by the same file of another run.
Then a small run is shown, replayed, analysed for causes and extended. In one trial of ten a larger
run is shown and asked for its drivers, its evidence, the assumptions behind its outcomes, the
effect of its option and the signs to watch.

Each command must answer as if nothing were damaged, or refuse in words, within 2 s of processor
time. Any other answer, or a traceback, fails the check.
"""

import argparse
import json
import multiprocessing
import os
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from verification.engine import deeds
from verification.engine.deeds import IT, SMALL, Answer

QUESTIONS = {
    "show": ("show", IT, "--json"),
    "replay": ("replay", IT, "--threads", "1", "--json"),
    "causes": ("causes", IT, "--threads", "1", "--json"),
    "extend": ("run", "--resume", IT, "--futures", str(SMALL.more), "--json"),
}
"""What is asked of a damaged run, in this order."""
LARGER = (
    *("run", "oman-2026", "--options", "hotline", "--worlds", "16", "--futures", "320"),
    *("--grid", "tiny", "--horizon", "60", "--chunk", "320", "--threads", "1", "-o", IT),
)
READINGS = {
    "show": ("show", IT, "--json"),
    "drivers": ("drivers", IT, "--json"),
    "evidence": ("evidence", IT, "--json"),
    "discover": ("discover", IT, "--outcome", "deal", "--json"),
    "compare": ("compare", IT, "--json"),
    "update": ("update", IT, "--next", "--json"),
    "trace": ("trace", IT, "--future", "3:5", "--json"),
}
"""What is asked of the larger one."""
LARGER_IN = 10
"""Of so many damages one is to the larger run."""
TIMES = 1000
SEED = 1
LONGEST = 2.0
"""Processor time in which a question must be answered [s]."""
MOST_BLANK = 512
"""Longest stretch that is made blank, as a lost sector is [bytes]."""
DAMAGES = ("flip", "cut", "blank")
WEIGHTS = (0.6, 0.3, 0.1)
DIFFERS = 1
"""Status of a replay that finds a difference."""
MOST_SHOWN = 20
OTHER_SEED = ("--seed", "2")
SWAPPED = 0.1
"""Share of damages in which a file is that of another run."""
OF_RUNS = ("futures", "causes", "worlds.parquet")
"""What differs between runs of two seeds, apart from their records."""


class Damage(NamedTuple):
    """What was done to one file."""

    file: str
    kind: str
    place: int

    def __str__(self) -> str:
        """Tell it in words."""
        return f"{self.file}, {self.kind} at byte {self.place}"


class Subject(NamedTuple):
    """A run, another of its kind, what is asked of it, and what it answers while it is whole."""

    whole: Path
    other: Path
    questions: Mapping[str, tuple[str, ...]]
    known: Mapping[str, Any]


class Outcome(NamedTuple):
    """What came of damage: how it was met, what failed, and the slowest answer [s]."""

    damage: Damage
    verdict: str
    wrong: str
    seconds: float


def damaged(content: bytes, generator: np.random.Generator) -> tuple[str, int, bytes]:
    """Return a kind of damage, where it begins, and what it leaves of a file."""
    kind = str(generator.choice(DAMAGES, p=WEIGHTS))
    place = int(generator.integers(len(content)))
    if kind == "cut":
        return kind, place, content[:place]
    changed = bytearray(content)
    if kind == "flip":
        changed[place] ^= 1 << int(generator.integers(8))
    else:
        end = min(len(content), place + int(generator.integers(1, MOST_BLANK)))
        changed[place:end] = bytes(end - place)
    return kind, place, bytes(changed)


def of_another(subject: Subject, generator: np.random.Generator) -> tuple[str, bytes]:
    """Return a file of a run, and what the other run has under its name."""
    names = [name for name in deeds.contents(subject.whole) if name.startswith(OF_RUNS)]
    file = str(generator.choice(sorted(names)))
    return file, (subject.other / file).read_bytes()


def attempt(subjects: Sequence[Subject], index: int) -> Outcome:
    """Damage a file of a copy of a run and ask every question of it."""
    subject = subjects[index % LARGER_IN == 0]
    generator = np.random.default_rng((SEED, index))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copytree(subject.whole, folder / IT)
        if generator.uniform() < SWAPPED:
            kind, place = "that of another run", 0
            file, left = of_another(subject, generator)
        else:
            file = str(generator.choice(sorted(deeds.contents(subject.whole))))
            kind, place, left = damaged((folder / IT / file).read_bytes(), generator)
        (folder / IT / file).write_bytes(left)
        verdicts, seconds = _asked(folder, subject)
    wrong = [f"{question}: {verdict}" for question, verdict in verdicts.items() if verdict[1:]]
    met = "noticed" if "!" in verdicts.values() else "harmless or made good"
    return Outcome(Damage(file, kind, place), met, "; ".join(wrong), seconds)


def _asked(folder: Path, subject: Subject) -> tuple[dict[str, str], float]:
    """Return for each question `=` if it is answered as ever, `!` if refused, or what is wrong."""
    verdicts: dict[str, str] = {}
    slowest = 0.0
    for question, line in subject.questions.items():
        began = time.process_time()
        answer = deeds.ask(line, folder)
        seconds = time.process_time() - began
        verdicts[question] = judge(question, answer, subject.known[question])
        if seconds > LONGEST:
            verdicts[question] = f"took {seconds:.1f} s"
        slowest = max(slowest, seconds)
    return verdicts, slowest


def judge(question: str, answer: Answer, known: Any) -> str:
    """Say whether an answer is the known one, a refusal in words, or wrong and why."""
    if question == "replay" and answer.status == DIFFERS and reported(question, answer):
        return "!"
    if answer.fault:
        return answer.fault
    if answer.status:
        return "!"
    found = reported(question, answer)
    if found == known:
        return "="
    if question in LOSSES:
        says_so, without = LOSSES[question]
        if says_so(found) and without(found) == without(known):
            return "!"
    return f"another answer: {answer.out[:200]}"


def says_pack_is_lost(shown: Any) -> bool:
    """Say whether `show` tells that confidence is low as the pack cannot be read any more."""
    return bool(shown) and shown.get("course", {}).get("support", "") is None


def without_pack(shown: Any) -> Any:
    """Return what `show` tells but for the confidence, which alone rests on the pack."""
    course = shown["course"]
    return {**shown, "course": {**course, "support": None, "answer": course["answer"][:-1]}}


def says_options_are_lost(compared: Any) -> bool:
    """Say whether `compare` notes that the pack, which alone says what options are, is lost."""
    return bool(compared) and any("the run's pack" in note for note in compared["notes"])


def without_words(compared: Any) -> Any:
    """Return what `compare` tells but for what the pack says of options."""
    options = {
        name: {key: value for key, value in option.items() if key not in {"says", "pays"}}
        for name, option in compared["options"].items()
    }
    return {**compared, "options": options, "notes": []}


LOSSES: Mapping[str, tuple[Callable[[Any], bool], Callable[[Any], Any]]] = {
    "show": (says_pack_is_lost, without_pack),
    "compare": (says_options_are_lost, without_words),
}
"""Questions that are answered without the pack: whether they say so, and what is left of them."""


def reported(question: str, answer: Answer) -> Any:
    """Return what must be the same whatever befell the run; nothing if it is no JSON.

    The record of an extended run says when, so only its figures are compared.
    Why views of a crisis differ is known only as far as answers that were kept before can be read.
    """
    try:
        content: Any = json.loads(answer.out)
    except ValueError:
        return None
    for gap in content.get("strip", {}).get("gaps", ()) if question == "show" else ():
        gap |= {"cause": None, "numbers": None}
    figures = ("endings", "outcomes", "corridor", "digest", "options")
    return {key: content.get(key) for key in figures} if question == "extend" else content


def prepare(folder: Path) -> tuple[Subject, Subject]:
    """Play a small run and a larger one, and ask them all."""
    return small(folder), larger(folder)


def small(folder: Path) -> Subject:
    """Play a small run with its causes, twice with other seeds, and ask it all."""
    whole = deeds.deeds(folder, SMALL)[-1].whole
    line = (*SMALL.run(SMALL.futures), *OTHER_SEED, "--json")
    run = deeds.done("other", None, line, folder).whole
    other = deeds.done("other-causes", run, QUESTIONS["causes"], folder).whole
    return _subject(whole, other, QUESTIONS, folder / "small")


def larger(folder: Path) -> Subject:
    """Play a larger run with an option, twice with other seeds, and ask it all.

    What is played for an answer lies in it, so that a second answer takes no time.
    """
    whole = deeds.done("larger", None, LARGER, folder).whole
    for question in ("drivers", "evidence"):
        whole = deeds.done(question, whole, READINGS[question], folder).whole
    another = deeds.done("another", None, (*LARGER, *OTHER_SEED), folder).whole
    return _subject(whole, another, READINGS, folder / "asked")


def _subject(
    whole: Path, other: Path, questions: Mapping[str, tuple[str, ...]], copy: Path
) -> Subject:
    shutil.copytree(whole, copy / IT)
    answers = {question: deeds.ask(line, copy) for question, line in questions.items()}
    for question, answer in answers.items():
        if answer.status:
            raise RuntimeError(f"{question}, undisturbed, ended with {answer}")
    known = {question: reported(question, answer) for question, answer in answers.items()}
    return Subject(whole, other, questions, known)


def main(arguments: Sequence[str] | None = None) -> int:
    """Damage a run many times on all cores and return the exit status."""
    parser = argparse.ArgumentParser(description="Damage the files of a run, one at a time.")
    parser.add_argument("--times", type=int, default=TIMES)
    parser.add_argument("--only", type=int, help="try only the damage of this number")
    options = parser.parse_args(arguments)
    began = time.monotonic()
    numbers = range(options.times) if options.only is None else [options.only]
    with tempfile.TemporaryDirectory() as name:
        subjects = prepare(Path(name))
        with multiprocessing.get_context("spawn").Pool(os.cpu_count()) as workers:
            outcomes = workers.map(partial(attempt, subjects), numbers, 4)
    status = report(outcomes)
    print(f"took {time.monotonic() - began:.0f} s on {os.cpu_count()} cores")
    return status


def report(outcomes: Sequence[Outcome]) -> int:
    """Print what came of the damage, by kind of file; return the exit status."""
    met = Counter((one.damage.file.split("/")[0], one.verdict) for one in outcomes)
    for kind in sorted({kind for kind, _ in met}):
        verdicts = sorted(verdict for group, verdict in met if group == kind)
        print(f"{kind:<16}" + ", ".join(f"{met[kind, one]:,} {one}" for one in verdicts))
    wrong = [(number, one) for number, one in enumerate(outcomes) if one.wrong]
    for number, one in wrong[:MOST_SHOWN]:
        print(f"{number}: {one.damage}: {one.wrong}")
    slowest = max((one.seconds for one in outcomes), default=0.0)
    print(
        f"{len(outcomes):,} files damaged, {len(wrong)} wrongly met; slowest answer {slowest:.2f} s"
    )
    return int(bool(wrong) or not outcomes)


if __name__ == "__main__":
    sys.exit(main())
