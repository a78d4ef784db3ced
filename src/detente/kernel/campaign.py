"""A war fought day by day in both directions: raids, defences and losses."""

import math
from typing import Annotated, NamedTuple

from detente.kernel.air_defence import Raid, defend
from detente.kernel.arithmetic import (
    ROOT_OF_TWO_PI,
    exp,
    inverse_normal,
    log,
    normal_probability,
)
from detente.kernel.cascade import (
    DIRECT_ACTION_BLOCK,
    count_closure,
    draw_challenger_joining,
    draw_closing,
    draw_loyalty,
    draw_parties_joining,
    strike_parties,
    supporting_raids,
)
from detente.kernel.ceasefire import kill_share, update_recent_losses
from detente.kernel.defence import (
    CATEGORIES,
    MILITARY,
    PRINCIPAL,
    PROGRAMME,
    apply_shock,
    mean_picture,
    picture_factor,
    shock_point,
)
from detente.kernel.draws import Chance, Draws, Purpose, count, draw_block, round_fairly
from detente.kernel.jit import jit
from detente.kernel.land import fight_on_land
from detente.kernel.posture import DIRECT_ACTION
from detente.kernel.strength import OWN, broken_part, count_losses, record_first_strength
from detente.kernel.sustainment import recover, suppress
from detente.kernel.theatre import (
    CHALLENGER,
    DEFENDER,
    JOINING_INTERVAL,
    TOGETHER,
    Conflict,
    DirectAction,
    Weaponry,
    arsenal_of,
    begin_first_morning,
    defence_of,
    deploy_joined_forces,
    first_striker,
    is_answered_in_full,
    is_restrained,
    return_fire,
    status_of,
    who_begins,
)
from detente.kernel.war_decisions import decide_closing, decide_joining

SIDE_BLOCKS = 1024
"""Addresses of one side's draws of a day: a raid's end at 575, SHOCK_BLOCK is the last."""
SHOCK_BLOCK = 1023
"""Address of a raid's part of the shock."""
FAR_DEVIATIONS = 4.0
"""Standard deviations from its mean that a count exceeds once in 30,000 cases on either side.

A limit that far away counts as binding always or never, which misses the mean by less than a
hundred-thousandth of a deviation. With 2 or 8 no future of `oman-2026` or `shatt-1980` differs.
"""
LEAST_PRESENT = 1e-9
"""Chance that an owner fights below which its launches are not computed."""
DECOY_BLOCK = 64
"""First address of the draws for decoys."""


class Salvo(NamedTuple):
    """One class of weapons that a side launches today."""

    attacker: int
    threat: Annotated[int, "class of weapons"]
    share: Annotated[float, "share of its own stock, above 1 if some fly more than once"]
    support_share: Annotated[float, "launches by groups that support it, as a share of its stock"]
    able: Annotated[float, "share of its launchers that work"]


@jit
def draw_commons(conflict: Conflict, draws: Draws, day: int) -> None:
    """Draw the factors of a whole war: each side's picture and shock, and who stands by its side.

    A third party that does not stand by its side stays out to the end.
    """
    campaign = conflict.campaign
    draw_loyalty(
        conflict.theatre.third_parties, campaign.belligerents, Chance(False, draws, day, 0)
    )
    for side in range(2):
        defence = defence_of(conflict.theatre, side)
        u = draw_block(Chance(False, draws, day, 0), Purpose.WAR_COMMON, side)
        is_good = u[0] < defence.tracking_probability
        status_of(campaign, side).picture = picture_factor(defence, is_good)
        campaign.shock[side] = inverse_normal(u[1])


@jit
def average_commons(conflict: Conflict) -> None:
    """Set the common factors of a war to their means."""
    # No draw is read in expected mode, so that any address will do.
    expected = Chance(True, Draws(0, 0, 0, 0, 0), 0, 0)
    draw_loyalty(conflict.theatre.third_parties, conflict.campaign.belligerents, expected)
    for side in range(2):
        defence = defence_of(conflict.theatre, side)
        status_of(conflict.campaign, side).picture = mean_picture(defence)
        conflict.campaign.shock[side] = 0.0


