import functools

import numba
import numpy as np
import pytest

from detente.kernel import causes
from detente.kernel.causes import (
    AT_ONCE,
    CERTAIN,
    EVERYTHING,
    NOISELESS_PRECISION,
    ON_PURPOSE,
    PLACEBO,
    Mechanism,
    Playing,
    know_types,
    level_starts,
    only,
    play_subsets,
    solve_for,
    world_with,
)
from detente.kernel.crisis import play, trace_future
from detente.kernel.endings import Event, Trigger
from detente.kernel.solution import compute_war, solve
from detente.kernel.talks import PACKAGES, DefenderMove
from tests.kernel.worlds import random_worlds, set_stages, traces, war_table

SEED = 3
FUTURES = 400
SUBSETS = (*range(0, EVERYTHING, 187), ON_PURPOSE, EVERYTHING)
"""Some subsets of the mechanisms."""
needs_compiler = pytest.mark.skipif(
    bool(numba.config.DISABLE_JIT), reason="solves dozens of games and plays thousands of futures"
)


def stirred():
    """Return a random world on the tiny grid in which every mechanism has much to do."""
    world = next(random_worlds(1, grid="tiny"))
    world.incidents.rate, world.incidents.false_alarm = 0.1, 0.5
    world.incidents.restraint, world.incidents.escalation_probability = 0.05, 0.3
    world.talks.ally_rate, world.talks.restraint_success = 0.02, 0.2
    world.talks.has_vowed, world.war.vow_price = 1, 0.5
    world.war.ally_stake, world.war.defender_stake = 20.0, 0.1
    world.war.motive[0] = 0.3
    world.war.defender_loss_weight[:] *= 0.05
    world.talks.growth_rate = 0.01
    world.talks.breaking_rate[:] = 0.002
    world.war.theatre.optimism[:] = 0.4
    world.war.theatre.self_knowledge = 0.5
    return world


def short():
    """Return a world of two stages whose programme stands still and both types are known."""
    world = next(random_worlds(1, grid="tiny", horizon=40))
    set_stages(world.calendar, 62)
    world.talks.growth_rate = world.talks.defender_rate[DefenderMove.ADVANCE] = 0.0
    know_types(world)
    return world


def judged(world, subsets, *, futures=FUTURES):
    return play_subsets(world, subsets, Playing(SEED, 0, np.arange(futures)))


@functools.cache
def usual():
    """Return the stirred world's futures with some subsets, and without each mechanism."""
    return judged(stirred(), (*SUBSETS, *(EVERYTHING & ~only(one) for one in Mechanism)))


def are_wars(rows):
    return {subset: causes.is_war(each).tolist() for subset, each in rows.items()}


def played(world, solved, *, futures=FUTURES):
    return play(world, solved, seed=SEED, number=0, first=0, futures=futures)


@needs_compiler
def test_with_every_mechanism_the_futures_are_those_of_a_run():
    rows = played(stirred(), solve(stirred(), with_exploitability=False))

    assert usual()[EVERYTHING].tobytes() == rows.tobytes()


@needs_compiler
@pytest.mark.parametrize("active", SUBSETS[::3])
def test_a_subset_is_judged_as_if_it_were_played_by_itself(active):
    world = stirred()
    rows = played(world_with(world, active), solve_for(world, active))

    np.testing.assert_array_equal(causes.is_war(usual()[active]), causes.is_war(rows))


@needs_compiler
def test_every_mechanism_tips_some_future_but_what_a_side_knows_of_its_own_defence():
    wars = are_wars(usual())
    idle = [one for one in Mechanism if wars[EVERYTHING & ~only(one)] == wars[EVERYTHING]]

    assert idle == [Mechanism.SELF_KNOWLEDGE]


@needs_compiler
def test_a_removal_of_nearly_nothing_changes_nearly_nothing():
    flipped = causes.is_war(usual()[PLACEBO]) != causes.is_war(usual()[EVERYTHING])

    assert flipped.mean() < 0.03


