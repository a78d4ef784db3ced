"""How a war spreads: who joins it day by day, and whether trade is cut off."""

from typing import Annotated, Protocol

from detente.kernel.arithmetic import arrival, exp, power
from detente.kernel.defence import PRINCIPAL, shifted
from detente.kernel.draws import Chance, Purpose, count, draw_block
from detente.kernel.endings import Violence
from detente.kernel.jit import jit
from detente.kernel.layout import Array
from detente.kernel.limits import PARTIES

LOYALTY_BLOCK = 2
"""First address of the draws for who stands by its side; both defences' come before."""
DIRECT_ACTION_BLOCK = LOYALTY_BLOCK + PARTIES
"""Address of the draw for forces that go in, after the draws for loyalty."""
REGIONAL_PARTIES = 4
"""Parties that make a war regional (MODEL 3)."""
CLOSING_BLOCK = 2049
"""Address of the day's draw for a closing, after both sides' draws and the one for terms."""
NEVER_CLOSED = -1
"""In place of the day of closing, as long as there is none."""


class ThirdParties(Protocol):
    """Those who may join a war; a record."""

    count: Annotated[int, "third parties"]
    join_probability: Annotated[
        Array,
        (PARTIES,),
        "chance to join in a day of full war in which it is hit, all it has there",
    ]
    stands_by: Annotated[Array, (PARTIES,), "chance that it stands by its side in a war"]
    presence: Annotated[Array, (PARTIES,), "share of its forces that is in the region [0-1]"]
    is_ally: Annotated[Array, (PARTIES,), "1 for an ally of the challenger that may strike first"]
    is_with_defender: Annotated[Array, (PARTIES,), "1 if it would fight on the defender's side"]
    raid_share: Annotated[Array, (PARTIES,), "its raid as a share of the defender's [0-1]"]
    exposure: Annotated[
        Array, (PARTIES,), "share of what leaks to its side that falls on its soil or bases [0-1]"
    ]
    hit_weight: Annotated[float, "what not being hit takes from the log-odds of joining"]


class Belligerents(Protocol):
    """Who fights, in expected mode the chance that it does; a record."""

    has_challenger: Annotated[float, "1 once the challenger fights"]
    challenger_join_probability: Annotated[
        float, "chance that the challenger joins its ally, each time it considers it"
    ]
    has_deployed_all: Annotated[Array, (PARTIES,), "1 if it has sent all it has before the war"]
    presence: Annotated[Array, (PARTIES,), "share of its forces that is in the region [0-1]"]
    is_loyal: Annotated[Array, (PARTIES,), "1 if the third party stands by its side in this war"]
    has_joined: Annotated[Array, (PARTIES,), "1 once the third party fights"]
    is_hit: Annotated[Array, (PARTIES,), "1 if the third party was hit today"]
    was_hit: Annotated[Array, (PARTIES,), "1 once the third party was hit"]


@jit
def begin_belligerents(
    parties: ThirdParties, belligerents: Belligerents, begins: tuple[bool, bool]
) -> None:
    """Set who fights when force begins: the defender, and the challenger, its first ally or both.

    `begins` says whether the challenger fights from the first, and whether its ally does. Also set
    the share of its forces that each third party has deployed.
    """
    # Who joins starts from nothing; a mean war keeps chances in the same fields.
    is_by_challenger, is_by_ally = begins
    belligerents.has_challenger = 1.0
    for party in range(parties.count):
        has_deployed_all = belligerents.has_deployed_all[party] > 0.0
        belligerents.presence[party] = 1.0 if has_deployed_all else parties.presence[party]
    for party in range(PARTIES):
        belligerents.has_joined[party] = 0.0
        belligerents.is_hit[party] = 0.0
        belligerents.was_hit[party] = 0.0
    if not is_by_ally:
        return
    for party in range(parties.count):
        if parties.is_ally[party] > 0.0:
            # Only one ally can begin force.
            belligerents.has_challenger = 1.0 if is_by_challenger else 0.0
            belligerents.has_joined[party] = 1.0
            return


