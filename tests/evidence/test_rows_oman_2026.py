"""Every row of what the article tells has its place in the pack that ships."""

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from detente import pack
from detente.kernel.limits import LIMITS

CRISIS = pack.load("oman-2026")
ROWS = tomllib.loads(Path(__file__).with_name("rows_oman_2026.toml").read_text(encoding="utf-8"))[
    "rows"
]

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


FIELDS = set(CRISIS.numbers) | set(paths(CRISIS.model.model_dump(by_alias=True)))


def listed(kind: str) -> list[tuple[str, str]]:
    return [(number, entry) for number, row in ROWS.items() for entry in row.get(kind, ())]


def test_all_67_rows_are_there_once_and_in_order():
    assert list(ROWS) == [str(number) for number in range(1, 68)]


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_a_row_says_nothing_but_claims_fields_and_limits(row):
    assert set(row) <= {"claims", "fields", "limits"}


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_a_row_is_told_by_a_claim(row):
    assert row["claims"]


@pytest.mark.parametrize(("number", "claim"), listed("claims"))
def test_a_claim_of_a_row_is_in_the_pack(number, claim):
    assert claim in CRISIS.claims, f"row {number}"


@pytest.mark.parametrize(("number", "field"), listed("fields"))
def test_a_field_of_a_row_is_in_the_pack(number, field):
    assert field in FIELDS, f"row {number}"


@pytest.mark.parametrize(("number", "limit"), listed("limits"))
def test_what_is_not_built_for_a_row_is_told_as_a_limit(number, limit):
    assert limit in LIMITS, f"row {number}"


def test_every_claim_of_the_article_belongs_to_a_row():
    of_article = {key for key, claim in CRISIS.claims.items() if claim.source == "article"}

    assert of_article <= {claim for _, claim in listed("claims")}


@pytest.mark.parametrize("name", NAMES)
def test_whoever_and_whatever_the_article_names_is_named(name):
    assert name in TEXT