@needs_compiler
def test_only_the_futures_that_are_asked_for_are_judged():
    few = play_subsets(stirred(), [0, EVERYTHING], Playing(SEED, 0, np.array([7, 150])))

    np.testing.assert_array_equal(few[EVERYTHING], usual()[EVERYTHING][[7, 150]])
    assert list(few[0]["future"]) == [7, 150]


def without_accidents(world):
    world.incidents.false_alarm = 0.0


def without_texts(world):
    world.talks.text_rate = 0.0


def as_sharp_as_can_be(world):
    causes.scale_precision(world, NOISELESS_PRECISION / world.talks.precision)


ABSENT = {
    Mechanism.TYPES: know_types,
    Mechanism.OPTIMISM: causes.remove_optimism,
    Mechanism.SELF_KNOWLEDGE: causes.know_defences,
    Mechanism.SHIFTING_POWER: causes.stop_programme,
    Mechanism.BROKEN_DEALS: causes.enforce_deals,
    Mechanism.THIRD_PARTY: causes.exclude_third_parties,
    Mechanism.MISREADING: without_accidents,
    Mechanism.FRICTION: without_texts,
    Mechanism.NOISE: as_sharp_as_can_be,
}
"""How a world has nothing of a mechanism."""


@needs_compiler
@pytest.mark.parametrize("mechanism", ABSENT)
def test_a_mechanism_that_a_world_has_nothing_of_changes_no_verdict(mechanism):
    world = stirred()
    ABSENT[mechanism](world)
    some = SUBSETS[1::3]
    fewer = [subset & ~only(mechanism) for subset in some]
    rows = are_wars(judged(world, [*some, *fewer], futures=100))

    assert [rows[subset] for subset in some] == [rows[subset] for subset in fewer]


@needs_compiler
def test_a_table_that_is_level_leaves_first_strikes_no_share(monkeypatch):
    def level(world):
        return [[level_starts(compute_war(world))]]

    monkeypatch.setattr(causes, "compute_wars", level)
    subsets = [EVERYTHING, EVERYTHING & ~only(Mechanism.FIRST_STRIKE)]
    rows = play_subsets(stirred(), subsets, Playing(SEED, 0, np.arange(100)))

    np.testing.assert_array_equal(rows[subsets[0]], rows[subsets[1]])


@needs_compiler
def test_without_third_parties_all_is_the_same_until_the_ally_weighs_a_strike_or_someone_joins():
    world = stirred()
    other = world_with(world, EVERYTHING & ~only(Mechanism.THIRD_PARTY))

    assert follow_until(world, other, {Event.ALLY_STRIKES, Event.RESTRAINED, Event.JOINS}) > 0


@needs_compiler
def test_without_misreading_all_is_the_same_until_an_accident_alarms():
    world = stirred()
    other = world_with(world, EVERYTHING & ~only(Mechanism.MISREADING))

    assert follow_until(world, other, set()) > 0


def follow_until(world, other, ends):
    """Check that traces agree until the mechanism acts itself; return in how many it did.

    They are compared up to the first event of `ends`, and to the first accident that alarms.
    """
    solved = solve(world, with_exploitability=False)
    acted = 0
    reported = (traces(each, solved, seed=SEED, futures=100) for each in (world, other))
    for one, two in zip(*reported, strict=True):
        for mine, yours in zip(lines_of(one), lines_of(two), strict=False):
            if mine[1] in ends or mine != yours:
                acted += 1
                assert mine[1] in ends or is_accident_that_alarms(mine)
                break
    return acted


def lines_of(lines):
    return [tuple(line.item()) for line in lines]


def is_accident_that_alarms(line):
    """Say whether a line tells of an accident that was taken for an attack."""
    _, kind, _, is_hostile, alarms = line
    return kind == Event.INCIDENT and not is_hostile and alarms > 0.0


