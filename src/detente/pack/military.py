"""Forces, stocks, defences and war as a pack writes them, at the level of whole theatres."""

from collections.abc import Mapping
from typing import Annotated, Final, Literal

from pydantic import Field

from detente.evidence.claim import Day, StandIn, Text, WrittenPart
from detente.pack.number import (
    DEFENDER,
    NO_FIGURE,
    PRINCIPALS,
    START,
    Gamma,
    Key,
    Measured,
    NumberFields,
    OfCatalogue,
    Settable,
    calibrated,
    fixed,
    negotiation,
    number,
    principal,
    ranging,
    theatre,
    uniform,
    usual,
)
from detente.pack.quantity import UNITS, Bounds

Plan = Literal["display", "stand_off", "sustained", "direct_action"]
FORCE: Final = "force"
"""What a sign points to that is likelier if the challenger is resolved, whatever its plan."""
ANSWER: Final = "answer"
"""What one points to that is likelier if the defender is resolved."""
ALLY_FORCE: Final = "ally_force"
"""What one points to that is likelier, the more the challenger's ally would give for force."""
PointedTo = Literal[Plan, "force", "answer", "ally_force"]

AS_OF_LAYER = "the layer's own if the pack gives that, or what the catalogue has for the kind"
AS_OF_DEFENCE = "the defence's own if the pack gives that, or what the catalogue has for the kind"

MOST_LAYERS = 4
MOST_CLASSES = 6
"""Layers and classes of weapons that one actor may have."""
MOST_LAYERS_OF_A_SIDE = 6
MOST_CLASSES_OF_A_SIDE = 10
"""What the kernel's records hold of a side: those of its principal and of all who support it."""


weapon = NumberFields(slot="Weaponry")
layer = NumberFields(slot="LayeredDefence")
defence = NumberFields(slot="LayeredDefence", roles=PRINCIPALS)
warfare = NumberFields(slot="Warfare")
raid = NumberFields(slot="Theatre", divides_attack=True)
"""Numbers that a record of the kernel holds under their own keys."""
attack = NumberFields(divides_attack=True)


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

    presence: Measured = number.share(
        "share of stocks in reach with no force deployed",
        title="stocks in reach with no force deployed",
        default=ranging(0.2, 0.5, "provisional: part of the stocks is always in the theatre"),
    )
    raise_days: Measured = negotiation.amount(
        "mean time until a raise of force arrives",
        title="days until a raise of force arrives",
        unit="days",
        ends="above_zero",
        default=uniform(7, 21, "ships and aircraft take one to three weeks"),
    )
    raise_ordered: Measured = negotiation.switch(
        "whether the challenger has ordered more force that has not arrived on the as-of date",
        title="whether more force is on its way at the start",
        otherwise="that it has not",
    )
    dependence: Measured = number.share(
        "share of its weight that a sign loses to an earlier one of the same plans",
        title="overlap of two signs of the same plans",
        default=uniform(0.3, 0.7, "provisional: signs of one deployment tell much the same"),
    )


CHANCES = UNITS[""]._replace(least=1e-12)
"""No plan is ruled out: signs would then say more than everything."""
plan = NumberFields(ends="above_zero", bounds=CHANCES)


class PlanChances(WrittenPart):
    """How likely each plan is for one type of challenger; shares of their sum."""

    display: Measured = plan.amount(
        "force is shown, and no more",
        title="weight of plans to show force",
        default={
            "hard": usual(START, gamma=Gamma(shape=3, mean=0.15)),
            "soft": usual(START, gamma=Gamma(shape=14, mean=0.7)),
        },
    )
    stand_off: Measured = plan.amount(
        "strikes from afar",
        title="weight of plans to strike from afar",
        default={
            "hard": usual(START, gamma=Gamma(shape=9, mean=0.45)),
            "soft": usual(START, gamma=Gamma(shape=4, mean=0.2)),
        },
    )
    sustained: Measured = plan.amount(
        "a campaign of weeks",
        title="weight of plans for a campaign",
        default={
            "hard": usual(START, gamma=Gamma(shape=6, mean=0.3)),
            "soft": usual(START, gamma=Gamma(shape=1.4, mean=0.07)),
        },
    )
    direct_action: Measured = plan.amount(
        "forces that go in",
        title="weight of plans to send forces in",
        default={
            "hard": usual(START, gamma=Gamma(shape=2, mean=0.1)),
            "soft": usual(START, gamma=Gamma(shape=0.6, mean=0.03)),
        },
    )


