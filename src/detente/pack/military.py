"""Forces, stocks, defences and war as a pack writes them, at the level of whole theatres."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from detente.evidence.claim import Day, StandIn, Text, WrittenPart
from detente.pack.number import (
    DEFENDER,
    PRINCIPALS,
    Key,
    Measured,
    Settable,
    measured,
    optional,
)
from detente.pack.quantity import UNITS, Bounds

Plan = Literal["display", "stand_off", "sustained", "direct_action"]

AS_OF_LAYER = "the layer's own if the pack gives that, or what the catalogue has for the kind"
AS_OF_DEFENCE = "the defence's own if the pack gives that, or what the catalogue has for the kind"

MOST_LAYERS = 4
MOST_CLASSES = 6
"""Layers and classes of weapons that one actor may have."""
MOST_LAYERS_OF_A_SIDE = 6
MOST_CLASSES_OF_A_SIDE = 10
"""What the kernel's records hold of a side: those of its principal and of all who support it."""


class Force(WrittenPart):
    """A force that comes, and perhaps goes, on a known day."""

    name: Annotated[
        Text | None, Field(description="what it is called, where its key does not say it")
    ] = None
    actor: Annotated[Key, Field(description="the key of the challenger, or of a supporter")]
    area: Annotated[Text, Field(description="where it is")]
    arrives: Annotated[Day, Field(description="the day on which it is there"), Settable()]
    leaves: Annotated[Day | None, Field(description="the day on which it is gone"), Settable()] = (
        None
    )
    level: Annotated[
        int,
        Field(ge=0, le=2, description="what it adds to the force that can be deployed [levels]"),
        StandIn(0),
        Settable(),
    ]
    ships: Annotated[
        int,
        Field(ge=0, le=1000, description="its ships that bring weapons (on_ship of an arsenal)"),
        StandIn(0),
    ] = 0
    host: Annotated[
        Key | None, Field(description="the key of the host without whose consent it is not used")
    ] = None
    deployed: Annotated[
        bool, Field(description="whether it is deployed at the start"), StandIn(True), Settable()
    ]

    def called(self, key: str) -> str:
        """Return its name, and where it has none what its key says."""
        return self.name or key.replace("_", " ")


class Posture(WrittenPart):
    """How much of the stocks is in reach."""

    presence: Measured = measured("share", "share of stocks in reach with no force deployed")
    raise_days: Measured = measured(
        "positive", "mean time until a raise of force arrives", unit="days", ends="above_zero"
    )
    dependence: Measured = measured("share", "what an earlier sign of the same plans takes off one")


CHANCES = UNITS[""]._replace(least=1e-12)
"""No plan is ruled out: signs would then say more than everything."""


class PlanChances(WrittenPart):
    """How likely each plan is for one type of challenger; shares of their sum."""

    display: Measured = measured(
        "positive", "force is shown, and no more", ends="above_zero", bounds=CHANCES
    )
    stand_off: Measured = measured(
        "positive", "strikes from afar", ends="above_zero", bounds=CHANCES
    )
    sustained: Measured = measured(
        "positive", "a campaign of weeks", ends="above_zero", bounds=CHANCES
    )
    direct_action: Measured = measured(
        "positive", "forces that go in", ends="above_zero", bounds=CHANCES
    )


class Efforts(WrittenPart):
    """How hard the challenger raids under each plan, times the common share."""

    display: Measured = measured("positive", "force is shown, and no more")
    stand_off: Measured = measured("positive", "strikes from afar")
    sustained: Measured = measured("positive", "a campaign of weeks")
    direct_action: Measured = measured("positive", "forces that go in")


class Plans(WrittenPart):
    """What the challenger may have in mind, hidden from all others."""

    hard: PlanChances = PlanChances()
    soft: PlanChances = PlanChances()
    effort: Efforts = Efforts()


