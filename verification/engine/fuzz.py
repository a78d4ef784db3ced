"""Feeds damaged texts to the readers of packs and observations, which must report faults fast.

    python -m verification.engine.fuzz [--inputs N] [--seed S]

Hypothesis takes a valid pack, or sometimes a valid file of observations, and damages one of its
files in several ways, or writes an arbitrary text. Each input must be read or end in reported
faults, within 2 s and 256 MiB, and no message may contain control characters of a terminal. An
input that fails is reduced to a minimal one and printed.
"""

import argparse
import multiprocessing
import os
import re
import resource
import signal
import sys
import tempfile
import time
import tomllib
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import FrameType
from typing import Annotated, Any, NamedTuple

from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from detente import pack
from detente.errors import DetenteError, Fault, Faults
from detente.pack import files
from detente.pack.observed import read_observations
from detente.pack.toml import value_text
from tests.faulty import MINIMAL

INPUTS = 100_000
SEED = 1
LONGEST = 2.0
"""Processor time within which an input must be judged [s]."""
MOST_MEMORY = 256
"""Memory that a process may ever have held [MiB]."""
AT_ONCE = 500
"""Inputs that a process draws, which then ends: what hypothesis remembers of them takes room."""
HARMFUL = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)
"""Control and bidirectional characters, which may not reach a message."""
OBSERVED = Path(__file__).with_name("seen.toml")
"""Observations without fault, of a crisis that ships."""
KEY = re.compile(r"[a-z][a-z0-9_]*(?=\s*=|\])")
NUMBER = re.compile(r"(?<![\w.\-\"])-?\d+(?:\.\d+)?(?![\w\-.\"])")
VALUE = re.compile(r"(?<== ).+")
PIECES = {
    name: st.sampled_from(pieces)
    for name, pieces in tomllib.loads(
        Path(__file__).with_suffix(".toml").read_text("utf-8")
    ).items()
}
NUMBERS = st.one_of(PIECES["values"], st.sampled_from([400, 5000]).map(lambda digits: "9" * digits))
BRACKETS = st.sampled_from([("[", "]"), ("{ a = ", " }"), ("{ value = ", " }"), ("[", "")])
DEPTHS = st.sampled_from([1, 2, 5, 11, 13, 50, 3000])
WITHOUT_LIMITS = settings(
    max_examples=AT_ONCE, database=None, deadline=None, suppress_health_check=list(HealthCheck)
)
Text = st.SearchStrategy[str]
Draw = Callable[[st.SearchStrategy[Any]], Any]


class Input(NamedTuple):
    """What a reader is given: its files by name."""

    files: Mapping[str, bytes]
    is_observed: Annotated[bool, "whether its one file is of observations, and no pack"] = False


@cache
def valid() -> Mapping[str, Mapping[str, str]]:
    """Return what is broken, by its name: packs, the least first, and observations."""
    read = [files.read(MINIMAL), *(files.read(name) for name in files.shipped())]
    packs = {one.name: {name: text.decode() for name, text in one.files.items()} for one in read}
    return {**packs, OBSERVED.name: {OBSERVED.name: OBSERVED.read_text(encoding="utf-8")}}


def keys() -> Text:
    """Return the keys of all packs."""
    texts = (text for one in valid().values() for text in one.values())
    return st.sampled_from(sorted({key for text in texts for key in KEY.findall(text)}))


def names() -> Text:
    """Return what is broken: the least pack, which holds every kind of table, for the most part."""
    least, *shipped, observed = valid()
    return st.sampled_from([least] * 15 + shipped + [observed] * 2)


@st.composite
def with_others(draw: Draw, text: str, pattern: re.Pattern[str], new: Callable[[str], Text]) -> str:
    """Put others in the place of up to four parts of a text."""
    spans = [match.span() for match in pattern.finditer(text)]
    some = st.lists(st.sampled_from(spans), max_size=4, unique=True) if spans else st.just([])
    for start, end in sorted(draw(some), reverse=True):
        text = text[:start] + draw(new(text[start:end])) + text[end:]
    return text