class Efforts(WrittenPart):
    """How hard the challenger raids under each plan, times the common share."""

    display: Measured = number.amount(
        "force is shown, and no more",
        title="effort of plans to show force",
        default=ranging(0.4, 0.8, "provisional: forces sent to be seen strike less hard"),
    )
    stand_off: Measured = number.amount(
        "strikes from afar",
        title="effort of plans to strike from afar",
        default=ranging(0.7, 1),
    )
    sustained: Measured = number.amount(
        "a campaign of weeks",
        title="effort of plans for a campaign",
        default=fixed(1, "the measure of the others"),
    )
    direct_action: Measured = number.amount(
        "forces that go in",
        title="effort of plans to send forces in",
        default=ranging(1, 1.4),
    )


class Plans(WrittenPart):
    """Plans of the challenger, hidden from all others."""

    hard: PlanChances = PlanChances()
    soft: PlanChances = PlanChances()
    effort: Efforts = Efforts()


PointsTo = Annotated[
    tuple[PointedTo, ...],
    Field(
        min_length=1,
        description="the plans under which it is likelier, or one alone of force (likelier of a "
        "resolved challenger), answer (of a resolved defender), ally_force (of an ally that would "
        "give more for force)",
    ),
    StandIn(("display",)),
]


class Indicator(WrittenPart):
    """A sign that was seen, and what it points to."""

    date: Annotated[Day, Field(description="the day on which it was seen")]
    points_to: PointsTo
    likelihood_ratio: Measured = number.amount(
        "how much likelier it is under those plans than others, or from a resolved side",
        title="how much the sign tells",
        ends="above_zero",
    )


class Sign(WrittenPart):
    """A sign to watch for whenever more force arrives, and what it points to."""

    points_to: PointsTo
    false_positive: Measured = number.probability(
        "chance of seeing it under other plans, or of an unresolved side",
        title="chance of the sign as a false alarm",
        ends="inside",
        default=ranging(0.1, 0.4, NO_FIGURE),
    )
    likelihood_ratio: Measured = number.amount(
        "how much likelier under those plans, or of a resolved side",
        title="how much the sign would tell",
        ends="above_zero",
        default=ranging(1.5, 6, NO_FIGURE),
    )


class Arsenal(WrittenPart):
    """A stock of one class of weapons."""

    system: Annotated[
        Key, Field(description="a class of weapons of the catalogue"), OfCatalogue("threats")
    ]
    stock: Measured = attack.count("how many there are", title="weapons in stock", unit="weapons")
    on_ship: Measured = attack.count(
        "how many more each ship has, of its owner's forces that are there on the as-of date",
        title="weapons on each ship",
        unit="weapons a ship",
        otherwise="none",
    )
    sorties: Measured = attack.amount(
        "sorties a day of each, if it flies again",
        title="sorties a day of an aircraft",
        unit="1/day",
        ends="above_zero",
        otherwise="it does not fly again",
    )
    weapons_a_sortie: Measured = attack.amount(
        "weapons that it brings on a sortie that strikes, if it flies again",
        title="weapons on a sortie",
        unit="weapons",
        otherwise="one",
    )
    launch_capacity: Measured = weapon.amount(
        "most that its launchers launch in a day",
        title="launches in a day, at most",
        unit="weapons/day",
        default=fixed(100000, "launchers are no limit unless a pack or the catalogue says so"),
    )
    replenishment: Measured = weapon.amount(
        "how many are brought up in a war",
        title="weapons brought up in a war",
        unit="weapons/day",
        default=fixed(0, "nothing is brought up unless a pack says so"),
    )
    cost: Measured = number.amount(
        "price of one",
        title="price of a weapon",
        unit="million dollars",
    )
    decoys: Measured = weapon.amount(
        "decoys sent with each weapon",
        title="decoys for each weapon",
        unit="decoys a weapon",
        divides_attack=True,
        default=fixed(0, "none unless a pack gives them"),
    )
    speed: Measured = number.amount(
        "speed on the way in",
        title="speed of a weapon",
        unit="m/s",
        ends="above_zero",
    )
    cross_section: Measured = weapon.amount(
        "how large it looks to a radar",
        title="size of a weapon to a radar",
        unit="m2",
    )
    altitude: Measured = weapon.amount(
        "height on the way in",
        title="height of a weapon's flight",
        unit="m",
    )
    reliability: Measured = weapon.probability(
        "chance that it works",
        title="chance that a weapon works",
    )
    hit_damage: Measured = weapon.amount(
        "damage of one hit, against hardness",
        title="damage of one hit",
        unit="hits",
    )
    returns: Measured = weapon.switch("whether it flies again: aircraft do")
    value: Measured = weapon.amount("loss if the whole stock is lost", unit="units of loss")


