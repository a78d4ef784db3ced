"""The expected outcome of a war in each side's view: means, variances and the certain worth."""

import math
from typing import Annotated, NamedTuple, TypeAlias

from detente.kernel.arithmetic import EVEN, decay, exp, logistic
from detente.kernel.ceasefire import optimism_shift, true_odds
from detente.kernel.jit import jit
from detente.kernel.land import BOTH, with_land
from detente.kernel.layout import Array
from detente.kernel.strength import decided_share, is_exhausted, programme_broken, share_settled
from detente.kernel.theatre import CHALLENGER, DEFENDER, Conflict, is_restrained

NEUTRAL_HIT_SHARE = 0.3
"""Hits on a party that does not fight, as a share of the hits on it if it fought.

A round number without a source. In `oman-2026` war comes in .5 fewer of 100 futures with half of
it, and in .3 more with twice as much.
"""
MOMENT_COLUMNS = 13
"""Size of the row that stores a war's moments in one side's view."""
IMPOSING_MARGIN = 0.38
"""Least distance of a side's chance to prevail from 1/2 at which it imposes an end (MODEL 7).

That chance is then .88, odds of 7 to 1. The size has no source and was not fitted. It matters: in
`oman-2026` war comes in 17 of 100 futures, in 21 with half of it, and in 12 with .49, with which
hardly any end is imposed.
"""
STEPS_BROKEN = 3.0
"""Steps that the programme loses if all of it is destroyed: one for each third (MODEL 7)."""


BySteps: TypeAlias = tuple[float, float, float]
"""An amount for each programme step that may remain after a war: 0, 1 or 2."""


class Moments(NamedTuple):
    """Means, squares and products of the outcomes of a war, in one side's view."""

    settled: float
    loss: float
    settled_squared: float
    loss_squared: float
    settled_loss: float
    lottery: Annotated[float, "variance of the share settled by who prevails"]
    days: float
    imposed: Annotated[float, "chance that the war ends the dispute"]
    continuation_discount: Annotated[
        BySteps, "discount at its end over wars that do not, by steps left"
    ]
    hit_price_share: Annotated[float, "share of its price of being hit that the side pays"]
    ally_hit_price_share: Annotated[float, "the same for the challenger's ally"]


class WarCourse(NamedTuple):
    """The expected outcome of a war, given the programme's step before it."""

    challenger: Annotated[Moments, "in the challenger's view"]
    defender: Annotated[Moments, "in the defender's"]
    settled: Annotated[float, "share settled in the mean as the war truly goes [0-1]"]


Courses: TypeAlias = tuple[WarCourse, WarCourse, WarCourse]
"""The expected outcome of a war, by the programme's step before it."""


class End(NamedTuple):
    """The result of a war that stops now, given the odds that the challenger prevails."""

    share_won: Annotated[float, "chance that the challenger prevails, even if not decided [0-1]"]
    settled: Annotated[float, "share that goes its way of what war can settle, land apart [0-1]"]
    lottery: Annotated[float, "variance of that share by who prevails"]
    is_imposed: Annotated[bool, "whether the war ends the dispute"]
    step: Annotated[int, "steps of the programme that are left"]


@jit
def certain_worth(weights: tuple[float, float], moments: Moments, aversion: float) -> float:
    """Return the certainty equivalent of a war's outcome, mean minus `r/2` times variance [value].

    `weights` are those of the share settled and of the loss; `aversion` is r. All that depends on
    who prevails is won or lost together.
    """
    # All stakes are one lottery. If each issue were drawn separately, risk aversion would have no
    # effect (docs/decisions.md).
    mean = weights[0] * moments.settled + weights[1] * moments.loss
    variance = variance_of(
        weights,
        (moments.settled, moments.loss),
        (moments.settled_squared, moments.loss_squared, moments.settled_loss),
    )
    return mean - 0.5 * aversion * (variance + weights[0] * weights[0] * moments.lottery)


@jit
def variance_of(
    weights: tuple[float, float],
    means: tuple[float, float],
    products: tuple[float, float, float],
) -> float:
    """Return the variance of a weighted sum of two amounts.

    `means` are those of the amounts, `products` those of both squares and of the product.
    """
    first = products[0] - means[0] * means[0]
    second = products[1] - means[1] * means[1]
    together = products[2] - means[0] * means[1]
    return (
        weights[0] * weights[0] * first
        + weights[1] * weights[1] * second
        + 2.0 * weights[0] * weights[1] * together
    )


