"""Records of a war: its forces, its state, and how it began."""

import math
from enum import IntEnum
from typing import Annotated, NamedTuple, Protocol

from detente.kernel.air_defence import Raid
from detente.kernel.cascade import (
    Belligerents,
    Strait,
    ThirdParties,
    TradeRoute,
    begin_belligerents,
    deployed_share,
    fighting_share,
    has_ally,
    open_passage,
)
from detente.kernel.decision import MOST_DECISIONS, SEATS
from detente.kernel.defence import (
    CATEGORIES,
    CLASSES,
    PRINCIPAL,
    DefenceStatus,
    LayeredDefence,
    add_batteries,
    clear_defence,
)
from detente.kernel.jit import jit
from detente.kernel.land import Front, LandForces, begin_front
from detente.kernel.layout import Array
from detente.kernel.limits import LONGEST_WAR, PARTIES
from detente.kernel.places import LEVELS
from detente.kernel.posture import FIRST_OF_CAMPAIGNS, PLANS


class Reply(IntEnum):
    """The struck side's reply to a first strike, from peaceful to violent (MODEL 7)."""

    ABSORBS = 0
    TOKEN = 1
    FULL = 2


class DirectAction(IntEnum):
    """The result of a ground raid by the challenger's forces."""

    NONE = 0
    FAILED = 1
    SUCCEEDED = 2


class ForceScale(IntEnum):
    """The scale of force."""

    LIMITED = 0
    CAMPAIGN = 1


class Onset(IntEnum):
    """Who begins force, and whether it begins as a limited strike or as a campaign."""

    STRIKE = 0
    """The challenger strikes."""
    BY_DEFENDER = 1
    """The defender strikes."""
    BY_ALLY = 2
    """The challenger's ally strikes alone."""
    CAMPAIGN = 3
    """The challenger begins a campaign."""
    JOINT_STRIKE = 4
    """The challenger and its ally strike together."""
    JOINT_CAMPAIGN = 5
    """The challenger and its ally begin a campaign together."""
    ALLY_CAMPAIGN = 6
    """The ally begins a campaign alone."""


REPLIES = len(Reply)
ONSETS = len(Onset)
CHALLENGER = 0
DEFENDER = 1
BY_DEFENDER = 1
BY_ALLY = 2
TOGETHER = 3
"""Codes of who begins force: the defender, the ally, or challenger and ally together."""
LOSSES = 3
"""Categories of losses: forces and bases, aircraft, the economy with its trade."""
IN_FORCES, IN_AIRCRAFT, IN_ECONOMY = range(LOSSES)
TOP_LEVEL = 2.0
"""Force level at which the whole stock is in reach."""
NOT_YET = -1
AT_FIRST = -2
"""Codes in place of a day of joining: not joined yet; fighting since force began."""
JOINING_INTERVAL = 3
"""Interval at which the challenger weighs joining force that its ally began [days].

A round number. In 100 futures of `oman-2026`, 2 days make .2 more wars and 6 days .5 fewer.
"""
TO_NEAREST = 0.5
"""Added before rounding down, to round to the nearest whole number."""


class Weaponry(Protocol):
    """The weapons of one side, by class; a record."""

    classes: Annotated[int, "classes of weapons"]
    owner: Annotated[Array, (CLASSES,), "owner: PRINCIPAL, or a third party's index plus 1", int]
    is_held_back: Annotated[
        float, "1 if the side's own weapons stay out of a war until it fights itself"
    ]
    stock: Annotated[Array, (CLASSES,), "weapons [weapons]"]
    launch_rate: Annotated[
        Array, (CLASSES,), "launches a day of each in stock, sorties that strike [1/day]"
    ]
    load: Annotated[Array, (CLASSES,), "weapons for each launch: 1, or those of a sortie"]
    launch_capacity: Annotated[Array, (CLASSES,), "limit of the launchers [weapons/day]"]
    replenishment: Annotated[Array, (CLASSES,), "weapons that arrive from outside [weapons/day]"]
    decoys: Annotated[Array, (CLASSES,), "decoys that fly with each weapon"]
    speed: Annotated[Array, (CLASSES,), "speed on the way in [km/s]"]
    cross_section: Annotated[Array, (CLASSES,), "radar cross-section [m2]"]
    altitude: Annotated[Array, (CLASSES,), "height on the way in [m]"]
    reliability: Annotated[Array, (CLASSES,), "chance that a weapon works"]
    hit_damage: Annotated[Array, (CLASSES,), "damage of a hit [hits]"]
    returns: Annotated[Array, (CLASSES,), "1 if it flies again"]
    value: Annotated[Array, (CLASSES,), "loss if the whole stock is lost [normalised]"]


