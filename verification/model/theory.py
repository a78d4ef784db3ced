"""What theory asks of force: changes of a world, each with the sign of what is to come of it."""

from collections.abc import Callable, Mapping
from enum import Enum
from functools import partial
from pathlib import Path
from typing import Annotated, NamedTuple, TypeAlias

import numpy as np

from detente.estimate.estimate import Estimate
from detente.kernel.causes import be_sober, know_defences, know_types
from detente.kernel.defence import MILITARY, PRINCIPAL
from detente.kernel.layout import Array
from detente.kernel.talks import PACKAGES
from detente.kernel.theatre import CHALLENGER
from detente.kernel.world import World

REFERENCES = ("reference-nonviolent", "reference-violent")
CRISIS = "oman-2026"
GUARDED = str(Path(__file__).parent / "guarded")
"""A pack of which a friend of the defender with means of its own is a part."""
PACKS = (*REFERENCES, CRISIS)
WORTH = 0.10
"""By how much costs, prices and worths are changed [basket]."""
MORE_OPTIMISM = 0.3
FASTER = 4.0
AVERSE = 2.0
SOON = 0.9
"""Chance that a friend that stands by its word joins on a day of full war [1/day]."""
SUREST = 0.98
"""No shot kills for certain."""
PRICE = 0.05
"""What takes three points of force or more from the shipped crisis [basket]."""
AT_ONCE = 10.0
"""Rate at which a text is ready, so to say at once [1/day]."""
TO_CHALLENGER = 1.0
"""Bias of a mediator whose interests are the challenger's, which it is to convince."""

Change: TypeAlias = Callable[[World], None]


class Sign(Enum):
    """What a law asks of a difference."""

    UP = "up"
    DOWN = "down"
    NOT_UP = "not up"
    NOT_DOWN = "not down"


class Asked(NamedTuple):
    """What a change is to do to an outcome."""

    outcome: str
    sign: Sign
    least: Annotated[float, "smallest size that counts [points of 100]"] = 0.0
    packs: Annotated[tuple[str, ...], "packs of which it is asked, all if none are named"] = ()
    missed: Annotated[str, "what stands against it in this version; empty if it is to hold"] = ""

    def __str__(self) -> str:
        """Say it in words."""
        size = f" by {self.least:g} or more" if self.least else ""
        return f"{OUTCOMES[self.outcome]} {self.sign.value}{size}"

    def holds(self, moved: Estimate) -> bool:
        """Say whether a difference is as asked: its sign beyond the interval, its size as found."""
        return {
            Sign.UP: moved.low > 0.0 and moved.value >= self.least,
            Sign.DOWN: moved.high < 0.0 and moved.value <= -self.least,
            Sign.NOT_UP: moved.low <= 0.0,
            Sign.NOT_DOWN: moved.high >= 0.0,
        }[self.sign]


class Law(NamedTuple):
    """A change and what it is to do."""

    name: str
    says: Annotated[str, "the change in words"]
    asked: tuple[Asked, ...]
    change: Annotated[Change, "of the world"]
    later: Annotated[Change | None, "change of the worlds after force"] = None
    first: Annotated[Change | None, "change of the worlds that it is compared with, too"] = None
    concerns: Annotated[Callable[[World], bool], "worlds in which it can do anything"] = (
        lambda _world: True
    )


OUTCOMES: Mapping[str, str] = {
    "force": "force",
    "any_war": "war",
    "deal": "deals",
    "defender_yields": "yields",
    "day": "day of first force",
    "believed": "futures with a message believed",
}
"""What is measured, as the table says it; a day in days, all else in points of 100."""


def keep(_world: World) -> None:
    """Change nothing."""


def make_war_dear(world: World) -> None:
    """Let any use of force cost every side more."""
    world.war.war_cost += WORTH
    world.war.ally_war_cost += WORTH


def make_losses_dear(world: World) -> None:
    """Let losses count twice with both types of both sides."""
    world.war.challenger_loss_weight *= 2.0
    world.war.defender_loss_weight *= 2.0


def know_all(world: World) -> None:
    """Let both know the other's type, read war alike and know as much of each other's defences."""
    for know in (know_types, be_sober, know_defences):
        know(world)


def make_optimists(world: World) -> None:
    """Let both take themselves for stronger."""
    world.war.theatre.optimism += MORE_OPTIMISM


def grow_fast(world: World) -> None:
    """Let the programme grow faster."""
    world.talks.growth_rate *= FASTER


def grows(world: World) -> bool:
    """Say whether a programme grows by itself."""
    return bool(world.talks.growth_rate > 0.0)


def keep_deals(world: World) -> None:
    """Let nobody break a deal."""
    world.talks.breaking_rate[:] = 0.0


def lean_to_challenger(world: World) -> None:
    """Let every mediator share the interests of the challenger, to which it speaks."""
    world.mediators.bias[:] = TO_CHALLENGER