@jit
def expect_kill_shares(conflict: Conflict, kind: int) -> None:
    """Compute the kill share of each defence in one mean raid, as the view PUBLIC or OWN.

    Both sides are on alert; pictures and the war's shocks are as set before. Restrained force does
    not need it.
    """
    if is_restrained(conflict.situation):
        return
    # A raid needs stocks and batteries and wears both down: `begin_war` sets them up again.
    begin_first_morning(conflict)
    chance = Chance(True, Draws(0, 0, 0, 0, 0), 0, 0)
    for attacker in range(2):
        struck = 1 - attacker
        defence = defence_of(conflict.theatre, struck)
        status = status_of(conflict.campaign, struck)
        status.alertness = 1.0
        of_war = conflict.campaign.shock[struck]
        apply_shock(defence, status, defence.shock * shock_point(of_war, 0.0))
        launch(conflict, attacker, 1.0, chance)
        defend(defence, status, conflict.campaign.raid, chance)
        conflict.campaign.expected_kill_share[kind, struck] = kill_share(conflict.campaign.raid)


@jit
def begin_war(conflict: Conflict) -> None:
    """Set up the first morning, each side's strength and each defence's expected kill share."""
    expect_kill_shares(conflict, OWN)
    begin_first_morning(conflict)
    record_first_strength(conflict)


@jit
def draw_shock(conflict: Conflict, side: int, chance: Chance) -> None:
    """Draw the raid's part of the shock on a side's kill chances, and apply it with the war's."""
    defence = defence_of(conflict.theatre, side)
    point = shock_point(conflict.campaign.shock[side], raid_point(conflict, chance))
    # The shock is on the logit of a kill chance, which therefore stays a chance.
    apply_shock(defence, status_of(conflict.campaign, side), defence.shock * point)


@jit
def raid_point(conflict: Conflict, chance: Chance) -> float:
    """Return the raid's own part of the shock [standard deviations], drawn or at a node.

    At a node it is +1 where the war's parts of both sides agree and -1 where they differ, and the
    reverse every other day. So each node of a defence meets as many raids of either sign, a raid's
    part is uncorrelated with the war's, and it cancels over the days.
    """
    if not chance.is_expected:
        return inverse_normal(draw_block(chance, Purpose.WAR_RAID, SHOCK_BLOCK)[0])
    campaign = conflict.campaign
    sign = 1.0 if campaign.day % 2 == 0 else -1.0
    return sign * campaign.shock[CHALLENGER] * campaign.shock[DEFENDER]


@jit
def fight_day(conflict: Conflict, day: Chance) -> None:
    """Fight one day: the starter's raid, the other's, the fighting on land, and the night."""
    # What the first raid destroys cannot launch the second: that is the gain of striking first.
    for turn in range(2):
        raid_in_turn(conflict, turn, day)
    if is_fought_on_land(conflict):
        fight_on_land(
            conflict.theatre.land,
            conflict.campaign.front,
            first_striker(conflict.situation),
            is_answered_in_full(conflict.situation),
            conflict.campaign.day,
            day,
        )
    end_day(conflict, day)


@jit
def is_fought_on_land(conflict: Conflict) -> bool:
    """Say whether troops fight: in a war over land, once the challenger itself fights."""
    if conflict.theatre.land.is_fought <= 0.0 or is_restrained(conflict.situation):
        return False
    return conflict.campaign.belligerents.has_challenger > 0.0


@jit
def raid_in_turn(conflict: Conflict, turn: int, day: Chance) -> bool:
    """Let a side raid: the starter in full on turn 0, the other by its reply on turn 1.

    Return whether it did.
    """
    first = first_striker(conflict.situation)
    attacker = first if turn == 0 else 1 - first
    begun = conflict.situation
    scale = 1.0 if turn == 0 else return_fire(conflict.theatre, begun.onset, begun.reply)
    if scale <= 0.0:
        return False
    raid(conflict, attacker, scale, at_side(day, attacker))
    if begins_direct_action(conflict, attacker):
        play_direct_action(conflict, day)
    return True