class Indicator(WrittenPart):
    """A sign that was seen, and what plans it points to."""

    date: Annotated[Day, Field(description="the day on which it was seen")]
    points_to: Annotated[
        tuple[Plan, ...],
        Field(min_length=1, description="the plans under which it is likelier"),
        StandIn(("display",)),
    ]
    likelihood_ratio: Measured = measured(
        "positive", "how much likelier under those plans than others", ends="above_zero"
    )


class Sign(WrittenPart):
    """A sign to watch for whenever more force arrives, and what plans it would point to."""

    points_to: Annotated[
        tuple[Plan, ...],
        Field(min_length=1, description="the plans under which it is likelier"),
        StandIn(("display",)),
    ]
    false_positive: Measured = measured(
        "probability", "chance of seeing it under other plans", ends="inside"
    )
    likelihood_ratio: Measured = measured(
        "positive", "how much likelier under those plans", ends="above_zero"
    )


class Arsenal(WrittenPart):
    """A stock of one class of weapons."""

    system: Annotated[Key, Field(description="a class of weapons of the catalogue")]
    stock: Measured = measured("count", "how many there are", unit="weapons")
    on_ship: Measured = optional(
        "count",
        "how many more each ship has, of its owner's forces that are there on the as-of date",
        "none",
        unit="weapons a ship",
    )
    launch_capacity: Measured = measured(
        "positive", "most that its launchers launch in a day", unit="weapons/day"
    )
    replenishment: Measured = measured(
        "positive", "how many are brought up in a war", unit="weapons/day"
    )
    cost: Measured = measured("positive", "price of one", unit="million dollars")
    decoys: Measured = measured("positive", "decoys sent with each weapon", unit="decoys a weapon")
    speed: Measured = measured("positive", "speed on the way in", unit="m/s", ends="above_zero")
    cross_section: Measured = measured("positive", "how large it looks to a radar", unit="m2")
    altitude: Measured = measured("positive", "height on the way in", unit="m")
    reliability: Measured = measured("probability", "chance that it works")
    hit_damage: Measured = measured("positive", "damage of one hit, against hardness", unit="hits")
    returns: Measured = measured("switch", "whether it flies again: aircraft do")
    value: Measured = measured("positive", "loss if the whole stock is lost", unit="units of loss")


class Against(WrittenPart):
    """What a layer does against one kind of weapons, where that is not what it does against all."""

    engages: Measured = optional(
        "switch", "whether it fires at them", "what the catalogue says, or that it does"
    )
    detection_probability: Measured = optional(
        "probability", "chance that what is within range is seen", AS_OF_DEFENCE
    )
    kill_probability: Measured = optional(
        "probability", "chance that one shot kills", AS_OF_LAYER, ends="inside"
    )
    service_time: Measured = optional(
        "positive",
        "time a channel is busy with a target",
        AS_OF_LAYER,
        unit="s",
        ends="above_zero",
    )


class Kinds(WrittenPart):
    """What a layer does against each kind of weapons; the catalogue knows the kind of each."""

    aircraft: Against = Against()
    cruise_missiles: Against = Against()
    ballistic_missiles: Against = Against()
    drones: Against = Against()


class Layer(WrittenPart):
    """One layer of a defence; layers stand in the text from the outer to the inner one."""

    system: Annotated[Key, Field(description="an air defence system of the catalogue")]
    present: Measured = measured("switch", "whether it is there")
    operational: Measured = measured("switch", "whether it works, if it is there")
    batteries: Measured = measured("count", "how many there are", unit="batteries")
    channels: Measured = measured("count", "targets engaged at once", unit="a battery")
    rounds: Measured = measured("count", "interceptors ready to fire", unit="a battery")
    reserve: Measured = measured("count", "interceptors in store for reloading", unit="a battery")
    reload_rate: Measured = measured(
        "count", "interceptors that it can reload", unit="a battery a day"
    )
    cost: Measured = measured("positive", "price of one interceptor", unit="million dollars")
    kill_probability: Measured = measured(
        "probability", "chance that one shot kills", ends="inside"
    )
    reach: Measured = measured("positive", "farthest engagement, as its owner has it", unit="km")
    discount: Measured = measured("share", "share of that reach that is counted on")
    minimum_reach: Measured = measured("positive", "nearest engagement", unit="km")
    reaction: Measured = measured("positive", "from detection to launch", unit="s")
    service_time: Measured = measured(
        "positive", "time a channel is busy with a target", unit="s", ends="above_zero"
    )
    salvo: Measured = measured("count", "shots at a target each look", unit="shots")
    coverage: Measured = measured("share", "share of raids that pass within its reach")
    against: Kinds = Kinds()