def is_mediated(world: World) -> bool:
    """Say whether there are mediators."""
    return bool(world.mediators.count > 0)


def double_batteries(world: World) -> None:
    """Double the batteries of every layer of the defender's defence, with their rounds."""
    world.war.theatre.defender_defence.batteries *= 2.0


def double_kills(world: World) -> None:
    """Let each shot of the defender's defence kill twice as often."""
    defence = world.war.theatre.defender_defence
    defence.kill_probability = np.minimum(2.0 * defence.kill_probability, SUREST)


def meet_aircraft(world: World) -> None:
    """Let the defender's defence see and hit aircraft as it does the first class that is none."""
    arsenal, defence = world.war.theatre.challenger_arsenal, world.war.theatre.defender_defence
    flies = arsenal.returns > 0.0
    missile = int(np.argmin(flies))
    for table in (defence.detection_probability, defence.kill_probability):
        table[:, flies] = table[:, [missile]]


def see_all(world: World) -> None:
    """Let the defender's defence reach and see all that comes, aircraft as it does missiles."""
    meet_aircraft(world)
    defence = world.war.theatre.defender_defence
    defence.coverage[:] = 1.0
    defence.detection_probability[:] = 1.0
    defence.tracking_probability = 1.0


def price_force(world: World) -> None:
    """Let any use of force cost the challenger more, whatever is lost."""
    world.war.war_cost[CHALLENGER] += PRICE


def close_defence(world: World) -> None:
    """Let the defender's defence reach and see all that comes, and shoot twice for each shot."""
    defence = world.war.theatre.defender_defence
    defence.coverage[:] = 1.0
    defence.detection_probability[:] = 1.0
    defence.tracking_probability = 1.0
    defence.kill_probability = 1.0 - (1.0 - defence.kill_probability) ** 2


def demand_all(world: World) -> None:
    """Leave the hardest package alone on the table, offered as often as all were."""
    talks = world.talks
    last = int(talks.packages) - 1
    for worths in (
        talks.challenger_deal,
        talks.challenger_deal_settled,
        talks.defender_gain,
        talks.defender_concession,
        talks.defender_concession_settled,
        talks.ally_deal,
        talks.ally_deal_settled,
        talks.is_comprehensive,
    ):
        worths[0] = worths[last]
    for rate in (talks.challenger_rate, talks.defender_rate):
        rate[0] = rate[:PACKAGES].sum()
        rate[1:PACKAGES] = 0.0
    talks.packages = 1


def make_dropping_cheap(world: World) -> None:
    """Let the challenger lose less by dropping its demand."""
    world.talks.drop_cost -= WORTH


def reward_first(world: World) -> None:
    """Let whoever begins the first force gain by having begun."""
    world.war.first_strike_bonus += WORTH


def double_challenger(world: World) -> None:
    """Double the challenger's weapons and the hardness of its forces."""
    world.war.theatre.challenger_arsenal.stock *= 2.0
    world.war.theatre.challenger_defence.hardness[MILITARY] *= 2.0


def be_averse(world: World, aversion: float) -> None:
    """Set how averse to risk both sides are."""
    world.war.risk_aversion[:] = aversion


def ready_texts(world: World) -> None:
    """Let a text be ready as soon as talks are on, before force and after it."""
    world.talks.text_rate = AT_ONCE


def ready_first_texts(world: World) -> None:
    """Let a text be ready as soon as talks are on before force; after it all stays as it is."""
    world.aftermath.text_factor *= world.talks.text_rate / AT_ONCE
    ready_texts(world)


def free_standoff(world: World) -> None:
    """Let the dispute cost neither side anything while it lasts."""
    world.talks.challenger_standoff = 0.0
    world.talks.defender_standoff = 0.0


def let_friends(world: World, come: float) -> None:
    """Set how surely those come, and soon, who bring means of their own to the defender's side."""
    parties = world.war.theatre.third_parties
    friends = friends_of_defender(world)
    parties.stands_by[friends] = come
    parties.join_probability[friends] = SOON


def friends_of_defender(world: World) -> Array:
    """Return the places of the third parties that bring means of their own to the defender."""
    theatre = world.war.theatre
    owners = np.union1d(theatre.defender_arsenal.owner, theatre.defender_defence.owner)
    places: Array = owners[owners != PRINCIPAL] - 1
    return places


def has_friend(world: World) -> bool:
    """Say whether anybody would bring means of its own to the defender's side."""
    return len(friends_of_defender(world)) > 0