class Against(WrittenPart):
    """What a layer does against one kind of weapons, where that is not what it does against all."""

    engages: Measured = number.switch(
        "whether it fires at them",
        otherwise="what the catalogue says, or that it does",
    )
    detection_probability: Measured = number.probability(
        "chance that what is within range is seen",
        title="chance that its radar sees a target",
        otherwise=AS_OF_DEFENCE,
    )
    kill_probability: Measured = number.probability(
        "chance that one shot kills",
        ends="inside",
        otherwise=AS_OF_LAYER,
    )
    service_time: Measured = number.amount(
        "time a channel is busy with a target",
        title="seconds that a target takes a channel",
        unit="s",
        ends="above_zero",
        otherwise=AS_OF_LAYER,
    )


class Kinds(WrittenPart):
    """What a layer does against each kind of weapons; the catalogue knows the kind of each."""

    aircraft: Against = Against()
    cruise_missiles: Against = Against()
    ballistic_missiles: Against = Against()
    drones: Against = Against()


class Layer(WrittenPart):
    """One layer of a defence; layers stand in the text from the outer to the inner one."""

    system: Annotated[
        Key, Field(description="an air defence system of the catalogue"), OfCatalogue("layers")
    ]
    present: Measured = number.switch(
        "whether it is there",
        default=fixed(1, "there, unless a pack doubts it"),
    )
    operational: Measured = number.switch(
        "whether it works, if it is there",
        title="whether it works",
        default=fixed(1, "in working order, unless a pack doubts it"),
    )
    batteries: Measured = number.count("how many there are", title="batteries", unit="batteries")
    channels: Measured = layer.count("targets engaged at once", unit="a battery")
    rounds: Measured = layer.count("interceptors ready to fire", unit="a battery")
    reserve: Measured = layer.count(
        "interceptors in store for reloading",
        unit="a battery",
        default=ranging(0, 32, "provisional: up to one or two more loads in store"),
    )
    reload_rate: Measured = layer.count(
        "interceptors that it can reload",
        unit="a battery a day",
        default=ranging(4, 24, "provisional: a launcher or more is loaded in a day"),
    )
    cost: Measured = number.amount(
        "price of one interceptor",
        title="price of an interceptor",
        unit="million dollars",
    )
    kill_probability: Measured = layer.probability("chance that one shot kills", ends="inside")
    reach: Measured = number.amount(
        "farthest engagement, as its owner claims",
        title="reach",
        unit="km",
    )
    discount: Measured = number.share(
        "share of that reach that is counted on",
        title="share of its reach counted on",
        default=fixed(1, "the catalogue's reach is discounted already"),
    )
    minimum_reach: Measured = layer.amount("nearest engagement", unit="km")
    reaction: Measured = layer.amount(
        "from detection to launch",
        title="seconds from detection to launch",
        unit="s",
    )
    service_time: Measured = layer.amount(
        "time a channel is busy with a target",
        title="seconds that a target takes a channel",
        unit="s",
        ends="above_zero",
    )
    salvo: Measured = number.count("shots at a target each look", unit="shots")
    coverage: Measured = layer.share(
        "share of raids that pass within its reach",
        title="share of raids within its reach",
    )
    against: Kinds = Kinds()