class Defence(WrittenPart):
    """What defends a side against raids; of one who supports a side, its layers alone."""

    radar: Annotated[
        Key | None, Field(description="a radar of the catalogue, for what is not given here")
    ] = None
    integration: Measured = measured(
        "share", "how far its batteries share targets", roles=PRINCIPALS
    )
    tracking_probability: Measured = measured(
        "probability", "chance that the picture is good", roles=PRINCIPALS
    )
    poor_tracking: Measured = measured(
        "share", "detection with a bad picture, times this", roles=PRINCIPALS
    )
    detection_range: Measured = measured(
        "positive", "range at which 1 m2 is seen", unit="km", roles=PRINCIPALS
    )
    detection_discount: Measured = optional(
        "share", "share of that range that is counted on", "all of it", roles=PRINCIPALS
    )
    radar_height: Measured = measured(
        "positive", "height of its radars above their ground", unit="m", roles=PRINCIPALS
    )
    detection_probability: Measured = measured(
        "probability", "chance that what is within range is seen", roles=PRINCIPALS
    )
    true_as_threat: Measured = measured(
        "probability", "chance that a weapon is taken for one", roles=PRINCIPALS
    )
    decoy_as_threat: Measured = measured(
        "probability", "chance that a decoy is taken for a weapon", roles=PRINCIPALS
    )
    shock: Measured = measured(
        "positive", "spread of kill chances common to a war", unit="logit", roles=PRINCIPALS
    )
    silence: Measured = measured(
        "share", "share of the time in which its radars are silent", roles=PRINCIPALS
    )
    silent_exposure: Measured = measured(
        "share", "how readily a silent battery is found", roles=PRINCIPALS
    )
    network_hardness: Measured = measured(
        "positive",
        "damage that breaks radars and command",
        unit="hits",
        ends="above_zero",
        roles=PRINCIPALS,
    )
    repair_days: Measured = measured(
        "positive",
        "mean time to repair a battery",
        unit="days",
        ends="above_zero",
        roles=PRINCIPALS,
    )
    command_days: Measured = measured(
        "positive",
        "mean time to bring command back",
        unit="days",
        ends="above_zero",
        roles=PRINCIPALS,
    )
    hardness: Measured = measured(
        "positive",
        "damage that breaks its military",
        unit="hits",
        ends="above_zero",
        roles=PRINCIPALS,
    )
    economy_hardness: Measured = measured(
        "positive",
        "damage that breaks its economy",
        unit="hits",
        ends="above_zero",
        roles=PRINCIPALS,
    )
    economy_value: Measured = measured(
        "positive", "loss if all of that is broken", unit="units of loss", roles=PRINCIPALS
    )
    programme_hardness: Measured = optional(
        "positive",
        "damage that breaks the programme",
        "it has no programme",
        unit="hits",
        roles=DEFENDER,
        ends="above_zero",
    )
    layers: Mapping[Key, Layer] = Field(
        default_factory=dict, description="its layers by key, from the outer to the inner one"
    )


class DefenderAims(WrittenPart):
    """On what the defender's raids fall, apart from defences in their way; shares of their sum."""

    military: Measured = measured("positive", "on forces and bases", ends="above_zero")
    economy: Measured = measured("positive", "on the economy, that of hosts included")


class ChallengerAims(DefenderAims):
    """On what the challenger's raids fall."""

    programme: Measured = measured("positive", "on the disputed programme")