@jit
def begins_direct_action(conflict: Conflict, attacker: int) -> bool:
    """Say whether the challenger makes a ground raid: on the first day of force that it begins.

    It needs the plan DIRECT_ACTION, in a crisis in which such a raid may succeed.
    """
    begun = conflict.situation
    is_first = who_begins(begun.onset) in (CHALLENGER, TOGETHER)
    if begun.plan != DIRECT_ACTION or not is_first or attacker != CHALLENGER:
        return False
    return conflict.campaign.day == 0 and conflict.theatre.direct_action_success > 0.0


@jit
def play_direct_action(conflict: Conflict, day: Chance) -> None:
    """Play a ground raid: it destroys a share of the programme, or aircraft and crews are lost.

    One chance decides the whole raid; expected mode uses the mean of both results.
    """
    theatre, campaign = conflict.theatre, conflict.campaign
    draw = draw_block(day, Purpose.WAR_COMMON, DIRECT_ACTION_BLOCK)[0]
    done = count(1.0, theatre.direct_action_success, draw, day.is_expected)
    hardness = theatre.defender_defence.hardness[PROGRAMME]
    kept = 1.0 - done * theatre.direct_action_damage
    # The damage that breaks this share (6.3). Encoding keeps the share below 1, so that the
    # logarithm is finite.
    campaign.damage_taken[DEFENDER, PROGRAMME] -= hardness * log(kept)
    campaign.loss_in_direct_action = (1.0 - done) * theatre.direct_action_loss
    campaign.war_log.direct_action = DirectAction.SUCCEEDED if done > 0.0 else DirectAction.FAILED


@jit
def end_day(conflict: Conflict, day: Chance) -> None:
    """Restore and restock both sides overnight, draw which third parties are hit, count losses.

    In a war that is answered in full third parties may join and trade may be cut off.
    """
    campaign = conflict.campaign
    for side in range(2):
        recover(conflict, side, at_side(day, side))
    leaked = (campaign.leaked[CHALLENGER], campaign.leaked[DEFENDER])
    # A party that was hit today is likelier to join tonight (7).
    strike_parties(conflict.theatre.third_parties, campaign.belligerents, leaked, day)
    if (campaign.day + 1) % JOINING_INTERVAL == 0 and campaign.belligerents.has_challenger < 1.0:
        draw_challenger_joining(campaign.belligerents, day)
        deploy_joined_forces(conflict)
    if is_answered_in_full(conflict.situation):
        draw_joining(conflict, day)
        draw_closing(conflict.theatre.chokepoint, campaign.passage, day)
        decide_closing(conflict)
        count_closure(campaign.passage, campaign.day)
    before = campaign.loss[CHALLENGER] + campaign.loss[DEFENDER]
    # Losses include a day of closure, so that the closing comes first.
    count_losses(conflict)
    # The average is over days fought, today included, and divides by their number.
    campaign.day += 1
    update_recent_losses(conflict, before)


@jit
def at_side(day: Chance, side: int) -> Chance:
    """Return a day's Chance at the addresses of one side's draws."""
    return Chance(day.is_expected, day.draws, day.day, side * SIDE_BLOCKS)


@jit
def raid(conflict: Conflict, attacker: int, scale: float, chance: Chance) -> None:
    """Play one raid: launch, pass the struck side's defence, and hit."""
    campaign = conflict.campaign
    theatre = conflict.theatre
    struck = 1 - attacker
    status = status_of(campaign, struck)
    status.alertness = alertness(conflict, struck)
    draw_shock(conflict, struck, chance)
    launch(conflict, attacker, scale, chance)
    defend(defence_of(theatre, struck), status, campaign.raid, chance)
    # Losses in the air come before the hits, since both read what the defence left.
    remove_aircraft_losses(conflict, attacker)
    arsenal = arsenal_of(theatre, attacker)
    hits, leaked = 0.0, 0.0
    for threat in range(campaign.raid.classes):
        hits += campaign.raid.weapons[threat] * arsenal.hit_damage[threat]
        leaked += campaign.raid.weapons[threat] * arsenal.load[threat]
    campaign.leaked[struck] = leaked
    campaign.landed[struck] += leaked
    # A share of the hits falls on the defence itself, the rest on the targets (6.4).
    suppress(conflict, struck, theatre.suppression * hits, chance)
    for category in range(CATEGORIES):
        aimed = theatre.aims[attacker, category] * (1.0 - theatre.suppression)
        campaign.damage_taken[struck, category] += aimed * hits