class Theatre(Protocol):
    """The forces and parameters of a war; a record."""

    challenger_arsenal: Annotated[Weaponry, "weapons of the challenger's side"]
    defender_arsenal: Annotated[Weaponry, "weapons of the defender's side"]
    challenger_defence: Annotated[LayeredDefence, "defence of the challenger's bases and hosts"]
    defender_defence: Annotated[LayeredDefence, "defence of the defender"]
    third_parties: Annotated[ThirdParties, "parties that may join"]
    chokepoint: Annotated[Strait, "strait that may be closed to trade"]
    presence: Annotated[float, "challenger's share of stocks in reach with no force deployed"]
    opening: Annotated[float, "launches on the first days over those on later days"]
    opening_days: Annotated[float, "number of these first days [days]"]
    limited_sorties: Annotated[float, "sorties of a limited strike over those of a campaign"]
    effort: Annotated[Array, (len(PLANS),), "factor on the challenger's raids, by its plan"]
    token_share: Annotated[float, "a token reply as a share of a full raid"]
    suppression: Annotated[float, "share of hits that fall on the defence itself"]
    network: Annotated[float, "share of those hits that fall on radars and command"]
    aims: Annotated[
        Array, (2, CATEGORIES), "share of a side's hits on targets that falls on each category"
    ]
    surprise: Annotated[float, "factor on the coverage of a surprised side on the first day [0-1]"]
    hardening: Annotated[float, "increase of the programme's hardness with each step"]
    limited_days: Annotated[float, "days of a limited strike [days]"]
    raised_days: Annotated[float, "least days of a war that a full reply makes of a strike [days]"]
    campaign_days: Annotated[float, "least days of a campaign [days]"]
    absorbed_fire: Annotated[
        float, "return fire in a campaign that is not answered, as a share of a full raid"
    ]
    token_fire: Annotated[float, "the same for a campaign answered with a token"]
    hits_felt: Annotated[
        float, "landed weapons at which 1 - 1/e of the price of being hit is paid [weapons]"
    ]
    neighbour_weight: Annotated[
        float, "weight for the challenger of hits on hosts and ally, relative to hits on itself"
    ]
    persistence: Annotated[float, "share of damage that lasts [0-1]"]
    strength_weight: Annotated[float, "log-odds of prevailing that log strength gives, m"]
    deciding_loss: Annotated[
        float, "losses of both at which a war is decided to 1 - 1/e, ell [normalised]"
    ]
    stakes: Annotated[float, "worth to both sides of all that war can settle [basket]"]
    loss_price: Annotated[float, "price of a unit of loss when terms are weighed, k [basket]"]
    fatigue_rate: Annotated[
        float, "cost of a day of war to each side in addition to losses [basket/day]"
    ]
    belief_strength: Annotated[float, "weight of prior beliefs, as days of battle [days]"]
    self_knowledge: Annotated[
        float, "share of its own defence's effect that a side knows before battle [0-1]"
    ]
    foresight: Annotated[float, "days of fighting that both sides compare with terms [days]"]
    optimism: Annotated[Array, (2,), "how far each side overestimates its strength"]
    optimism_weight: Annotated[float, "log-odds of prevailing that optimism gives, gamma"]
    discount_rate: Annotated[float, "discount rate of later worth [1/day]"]
    terms_rate: Annotated[float, "rate at which mediators find terms [1/day]"]
    direct_action_success: Annotated[
        float, "chance that a ground raid succeeds, 0 if none is possible"
    ]
    direct_action_damage: Annotated[float, "share of the programme that its success destroys [0-1]"]
    direct_action_loss: Annotated[float, "loss if it fails [normalised]"]
    land: Annotated[LandForces, "troops of both sides and the land in dispute"]