class Aims(WrittenPart):
    """On what raids fall that pass the defences, at the level of whole categories."""

    challenger: ChallengerAims = ChallengerAims()
    defender: DefenderAims = DefenderAims()


class War(WrittenPart):
    """How force is used, answered and ended."""

    raid_share: Measured = measured("share", "share of stock a day", unit="1/day")
    arrival_time: Measured = measured("positive", "time over which a raid arrives", unit="s")
    limited_days: Measured = measured(
        "count",
        "length of a limited strike",
        unit="days",
        ends="above_zero",
        bounds=Bounds(7.0, "what lasts longer than a week is no limited strike", least=0.01),
    )
    campaign_days: Measured = measured(
        "count",
        "days of full war before both sides may choose to stop",
        unit="days",
        ends="above_zero",
        bounds=Bounds(360.0, "a war is played for 360 days at most", least=0.01),
    )
    restraint_probability: Measured = measured(
        "probability", "weight of any answer but a full one, at indifference", ends="inside"
    )
    first_strike_bonus: Measured = measured(
        "positive", "what beginning the first force is worth to who does", unit="basket"
    )
    absorb_share: Measured = measured(
        "share", "share of that weight that is absorbing it, with no answer at all"
    )
    token_share: Measured = measured("share", "a token reply as a share of a full raid")
    strength_weight: Measured = measured(
        "positive",
        "log-odds of prevailing that 2.7 times the other's strength gives",
        unit="log-odds",
    )
    deciding_loss: Measured = measured(
        "positive",
        "losses of both sides together that go two thirds of the way to deciding the war",
        unit="units of loss",
        ends="above_zero",
        bounds=UNITS["units of loss"]._replace(least=0.01),
    )
    optimism_weight: Measured = measured(
        "positive", "log-odds of prevailing that optimism of 1 gives", unit="log-odds"
    )
    loss_price: Measured = measured(
        "positive",
        "price of losses, common to both, when they weigh going on against terms",
        unit="basket a unit of loss",
    )
    fatigue_rate: Measured = measured(
        "rate", "what a day of war costs each side whatever is lost", unit="basket/day"
    )
    belief_strength: Measured = measured(
        "positive", "days of battle that beliefs from before the war count as", unit="days"
    )
    self_knowledge: Measured = measured(
        "share", "share of what sets its defence apart that a side knows beforehand"
    )
    foresight: Measured = measured(
        "positive", "days of fighting that both weigh against terms", unit="days"
    )
    hit_weight: Measured = measured(
        "positive", "what not being hit takes from a third party's odds", unit="log-odds"
    )
    terms_rate: Measured = measured("rate", "rate at which mediators find terms", unit="1/day")
    persistence: Measured = measured("share", "share of damage that lasts")
    surprise: Measured = measured("share", "coverage on the first day if not on alert")
    suppression: Measured = measured("share", "share of hits that fall on the defence itself")
    network: Measured = measured("share", "share of these that fall on radars and command")
    direct_action_success: Measured = measured(
        "probability", "chance that forces that go in destroy what they came for; 0 if none go in"
    )
    direct_action_damage: Measured = measured(
        "share", "share of the disputed programme that they destroy then"
    )
    direct_action_loss: Measured = measured(
        "positive",
        "what is lost if they do not, aircraft, crews and the search for them",
        unit="units of loss",
    )


class Chokepoint(WrittenPart):
    """A passage that the defender's side may close once it answers in full, until the war ends."""

    closing_rate: Measured = measured(
        "rate", "rate at which it is closed in a war answered in full", unit="1/day"
    )
    challenger_cost: Measured = measured(
        "rate", "what a day of it costs the challenger's side", unit="units of loss/day"
    )
    defender_cost: Measured = measured(
        "rate", "what a day of it costs the defender", unit="units of loss/day"
    )
    world_cost: Measured = measured(
        "positive", "what a day of it costs all others, as reported", unit="billion dollars/day"
    )