class Defence(WrittenPart):
    """What defends a side against raids; of one who supports a side, its layers alone."""

    radar: Annotated[
        Key | None,
        Field(description="a radar of the catalogue, for what is not given here"),
        OfCatalogue("radars"),
    ] = None
    integration: Measured = defence.share(
        "how far its batteries share targets",
        default=ranging(0.2, 0.9, NO_FIGURE),
    )
    tracking_probability: Measured = defence.probability(
        "chance that the picture is good",
        title="chance of a good air picture",
        default=ranging(0.4, 0.9, NO_FIGURE),
    )
    poor_tracking: Measured = defence.share(
        "factor on detection with a bad picture",
        title="factor on detection with a bad air picture",
        default=ranging(0.2, 0.6, NO_FIGURE),
    )
    detection_range: Measured = principal.amount(
        "range at which 1 m2 is seen",
        title="range of its radars",
        unit="km",
        default=ranging(150, 400, "provisional: range of large ground radars"),
    )
    detection_discount: Measured = principal.share(
        "share of that range that is counted on",
        title="share of its radars' range counted on",
        otherwise="all of it",
    )
    radar_height: Measured = defence.amount(
        "height of its radars above their ground",
        unit="m",
        default=ranging(10, 40, "provisional: masts and low hills"),
    )
    detection_probability: Measured = principal.probability(
        "chance that what is within range is seen",
        title="chance that its radars see what is in range",
        default=ranging(0.6, 0.95, NO_FIGURE),
    )
    true_as_threat: Measured = defence.probability(
        "chance that a weapon is recognised as one",
        default=ranging(0.85, 0.99, NO_FIGURE),
    )
    decoy_as_threat: Measured = defence.probability(
        "chance that a decoy is taken for a weapon",
        default=ranging(0.2, 0.8, NO_FIGURE),
    )
    shock: Measured = defence.amount(
        "spread of kill chances common to a war",
        title="spread of kill chances from war to war",
        unit="logit",
        default=ranging(0.3, 0.9, "provisional: kill chances of a war rise and fall together"),
    )
    silence: Measured = defence.share(
        "share of the time in which its radars are silent",
        title="time in which its radars are silent",
        default=ranging(
            0, 0.5, "provisional: radars are silent up to half of the time to live longer"
        ),
    )
    silent_exposure: Measured = defence.share(
        "how readily a silent battery is found",
        default=ranging(0.05, 0.4, NO_FIGURE),
    )
    network_hardness: Measured = defence.amount(
        "damage that breaks radars and command",
        unit="hits",
        ends="above_zero",
        default=ranging(20, 120, "provisional: a few dozen radars and command posts"),
    )
    repair_days: Measured = defence.amount(
        "mean time to repair a battery",
        unit="days",
        ends="above_zero",
        default=ranging(8, 40, "provisional: weeks, longer than most wars in the model"),
    )
    command_days: Measured = defence.amount(
        "mean time to bring command back",
        unit="days",
        ends="above_zero",
        default=ranging(1, 6, "provisional: command is brought back sooner than batteries"),
    )
    hardness: Measured = principal.amount(
        "damage that breaks its military",
        title="damage that breaks its forces",
        unit="hits",
        ends="above_zero",
    )
    economy_hardness: Measured = principal.amount(
        "damage that breaks its economy",
        unit="hits",
        ends="above_zero",
        default=ranging(200, 1200, "provisional: an economy has many parts"),
    )
    economy_value: Measured = principal.amount(
        "loss if all of that is broken",
        title="loss if its economy is broken",
        unit="units of loss",
        default=ranging(0.1, 0.5, "provisional: counts less than forces do in the days of a war"),
    )
    programme_hardness: Measured = number.amount(
        "damage that breaks the programme",
        unit="hits",
        roles=DEFENDER,
        ends="above_zero",
        otherwise="it has no programme",
    )
    layers: Mapping[Key, Layer] = Field(
        default_factory=dict, description="its layers by key, from the outer to the inner one"
    )