class WarLog(Protocol):
    """The daily log of a war in play; a record. Sides: challenger 0, defender 1."""

    launched: Annotated[Array, (LONGEST_WAR, 2), "weapons that each side launched [weapons]"]
    leaked: Annotated[Array, (LONGEST_WAR, 2), "weapons that passed each side's defence [weapons]"]
    loss: Annotated[Array, (LONGEST_WAR, 2), "losses of each side up to that evening [normalised]"]
    joined_on: Annotated[
        Array,
        (PARTIES + 1,),
        "day of the war on which each third party joined, the challenger last;"
        " AT_FIRST if it began, NOT_YET if never [days]",
    ]
    direct_action: Annotated[int, "result of a ground raid, a DirectAction"]


class WarDecisions(Protocol):
    """Decisions of people in one war, which is fought again after each answer; a record."""

    is_seated: Annotated[Array, (SEATS,), "1 where a person decides", int]
    days: Annotated[int, "days of the war for which people are asked, 0 if nobody is [days]"]
    answers: Annotated[Array, (MOST_DECISIONS,), "1 for the first of two answers, in order", int]
    answered: Annotated[int, "answers that were given"]
    posed: Annotated[int, "questions asked so far in this fight"]
    is_waiting: Annotated[int, "1 once a question has no answer yet"]
    seat: Annotated[int, "seat of the question that waits"]
    asked: Annotated[int, "kind of that question, an Asked"]
    about: Annotated[int, "subject of that question, as in Query"]
    chance: Annotated[float, "chance of the first answer under the policy"]
    would: Annotated[int, "1 if the policy's draw gives the first answer"]
    day: Annotated[int, "days fought before the question [days]"]
    asked_to_join: Annotated[
        Array, (PARTIES + 1,), "1 once a party was asked to join, 2 once it was after a hit", int
    ]
    refused_on: Annotated[int, "day of the war on which terms were last refused [days]"]
    offset_from: Annotated[int, "day of the war from which another future's draws are used [days]"]
    offset: Annotated[int, "index of that future less this one's, 0 if none is used"]


class Campaign(Protocol):
    """The state of one war; a record. Sides: challenger 0, defender 1."""

    challenger_status: Annotated[DefenceStatus, "the challenger's defence"]
    defender_status: Annotated[DefenceStatus, "the defender's defence"]
    raid: Annotated[Raid, "the raid under way"]
    belligerents: Annotated[Belligerents, "parties that fight"]
    passage: Annotated[TradeRoute, "whether trade passes"]
    day: Annotated[int, "days fought [days]"]
    present: Annotated[Array, (2, CLASSES), "1 once the owner of a class fights"]
    stock: Annotated[Array, (2, CLASSES), "remaining weapons of those who fight [weapons]"]
    first_stock: Annotated[
        Array, (2, CLASSES), "weapons in reach at the start, whoever fights [weapons]"
    ]
    shot_down: Annotated[Array, (2, CLASSES), "returning weapons (aircraft) lost so far [weapons]"]
    shock: Annotated[
        Array, (2,), "shock on each defence's kill chances for the war [standard deviations]"
    ]
    launched: Annotated[Array, (2,), "weapons that each side launched today [weapons]"]
    leaked: Annotated[Array, (2,), "weapons that passed each side's defence today [weapons]"]
    landed: Annotated[
        Array, (2,), "weapons that landed since the war began, a sortie's load each [weapons]"
    ]
    expected_kill_share: Annotated[
        Array, (2, 2), "expected kill share of each defence, in the PUBLIC and OWN view [0-1]"
    ]
    first_strength: Annotated[Array, (2,), "strength of each side on the first morning"]
    recent: Annotated[float, "recent average of both sides' daily losses [normalised/day]"]
    damage_taken: Annotated[Array, (2, CATEGORIES), "damage that each side has taken [hits]"]
    lost: Annotated[Array, (2, LOSSES), "losses of each side by category [normalised]"]
    loss: Annotated[Array, (2,), "losses of each side, all categories [normalised]"]
    damage: Annotated[float, "share of the disputed capabilities destroyed [0-1]"]
    loss_in_direct_action: Annotated[float, "challenger's loss in forces that went in [normalised]"]
    war_log: Annotated[WarLog, "log of each day of a war in play"]
    decisions: Annotated[WarDecisions, "decisions of people in it"]
    front: Annotated[Front, "state of the front, if land is fought for"]


