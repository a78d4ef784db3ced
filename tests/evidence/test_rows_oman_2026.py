"""Every statement of the article has its place in the pack that ships, and changes futures."""

import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from detente import pack
from detente.ensemble.design import drawn_worlds
from detente.ensemble.effects import ends
from detente.ensemble.memory import Memory
from detente.kernel.crisis import play
from detente.kernel.layout import Array
from detente.kernel.limits import LIMITS
from verification.evidence.rows import CRISIS, FOUND, ROWS, not_live, rewritten, verdict

TEXT = b"".join(CRISIS.files.values()).decode()
NAMES = (
    *("United States", "Iran", "Israel", "Qatar", "Türkiye", "Egypt", "Oman", "Russia", "China"),
    *("Venezuela", "Ukraine", "Trump", "Vance", "Leavitt", "Araghchi", "Maduro"),
    *("delegations", "planners", "authorities", "protests", "Groups aligned", "analysts"),
    *("Istanbul", "Arabian Sea", "North Arabian Sea", "Hormuz", "Gulf", "al-Udeid", "Red Sea"),
    *("eastern Mediterranean", "Caribbean", "Caracas", "Abraham Lincoln", "three destroyers"),
    *("McFaul", "Mitscher", "Delbert D. Black", "Bulkeley", "Roosevelt", "Tomahawk"),
    *("Search-and-rescue aircraft", "S-300", "Bavar-373", "S-400", "HQ-9B", "Rezonans-NE"),
    *("Ghadir", "missiles", "drones"),
)


def paths(tree: Mapping[str, object], above: str = "") -> Iterator[str]:
    for key, below in tree.items():
        if below is not None:
            yield above + key
        if isinstance(below, Mapping):
            yield from paths(below, f"{above}{key}.")


FIELDS = set(paths(CRISIS.model.model_dump(by_alias=True)))


LIVE = ("fields", "swaps", "drops")
SEED, FUTURES = 1, 100
MEMORY = Memory(policies=32)
WORLDS = tuple(range(1, 17))
"""Most fields show in the first; some only where a reported system works, or where all fight."""
THOUGHT = {"belief_hard", "belief_tough", "snap_hard", "snap_tough", "belief_plan"} | {
    *("first_shot_gap", "visited", "unsettled")
}
"""Columns of what is believed and weighed, not of what happens."""
Held = tuple[tuple[str, float], ...]


def listed(kind: str) -> list[tuple[str, str]]:
    return [(number, entry) for number, row in ROWS.items() for entry in row.get(kind, ())]


@cache
def numbers(crisis_of: tuple[str, str], world: int) -> Mapping[str, float]:
    return drawn_worlds(rewritten(*crisis_of), world + 1, SEED)[world]


@cache
def changed(crisis_of: tuple[str, str], held: Held) -> pack.Crisis:
    return rewritten(*crisis_of).with_changes(dict(held))


AS_WRITTEN = ("name", '"oman-2026"')


def futures(crisis_of: tuple[str, str], world: int, held: Held, **moved: float) -> Array:
    """Return the rows of a world's futures, on the tiny grid."""
    values = {**numbers(crisis_of, world), **dict(held), **moved}
    encoded = MEMORY.encode(changed(crisis_of, held), values, grid="tiny", horizon=365)
    solved = MEMORY.solve(encoded, with_exploitability=False)
    return play(encoded, solved, seed=SEED, number=world, first=0, futures=FUTURES)


@cache
def base(world: int, held: Held) -> Array:
    return futures(AS_WRITTEN, world, held)


def farther_end(path: str, value: float) -> float:
    return max(ends(CRISIS.numbers[path]), key=lambda end: abs(end - value))


def changed_columns(rows_of: Callable[[int], Array], held: Held) -> set[str]:
    """Return which columns change, in the worlds up to the first in which something happens."""
    changed: set[str] = set()
    for world in WORLDS:
        rows, before = rows_of(world), base(world, held)
        changed |= {name for name in rows.dtype.names if np.any(rows[name] != before[name])}
        if changed - THOUGHT:
            break
    return changed


