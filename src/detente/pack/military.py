"""Forces, stocks and defences as a pack writes them, at the level of whole theatres."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from detente.evidence.written import Day, Part, StandIn, Text
from detente.pack.number import DEFENDER, Key, Measure, Number, Settable

Plan = Literal["display", "stand_off", "sustained", "direct_action"]

MOST_LAYERS = 4
MOST_CLASSES = 6
"""What the kernel's records hold: layers of a defence, and classes of weapons of a side."""


class Force(Part):
    """A force that comes, and perhaps goes, on a known day."""

    actor: Annotated[Key, Field(description="the key of the challenger")]
    area: Annotated[Text, Field(description="where it is")]
    arrives: Annotated[Day, Field(description="the day on which it is there"), Settable()]
    leaves: Annotated[Day | None, Field(description="the day on which it is gone"), Settable()] = (
        None
    )
    level: Annotated[
        int,
        Field(ge=0, le=2, description="what it adds to the force that can be in view [levels]"),
        StandIn(0),
        Settable(),
    ]
    host: Annotated[
        Key | None, Field(description="the key of the host without whose consent it is not used")
    ] = None
    deployed: Annotated[
        bool, Field(description="whether it is in view at the start"), StandIn(True), Settable()
    ]


class Posture(Part):
    """How much of the stocks is in reach."""

    presence: Annotated[
        Number | None, Measure("share", "", "share of stocks in reach with no force in view")
    ] = None
    raise_days: Annotated[
        Number | None,
        Measure("positive", "days", "mean time until a raise of force arrives", ends="above_zero"),
    ] = None
    dependence: Annotated[
        Number | None, Measure("share", "", "what an earlier sign of the same plans takes off one")
    ] = None


LEAST_CHANCE = 1e-12
"""No plan is ruled out: signs would then say more than everything."""


class PlanChances(Part):
    """How likely each plan is for one type of challenger; shares of their sum."""

    display: Annotated[
        Number | None,
        Measure(
            "positive", "", "force is shown, and no more", ends="above_zero", least=LEAST_CHANCE
        ),
    ] = None
    stand_off: Annotated[
        Number | None,
        Measure("positive", "", "strikes from afar", ends="above_zero", least=LEAST_CHANCE),
    ] = None
    sustained: Annotated[
        Number | None,
        Measure("positive", "", "a campaign of weeks", ends="above_zero", least=LEAST_CHANCE),
    ] = None
    direct_action: Annotated[
        Number | None,
        Measure("positive", "", "forces that go in", ends="above_zero", least=LEAST_CHANCE),
    ] = None


class Efforts(Part):
    """How hard the challenger raids under each plan, times the common share."""

    display: Annotated[Number | None, Measure("positive", "", "force is shown, and no more")] = None
    stand_off: Annotated[Number | None, Measure("positive", "", "strikes from afar")] = None
    sustained: Annotated[Number | None, Measure("positive", "", "a campaign of weeks")] = None
    direct_action: Annotated[Number | None, Measure("positive", "", "forces that go in")] = None


class Plans(Part):
    """What the challenger may have in mind, hidden from all others."""

    hard: PlanChances = PlanChances()
    soft: PlanChances = PlanChances()
    effort: Efforts = Efforts()


class Indicator(Part):
    """A sign that was seen, and what plans it points to."""

    date: Annotated[Day, Field(description="the day on which it was seen")]
    points_to: Annotated[
        tuple[Plan, ...],
        Field(min_length=1, description="the plans under which it is likelier"),
        StandIn(("display",)),
    ]
    likelihood_ratio: Annotated[
        Number | None,
        Measure(
            "positive", "", "how much likelier under those plans than others", ends="above_zero"
        ),
    ] = None


class Sign(Part):
    """A sign to watch for whenever more force arrives, and what plans it would point to."""

    points_to: Annotated[
        tuple[Plan, ...],
        Field(min_length=1, description="the plans under which it is likelier"),
        StandIn(("display",)),
    ]
    false_positive: Annotated[
        Number | None,
        Measure("probability", "", "chance of seeing it under other plans", ends="inside"),
    ] = None
    likelihood_ratio: Annotated[
        Number | None,
        Measure("positive", "", "how much likelier under those plans", ends="above_zero"),
    ] = None