class Situation(NamedTuple):
    """How force begins."""

    force: Annotated[int, "challenger's force level F [0-2]"]
    step: Annotated[int, "programme step N [0-2]"]
    onset: Annotated[int, "who begins force and at what scale, an Onset"]
    plan: Annotated[int, "the challenger's plan, as PLANS lists them"]
    reply: Annotated[int, "reply of the struck side, a Reply"]


class Conflict(NamedTuple):
    """A war: its forces, its state, and how it began."""

    theatre: Theatre
    campaign: Campaign
    situation: Situation


@jit
def arsenal_of(theatre: Theatre, side: int) -> Weaponry:
    """Return the arsenal of a side."""
    return theatre.challenger_arsenal if side == CHALLENGER else theatre.defender_arsenal


@jit
def defence_of(theatre: Theatre, side: int) -> LayeredDefence:
    """Return the defence of a side."""
    return theatre.challenger_defence if side == CHALLENGER else theatre.defender_defence


@jit
def status_of(campaign: Campaign, side: int) -> DefenceStatus:
    """Return the status of a side's defence."""
    return campaign.challenger_status if side == CHALLENGER else campaign.defender_status


@jit
def scale_of(onset: int) -> int:
    """Return the scale of force by its onset: LIMITED or CAMPAIGN."""
    is_campaign = onset == Onset.CAMPAIGN or onset >= Onset.JOINT_CAMPAIGN
    return ForceScale.CAMPAIGN if is_campaign else ForceScale.LIMITED


@jit
def who_begins(onset: int) -> int:
    """Return who begins force: the challenger (0), BY_DEFENDER, BY_ALLY or TOGETHER."""
    if onset in (Onset.BY_ALLY, Onset.ALLY_CAMPAIGN):
        return BY_ALLY
    if onset in (Onset.JOINT_STRIKE, Onset.JOINT_CAMPAIGN):
        return TOGETHER
    return BY_DEFENDER if onset == Onset.BY_DEFENDER else CHALLENGER


@jit
def scale_of_plan(onset: int, reply: int) -> int:
    """Return the scale of the challenger's own raids: CAMPAIGN if it answers a strike in full."""
    if onset == Onset.BY_DEFENDER and reply == Reply.FULL:
        return ForceScale.CAMPAIGN
    return scale_of(onset)


@jit
def has_plan(begun: Situation) -> bool:
    """Say whether the challenger's plan is possible for this onset and reply.

    The first plans are for strikes, those from FIRST_OF_CAMPAIGNS on for campaigns.
    """
    is_planned = scale_of_plan(begun.onset, begun.reply) == ForceScale.CAMPAIGN
    return is_planned == (begun.plan >= FIRST_OF_CAMPAIGNS)


@jit
def is_onset_possible(theatre: Theatre, force: int, onset: int) -> bool:
    """Say whether force may begin in a way (`onset`) at the challenger's force level.

    A campaign of the challenger alone needs all its force deployed. Joint force needs an ally, and
    force by the ally alone needs an ally with weapons of its own.
    """
    if onset == Onset.CAMPAIGN:
        return force == LEVELS - 1
    # A strike of either principal needs no force deployed: the challenger pays more for one from a
    # standing start (5.2).
    if onset < Onset.BY_ALLY:
        return True
    if not has_ally(theatre.third_parties):
        return False
    return who_begins(onset) == TOGETHER or has_own_means(theatre)


@jit
def has_own_means(theatre: Theatre) -> bool:
    """Say whether the challenger's ally has weapons of its own to begin force with."""
    return theatre.challenger_arsenal.is_held_back > 0.0


@jit
def has_joint_force(theatre: Theatre) -> bool:
    """Say whether the challenger and an ally may begin force together."""
    return is_onset_possible(theatre, 0, Onset.JOINT_STRIKE)


