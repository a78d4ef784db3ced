from functools import cache
from pathlib import Path

import numpy as np
import pytest

from detente.ensemble.design import drawn_worlds
from detente.ensemble.effects import ends
from detente.ensemble.encode.copies import SLOT, copied, copy_numbers
from detente.ensemble.encode.supporters import layers_of, third_parties
from detente.ensemble.encode.world import encode_coarsely
from detente.kernel.cascade import Strait, ThirdParties
from detente.kernel.defence import LayeredDefence
from detente.kernel.incidents import ContactZones
from detente.kernel.land import LandForces
from detente.kernel.layout import new_record
from detente.kernel.mediators import Mediators
from detente.kernel.partners import Partners
from detente.kernel.talks import ChallengerMove, DefenderMove, ForceAftermath, Negotiation
from detente.kernel.theatre import Theatre, Warfare, Weaponry
from detente.pack import load, shipped
from detente.pack.military import Against, Kinds
from detente.pack.number import NumberRow
from detente.pack.places import number_table

RECORDS = {
    record.__name__: record
    for record in (
        ContactZones,
        ForceAftermath,
        LandForces,
        LayeredDefence,
        Mediators,
        Negotiation,
        Partners,
        Strait,
        Theatre,
        ThirdParties,
        Warfare,
        Weaponry,
    )
}
SLOTS = [
    pytest.param(slot, id=f"{path}:{slot}")
    for path, row in number_table().items()
    for role in row.roles or ("",)
    for slot in row.slots_of(role, path.rpartition(".")[2])
]


@pytest.mark.parametrize("slot", SLOTS)
def test_a_slot_is_a_field_of_a_record_of_the_kernel(slot):
    named = SLOT.fullmatch(slot)

    assert hasattr(new_record(RECORDS[named["record"]]), named["field"])


def test_no_two_numbers_of_a_part_share_a_slot():
    table = number_table().items()
    single = [slot for path, row in table for slot in row.slots_of("", path.rpartition(".")[2])]

    assert len(single) == len(set(single)) > 50


def test_a_number_is_copied_as_it_is_and_a_switch_as_a_whole_number():
    talks = new_record(Negotiation)
    values = {one.path: 0.25 for one in copied("Negotiation")} | {"talks.have_failed": 1.0}

    copy_numbers(values, talks, "Negotiation")

    assert (talks.slip, talks.raise_days, talks.have_failed) == (0.25, 0.25, 1)


def test_a_slot_names_a_move_and_numbers_of_one_price_add_up():
    talks = new_record(Negotiation)
    values = {one.path: 0.25 for one in copied("Negotiation")}

    copy_numbers(values, talks, "Negotiation")
    copy_numbers({**values, "moves.raise_cost": 0.5}, talks, "Negotiation")

    assert talks.defender_rate[DefenderMove.WALK_OUT] == 0.5
    assert talks.challenger_price[ChallengerMove.RAISE] == 0.75
    assert talks.drop_cost == 0.5


def test_what_an_actor_has_goes_where_its_role_has_it():
    war = new_record(Warfare)
    values = {one.path: 0.5 for one in copied("Warfare", "actors.x", "defender")}

    copy_numbers(values, war, "Warfare", of="actors.x", role="defender")

    assert war.war_cost.tolist() == [0.0, 0.5]
    assert war.ally_war_cost == 0.0


def test_a_row_names_no_slot_for_a_role_that_does_not_read_it():
    row = NumberRow("share", "a test", roles=("ally",), slot="Warfare.ally_war_cost")

    assert row.slots_of("ally", "war_cost") == ("Warfare.ally_war_cost",)
    assert row.slots_of("host", "war_cost") == ()


def test_a_record_alone_holds_a_number_under_its_own_key():
    assert NumberRow("share", "a test", slot="Theatre").slots_of("", "network") == (
        "Theatre.network",
    )


MINIMAL = Path(__file__).parents[1] / "cases" / "valid" / "minimal"
BORDER = Path(__file__).parents[2] / "verification" / "model" / "border"
"""Troops that fight for land."""
ISLET = Path(__file__).parents[2] / "verification" / "model" / "islet"
"""An issue that can be taken without shots."""
PRICES = {"arsenals.*.*.cost", "defences.*.layers.*.cost", "blockade.third_cost"}
"""What `detente engage` alone counts, and what is reported and weighed by nobody."""
TWO_SIGNS = {"posture.dependence"}
"""What counts from two signs of the same plans on; none of these crises has seen two."""

TERMS = {"dispute.luck", "dispute.pace", "rival_venue.publicity"}
"""What the race over the terms of the talks goes by, before a record is filled."""
RULINGS = {f"rulings.*.{key}" for key in ("for_challenger", "for_defender", "luck", "weight")}
"""What comes with a ruling: it parts a world into epochs, after one record is filled."""


@cache
def crises():
    return [load(name) for name in (*shipped(), MINIMAL, BORDER, ISLET)]


@cache
def pattern_of(path):
    """Return the path in the number table of a number of a crisis."""
    parts = path.split(".")
    alike = (one for one in number_table() if one.count(".") == path.count("."))
    return next(
        one
        for one in alike
        if all(known in {"*", part} for known, part in zip(one.split("."), parts, strict=True))
    )


def left_out(crisis):
    """Yield numbers that a crisis leaves out, with a value each."""
    yield from ((path, 1.0) for path in ("talks.ultimatum_runs", "posture.raise_ordered"))
    for key in third_parties(crisis):
        yield from ((f"actors.{key}.{name}", 0.3) for name in ("raise_rate", "lower_rate"))
    for side in ("challenger", "defender"):
        for held in layers_of(crisis, side):
            path = f"defences.{held.owner}.layers.{held.key}.against"
            for kind in Kinds.model_fields:
                yield from ((f"{path}.{kind}.{key}", 0.3) for key in Against.model_fields)


def moved(crisis):
    """Yield numbers of a crisis, each with other values that a world may have for it."""
    yield from ((path, ends(number)) for path, number in crisis.numbers.items())
    yield from ((path, (value,)) for path, value in left_out(crisis))


def changes_record(crisis, values, path, others):
    """Say whether the kernel's record is another with one of other values of a number."""
    base = np.asarray(encode_coarsely(crisis, values)).tobytes()
    worlds = (encode_coarsely(crisis, {**values, path: other}) for other in others)
    return any(np.asarray(world).tobytes() != base for world in worlds)


def test_every_number_but_prices_reaches_the_kernel_in_some_crisis():
    unread = set(number_table())
    tried = (
        (crisis, values, *number)
        for crisis in crises()
        for values in drawn_worlds(crisis, 2, 1)
        for number in moved(crisis)
    )
    for crisis, values, path, others in tried:
        if pattern_of(path) in unread and changes_record(crisis, values, path, others):
            unread.discard(pattern_of(path))

    assert unread == PRICES | TWO_SIGNS | TERMS | RULINGS