class Arsenal(Part):
    """A stock of one class of weapons."""

    system: Annotated[Key, Field(description="a class of weapons of the catalogue")]
    stock: Annotated[Number | None, Measure("count", "weapons", "how many there are")] = None
    launch_capacity: Annotated[
        Number | None,
        Measure("positive", "weapons/day", "most that its launchers launch in a day"),
    ] = None
    replenishment: Annotated[
        Number | None, Measure("positive", "weapons/day", "how many are brought up in a war")
    ] = None
    cost: Annotated[Number | None, Measure("positive", "million dollars", "price of one")] = None
    decoys: Annotated[
        Number | None, Measure("positive", "decoys a weapon", "decoys sent with each weapon")
    ] = None
    speed: Annotated[
        Number | None, Measure("positive", "m/s", "speed on the way in", ends="above_zero")
    ] = None
    cross_section: Annotated[
        Number | None, Measure("positive", "m2", "how large it looks to a radar")
    ] = None
    altitude: Annotated[Number | None, Measure("positive", "m", "height on the way in")] = None
    reliability: Annotated[Number | None, Measure("probability", "", "chance that it works")] = None
    hit_damage: Annotated[
        Number | None, Measure("positive", "hits", "damage of one hit, against hardness")
    ] = None
    returns: Annotated[
        Number | None, Measure("switch", "", "whether it flies again: aircraft do")
    ] = None
    value: Annotated[
        Number | None, Measure("positive", "units of loss", "loss if the whole stock is lost")
    ] = None


class Layer(Part):
    """One layer of a defence; layers stand in the text from the outer to the inner one."""

    system: Annotated[Key, Field(description="an air defence system of the catalogue")]
    present: Annotated[Number | None, Measure("switch", "", "whether it is there")] = None
    operational: Annotated[
        Number | None, Measure("switch", "", "whether it works, if it is there")
    ] = None
    batteries: Annotated[Number | None, Measure("count", "batteries", "how many there are")] = None
    channels: Annotated[Number | None, Measure("count", "a battery", "targets engaged at once")] = (
        None
    )
    rounds: Annotated[
        Number | None, Measure("count", "a battery", "interceptors ready to fire")
    ] = None
    reserve: Annotated[
        Number | None, Measure("count", "a battery", "interceptors in store for reloading")
    ] = None
    reload_rate: Annotated[
        Number | None, Measure("count", "a battery a day", "interceptors that it can reload")
    ] = None
    cost: Annotated[
        Number | None, Measure("positive", "million dollars", "price of one interceptor")
    ] = None
    kill_probability: Annotated[
        Number | None, Measure("probability", "", "chance that one shot kills", ends="inside")
    ] = None
    reach: Annotated[
        Number | None, Measure("positive", "km", "farthest engagement, as its owner has it")
    ] = None
    discount: Annotated[
        Number | None, Measure("share", "", "share of that reach that is counted on")
    ] = None
    minimum_reach: Annotated[Number | None, Measure("positive", "km", "nearest engagement")] = None
    reaction: Annotated[Number | None, Measure("positive", "s", "from detection to launch")] = None
    service_time: Annotated[
        Number | None,
        Measure("positive", "s", "time a channel is busy with a target", ends="above_zero"),
    ] = None
    salvo: Annotated[Number | None, Measure("count", "shots", "shots at a target each look")] = None
    coverage: Annotated[
        Number | None, Measure("share", "", "share of raids that pass within its reach")
    ] = None


class Defence(Part):
    """What defends a side against raids."""

    radar: Annotated[
        Key | None, Field(description="a radar of the catalogue, for what is not given here")
    ] = None
    integration: Annotated[
        Number | None, Measure("share", "", "how far its batteries share targets")
    ] = None
    tracking_probability: Annotated[
        Number | None, Measure("probability", "", "chance that the picture is good")
    ] = None
    poor_tracking: Annotated[
        Number | None, Measure("share", "", "detection with a bad picture, times this")
    ] = None
    detection_range: Annotated[
        Number | None, Measure("positive", "km", "range at which 1 m2 is seen")
    ] = None
    radar_height: Annotated[
        Number | None, Measure("positive", "m", "height of its radars above their ground")
    ] = None
    detection_probability: Annotated[
        Number | None, Measure("probability", "", "chance that what is in view is seen")
    ] = None
    true_as_threat: Annotated[
        Number | None, Measure("probability", "", "chance that a weapon is taken for one")
    ] = None
    decoy_as_threat: Annotated[
        Number | None, Measure("probability", "", "chance that a decoy is taken for a weapon")
    ] = None
    shock: Annotated[
        Number | None, Measure("positive", "logit", "spread of kill chances common to a war")
    ] = None
    silence: Annotated[
        Number | None, Measure("share", "", "share of the time in which its radars are silent")
    ] = None
    silent_exposure: Annotated[
        Number | None, Measure("share", "", "how readily a silent battery is found")
    ] = None
    network_hardness: Annotated[
        Number | None,
        Measure("positive", "hits", "damage that breaks radars and command", ends="above_zero"),
    ] = None
    repair_days: Annotated[
        Number | None,
        Measure("positive", "days", "mean time to repair a battery", ends="above_zero"),
    ] = None
    command_days: Annotated[
        Number | None,
        Measure("positive", "days", "mean time to bring command back", ends="above_zero"),
    ] = None
    hardness: Annotated[
        Number | None,
        Measure("positive", "hits", "damage that breaks its military", ends="above_zero"),
    ] = None
    economy_hardness: Annotated[
        Number | None,
        Measure("positive", "hits", "damage that breaks its economy", ends="above_zero"),
    ] = None
    economy_value: Annotated[
        Number | None, Measure("positive", "units of loss", "loss if all of that is broken")
    ] = None
    programme_hardness: Annotated[
        Number | None,
        Measure(
            "positive", "hits", "damage that breaks the programme", DEFENDER, ends="above_zero"
        ),
    ] = None
    layers: Mapping[Key, Layer] = Field(
        default_factory=dict, description="its layers by key, from the outer to the inner one"
    )


