"""Who is in the crisis, and what each brings to it."""

from typing import Annotated, Literal

from pydantic import Field

from detente.evidence.claim import StandIn, Text, WrittenPart
from detente.pack.military import Troops
from detente.pack.number import (
    DEFENDER,
    HALF_TO_TWICE,
    PRINCIPALS,
    Key,
    Measured,
    NumberFields,
    fixed,
    number,
    principal,
    ranging,
    uniform,
)
from detente.pack.quantity import Bounds
from detente.text import in_sentence

Role = Literal[
    "challenger",
    "defender",
    "ally",
    "mediator",
    "host",
    "venue",
    "supplier",
    "group",
    "supporter",
]

WITH_WAR_COSTS = ("challenger", "defender", "ally")
JOINERS = ("ally", "host", "group", "supporter")
"""Who may join a war; a supporter says on whose side, the others stand on one by their role."""
MOST_JOINERS = 6
"""Most third parties that a war can draw in, as the kernel's tables hold them."""
MOST_MEDIATORS = 4
"""Most mediators, as the kernel's tables hold them."""

challenger = NumberFields(roles=("challenger",))
defender = NumberFields(roles=DEFENDER)
ally = NumberFields(roles=("ally",))
host = NumberFields(roles=("host",))
joiner = NumberFields(roles=JOINERS)
mediator = NumberFields(roles=("mediator",))
"""Numbers that actors of one role have."""