@jit
def has_ally(parties: ThirdParties) -> bool:
    """Say whether the challenger has an ally that may begin force."""
    allies = 0.0
    for party in range(parties.count):
        allies += parties.is_ally[party]
    return allies > 0.0


@jit
def deployed_share(belligerents: Belligerents, owner: int) -> float:
    """Return the share deployed of an owner's weapons or layers; a principal has them all."""
    return 1.0 if owner == PRINCIPAL else belligerents.presence[owner - 1]


@jit
def draw_loyalty(parties: ThirdParties, belligerents: Belligerents, chance: Chance) -> None:
    """Draw once for a war which third parties stand by their side."""
    for party in range(parties.count):
        draw = draw_block(chance, Purpose.WAR_COMMON, LOYALTY_BLOCK + party)[0]
        belligerents.is_loyal[party] = joined(
            0.0, 1.0, parties.stands_by[party], draw, chance.is_expected
        )


@jit
def fighting_share(belligerents: Belligerents, owner: int, is_held_back: float) -> float:
    """Return whether an owner of weapons or layers fights, 0 or 1; in expected mode the chance.

    A third party fights once it has joined. A side's own count from the first morning, also with an
    ally that strikes alone, unless they are held back until the challenger fights.
    """
    if owner != PRINCIPAL:
        return belligerents.has_joined[owner - 1]
    return belligerents.has_challenger if is_held_back > 0.0 else 1.0


@jit
def hit_probability(leaked: float, exposure: float, is_expected: bool) -> float:
    """Return the chance that at least one leaker falls on a party, each with its exposure.

    `1 - (1 - e)^n`; for a mean number `n` of leakers that of a Poisson count, `1 - exp(-e n)`.
    """
    if is_expected:
        return 1.0 - exp(-exposure * leaked)
    return 1.0 - power(1.0 - exposure, int(leaked))


@jit
def strike_parties(
    parties: ThirdParties, belligerents: Belligerents, leaked: tuple[float, float], chance: Chance
) -> None:
    """Draw whether today's leakers fall on third parties."""
    for party in range(parties.count):
        side = 1 if parties.is_with_defender[party] > 0.0 else 0
        hit = hit_probability(leaked[side], parties.exposure[party], chance.is_expected)
        draw = draw_block(chance, Purpose.WAR_JOIN, party)[1]
        is_hit = joined(0.0, 1.0, hit, draw, chance.is_expected)
        belligerents.is_hit[party] = is_hit
        before = belligerents.was_hit[party]
        belligerents.was_hit[party] = before + (1.0 - before) * is_hit


@jit
def daily_join_probability(willing: float, intensity: float, weight: float, hit: float) -> float:
    """Return the chance to join on a day, a logit of alignment, intensity and being hit.

    `logit p + log i - w (1 - hit)`: `p` is the chance on a day of full war in which it is hit, `i`
    the day's raids over full ones. The mean is taken over whether it was hit, in expected mode a
    chance.
    """
    apart = intensity * exp(-weight)
    # Without raids the log-odds have no bound below: nobody joins.
    if apart <= 0.0:
        return 0.0
    return (1.0 - hit) * shifted(willing, apart) + hit * shifted(willing, intensity)


@jit
def join_probability(
    parties: ThirdParties, belligerents: Belligerents, party: int, intensity: float
) -> float:
    """Return the chance that a third party loyal to its side joins today."""
    willing = parties.join_probability[party] * belligerents.presence[party]
    is_hit = belligerents.is_hit[party]
    return daily_join_probability(willing, intensity, parties.hit_weight, is_hit)


@jit
def joined(
    before: float, willing: float, probability: float, uniform: float, is_expected: bool
) -> float:
    """Return whether a party fights after a day; `willing` is whether it would at all."""
    # In a mean war these are shares of futures: of all that would join, those that have not yet
    # (MODEL 7).
    return before + count(max(willing - before, 0.0), probability, uniform, is_expected)