@jit
def first_striker(situation: Situation) -> int:
    """Return the side that strikes first; the ally counts as the challenger's side."""
    return DEFENDER if situation.onset == Onset.BY_DEFENDER else CHALLENGER


@jit
def is_war(onset: int, reply: int) -> bool:
    """Say whether force is fought as a war: a campaign, or a strike that is answered in full."""
    return reply == Reply.FULL or scale_of(onset) == ForceScale.CAMPAIGN


@jit
def is_restrained(situation: Situation) -> bool:
    """Say whether force stays short of war."""
    return not is_war(situation.onset, situation.reply)


@jit
def is_answered_in_full(situation: Situation) -> bool:
    """Say whether the struck side replies in full: then friends may join and trade may be cut."""
    return situation.reply == Reply.FULL


@jit
def answered_share(theatre: Theatre, reply: int) -> float:
    """Return the size of a reply as a share of a full raid: 0 for none, 1 for a full one."""
    if reply == Reply.ABSORBS:
        return 0.0
    return theatre.token_share if reply == Reply.TOKEN else 1.0


@jit
def return_fire(theatre: Theatre, onset: int, reply: int) -> float:
    """Return the raids of the struck side as a share of full raids.

    A side under a campaign fires back a little even if it does not reply.
    """
    if scale_of(onset) == ForceScale.LIMITED or reply == Reply.FULL:
        return answered_share(theatre, reply)
    return theatre.absorbed_fire if reply == Reply.ABSORBS else theatre.token_fire


@jit
def share_in_reach(presence: float, force: int) -> float:
    """Return the share of the challenger's stocks in reach: `presence` at F = 0, all at F = 2."""
    return presence + (1.0 - presence) * force / TOP_LEVEL


@jit
def begin_first_morning(conflict: Conflict) -> None:
    """Set up the first morning of a war."""
    campaign = conflict.campaign
    campaign.day = 0
    campaign.recent = 0.0
    campaign.damage = 0.0
    campaign.loss_in_direct_action = 0.0
    who = who_begins(conflict.situation.onset)
    begins = (who != BY_ALLY, who >= BY_ALLY)
    # The counts below read what third parties have deployed, and `deploy_joined_forces` who fights.
    begin_belligerents(conflict.theatre.third_parties, campaign.belligerents, begins)
    open_passage(campaign.passage)
    for side in range(2):
        for category in range(CATEGORIES):
            campaign.damage_taken[side, category] = 0.0
        campaign.loss[side] = 0.0
        for category in range(LOSSES):
            campaign.lost[side, category] = 0.0
        campaign.launched[side] = 0.0
        campaign.leaked[side] = 0.0
        campaign.landed[side] = 0.0
        count_stocks(conflict, side)
        # `clear_defence` counts all batteries of a defence; `count_batteries` then removes those
        # that friends have not deployed.
        clear_defence(defence_of(conflict.theatre, side), status_of(campaign, side))
        count_batteries(conflict, side)
    if conflict.theatre.land.is_fought > 0.0:
        begin_front(conflict.theatre.land, campaign.front)
    deploy_joined_forces(conflict)


@jit
def count_stocks(conflict: Conflict, side: int) -> None:
    """Count the weapons of a side in reach, rounded; nobody fights yet.

    The challenger's are in reach by its deployed force, the defender's all, and a third party's by
    the share that it has deployed.
    """
    campaign = conflict.campaign
    arsenal = arsenal_of(conflict.theatre, side)
    for threat in range(arsenal.classes):
        share = deployed_share(campaign.belligerents, arsenal.owner[threat])
        if side == CHALLENGER and arsenal.owner[threat] == PRINCIPAL:
            share = share_in_reach(conflict.theatre.presence, conflict.situation.force)
        # Whole weapons, since a drawn war counts whole weapons.
        in_reach = float(math.floor(arsenal.stock[threat] * share + TO_NEAREST))
        campaign.first_stock[side, threat] = in_reach
        campaign.present[side, threat] = 0.0
        campaign.stock[side, threat] = 0.0
        campaign.shot_down[side, threat] = 0.0