@st.composite
def with_more(draw: Draw, text: str, new: Text) -> str:
    """Insert up to five pieces anywhere in a text."""
    for place in draw(st.lists(st.integers(0, len(text)), max_size=5)):
        text = text[:place] + draw(new) + text[place:]
    return text


@st.composite
def with_other_lines(draw: Draw, text: str) -> str:
    """Drop, double or move a few lines, or write others between them."""
    lines = text.split("\n")
    written = st.builds("{} = {}".format, PIECES["keys"], NUMBERS)
    for _ in range(draw(st.integers(1, 3))):
        here, there = (draw(st.integers(0, len(lines) - 1)) for _ in range(2))
        moved = draw(st.one_of(st.just(lines[here]), written, PIECES["headers"]))
        lines.insert(there, moved)
        if draw(st.booleans()):
            del lines[here]
    return "\n".join(lines)


@st.composite
def swollen(draw: Draw, text: str) -> str:
    """Repeat a piece of a text until it is as long as a file may be, or longer."""
    start = draw(st.integers(0, len(text)))
    piece = text[start : start + draw(st.integers(1, 200))] or "a"
    lengths = [1_000, 20_000, files.MOST_BYTES - len(text), files.MOST_BYTES]
    length: int = draw(st.sampled_from(lengths))
    return text[:start] + piece * max(length // len(piece), 1) + text[start:]


def misspelt(key: str) -> Text:
    """Return a key with a letter changed or gone, in capitals, or another."""
    letters = st.sampled_from([*"aeiou_-é.\u0456", ""])
    places = st.integers(0, len(key) - 1)
    changed = st.builds(lambda at, letter: key[:at] + letter + key[at + 1 :], places, letters)
    return st.one_of(changed, keys(), st.just(key.upper()))


def nested(value: str) -> Text:
    """Return a value with brackets around it, sometimes far more than a pack has."""
    return st.builds(lambda ends, deep: ends[0] * deep + value + ends[1] * deep, BRACKETS, DEPTHS)


def broken(text: str) -> Text:
    """Return a text broken in one way."""
    ways = (
        with_others(text, NUMBER, lambda _: NUMBERS),
        with_others(text, VALUE, lambda _: NUMBERS),
        with_others(text, VALUE, nested),
        with_others(text, KEY, misspelt),
        with_more(text, PIECES["characters"]),
        with_other_lines(text),
        with_other_lines(text).flatmap(lambda one: with_others(one, VALUE, lambda _: NUMBERS)),
        with_others(text, KEY, misspelt).flatmap(lambda one: with_more(one, PIECES["characters"])),
        swollen(text),
    )
    return st.one_of(ways)


@st.composite
def with_other_bytes(draw: Draw, text: str) -> bytes:
    """Change a few bytes to any others."""
    content = bytearray(text.encode())
    for place in draw(st.lists(st.integers(0, len(content) - 1), min_size=1, max_size=6)):
        content[place] = draw(st.integers(0, 255))
    return bytes(content)


def made_up() -> st.SearchStrategy[bytes]:
    """Return bytes of any kind, and tables and values made of the words of packs."""
    leaves = st.one_of(keys(), st.integers(), st.floats(), st.booleans(), st.dates())
    values = st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.lists(inner, max_size=3).map(tuple), st.dictionaries(keys(), inner, max_size=3)
        ),
        max_leaves=8,
    )
    paths = st.lists(keys(), min_size=1, max_size=4).map(".".join)
    lines = st.one_of(
        st.builds("[{}]".format, paths),
        st.builds("[[{}]]".format, paths),
        st.builds(lambda key, value: f"{key} = {value_text(value)}", keys(), values),
    )
    return st.one_of(
        st.binary(max_size=300),
        st.lists(lines, max_size=25).map(lambda text: "\n".join(text).encode()),
    )