@needs_compiler
@pytest.mark.parametrize("event", causes.CONCERNS)
def test_a_future_that_an_event_does_not_concern_is_the_same_without_it_to_its_last_column(event):
    """A reply to an accident that goes no further leaves a clash behind, and nothing else."""
    world = stirred()
    without = world_with(world, EVERYTHING & ~only(event))
    rows = played(without, solve(world, with_exploitability=False))
    before = usual()[EVERYTHING]
    unconcerned = ~causes.CONCERNS[event](before)
    columns = [name for name in rows.dtype.names if name != "violence"]

    assert 0 < unconcerned.sum() < FUTURES
    np.testing.assert_array_equal(rows[columns][unconcerned], before[columns][unconcerned])


@needs_compiler
def test_types_and_plans_are_drawn_alike_with_every_subset():
    """The plan is that of the next round once there was force."""
    world, before = stirred(), usual()[EVERYTHING]
    for active in SUBSETS[::2]:
        rows = played(world_with(world, active), solve_for(world, active))
        is_calm = (rows.rounds == 0) & (before.rounds == 0)
        np.testing.assert_array_equal(rows.plan[is_calm], before.plan[is_calm])
        for column in ("challenger_type", "defender_type"):
            np.testing.assert_array_equal(rows[column], before[column])


@needs_compiler
def test_known_types_are_believed_for_sure_from_the_first_day_to_the_last():
    world = world_with(stirred(), EVERYTHING & ~only(Mechanism.TYPES))
    world.calendar.snapshot_day = 0
    rows = played(world, solve(world, with_exploitability=False))

    for belief, kind in (("hard", "challenger_type"), ("tough", "defender_type")):
        assert set(rows[kind]) == {0, 1}
        np.testing.assert_array_equal(rows[f"snap_{belief}"], 1.0 - rows[kind])
        np.testing.assert_array_equal(rows[f"belief_{belief}"], 1.0 - rows[kind])


@needs_compiler
@pytest.mark.parametrize(("ends_dispute", "limit"), [(1, 1e3), (0, 1e4), (0, 1e5)])
def test_four_corners_are_the_ends_of_a_fine_table(ends_dispute, limit):
    """Where a dispute goes on after force, its long chains of acts lead farther from the ends.

    What an ally does is weighed at first beliefs, which lie between the corners.
    """
    known = stirred()
    causes.exclude_third_parties(known)
    known.aftermath.ends_dispute = ends_dispute
    know_types(known)
    known.tolerance = 1e-9
    fine = known.copy()
    fine.belief_points, fine.belief_limit = 17, limit
    corners, table = (worths_of(world) for world in (known, fine))

    assert len(corners) == (1 if ends_dispute else 3)
    for ends, worth in zip(corners, table, strict=True):
        last = worth.shape[-2] - 1
        np.testing.assert_allclose(worth[..., ::last, ::last, :], ends, rtol=1e-6, atol=1e-6)


def worths_of(world):
    """Return what each place of a world is worth, before force and after it."""
    solved = solve(world, with_exploitability=False)
    return [solved.policies.worth, *(policies.worth for policies in solved.later)]


@needs_compiler
def test_with_the_programme_still_and_deals_that_hold_nothing_grows_and_none_is_broken():
    active = EVERYTHING & ~only(Mechanism.SHIFTING_POWER, Mechanism.BROKEN_DEALS)
    world = world_with(stirred(), active)
    solved = solve_for(stirred(), active)
    kinds = {
        int(kind)
        for reported in traces(world, solved, seed=SEED, futures=200)
        for kind in reported.kind
    }

    assert Event.OFFERS in kinds
    assert kinds.isdisjoint({Event.PROGRAMME_GROWS, Event.ADVANCES, Event.BREAKS})