@jit
def alertness(conflict: Conflict, struck: int) -> float:
    """Return the factor on the struck side's coverage: below 1 under surprise, else 1.

    A side is surprised on the first day if the challenger has no force deployed.
    """
    is_surprised = conflict.campaign.day == 0 and conflict.situation.force == 0
    if is_surprised and struck != first_striker(conflict.situation):
        return conflict.theatre.surprise
    return 1.0


@jit
def launch(conflict: Conflict, attacker: int, scale: float, chance: Chance) -> None:
    """Launch a share of the stocks of everyone who fights on a side, less for damaged bases.

    The challenger's plan scales its own launches; groups without stocks add to the defender's own
    launches.
    """
    campaign = conflict.campaign
    theatre = conflict.theatre
    arsenal = arsenal_of(theatre, attacker)
    able = (1.0 - broken_part(conflict, attacker, MILITARY)) * scale
    by_plan, by_groups = 1.0, 0.0
    if attacker == CHALLENGER:
        by_plan = theatre.effort[conflict.situation.plan]
    else:
        by_groups = supporting_raids(theatre.third_parties, campaign.belligerents)
    campaign.raid.classes = arsenal.classes
    campaign.launched[attacker] = 0.0
    for threat in range(arsenal.classes):
        share = arsenal.launch_rate[threat] * able * opening_factor(conflict, attacker, threat)
        # At most one launch a day, except for aircraft that always fly more often.
        most = max(1.0, arsenal.launch_rate[threat])
        if arsenal.owner[threat] == PRINCIPAL:
            salvo = Salvo(attacker, threat, min(share * by_plan, most), share * by_groups, able)
        else:
            salvo = Salvo(attacker, threat, min(share, most), 0.0, able)
        launch_class(conflict, salvo, chance)


@jit
def opening_factor(conflict: Conflict, attacker: int, threat: int) -> float:
    """Return today's launches of a class relative to those of a later day of a campaign.

    Launches are more on the first days of force. The side that begins a limited strike flies fewer
    sorties.
    """
    theatre = conflict.theatre
    fuller = theatre.opening if conflict.campaign.day < theatre.opening_days else 1.0
    if is_restrained(conflict.situation) and attacker == first_striker(conflict.situation):
        flies = arsenal_of(theatre, attacker).returns[threat]
        return fuller * (1.0 - flies * (1.0 - theatre.limited_sorties))
    return fuller


@jit
def launch_class(conflict: Conflict, salvo: Salvo, chance: Chance) -> None:
    """Launch one class: the side's own share of its stock, and the launches of groups."""
    campaign = conflict.campaign
    attacker, threat = salvo.attacker, salvo.threat
    arsenal = arsenal_of(conflict.theatre, attacker)
    u = draw_block(chance, Purpose.WAR_DAY, threat)
    stock = campaign.stock[attacker, threat]
    most = arsenal.launch_capacity[threat] * salvo.able
    most = round_fairly(most, u[3], chance.is_expected)
    # In expected mode a stock is weighted by the chance that its owner fights. The launchers' limit
    # binds only where it fights, so the mean is computed there and weighted again.
    present = campaign.present[attacker, threat]
    own = present * launched_own(
        stock / max(present, LEAST_PRESENT), salvo.share, most, u[0], chance.is_expected
    )
    launched = own + count(stock, min(salvo.support_share, 1.0), u[1], chance.is_expected)
    campaign.raid.launched[threat] = launched
    campaign.raid.reliable[threat] = count(
        launched, arsenal.reliability[threat], u[2], chance.is_expected
    )
    campaign.raid.decoys[threat] = decoys_with(arsenal, threat, launched, chance)
    campaign.stock[attacker, threat] = stock - own * (1.0 - arsenal.returns[threat])
    campaign.launched[attacker] += launched * arsenal.load[threat]