@jit
def count_batteries(conflict: Conflict, side: int) -> None:
    """Count the deployed batteries of third parties on a side, rounded."""
    defence = defence_of(conflict.theatre, side)
    status = status_of(conflict.campaign, side)
    for layer in range(defence.layers):
        # A principal has deployed all its batteries: `clear_defence` has set them.
        if defence.owner[layer] != PRINCIPAL:
            share = deployed_share(conflict.campaign.belligerents, defence.owner[layer])
            status.first[layer] = float(math.floor(defence.batteries[layer] * share + TO_NEAREST))


@jit
def deploy_joined_forces(conflict: Conflict) -> None:
    """Add the weapons and layers of parties that have begun to fight since the last call.

    In expected mode each class and layer is weighted by the chance that its owner fights.
    """
    campaign = conflict.campaign
    for side in range(2):
        arsenal = arsenal_of(conflict.theatre, side)
        for threat in range(arsenal.classes):
            owner = arsenal.owner[threat]
            fights = fighting_share(campaign.belligerents, owner, arsenal.is_held_back)
            # Only new weapons are added, since raids have worn down the earlier ones.
            come = fights - campaign.present[side, threat]
            campaign.present[side, threat] = fights
            campaign.stock[side, threat] += come * campaign.first_stock[side, threat]
        defence = defence_of(conflict.theatre, side)
        for layer in range(defence.layers):
            owner = defence.owner[layer]
            fights = fighting_share(campaign.belligerents, owner, defence.is_held_back)
            add_batteries(defence, status_of(campaign, side), layer, fights)


class Warfare(Protocol):
    """The forces of a war, and the costs and motives of using force; a record."""

    theatre: Annotated[Theatre, "forces and parameters of a war"]
    challenger_stake: Annotated[float, "worth to the challenger of all that war can settle"]
    defender_stake: Annotated[float, "worth of the same to the defender"]
    challenger_loss_weight: Annotated[Array, (2,), "kappa of the challenger, resolved and not"]
    defender_loss_weight: Annotated[Array, (2,), "kappa of the defender, resolved and not"]
    war_cost: Annotated[Array, (2,), "cost of a war to each side, c0"]
    strike_cost: Annotated[
        Array, (LEVELS,), "challenger's cost of a strike that stays limited, by force level"
    ]
    raised_cost: Annotated[
        Array, (LEVELS,), "challenger's cost of a strike that is answered in full, by force level"
    ]
    hit_price: Annotated[Array, (3,), "price of being hit: challenger, defender, ally [basket]"]
    unanswered: Annotated[Array, (2,), "each side's lasting price of leaving force unanswered"]
    resolve_gap: Annotated[float, "difference of that price, firm type less the other"]
    campaign_gap: Annotated[float, "addition to that price if the force is a campaign"]
    first_strike_bonus: Annotated[float, "worth of beginning the first force, to whoever does"]
    motive: Annotated[Array, (2, 2), "motive of each side for force itself, by type: firm, other"]
    ally_motive: Annotated[float, "motive of the ally for force of its own"]
    strike_motive: Annotated[float, "share of these motives that a limited strike serves"]
    risk_aversion: Annotated[Array, (2,), "r of each side"]
    restraint_probability: Annotated[float, "weight of any reply but a full one"]
    absorb_share: Annotated[float, "share of that weight that is no reply at all [0-1]"]
    vow_price: Annotated[float, "defender's cost of absorbing a strike after a public vow"]
    hard_probability: Annotated[float, "prior chance that the challenger is resolved"]
    plan_if_hard: Annotated[Array, (len(PLANS),), "chance of each plan, resolved challenger"]
    plan_if_soft: Annotated[Array, (len(PLANS),), "the same, unresolved challenger"]
    plan_by_scale: Annotated[
        Array, (2, 2, len(PLANS)), "chance of each plan, by type and by the scale of force"
    ]
    joint_relief: Annotated[
        float, "share of its cost of force that a party saves if both fight together"
    ]
    ally_stake: Annotated[float, "worth to the ally of all that war can settle"]
    ally_loss_weight: Annotated[float, "kappa of the ally, on the losses of the challenger's side"]
    ally_war_cost: Annotated[float, "cost of a war to the ally"]