def test_a_level_table_makes_no_difference_between_the_principals_and_keeps_the_ally():
    table = war_table(continuation_discount=0.9)
    table.continuation_discount[:, :, 0] *= 0.5
    level = level_starts(table)

    for name, who in (("worth", 3), ("continuation_discount", 2)):
        before, after = (np.moveaxis(getattr(each, name), who, 0) for each in (table, level))
        np.testing.assert_array_equal(after[0], after[1])
        np.testing.assert_allclose(after[0], before[:2].mean(axis=0))
        np.testing.assert_array_equal(after[2], before[2])


@pytest.mark.parametrize(("precision", "steady"), [(20.0, 160.0), (160.0, 160.0), (200.0, 200.0)])
def test_choices_without_noise_have_precision_160_unless_they_are_sharper(precision, steady):
    world = short()
    world.talks.precision = precision
    changed = world_with(world, EVERYTHING & ~only(Mechanism.NOISE))

    np.testing.assert_allclose(changed.talks.precision, steady)


def test_without_friction_texts_before_force_are_ready_at_once_and_offers_come_ten_times_as_often():
    world = short()
    changed = world_with(world, EVERYTHING & ~only(Mechanism.FRICTION))
    after = [each.talks.text_rate * each.aftermath.text_factor for each in (world, changed)]
    offers = changed.talks.defender_rate[:PACKAGES], world.talks.defender_rate[:PACKAGES]

    assert changed.talks.text_rate == AT_ONCE
    np.testing.assert_allclose(after[1], after[0])
    np.testing.assert_allclose(offers[0], 10.0 * offers[1])
    np.testing.assert_array_equal(
        changed.talks.defender_rate[PACKAGES:], world.talks.defender_rate[PACKAGES:]
    )


def test_a_world_is_changed_in_a_copy():
    world = stirred()
    before = world.tobytes()
    changed = [one for one in Mechanism if world_with(world, EVERYTHING & ~only(one)) != world]

    assert world.tobytes() == before
    assert changed == [one for one in Mechanism if one != Mechanism.FIRST_STRIKE]
    assert world_with(world, EVERYTHING).tobytes() == before


def test_known_types_stay_known_uncompiled_too():
    world = short()
    world.calendar.snapshot_day = 0
    solved = solve(world, war=war_table(), with_exploitability=False)
    rows = played(world, solved, futures=8)

    assert world.belief_limit == CERTAIN
    np.testing.assert_array_equal(rows.snap_hard, 1.0 - rows.challenger_type)
    np.testing.assert_array_equal(rows.belief_tough, 1.0 - rows.defender_type)


def test_an_accident_alarms_unless_accidents_are_known():
    world = short()
    world.incidents.rate, world.incidents.rate_per_force = 5.0, 0.0
    world.incidents.hostile_probability, world.incidents.false_alarm = 0.5, 1.0
    solved = solve(world, war=no_war(), with_exploitability=False)
    alarms = {known: alarms_of(world, solved, known) for known in (0, 1)}

    assert alarms[0][0] > 0
    assert alarms[1][0] == 0
    assert alarms[1][1] > 0


def no_war():
    """Return a table in which no commander would reply."""
    return war_table(hard=-9.0, soft=-9.0, tough=-9.0, weak=-9.0)


def alarms_of(world, solved, known):
    """Return how many alarms accidents raise, and hostile acts."""
    world.incidents.are_accidents_known = known
    alarms = [0, 0]
    for future in range(2):
        for line in trace_future(world, solved, seed=SEED, number=0, future=future):
            if line["kind"] == Event.INCIDENT:
                alarms[line["second"]] += int(line["value"])
    return alarms


@needs_compiler
def test_only_futures_that_an_event_concerns_are_played_again():
    rows = usual()[EVERYTHING]

    assert 0 < causes.has_force(rows).mean() < 1
    assert 0 < (rows["trigger"] == Trigger.MISREAD).mean() < causes.has_force(rows).mean()