class DefenderAims(WrittenPart):
    """On what the defender's raids fall, apart from defences in their way; shares of their sum."""

    military: Measured = attack.amount(
        "on forces and bases",
        title="share of hits aimed at forces and bases",
        ends="above_zero",
        default={
            "challenger": ranging(0.4, 0.6, "provisional: half of what passes"),
            "defender": ranging(0.4, 0.8, "provisional: bases above all"),
        },
    )
    economy: Measured = attack.amount(
        "on the economy, that of hosts included",
        title="share of hits aimed at the economy",
        default={
            "challenger": ranging(0, 0.2, "provisional: little, and more only in a long war"),
            "defender": ranging(0.2, 0.6, "provisional: hosts' plants and ports"),
        },
    )


class ChallengerAims(DefenderAims):
    """On what the challenger's raids fall."""

    programme: Measured = attack.amount(
        "on the disputed programme",
        title="share of hits aimed at the programme",
        of_programme=True,
        default=ranging(0.3, 0.5, "provisional: what the quarrel is about"),
    )


class Aims(WrittenPart):
    """Targets of raids that pass the defences, by whole category."""

    challenger: ChallengerAims = ChallengerAims()
    defender: DefenderAims = DefenderAims()


class War(WrittenPart):
    """Use of force, its answer and its end."""

    raid_share: Measured = attack.share(
        "share of what does not fly again that is launched a day",
        title="share of stocks that a raid sends",
        unit="1/day",
        default=uniform(0.01, 0.05, "provisional: stocks last three weeks to three months"),
    )
    opening: Measured = raid.amount(
        "launches a day on the first days of force, relative to later days",
        title="launches on the first days, relative to later ones",
        ends="above_zero",
        default=ranging(
            1,
            3,
            "provisional: what was made ready beforehand goes first, up to two thirds of all on "
            "the first of four nights (docs/model.md 6.9); aircraft keep their pace",
        ),
    )
    opening_days: Measured = raid.count(
        "number of first days on which more is launched",
        title="first days with more launches",
        unit="days",
        default=usual("provisional: two to four days", values=(2, 3, 4)),
    )
    limited_sorties: Measured = raid.share(
        "sorties of the side that begins a limited strike, relative to those of a campaign",
        title="sorties of a limited strike",
        default=ranging(
            0.1,
            0.5,
            "provisional: most limited strikes flew some tens of sorties in a few days, the "
            "largest nearly as many as a campaign does (docs/model.md 6.9)",
        ),
    )
    striking_sorties: Measured = attack.share(
        "share of sorties that strike; the others escort, patrol, search or turn back",
        title="sorties that strike",
        default=ranging(
            0.4,
            0.8,
            "provisional: a third of all sorties in past campaigns, with those of tankers and "
            "transports, which are not counted here (docs/model.md 6.9)",
        ),
    )
    sortie_damage: Measured = number.share(
        "damage of a sortie that strikes, as a share of that of all its weapons on whole targets",
        title="damage of a sortie",
        default=ranging(
            0.03,
            0.25,
            "provisional: weapons miss, and what is broken is hit again: a hundred bombs of half a "
            "ton, a fifth of them guided, were dropped for each target destroyed in a past "
            "campaign (docs/model.md 6.9); up to ten times as much if all are guided",
        ),
    )
    arrival_time: Measured = attack.amount(
        "time over which a raid arrives",
        unit="s",
        default=ranging(60, 900, "provisional: raids arrive over minutes"),
    )
    limited_days: Measured = number.count(
        "length of a limited strike",
        title="days of a limited strike",
        unit="days",
        ends="above_zero",
        bounds=Bounds(7.0, "what lasts longer than a week is no limited strike", least=0.01),
        default=usual(
            "a limited strike lasts a week at most, by definition", values=(2, 3, 4, 5, 6, 7)
        ),
    )
    campaign_days: Measured = number.count(
        "days that a campaign is planned for, whatever the answer; then both sides may stop",
        title="days that a campaign is planned for",
        unit="days",
        ends="above_zero",
        bounds=Bounds(360.0, "a war is played for 360 days at most", least=0.01),
        default=ranging(
            15, 50, "provisional: a campaign is planned for two weeks to seven before anybody stops"
        ),
    )
    raised_days: Measured = number.count(
        "days until both sides may stop a war into which a full answer has turned a strike",
        title="least days of a war after a strike",
        unit="days",
        ends="above_zero",
        bounds=Bounds(360.0, "a war is played for 360 days at most", least=0.01),
        default=ranging(4, 10, "prior: nobody has committed to a campaign"),
    )
    strike_motive: Measured = warfare.share(
        "share of its motive for force that a limited strike serves",
        title="how far a strike serves the challenger's motive",
        default=calibrated("war.strike_motive"),
    )
    absorbed_fire: Measured = theatre.share(
        "return fire, as a share of a full raid, by a side that leaves a campaign unanswered",
        title="return fire without an answer",
        default=fixed(0.05, "prior: who is under a campaign shoots back a little"),
    )
    token_fire: Measured = theatre.share(
        "return fire under a campaign that is answered with a token",
        title="return fire with a token answer",
        default=fixed(0.35, "prior: a third of what it could"),
    )
    hits_felt: Measured = number.amount(
        "weapons that land before two thirds of the price of being hit are reached",
        title="hits that bring two thirds of the price",
        unit="weapons",
        ends="above_zero",
        bounds=UNITS["weapons"]._replace(least=0.1),
        default=ranging(10, 100, "prior: a few hits are felt, tens saturate"),
    )
    neighbour_weight: Measured = theatre.share(
        "how much hits on its hosts and its ally count for the challenger, next to its own",
        title="weight of hits on hosts and ally",
        default=uniform(0.1, 0.5, "prior: less than hits on its own forces"),
    )
    resolve_gap: Measured = warfare.amount(
        "how much more a resolved side pays for leaving force unanswered",
        title="extra price of no answer for a resolved side",
        unit="basket",
        default=ranging(0.04, 0.1, "prior: what resolve means, besides bearing losses"),
    )
    campaign_gap: Measured = warfare.amount(
        "extra cost of leaving a campaign unanswered, compared with a strike",
        title="extra price of no answer to a campaign",
        unit="basket",
        default=ranging(0.02, 0.1, "prior: who is under a campaign can hardly keep still"),
    )
    joint_relief: Measured = warfare.share(
        "share of its price of force that a party is spared if it begins force together with "
        "another",
        title="what fighting together takes off its price",
        default=uniform(0.1, 0.5, "prior: who fights in company answers for less"),
    )
    restraint_probability: Measured = warfare.probability(
        "weight of any answer but a full one, at indifference",
        title="readiness to answer less than in full",
        ends="inside",
        default=fixed(0.5, "prior: at indifference restraint is as likely as a full answer"),
    )
    first_strike_bonus: Measured = warfare.amount(
        "value of using force first, to the side that does",
        unit="basket",
        default=fixed(
            0, "the model gives surprise its due; what a pack knows besides is its own to say"
        ),
    )
    absorb_share: Measured = warfare.share(
        "share of that weight that goes to absorbing it, with no answer at all",
        title="readiness to answer not at all",
        default=fixed(0.5, "prior: at indifference no answer is as likely as a token"),
    )
    token_share: Measured = theatre.share(
        "a token reply as a share of a full raid",
        title="size of a token answer",
        default=ranging(0.05, 0.2),
    )
    strength_weight: Measured = theatre.amount(
        "log-odds of prevailing that 2.7 times the other's strength gives",
        title="how much strength decides",
        unit="log-odds",
        default=uniform(
            0.3,
            1.5,
            "prior: a side three times as strong prevails 1.4 to 5 times as often as it does not; "
            "if strength decided more, the strong would begin far more wars than in the past",
        ),
    )
    deciding_loss: Measured = theatre.amount(
        "losses of both sides together that go two thirds of the way to deciding the war",
        title="losses that decide a war",
        unit="units of loss",
        ends="above_zero",
        bounds=UNITS["units of loss"]._replace(least=0.01),
        default=ranging(
            0.15, 0.4, "provisional: losses of a quarter of all forces decide a war to two thirds"
        ),
    )
    optimism_weight: Measured = theatre.amount(
        "log-odds of prevailing that optimism of 1 gives",
        title="how much optimism moves the odds",
        unit="log-odds",
        default=ranging(
            1,
            4,
            "provisional: believing oneself a quarter stronger moves the odds of prevailing "
            "by a fifth to two thirds",
        ),
    )
    loss_price: Measured = theatre.amount(
        "price of losses, common to both, when they weigh going on against terms",
        title="price of losses when terms are weighed",
        unit="basket a unit of loss",
        default=ranging(
            0.6, 1.1, "provisional: about what a defender's firm type gives for a unit"
        ),
    )
    fatigue_rate: Measured = theatre.rate(
        "what a day of war costs each side whatever is lost",
        title="price of a day of war",
        unit="basket/day",
        default=ranging(
            0.0002,
            0.001,
            "provisional: half a year of war costs a tenth of all that is in dispute besides "
            "its losses",
        ),
    )
    belief_strength: Measured = theatre.amount(
        "days of battle that beliefs from before the war count as",
        title="how firm beliefs from before the war are",
        unit="days",
        default=ranging(5, 30, "provisional: beliefs count as one to four weeks of battle"),
    )
    self_knowledge: Measured = theatre.share(
        "share of the peculiarities of its own defence that a side knows beforehand",
        title="how well a side knows its own defence",
        default=uniform(
            0, 0.6, "provisional: what a defence is worth is partly known before it is tried"
        ),
    )
    foresight: Measured = theatre.amount(
        "days of fighting that both weigh against terms",
        title="days of fighting weighed against terms",
        unit="days",
        default=ranging(
            40, 100, "provisional: terms are weighed against the next two months of fighting or so"
        ),
    )
    hit_weight: Measured = number.amount(
        "how much a third party's odds of joining fall if it is not hit",
        title="how much less a party that is not hit joins",
        unit="log-odds",
        slot="ThirdParties.hit_weight",
        default=ranging(
            0.3,
            1.5,
            "provisional: who is not hit has a quarter to three quarters of the odds of joining",
        ),
    )
    terms_rate: Measured = theatre.rate(
        "rate at which mediators find terms",
        title="how fast mediators find terms in a war",
        default=uniform(0.02, 0.1, "provisional: terms take ten to fifty days"),
    )
    persistence: Measured = theatre.share(
        "share of damage that lasts",
        default=uniform(0.3, 0.9, "provisional: how much damage lasts is disputed"),
    )
    surprise: Measured = raid.share(
        "coverage on the first day if not on alert",
        title="cover on the first day without an alert",
        default=uniform(0.7, 0.95, NO_FIGURE),
    )
    suppression: Measured = raid.share(
        "share of hits that fall on the defence itself",
        title="share of hits on the defence itself",
        default=ranging(0.1, 0.5, "provisional: a tenth to a half of the raids"),
    )
    network: Measured = raid.share(
        "share of these that fall on radars and command",
        title="share of hits on a defence that fall on radars and command",
        default=ranging(0.1, 0.4, "provisional: more fall on batteries than on what joins them"),
    )
    direct_action_success: Measured = raid.probability(
        "chance that forces that go in destroy what they came for; 0 if none go in",
        title="chance that forces that go in succeed",
        of_programme=True,
        default=fixed(0, "no forces go in unless a pack says how likely they are to succeed"),
    )
    direct_action_damage: Measured = attack.share(
        "share of the disputed programme that they destroy then",
        title="damage by forces that go in",
        default=ranging(0.05, 0.3, "provisional: a site or two out of many"),
    )
    direct_action_loss: Measured = raid.amount(
        "what is lost if they do not, aircraft, crews and the search for them",
        title="loss if forces that go in fail",
        unit="units of loss",
        default=ranging(
            0.005, 0.03, "provisional: few aircraft, and those who search for their crews"
        ),
    )


