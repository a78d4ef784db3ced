"""The crises from history: clean, written as of their day, and unlike each other and the first."""

import math
import re
from collections import Counter

import numpy as np
import pytest

import detente
from detente import pack
from detente.endings import Ending
from detente.ensemble.design import drawn_worlds
from detente.ensemble.encode.supporters import third_parties
from detente.ensemble.encode.world import encode_all
from detente.evidence.ledger import ORIGINS as GENERAL
from detente.kernel.solution import solve

ORIGINS = {(origin,) for origin in GENERAL}
NAMES = (
    *("biqa-1981", "crimea-2014", "cuba-1962", "essequibo-2023", "june-2025", "kuwait-1994"),
    *("senkaku-2012", "shatt-1980", "taiwan-1996"),
)
CRISES = {name: pack.load(name) for name in NAMES}
LATER = {
    "biqa-1981": r"\b(?:198[2-9]|199\d|20\d\d)\b",
    "crimea-2014": r"\b2014-(?:02-2[78]|0[3-9]|1\d)|\b20(?:1[5-9]|[2-9]\d)\b",
    "cuba-1962": r"\b(?:196[3-9]|19[7-9]\d|20\d\d)\b",
    "essequibo-2023": r"\b2023-12-(?:0[7-9]|[12]\d|3\d)|Argyle|\b20(?:2[4-9]|[3-9]\d)\b",
    "kuwait-1994": r"\b(?:199[5-9]|20\d\d)\b",
    "senkaku-2012": r"\b2012-(?:09-(?:1[2-9]|[23]\d)|1\d)|\b20(?:1[3-9]|[2-9]\d)\b",
    "shatt-1980": r"\b(?:198[1-9]|199\d|20\d\d)\b",
    "taiwan-1996": r"\b(?:199[7-9]|20\d\d)\b",
    "june-2025": r"June 2025|\b2025-(?:0[7-9]|1\d)|\b20(?:2[6-9]|[3-9]\d)\b",
}
"""Days of which nobody could know."""
LOADED = (
    r"\b(?:regime|terror\w*|aggress\w*|rogue|appease\w*|madm[ae]n|evil|puppet|enem(?:y|ies)|proxy"
    r"|victory|defeat\w*|surrender)\b"
)
"""Words that take a side."""

for_each_crisis = pytest.mark.parametrize("crisis", CRISES.values(), ids=NAMES)


def written(crisis: pack.Crisis) -> dict[str, pack.Quantity]:
    numbers = crisis.numbers.items()
    return {path: number for path, number in numbers if number.because not in ORIGINS}


@pytest.mark.parametrize("name", NAMES)
def test_it_ships_and_passes_its_check(name: str):
    assert name in pack.shipped()
    assert pack.check(name) == ()


@for_each_crisis
def test_it_writes_25_to_80_numbers(crisis: pack.Crisis):
    assert 25 <= len(written(crisis)) <= 80


@for_each_crisis
def test_every_number_rests_on_a_claim_or_on_words(crisis: pack.Crisis):
    resting = [
        set(number.because) & set(crisis.claims) or number.assumed
        for number in written(crisis).values()
    ]

    assert all(resting)


@for_each_crisis
def test_every_claim_moves_a_number_and_every_source_has_a_claim(crisis: pack.Crisis):
    used = {claim for number in written(crisis).values() for claim in number.because}

    assert set(crisis.claims) == used
    assert {claim.source for claim in crisis.claims.values()} == set(crisis.sources)


@for_each_crisis
def test_nothing_is_dated_after_its_day(crisis: pack.Crisis):
    days = [claim.date for claim in crisis.claims.values()]
    days += [source.date for source in crisis.sources.values() if source.date]
    days += [indicator.date for indicator in crisis.model.indicators.values()]

    assert max(days) <= crisis.as_of


@for_each_crisis
def test_no_reason_speaks_of_later_days(crisis: pack.Crisis):
    reasons = [number.assumed or "" for number in crisis.numbers.values()]
    reasons += [claim.says for claim in crisis.claims.values()]

    assert [reason for reason in reasons if re.search(LATER[crisis.name], reason)] == []


def test_no_claim_is_made_up_where_no_source_is_at_hand():
    assert CRISES["cuba-1962"].claims == {}
    assert CRISES["cuba-1962"].sources == {}


@for_each_crisis
def test_words_take_no_side(crisis: pack.Crisis):
    parts = [*crisis.options.values(), *crisis.model.issues.values()]
    texts = [crisis.title, *(str(part) for part in parts)]

    assert [text for text in texts if re.search(LOADED, text, re.IGNORECASE)] == []


@for_each_crisis
def test_three_options_or_more_each_change_the_crisis(crisis: pack.Crisis):
    assert len(crisis.options) >= 3
    assert all(
        crisis.with_changes(option.change).numbers != crisis.numbers
        or crisis.with_changes(option.change).model != crisis.model
        for option in crisis.options.values()
    )


def test_nothing_of_the_format_is_built_for_one_case():
    crises = [*CRISES.values(), pack.load("oman-2026")]
    roles = Counter(
        tuple(sorted(role for actor in crisis.model.actors.values() for role in actor.roles))
        for crisis in crises
    )
    issues = Counter(tuple(crisis.model.issues) for crisis in crises)
    systems = Counter(
        tuple(
            layer.system
            for defence in crisis.model.defences.values()
            for layer in defence.layers.values()
        )
        for crisis in crises
    )

    assert len(roles) == len(issues) == len(systems) == len(crises)
    assert not CRISES["cuba-1962"].all_of_role("ally")
    assert len({crisis.of_role("challenger") for crisis in crises}) == 6
    assert len({crisis.of_role("defender") for crisis in crises}) == 8


def epochs_of(crisis: pack.Crisis, horizon: int):
    """Return one world of a crisis by epochs, on the coarsest grid."""
    return encode_all(crisis, drawn_worlds(crisis, 1, 1)[0], grid="tiny", horizon=horizon)


@pytest.mark.parametrize("name", ["taiwan-1996", "kuwait-1994"])
def test_the_defenders_friend_has_more_there_as_its_forces_arrive(name: str):
    crisis = CRISES[name]
    (view,) = epochs_of(crisis, 30).views
    friend = list(third_parties(crisis)).index("us")
    there = [float(one.war.theatre.third_parties.presence[friend]) for one in view.worlds]

    assert sorted(there) == there
    assert there[-1] > there[0]


def test_a_vote_that_both_foresee_changes_what_is_done_before_it():
    unforeseen = CRISES["taiwan-1996"].with_changes({"events.election.foreseen": False})
    known, unknown = (epochs_of(one, 15) for one in (CRISES["taiwan-1996"], unforeseen))
    before = known.start.calendar.epoch_of_stage == 0
    stages = slice(0, int(np.argmin(before)))
    choices, others = (
        solve(world, with_exploitability=False).policies.challenger[stages]
        for world in (known, unknown)
    )

    assert np.abs(choices - others).max() > 1e-3


@pytest.mark.parametrize("name", NAMES)
def test_it_plays_and_no_ending_is_forced(name: str, tmp_path):
    run = detente.simulate(CRISES[name], futures=640, worlds=16, grid="tiny", out=tmp_path / "run")
    shares = {key: share.value for key, share in detente.summarise(run).base.endings.items()}

    assert all(math.isfinite(share) for share in shares.values())
    assert sum(shares.values()) == pytest.approx(1)
    assert max(shares.values()) < 0.8
    assert min(shares[Ending.NARROW_DEAL.name.lower()], shares[Ending.WAR.name.lower()]) > 0