@jit
def draw_parties_joining(
    parties: ThirdParties, belligerents: Belligerents, intensity: float, chance: Chance
) -> None:
    """Draw which third parties join.

    The more of its forces a party has deployed, the likelier it joins on a day.
    """
    for party in range(parties.count):
        chance_to_join = join_probability(parties, belligerents, party, intensity)
        belligerents.has_joined[party] = joined(
            belligerents.has_joined[party],
            belligerents.is_loyal[party],
            chance_to_join,
            draw_block(chance, Purpose.WAR_JOIN, party)[0],
            chance.is_expected,
        )


@jit
def draw_challenger_joining(belligerents: Belligerents, chance: Chance) -> None:
    """Draw whether the challenger joins today the force that its ally began."""
    belligerents.has_challenger = joined(
        belligerents.has_challenger,
        1.0,
        belligerents.challenger_join_probability,
        draw_block(chance, Purpose.WAR_JOIN, PARTIES)[0],
        chance.is_expected,
    )


@jit
def supporting_raids(parties: ThirdParties, belligerents: Belligerents) -> float:
    """Return the raids of those who fight on the defender's side, as a share of its own."""
    total = 0.0
    for party in range(parties.count):
        fights = belligerents.has_joined[party] * parties.is_with_defender[party]
        total += fights * parties.raid_share[party]
    return total


@jit
def parties_fighting(parties: ThirdParties, belligerents: Belligerents) -> float:
    """Return the number of parties that fight: both principals if they do, and all that joined."""
    fighting = 1.0 + belligerents.has_challenger
    for party in range(parties.count):
        fighting += belligerents.has_joined[party]
    return fighting


@jit
def violence_class(fighting: float, is_limited: bool) -> int:
    """Return limited strike, war or regional war, as a Violence (MODEL 3).

    A war is regional from four parties on: at least one of them is then neither a principal nor the
    ally that began, since only one ally can begin.
    """
    if fighting >= REGIONAL_PARTIES:
        return Violence.REGIONAL_WAR
    return Violence.LIMITED_STRIKE if is_limited else Violence.WAR


class Strait(Protocol):
    """A chokepoint: how soon it is closed and what a day of that costs; a record."""

    closing_rate: Annotated[float, "rate at which it is closed in a war in full [1/day]"]
    cost: Annotated[Array, (2,), "loss of each side a day while it is closed [normalised/day]"]
    world_cost: Annotated[float, "cost of a day to all others [billion dollars/day]"]


class TradeRoute(Protocol):
    """Whether trade passes, in expected mode by its chance; a record."""

    closed: Annotated[float, "1 once it is closed"]
    closed_days: Annotated[float, "days for which it has been [days]"]
    closed_on: Annotated[int, "day of the war on which it was, NEVER_CLOSED if it was not [days]"]


@jit
def open_passage(passage: TradeRoute) -> None:
    """Set the chokepoint open."""
    passage.closed = 0.0
    passage.closed_days = 0.0
    passage.closed_on = NEVER_CLOSED


@jit
def draw_closing(chokepoint: Strait, passage: TradeRoute, chance: Chance) -> None:
    """Draw whether the defender's side closes it today; it stays closed while the war goes on."""
    draw = draw_block(chance, Purpose.WAR_DAY, CLOSING_BLOCK)[0]
    before = passage.closed
    closes = closing_probability(chokepoint)
    passage.closed = before + count(1.0 - before, closes, draw, chance.is_expected)


@jit
def closing_probability(chokepoint: Strait) -> float:
    """Return the chance that it is closed on a day of a war answered in full."""
    return arrival(chokepoint.closing_rate, 1.0)


@jit
def count_closure(passage: TradeRoute, war_day: int) -> None:
    """Count a day on which it is closed; the day of closing counts in full."""
    passage.closed_days += passage.closed
    if passage.closed_on == NEVER_CLOSED and passage.closed > 0.0:
        passage.closed_on = war_day