@jit
def launched_own(
    stock: float, share: float, most: float, uniform: float, is_expected: bool
) -> float:
    """Return the weapons that a side launches itself: a share of its stock, at most `most`.

    With a share above 1, say 2.3, all fly twice and three in ten once more.
    """
    turns = float(math.floor(share))
    again = share - turns
    if is_expected:
        return mean_at_most(stock * share, stock * again * (1.0 - again), most)
    return min(stock * turns + count(stock, again, uniform, False), most)


@jit
def mean_at_most(mean: float, variance: float, most: float) -> float:
    """Return the mean of the lesser of a roughly normal count and a limit.

    `m - s (z Phi(z) + phi(z))`, `z = (m - most) / s`.
    """
    deviation = math.sqrt(variance)
    above = mean - most
    # So far out the limit never or always binds; without variance `distance` is undefined.
    if abs(above) >= FAR_DEVIATIONS * deviation:
        return min(mean, most)
    # A normal variable stands for a count; with few weapons that is off by a tenth of a weapon.
    distance = above / deviation
    density = exp(-distance * distance / 2.0) / ROOT_OF_TWO_PI
    beyond = distance * normal_probability(distance) + density
    return max(0.0, mean - deviation * beyond)


@jit
def decoys_with(arsenal: Weaponry, threat: int, launched: float, chance: Chance) -> float:
    """Return the number of decoys that accompany the launches of a class."""
    decoys = arsenal.decoys[threat] * launched
    if decoys <= 0.0:
        return 0.0
    return round_fairly(
        decoys, draw_block(chance, Purpose.WAR_DAY, DECOY_BLOCK + threat)[0], chance.is_expected
    )


@jit
def remove_aircraft_losses(conflict: Conflict, attacker: int) -> None:
    """Remove aircraft that were shot down from the stock; the others fly again."""
    campaign = conflict.campaign
    arsenal = arsenal_of(conflict.theatre, attacker)
    for threat in range(arsenal.classes):
        killed = campaign.raid.reliable[threat] - campaign.raid.weapons[threat]
        lost = min(killed * arsenal.returns[threat], campaign.stock[attacker, threat])
        campaign.stock[attacker, threat] -= lost
        campaign.shot_down[attacker, threat] += lost


@jit
def leakers(raid: Raid) -> float:
    """Return the weapons that passed every layer."""
    total = 0.0
    for threat in range(raid.classes):
        total += raid.weapons[threat]
    return total


@jit
def draw_joining(conflict: Conflict, day: Chance) -> None:
    """Draw which third parties join, by the intensity of the day, and add their forces.

    Intensity is the day's launches over those of a full day, on which both principals and all who
    have joined raid in full.
    """
    campaign = conflict.campaign
    full = 0.0
    for side in range(2):
        arsenal = arsenal_of(conflict.theatre, side)
        for threat in range(arsenal.classes):
            is_own = arsenal.owner[threat] == PRINCIPAL
            counted = 1.0 if is_own else campaign.present[side, threat]
            each = arsenal.launch_rate[threat] * arsenal.load[threat]
            # In expected mode a third party counts by the chance that it fights.
            full += counted * campaign.first_stock[side, threat] * each
    launched = campaign.launched[CHALLENGER] + campaign.launched[DEFENDER]
    intensity = min(1.0, launched / full) if full > 0.0 else 0.0
    draw_parties_joining(conflict.theatre.third_parties, campaign.belligerents, intensity, day)
    decide_joining(conflict, intensity)
    deploy_joined_forces(conflict)