@jit
def no_course() -> WarCourse:
    """Return a course with all moments 0, to which ends of a war are added."""
    nothing = Moments(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, (0.0, 0.0, 0.0), 0.0, 0.0)
    return WarCourse(nothing, nothing, 0.0)


@jit
def write_moments(moments: Moments, kept: Array) -> None:
    """Write moments into a row, shape (MOMENT_COLUMNS,)."""
    kept[0], kept[1] = moments.settled, moments.loss
    kept[2], kept[3] = moments.settled_squared, moments.loss_squared
    kept[4], kept[5] = moments.settled_loss, moments.lottery
    kept[6], kept[7] = moments.days, moments.imposed
    kept[8], kept[9], kept[10] = (
        moments.continuation_discount[0],
        moments.continuation_discount[1],
        moments.continuation_discount[2],
    )
    kept[11], kept[12] = moments.hit_price_share, moments.ally_hit_price_share


@jit
def moments_of(kept: Array) -> Moments:
    """Return the moments that `write_moments` stored in a row."""
    left = (kept[8], kept[9], kept[10])
    return Moments(
        kept[0],
        kept[1],
        kept[2],
        kept[3],
        kept[4],
        kept[5],
        kept[6],
        kept[7],
        left,
        kept[11],
        kept[12],
    )


@jit
def end_of(conflict: Conflict, step: int, odds: float) -> End:
    """Return the result of a war that stops now, for a programme at `step` before it.

    Force that is not answered in full settles only through the damage that it does.
    """
    broken = programme_broken(conflict, DEFENDER, step)
    lasting = conflict.theatre.persistence * broken
    left = max(step - math.floor(STEPS_BROKEN * broken), 0)
    if is_restrained(conflict.situation):
        # Force short of a war decides nothing and imposes no end, so nobody prevails (MODEL 7).
        return End(EVEN, lasting, 0.0, False, left)
    won = logistic(odds)
    fought = decided_share(conflict)
    at_odds = (1.0 - lasting) * fought
    is_imposed = (
        abs(won - EVEN) > IMPOSING_MARGIN
        or is_exhausted(conflict, CHALLENGER)
        or is_exhausted(conflict, DEFENDER)
    )
    settled = share_settled(lasting, fought, won)
    return End(won, settled, at_odds * at_odds * won * (1.0 - won), is_imposed, left)


@jit
def with_views(courses: Courses, mass: float, conflict: Conflict) -> Courses:
    """Add a war that stops now, with chance `mass`, to both sides' views.

    Each side shifts the true odds by its own optimism, as it did before the war.
    """
    # The odds depend on kill shares, which `foresee` does not fill for a restrained war.
    odds = 0.0 if is_restrained(conflict.situation) else true_odds(conflict)
    return (
        with_view(courses[0], mass, conflict, (0, odds)),
        with_view(courses[1], mass, conflict, (1, odds)),
        with_view(courses[2], mass, conflict, (2, odds)),
    )


@jit
def with_view(
    course: WarCourse, mass: float, conflict: Conflict, at: tuple[int, float]
) -> WarCourse:
    """Add a war that stops now to both views; `at` is the programme's step and the true odds."""
    theatre = conflict.theatre
    hoped = end_of(conflict, at[0], at[1] + optimism_shift(theatre, CHALLENGER))
    feared = end_of(conflict, at[0], at[1] + optimism_shift(theatre, DEFENDER))
    return WarCourse(
        with_end(course.challenger, mass, conflict, hoped, CHALLENGER),
        with_end(course.defender, mass, conflict, feared, DEFENDER),
        course.settled,
    )


@jit
def felt_share(conflict: Conflict, landed: float) -> float:
    """Return the share of the price of being hit after n weapons have landed, `1 - e^(-n/n0)`.

    The first few hits count most; after tens of hits the price is paid in full (MODEL 5.2).
    """
    return 1.0 - exp(-landed / conflict.theatre.hits_felt)


@jit
def felt_by_challenger(conflict: Conflict) -> float:
    """Return the share of the price of being hit that the challenger pays, for all on its side.

    Hits on its hosts and its ally are added with a weight, so that the result may exceed 1. A
    challenger or an ally that does not fight is spared most hits.
    """
    parties = conflict.theatre.third_parties
    landed = conflict.campaign.landed[CHALLENGER]
    own, of_others = landed, 0.0
    for party in range(parties.count):
        if parties.is_with_defender[party] <= 0.0:
            share = exposed_share(conflict, party)
            # Weapons that hit others on its side do not hit the challenger.
            own -= share * landed
            of_others += felt_share(conflict, share * landed)
    fights = conflict.campaign.belligerents.has_challenger
    own *= NEUTRAL_HIT_SHARE + (1.0 - NEUTRAL_HIT_SHARE) * fights
    return felt_share(conflict, max(own, 0.0)) + conflict.theatre.neighbour_weight * of_others