troops = NumberFields(roles=PRINCIPALS)


class Troops(WrittenPart):
    """Land forces that a side has for land in dispute, as one rounded number for the theatre."""

    strength: Measured = troops.amount(
        "soldiers that it can use for it, rounded",
        title="troops for the land in dispute",
        unit="thousand soldiers",
        slot={"challenger": "LandForces.strength[0]", "defender": "LandForces.strength[1]"},
    )
    ready: Measured = troops.share(
        "share of them that is there and ready as war begins",
        title="troops that are ready",
        slot={"challenger": "LandForces.ready[0]", "defender": "LandForces.ready[1]"},
        default=ranging(0.4, 0.9, "provisional: half of an army and more stands ready"),
    )
    days_to_move: Measured = troops.amount(
        "days over which the others arrive",
        title="days until all troops are there",
        unit="days",
        ends="above_zero",
        slot={"challenger": "LandForces.days_to_move[0]", "defender": "LandForces.days_to_move[1]"},
        default=ranging(10, 60, "provisional: reserves come within weeks to two months"),
    )


land = NumberFields(slot="LandForces")


class Land(WrittenPart):
    """How troops fight for an issue that is land; a pack without such an issue leaves it out.

    Rules of force ratios are contested, these among them (docs/model.md 7).
    """

    advantage: Measured = land.amount(
        "how many times the defence's strength an attack needs to advance",
        title="advantage of the defence on land",
        bounds=Bounds(10.0, "nothing supports a larger one", least=1.0),
        ends="above_zero",
        default=ranging(
            1.2,
            3,
            "provisional: three to one is the rule of thumb, and past battles were won with much "
            "less",
        ),
    )
    attrition: Measured = land.rate(
        "share of its troops that a side loses a day to an equal one, neither on the defence",
        title="losses on land",
        ends="above_zero",
        bounds=Bounds(0.2, "armies last longer than days", least=1e-5),
        default=ranging(
            0.0005,
            0.005,
            "provisional: armies of whole theatres lost well below a hundredth a day",
        ),
    )
    crossing_days: Measured = land.amount(
        "days in which an advance that nobody opposes crosses all of it",
        title="days to cross the land in dispute",
        unit="days",
        ends="above_zero",
        default=ranging(10, 60, "provisional: a strip of land within weeks, a province in months"),
    )


class Chokepoint(WrittenPart):
    """A passage that the defender's side may close once it answers in full, until the war ends."""

    closing_rate: Measured = number.rate(
        "rate at which it is closed in a war answered in full",
        title="how soon a strait is closed in a full war",
        slot="Strait.closing_rate",
        default=fixed(0, "no chokepoint unless a pack tells of one"),
    )
    challenger_cost: Measured = number.rate(
        "what a day of it costs the challenger's side",
        title="price of a closed day, challenger's side",
        unit="units of loss/day",
        slot="Strait.cost[0]",
        default=ranging(
            0.002, 0.02, "provisional: weeks of it cost as much as heavy losses in forces"
        ),
    )
    defender_cost: Measured = number.rate(
        "what a day of it costs the defender",
        title="price of a closed day, defender",
        unit="units of loss/day",
        slot="Strait.cost[1]",
        default=ranging(0.002, 0.02, "provisional: who closes it trades through it too"),
    )
    world_cost: Measured = number.amount(
        "what a day of it costs all others, as reported",
        title="price of a closed day, all others",
        unit="billion dollars/day",
        slot="Strait.world_cost",
        default=fixed(0, "not counted unless a pack tells"),
    )