@st.composite
def inputs(draw: Draw) -> Input:
    """Draw an input: a pack or observations with one file broken, or with one that is no part."""
    name = draw(names())
    whole = {file: text.encode() for file, text in valid()[name].items()}
    is_observed = name == OBSERVED.name
    if draw(st.integers(0, 9)) == 0:
        next_to = {} if is_observed or draw(st.booleans()) else whole
        return Input({**next_to, "x.toml": draw(made_up())}, is_observed)
    file = draw(st.sampled_from(sorted(whole)))
    text = valid()[name][file]
    as_text = broken(text).map(lambda one: one.encode("utf-8", "surrogatepass"))
    return Input({**whole, file: draw(st.one_of(as_text, with_other_bytes(text)))}, is_observed)


def judge(one: Input, longest: float = LONGEST) -> str:
    """Have an input read within so much processor time [s] and return its verdict, or raise.

    Unreadable is a text that is no TOML; refused is one that is too long.
    """
    try:
        faults = faults_of(one, longest)
    except DetenteError as error:
        verdict, message = "refused", str(error)
    else:
        verdict = "faulty" if faults else "faultless"
        verdict = verdict if all(fault.field for fault in faults) else "unreadable"
        message = " ".join(map(str, faults))
    harm = HARMFUL.search(message)
    if harm:
        raise ValueError(f"a message holds the character {harm[0]!r}")
    return verdict


def faults_of(one: Input, longest: float) -> tuple[Fault, ...]:
    """Return the faults of an input; one without faults is loaded too.

    Raises `DetenteError` if the reader refuses it, and whatever the reader wrongly raises.
    """
    with tempfile.TemporaryDirectory() as name:
        for file, content in one.files.items():
            (Path(name) / file).write_bytes(content)
        with limited(longest):
            if one.is_observed:
                return _faults_of_observations(Path(name, *one.files))
            faults = pack.check(Path(name))
            if not faults:
                pack.load(Path(name))
    return faults


def _faults_of_observations(file: Path) -> tuple[Fault, ...]:
    try:
        read_observations(file, crisis(), horizon=365)
    except Faults as found:
        return tuple(found.faults)
    return ()


@cache
def crisis() -> pack.Crisis:
    """Return the crisis that observations are of."""
    return pack.load("oman-2026")


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Raise `TimeoutError` in what runs within once it has taken so much processor time [s]."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise TimeoutError(f"not judged within {seconds:g} s")

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def attempt(number: int) -> tuple[Counter[str], str]:
    """Judge some inputs; return how often each verdict came, and what failed."""
    verdicts: Counter[str] = Counter()

    @seed(number)
    @WITHOUT_LIMITS
    @given(inputs())
    def every(one: Input) -> None:
        verdicts[judge(one)] += 1

    try:
        every()
    except Exception:  # whatever comes out is what is looked for
        return verdicts, traceback.format_exc()
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return verdicts, f"{held:.0f} MiB were held" if held > MOST_MEMORY else ""


def main(arguments: Sequence[str] | None = None) -> int:
    """Judge many inputs on all cores and return the exit status."""
    parser = argparse.ArgumentParser(description="Feed the reader of packs with damaged texts.")
    parser.add_argument("--inputs", type=int, default=INPUTS, help="how many, to whole parts")
    parser.add_argument("--seed", type=int, default=SEED, help="another seed, other inputs")
    asked = parser.parse_args(arguments)
    numbers = range(asked.seed, asked.seed + -(-asked.inputs // AT_ONCE))
    began = time.monotonic()
    verdicts: Counter[str] = Counter()
    failed = 0
    # A fresh process for each, so that none starts with the memory of another.
    with multiprocessing.get_context("spawn").Pool(os.cpu_count(), maxtasksperchild=1) as workers:
        for counted, reported in workers.imap_unordered(attempt, numbers):
            verdicts += counted
            failed += bool(reported)
            print(reported, end="\n" if reported else "", flush=True)
    listed = ", ".join(f"{count:,} {verdict}" for verdict, count in sorted(verdicts.items()))
    print(f"{verdicts.total():,} inputs: {listed}; {failed} of {len(numbers)} parts failed")
    print(f"took {time.monotonic() - began:.0f} s on {os.cpu_count()} cores")
    return int(bool(failed) or not verdicts)


if __name__ == "__main__":
    sys.exit(main())