@jit
def felt_by_ally(conflict: Conflict) -> float:
    """Return the share of the price of being hit that the challenger's ally pays; 0 without one."""
    parties = conflict.theatre.third_parties
    for party in range(parties.count):
        if parties.is_ally[party] > 0.0:
            landed = conflict.campaign.landed[CHALLENGER]
            return felt_share(conflict, exposed_share(conflict, party) * landed)
    return 0.0


@jit
def exposed_share(conflict: Conflict, party: int) -> float:
    """Return a party's share of the weapons that land on its side.

    An ally that does not fight is spared most of them.
    """
    parties = conflict.theatre.third_parties
    if parties.is_ally[party] <= 0.0:
        return parties.exposure[party]
    fights = conflict.campaign.belligerents.has_joined[party]
    return parties.exposure[party] * (NEUTRAL_HIT_SHARE + (1.0 - NEUTRAL_HIT_SHARE) * fights)


@jit
def with_end(moments: Moments, mass: float, conflict: Conflict, end: End, side: int) -> Moments:
    """Add an end of the war, with chance `mass`, to one side's view."""
    loss = conflict.campaign.loss[side]
    settled, lottery = settled_with_land(conflict, end, side), end.lottery
    if conflict.theatre.land.is_fought > 0.0:
        # The position of the front is known, so only the rest depends on who prevails.
        rest = 1.0 - conflict.theatre.land.weight[side]
        lottery *= rest * rest
    days = float(conflict.campaign.day)
    felt, ally_felt = felt_share(conflict, conflict.campaign.landed[side]), 0.0
    if side == CHALLENGER:
        felt, ally_felt = felt_by_challenger(conflict), felt_by_ally(conflict)
    # After an imposed end no dispute remains, so nothing is discounted.
    open_still = 0.0 if end.is_imposed else mass * decay(conflict.theatre.discount_rate, days)
    return Moments(
        moments.settled + mass * settled,
        moments.loss + mass * loss,
        moments.settled_squared + mass * settled * settled,
        moments.loss_squared + mass * loss * loss,
        moments.settled_loss + mass * settled * loss,
        moments.lottery + mass * lottery,
        moments.days + mass * days,
        moments.imposed + (mass if end.is_imposed else 0.0),
        with_left(moments.continuation_discount, open_still, end.step),
        moments.hit_price_share + mass * felt,
        moments.ally_hit_price_share + mass * ally_felt,
    )


@jit
def settled_with_land(conflict: Conflict, end: End, holder: int) -> float:
    """Return the share settled, land included, by the stakes of a side or of BOTH [0-1]."""
    land = conflict.theatre.land
    if land.is_fought <= 0.0:
        return end.settled
    return with_land(land, conflict.campaign.front, end.settled, holder)


@jit
def with_left(left: BySteps, amount: float, step: int) -> BySteps:
    """Add an amount to the entry for `step` remaining steps."""
    return (
        left[0] + (amount if step == 0 else 0.0),
        left[1] + (amount if step == 1 else 0.0),
        left[2] + (amount if step > 1 else 0.0),
    )


@jit
def with_truth(courses: Courses, mass: float, conflict: Conflict) -> Courses:
    """Add the true result of a war that stops now, with chance `mass`, to the share settled."""
    # Worths use the sides' views, which are biased by optimism. The remaining dispute after the war
    # uses the true odds.
    odds = 0.0 if is_restrained(conflict.situation) else true_odds(conflict)
    return (
        settled_more(courses[0], mass * truly_settled(conflict, 0, odds)),
        settled_more(courses[1], mass * truly_settled(conflict, 1, odds)),
        settled_more(courses[2], mass * truly_settled(conflict, 2, odds)),
    )


@jit
def truly_settled(conflict: Conflict, step: int, odds: float) -> float:
    """Return the share that a war settles if it stops now, by the stakes of both sides [0-1]."""
    return settled_with_land(conflict, end_of(conflict, step, odds), BOTH)


@jit
def settled_more(course: WarCourse, settled: float) -> WarCourse:
    """Add to the true share settled of a course."""
    return WarCourse(course.challenger, course.defender, course.settled + settled)