NEARLY_FREE = "it takes .003 off what a limited strike is worth: aircraft are hardly ever hit"
NO_QUEUE = "raids of a day are small, so that batteries are idle; coverage and detection bind"
FORCE_DOWN, FORCE_UP = Asked("force", Sign.DOWN), Asked("force", Sign.UP)
WAR_DOWN, WAR_UP = Asked("any_war", Sign.DOWN), Asked("any_war", Sign.UP)
WAR_NOT_UP, FORCE_NOT_UP = Asked("any_war", Sign.NOT_UP), Asked("force", Sign.NOT_UP)
LAWS = (
    Law("cost", f"cost of war +{WORTH:g} to all", (WAR_DOWN, FORCE_DOWN), make_war_dear),
    Law(
        "vulnerability",
        "losses weigh twice",
        (
            FORCE_DOWN._replace(
                missed="limited strikes cost next to nothing, and are answered in full less often"
            ),
            WAR_NOT_UP,
        ),
        make_losses_dear,
    ),
    Law("types", "types known", (WAR_NOT_UP, FORCE_NOT_UP), know_types),
    Law("information", "no private information", (WAR_NOT_UP, FORCE_NOT_UP), know_all),
    Law(
        "optimism",
        f"optimism of both +{MORE_OPTIMISM:g}",
        (
            WAR_UP._replace(
                missed="it bears on wars alone, and a strike is seldom answered by one"
            ),
            FORCE_UP._replace(missed="more strikes are answered in full, not more begun"),
        ),
        make_optimists,
    ),
    Law(
        "power",
        f"programme grows {FASTER:g} times as fast",
        (
            FORCE_UP._replace(missed="two steps take .015 off what force is worth"),
            Asked("day", Sign.DOWN, missed="a strike breaks too little to set a programme back"),
        ),
        grow_fast,
        concerns=grows,
    ),
    Law("guarantee", "nobody breaks a deal", (FORCE_DOWN,), keep_deals),
    Law(
        "bias",
        "mediators share the challenger's interests",
        (Asked("believed", Sign.UP),),
        lean_to_challenger,
        concerns=is_mediated,
    ),
    Law(
        "defence",
        "twice the defender's batteries",
        (
            Asked("force", Sign.DOWN, packs=REFERENCES, missed=NO_QUEUE),
            Asked("force", Sign.DOWN, least=3.0, packs=(CRISIS,), missed=NO_QUEUE),
        ),
        double_batteries,
    ),
    Law(
        "kills",
        "twice the kill chance of every shot of the defender's defence",
        (Asked("force", Sign.DOWN, least=3.0, packs=(CRISIS,), missed=NEARLY_FREE),),
        double_kills,
    ),
    Law(
        "aircraft",
        "aircraft seen and hit as cruise missiles are",
        (FORCE_DOWN._replace(packs=(CRISIS,)),),
        meet_aircraft,
    ),
    Law(
        "denial",
        "the same, and all that comes reached and seen",
        (Asked("force", Sign.DOWN, least=3.0, packs=(CRISIS,)),),
        see_all,
    ),
    Law(
        "price",
        f"any force costs the challenger {PRICE:g} more",
        (Asked("force", Sign.DOWN, least=3.0, packs=(CRISIS,)),),
        price_force,
    ),
    Law(
        "shield",
        "the defender's defence reaches and sees all, two shots for one",
        (FORCE_DOWN._replace(missed="most of what a strike is worth is motive, not damage"),),
        close_defence,
    ),
    Law(
        "indivisible",
        "the hardest package alone",
        (Asked("force", Sign.NOT_DOWN), Asked("deal", Sign.DOWN)),
        demand_all,
    ),
    Law(
        "outside",
        f"dropping costs {WORTH:g} less",
        (
            FORCE_DOWN._replace(
                missed="drops take the place of deals, yields and fading, not of force"
            ),
        ),
        make_dropping_cheap,
    ),
    Law("first", f"first force worth +{WORTH:g} to who begins", (FORCE_UP,), reward_first),
    Law(
        "strength",
        "challenger twice as strong",
        (
            Asked(
                "defender_yields",
                Sign.UP,
                missed="the whole demand is dearer than any war, so that nobody yields to it",
            ),
            Asked("any_war", Sign.NOT_UP, packs=REFERENCES),
        ),
        double_challenger,
    ),
    Law(
        "risk",
        f"risk aversion from 0 to {AVERSE:g}",
        (
            Asked(
                "any_war",
                Sign.DOWN,
                least=1.0,
                missed="the lottery over who prevails takes .01 off what war is worth",
            ),
        ),
        partial(be_averse, aversion=AVERSE),
        first=partial(be_averse, aversion=0.0),
    ),
    Law("texts", "texts ready at once before force", (FORCE_DOWN,), ready_first_texts),
    Law(
        "shortcut",
        "texts ready at once, after force too",
        (FORCE_DOWN._replace(missed="force is a way to talks that bring a text at once"),),
        ready_texts,
    ),
    Law("aftermath", "dispute free of cost after force", (FORCE_UP,), keep, later=free_standoff),
    Law(
        "friend",
        "a friend of the defender surely comes, and not never",
        (Asked("force", Sign.DOWN, least=3.0),),
        partial(let_friends, come=1.0),
        first=partial(let_friends, come=0.0),
        concerns=has_friend,
    ),
)