class Actor(WrittenPart):
    """A state or group, with the roles that it plays."""

    @property
    def called(self) -> str:
        """Return its name as a sentence has it."""
        return in_sentence(self.name)

    name: Annotated[Text, Field(description="its name, for people")]
    roles: Annotated[
        tuple[Role, ...],
        Field(min_length=1, description="what it does in the crisis; a principal has one role"),
        StandIn(("supplier",)),
    ]
    supports: Annotated[
        Key | None, Field(description="the key of the principal on whose side a supporter stands")
    ] = None
    troops: Troops | None = None
    hard_probability: Measured = principal.probability(
        "chance that it is resolved, so that war costs it less",
        ends="inside",
        slot={"challenger": "Warfare.hard_probability"},
    )
    loss_weight_firm: Measured = principal.amount(
        "price of losses, firm type",
        unit="basket a unit of loss",
        slot={"defender": "Warfare.defender_loss_weight[0]"},
    )
    loss_weight_yielding: Measured = principal.amount(
        "price of losses, yielding type",
        unit="basket a unit of loss",
        slot={"defender": "Warfare.defender_loss_weight[1]"},
    )
    loss_weight: Measured = ally.amount(
        "price of losses on the challenger's side",
        unit="basket a unit of loss",
        slot="Warfare.ally_loss_weight",
        default=ranging(0.2, 0.8),
    )
    war_cost: Measured = number.amount(
        "price of war whatever is lost",
        unit="basket",
        roles=WITH_WAR_COSTS,
        slot={
            "challenger": "Warfare.war_cost[0]",
            "defender": "Warfare.war_cost[1]",
            "ally": "Warfare.ally_war_cost",
        },
        default={"ally": ranging(0.05, 0.2)},
    )
    strike_cost: Measured = challenger.amount(
        "price of a limited strike whatever is lost",
        title="price of a limited strike",
        unit="basket",
        default=ranging(0.02, 0.06, "prior: a quarter of what a war costs"),
    )
    standing_start_cost: Measured = challenger.amount(
        "extra cost of a strike with no force deployed",
        title="what a strike without deployed force costs more",
        unit="basket",
        default=ranging(
            0.04, 0.12, "prior: who strikes from a standing start risks more and brings less"
        ),
    )
    hit_price: Measured = number.amount(
        "price of being hit, however little is lost, once many weapons land",
        title="price of being hit",
        unit="basket",
        roles=WITH_WAR_COSTS,
        slot={
            "challenger": "Warfare.hit_price[0]",
            "defender": "Warfare.hit_price[1]",
            "ally": "Warfare.hit_price[2]",
        },
        default={
            "challenger": ranging(
                0.06, 0.24, "prior: publics, hosts and markets answer for hits more than for losses"
            ),
            "defender": ranging(0.03, 0.1, "prior: it is hit whatever it does"),
            "ally": ranging(0.05, 0.2, "prior: as the challenger's, smaller"),
        },
    )
    answer_price: Measured = principal.real(
        "lasting price of leaving force unanswered, below 0 where that is a relief",
        title="price of no answer to force",
        unit="basket",
        bounds=Bounds(1.0, "the stakes are all that is in dispute"),
        slot={"challenger": "Warfare.unanswered[0]", "defender": "Warfare.unanswered[1]"},
        default={
            "challenger": fixed(0.05, "prior: little is lost by restraint of the stronger side"),
            "defender": ranging(
                -0.35,
                0.35,
                "prior: some leaderships cannot keep still, some would rather not fight",
            ),
        },
    )
    risk_aversion: Measured = principal.amount(
        "price of uncertainty about results",
        unit="1/basket",
        slot={"challenger": "Warfare.risk_aversion[0]", "defender": "Warfare.risk_aversion[1]"},
        default=uniform(0, 2, "provisional: from indifferent to averse"),
    )
    optimism: Measured = principal.real(
        "by how much it overrates what war brings it, compared with the model",
        title="how far it overrates itself",
        unit="log",
        default=uniform(
            0,
            0.6,
            "provisional: most sides that fought had taken themselves for stronger than they "
            "were, by up to half and more",
        ),
    )
    motive: Measured = number.real(
        "how much more it would give for force than the rest of the pack says",
        title="unexplained will to use force",
        unit="sd",
        roles=WITH_WAR_COSTS,
        default={
            **dict.fromkeys(
                PRINCIPALS,
                ranging(
                    -1.645,
                    1.645,
                    "not in any source: what this leadership would give for force; a standard "
                    "normal number",
                ),
            ),
            "ally": ranging(
                -2.6,
                0.6,
                "prior: most allies would rather stand aside: of 50 wars of 1918 to 1989 13 had "
                "three parties or more (ICB)",
            ),
        },
    )
    breaking_rate: Measured = principal.rate(
        "hazard that it breaks a deal",
        default=ranging(
            0.0001,
            0.001,
            "provisional start value, not fitted to data: a deal lasts three to thirty years",
        ),
    )
    standoff_cost: Measured = number.rate(
        "price of a day of dispute",
        unit="basket/day",
        roles=WITH_WAR_COSTS,
        slot={"challenger": "Negotiation.challenger_standoff", "ally": "Negotiation.ally_standoff"},
        default={
            "challenger": ranging(0.00006, 0.00024, HALF_TO_TWICE),
            "defender": ranging(0.0001, 0.0004, HALF_TO_TWICE),
            "ally": ranging(
                0.0001, 0.0004, "provisional: the quarrel weighs on it more than on the challenger"
            ),
        },
    )
    force_cost: Measured = challenger.rate(
        "price of a day of deployed force, a level",
        title="price of a day of deployed force",
        unit="basket/day",
        default=ranging(0.0002, 0.0007, HALF_TO_TWICE),
    )
    overstretch: Measured = challenger.share(
        "how much dearer force is while another theatre competes",
        title="how much dearer another theatre makes force",
        default=fixed(0, "none unless a pack tells of another theatre"),
    )
    restraint_cost: Measured = challenger.share(
        "price of restraining an ally that would strike",
        unit="basket",
        slot="Negotiation.restraint_cost",
        default=uniform(0.01, 0.05),
    )
    restraint_success: Measured = challenger.probability(
        "chance that its restraint holds the ally back",
        slot="Negotiation.restraint_success",
        default=uniform(0.3, 0.8, "provisional: an ally is sometimes held back"),
    )
    concession_price: Measured = defender.amount(
        "how dear its concessions are to it, times their weights",
        title="how dear its concessions are to it",
        default=ranging(
            0.45,
            1.8,
            "prior: what a leadership says of its issues and what it would give differ by half",
        ),
    )
    capitulation_price: Measured = defender.amount(
        "how much deployed force raises a concession's price",
        title="what conceding under force costs it",
        slot="Negotiation.capitulation",
        default=ranging(0.1, 0.6),
    )
    vow_price: Measured = defender.amount(
        "cost of leaving a strike unanswered after a public vow",
        title="price of no answer after a vow",
        unit="basket",
        slot="Warfare.vow_price",
        default=ranging(0.01, 0.08),
    )
    vow_retreat: Measured = defender.share(
        "how much dearer a concession is after a public vow",
        title="how much dearer concessions are after a vow",
        slot="Negotiation.vow_retreat",
        default=ranging(0.05, 0.3, "provisional: conceding after a vow costs a little more"),
    )
    has_vowed: Measured = defender.switch(
        "whether it has vowed in public to answer force",
        slot="Negotiation.has_vowed",
        default=fixed(0, "no vow unless a pack tells of one"),
    )
    consent: Measured = host.switch(
        "whether it lets the forces on its soil be used",
        title="whether bases on its soil may be used",
        default=fixed(1, "given, unless a pack doubts it"),
    )
    withdrawal_rate: Measured = host.rate(
        "rate at which it withdraws that consent",
        title="rate at which it withdraws its consent",
        default=fixed(0, "it stands by what it said, unless a pack doubts it"),
    )
    withdrawal_threat_factor: Measured = host.amount(
        "factor on that rate while an ultimatum runs or a vow stands",
        title="withdrawal of consent under a threat, times",
        default=ranging(
            1.5,
            5,
            "provisional: a threat to answer force falls on those from whose soil it would come",
        ),
    )
    withdrawal_struck_factor: Measured = host.amount(
        "factor on that rate once its soil has been hit",
        title="withdrawal of consent once it is hit, times",
        default=ranging(
            1.5,
            8,
            "provisional: a host that was hit wants no more of it, or is bound closer to who "
            "defends it",
        ),
    )
    renewal_rate: Measured = host.rate(
        "rate at which it renews a consent that it withdrew",
        title="rate at which it consents again",
        default=ranging(
            0.003,
            0.02,
            "provisional: what was withdrawn is given again within two months to a year",
        ),
    )
    discretion: Measured = number.share(
        "share by which it cuts the publicity of talks that it hosts",
        title="publicity it takes off talks it hosts",
        roles=("venue",),
        otherwise="none",
    )
    strike_rate: Measured = ally.rate(
        "rate at which it presses the challenger for force",
        slot="Negotiation.ally_rate",
        default=ranging(
            0.0001, 0.0005, "provisional start value, not fitted to data; half to twice 0.00023"
        ),
    )
    strike_rate_per_step: Measured = ally.rate(
        "what a step of the programme adds to that rate",
        title="how much oftener it presses after a programme step",
        slot="Negotiation.ally_rate_per_step",
        default=ranging(0.00005, 0.0002, HALF_TO_TWICE),
    )
    strike_rate_by_force: Measured = ally.amount(
        "how much oftener it presses for each level of force that the challenger has deployed",
        title="how much oftener it presses with force deployed",
        slot="Negotiation.ally_rate_by_force",
        default=ranging(0.3, 1.5, "prior: an ally presses when forces stand ready"),
    )
    strike_rate_after_round: Measured = ally.amount(
        "how much oftener it presses after a recent round of force",
        title="how much oftener it presses after a round",
        slot="Negotiation.ally_rate_after_round",
        default=ranging(
            0.3,
            1.5,
            "prior: an ally presses to finish what a round has left; 47 % of crises come again "
            "within five years (ICB)",
        ),
    )
    join_probability: Measured = joiner.probability(
        "chance that it joins on a day of full war that hits it",
        title="chance that it joins once it is hit",
        unit="1/day",
        slot="ThirdParties.join_probability",
    )
    stands_by: Measured = joiner.probability(
        "chance that it supports its side in a war, as all believe",
        otherwise="that it does",
        slot="ThirdParties.stands_by",
        default={
            "supporter": ranging(
                0.4,
                0.9,
                "provisional: a friend keeps its word oftener than not; no open figure at hand",
            )
        },
    )
    presence: Measured = joiner.share(
        "share of its own stocks in reach with none of its forces there",
        otherwise="that all of them are",
        default={
            "supporter": ranging(
                0.2, 0.5, "provisional: part of what it would send is always in the theatre"
            )
        },
    )
    raise_rate: Measured = joiner.rate(
        "rate at which it sends all it has, for each level of force the challenger has deployed",
        otherwise="that it never does",
        slot="Partners.raise_rate",
    )
    lower_rate: Measured = joiner.rate(
        "rate at which it calls that back once no force is deployed",
        otherwise="that it never does",
        slot="Partners.lower_rate",
    )
    exposure: Measured = joiner.share(
        "share of what passes its side's defences that falls on it",
        title="share of hits that fall on it",
        slot="ThirdParties.exposure",
        default={
            "ally": ranging(
                0.1,
                0.5,
                "provisional: missiles meant for the challenger's side fall on its ally too",
            ),
            "host": ranging(
                0.01,
                0.1,
                "provisional: the bases on one host's soil are a small part of what is aimed at",
            ),
            "group": ranging(
                0, 0.1, "provisional: raids on the defender seldom fall on its friends abroad"
            ),
            "supporter": ranging(
                0.01, 0.1, "provisional: a small part of what is aimed at its side"
            ),
        },
    )
    retaliation_share: Measured = number.share(
        "its raid as a share of the defender's",
        title="size of its raid",
        roles=("group",),
        slot="ThirdParties.raid_share",
    )
    text_rate: Measured = mediator.rate(
        "what it adds to the rate of agreed draft deals",
        title="how fast its work brings draft deals",
        default=ranging(0.0003, 0.004),
    )
    facilitation: Measured = mediator.share(
        "share by which it cuts publicity and false alarms",
        title="publicity and false alarms it takes off",
        default=ranging(0.02, 0.15, "provisional: a go-between makes talks a little more discreet"),
    )
    formulation: Measured = mediator.amount(
        "how much oftener packages are put on the table",
        title="how much oftener it brings packages",
        default=ranging(0.05, 0.4),
    )
    leverage: Measured = mediator.share(
        "what it adds to a deal for the defender",
        unit="basket",
        default=fixed(0, "none unless a pack tells of means to add to a deal"),
    )
    guarantee: Measured = mediator.share(
        "share by which its guarantee cuts the hazard of breaking a deal",
        default=fixed(0, "none unless a pack tells of a guarantor"),
    )
    accuracy: Measured = mediator.probability(
        "chance that it judges the defender's resolve rightly",
        title="chance that it judges resolve rightly",
        ends="inside",
        slot="Mediators.accuracy",
        default=uniform(0.6, 0.8, "provisional: better than a coin, far from sure"),
    )
    resupply: Measured = number.share(
        "share of the defender's first interceptors it brings",
        title="interceptors it brings",
        unit="1/day",
        roles=("supplier",),
        default=ranging(0, 0.02, "provisional: nothing, or a full load in fifty days"),
    )
    bias: Measured = mediator.real(
        "1 if it shares the challenger's interests, -1 the defender's",
        title="whose interests it shares",
        bounds=Bounds(3.0, "a mediator that shares a side's interests wholly has 1"),
        slot="Mediators.bias",
        default=ranging(-0.5, 0.5, "provisional: not known whose interests it shares more"),
    )
    report_rate: Measured = mediator.rate(
        "rate at which it says what it thinks of that resolve",
        title="how often it says what it thinks",
        slot="Mediators.report_rate",
        default=ranging(
            0.005, 0.03, "provisional: it says what it thinks within one to six months"
        ),
    )