@cache
def by_move(path: str, held: Held) -> set[str]:
    """Return what changes with a number that is moved to an end of what it may be."""

    def rows_of(world: int) -> Array:
        value = dict(held).get(path, numbers(AS_WRITTEN, world)[path])
        return futures(AS_WRITTEN, world, held, **{path: farther_end(path, value)})

    return changed_columns(rows_of, held)


@cache
def by_swap(path: str, value: str, held: Held) -> set[str]:
    """Return what changes with a field that is written otherwise, or left out."""
    return changed_columns(lambda world: futures((path, value), world, held), held)


def held_by(number: str) -> Held:
    return tuple(ROWS[number].get("held", {}).items())


def changed_by(number: str) -> dict[str, set[str]]:
    """Return what changes with each field of a row."""
    row, held = ROWS[number], held_by(number)
    moved = {path: by_move(path, held) for path in row.get("fields", ())}
    swapped = {path: by_swap(path, value, held) for path, value in row.get("swaps", {}).items()}
    dropped = {path: by_swap(path, "", held) for path in row.get("drops", ())}
    return moved | swapped | dropped


def test_all_67_rows_are_there_once_and_in_order():
    assert list(ROWS) == [str(number) for number in range(1, 68)]


def test_a_row_says_nothing_but_what_it_acts_by():
    said = {key for row in ROWS.values() for key in row}

    assert said <= {
        "title",
        "claims",
        "expected",
        "nominal",
        *LIVE,
        "held",
        "questions",
        "text",
        "limits",
    }


def test_a_statement_moves_an_outcome_or_says_why_not_here_and_in_the_documentation():
    found = tomllib.loads(FOUND.read_text(encoding="utf-8"))
    page = (Path(__file__).parents[2] / "docs" / "oman-2026.md").read_text(encoding="utf-8")
    idle = not_live(found)

    assert list(found) == list(ROWS)
    assert {number for number, row in ROWS.items() if "nominal" in row} == idle
    assert [one for one in idle if f"| {one} | {ROWS[one]['title']} |" not in page] == []
    counts = Counter(verdict(ROWS[one], found[one]).strip("*") for one in ROWS)
    said = (
        f"**{counts['as expected']} statements move their outcome as expected**",
        f"**{counts['by another outcome']} move another outcome",
        f"**{counts['reversed']} move it the other way",
        f"**{counts['nominal']} are nominal**",
    )
    assert [words for words in said if words not in page] == []


def test_a_row_rests_on_a_claim_and_acts_by_a_field():
    assert [number for number, row in ROWS.items() if not row["claims"]] == []
    assert [number for number, row in ROWS.items() if not set(row) & set(LIVE)] == []


def test_a_claim_of_a_row_is_in_the_pack():
    assert {claim for _, claim in listed("claims")} - set(CRISIS.claims) == set()


@pytest.mark.parametrize("number", ROWS)
def test_all_that_a_row_names_changes_futures_and_not_beliefs_alone(number):
    found = changed_by(number)

    assert [path for path, columns in found.items() if not columns] == []
    assert set().union(*found.values()) - THOUGHT


def test_a_question_or_a_text_of_a_row_is_in_the_pack():
    assert {field for _, field in listed("questions") + listed("text")} - FIELDS == set()


def test_what_is_not_built_for_a_row_is_reported_as_a_limit():
    assert {limit for _, limit in listed("limits")} - set(LIMITS) == set()


def test_every_claim_of_the_article_belongs_to_a_row():
    of_article = {key for key, claim in CRISIS.claims.items() if claim.source == "article"}

    assert of_article <= {claim for _, claim in listed("claims")}


def test_whoever_and_whatever_the_article_names_is_named():
    assert [name for name in NAMES if name not in TEXT] == []