class DefenderAims(Part):
    """On what the defender's raids fall, beside the defences in their way; shares of their sum."""

    military: Annotated[
        Number | None, Measure("positive", "", "on forces and bases", ends="above_zero")
    ] = None
    economy: Annotated[
        Number | None, Measure("positive", "", "on the economy, that of hosts included")
    ] = None


class ChallengerAims(DefenderAims):
    """On what the challenger's raids fall."""

    programme: Annotated[Number | None, Measure("positive", "", "on the disputed programme")] = None


class Aims(Part):
    """On what raids fall that pass the defences, at the level of whole categories."""

    challenger: ChallengerAims = ChallengerAims()
    defender: DefenderAims = DefenderAims()


class War(Part):
    """How force is used, answered and ended."""

    raid_share: Annotated[Number | None, Measure("share", "1/day", "share of stock a day")] = None
    arrival_time: Annotated[
        Number | None, Measure("positive", "s", "time over which a raid arrives")
    ] = None
    limited_days: Annotated[
        Number | None,
        Measure(
            "count",
            "days",
            "length of a limited strike",
            ends="above_zero",
            most=7.0,
            why="what lasts longer than a week is no limited strike",
        ),
    ] = None
    control_lost_days: Annotated[
        Number | None,
        Measure(
            "count",
            "days",
            "days in which no one can stop",
            most=45.0,
            why="a war is played for 45 days at most",
        ),
    ] = None
    restraint_probability: Annotated[
        Number | None,
        Measure(
            "probability", "", "weight of any answer but a full one, at indifference", ends="inside"
        ),
    ] = None
    absorb_share: Annotated[
        Number | None,
        Measure("share", "", "share of that weight that is absorbing it, with no answer at all"),
    ] = None
    token_share: Annotated[
        Number | None, Measure("share", "", "a token reply as a share of a full raid")
    ] = None
    pain_weight: Annotated[
        Number | None, Measure("positive", "will a unit of loss", "what losses take from will")
    ] = None
    fatigue_rate: Annotated[
        Number | None, Measure("rate", "will/day", "what a day of war takes from will")
    ] = None
    surprise_weight: Annotated[
        Number | None,
        Measure("positive", "will", "what a day takes from will whose battles nobody expected"),
    ] = None
    belief_strength: Annotated[
        Number | None,
        Measure("positive", "days", "days of battle that beliefs about the defences count as"),
    ] = None
    self_knowledge: Annotated[
        Number | None,
        Measure("share", "", "share of what sets its defence apart that a side knows beforehand"),
    ] = None
    foresight: Annotated[
        Number | None,
        Measure("positive", "days", "days of fighting that both weigh against terms"),
    ] = None
    hit_weight: Annotated[
        Number | None,
        Measure("positive", "log-odds", "what not being hit takes from a third party's odds"),
    ] = None
    terms_rate: Annotated[
        Number | None, Measure("rate", "1/day", "rate at which mediators find terms")
    ] = None
    persistence: Annotated[Number | None, Measure("share", "", "share of damage that lasts")] = None
    surprise: Annotated[
        Number | None, Measure("share", "", "coverage on the first day if not on alert")
    ] = None
    suppression: Annotated[
        Number | None, Measure("share", "", "share of hits that fall on the defence itself")
    ] = None
    network: Annotated[
        Number | None, Measure("share", "", "share of these that fall on radars and command")
    ] = None
