"""The bargaining under threat, solved backward from its definition without any rule of the kernel.

It reads the numbers of a world and a table of the expected results of force. The rules are
implemented again from the model's sections 4 and 5, the game after force from the third version's,
and scale and joint force from the fourth's. The worth of later moments is a polynomial in both
log-odds, so that it is available at every belief; `Game.misfit` is the error of these polynomials.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache, partial
from math import exp

import numpy as np

from detente.kernel.layout import Array
from detente.kernel.solution import WarTable
from detente.kernel.talks import ChallengerMove, DefenderMove
from detente.kernel.world import World
from verification.model.slow.aftermath import after_strike, after_war
from verification.model.slow.beliefs import (
    ALLY,
    CHALLENGER,
    DEFENDER,
    HARD,
    HOLDERS,
    SOFT,
    TOUGH,
    WEAK,
    Beliefs,
    Surface,
    constant,
    fit,
    mesh,
    probability,
)
from verification.model.slow.choice import Move, choose
from verification.model.slow.clashes import Contact
from verification.model.slow.pressing import Pressed, press
from verification.model.slow.stakes import (
    ALLY_CAMPAIGN,
    BY_ALLY,
    BY_CHALLENGER,
    BY_DEFENDER,
    CAMPAIGN,
    JOINT,
    JOINT_CAMPAIGN,
    TOGETHER,
    WEIGHED_EVERY,
    Stakes,
    TakenStakes,
    is_war,
)
from verification.model.slow.states import TOP, Regime, Standing

Worth = Callable[[Beliefs], Array]
Option = tuple[int, float, Callable[[], Surface]]
"""A move, a factor on its rate, and what comes of it, worked out only if its rate is not zero."""
BETWEEN = Beliefs(
    np.array([-3.4, -2.2, -0.7, 0.4, 1.9, 3.1]), np.array([1.3, -0.2, -3.2, 2.7, -1.7, 0.6])
)
"""Beliefs between nodes, where fits are tested."""


def chance_within(rate: float, days: float) -> float:
    """Chance that something with a rate a day happens within some days."""
    return 1.0 - exp(-rate * days)


class Game:
    """One world's game; `degrees` is how finely the worths of later moments are fitted.

    `level`: what went before, 0 no force, 1 a limited strike, 2 a war.
    """

    def __init__(self, world: World, war: WarTable, degrees: int = 16, level: int = 0) -> None:
        self.world = world
        self.talks = world.talks
        self.calendar = world.calendar
        self.stakes = Stakes(world, war, level)
        self.degrees = degrees
        self.continuations: tuple[Game, Game] = (self, self)
        self.taken: tuple[Game, TakenStakes] | None = None
        self.results: list[tuple[float, Game]] = []
        self.ruled = -1
        self.fits: list[tuple[Worth, Surface]] = []
        self.later = cache(self._later)
        self.ahead = cache(self._ahead)
        self.offered = cache(self._offered)
        self.pressed = cache(self._pressed)
        self.begun = cache(self._begun)
        self.fought = cache(self._fought)
        self.urged = cache(self._urged)
        tough, hard = self.talks.tough_log_odds, self.talks.hard_log_odds
        self.at_first = Beliefs(np.array([tough]), np.array([hard]))

    def at_start(self) -> Array:
        """Return the worth of the crisis to hard, soft, tough, weak and the ally."""
        force = int(self.calendar.force_at_start)
        regime = Regime.FAILED if self.talks.have_failed else Regime.NO_TEXT
        if self.talks.ultimatum_runs:
            regime = Regime.ULTIMATUM if force > 0 else Regime.FAILED
        start = Standing(
            force=force,
            is_under_way=bool(self.talks.raise_ordered) and force < TOP,
            has_vowed=bool(self.talks.has_vowed),
            regime=regime,
            is_blockaded=bool(self.talks.blockade_stands),
        )
        return np.asarray(self.worth(0, start, self.at_first)[0])

    def misfit(self) -> float:
        """Return the largest error of a fitted worth, at beliefs between the nodes of the fit."""
        largest = 0.0
        games = {self, *self.continuations, *(game for _, game in self.results)}
        games |= {self.taken[0]} if self.taken is not None else set()
        for worth, surface in [fitted for game in games for fitted in tuple(game.fits)]:
            errors = np.abs(worth(BETWEEN) - surface.at(BETWEEN))
            largest = max(largest, float(errors.max()))
        return largest

    def days(self, stage: int) -> float:
        """Return the length of a stage."""
        return float(self.calendar.stage_days[stage])

    def ceiling_after(self, stage: int) -> int:
        """Return the highest force level of the stage that follows; the last one's lasts."""
        return int(self.calendar.ceiling[min(stage + 1, int(self.calendar.stages) - 1)])

    def fitted(self, worth: Worth) -> Surface:
        """Fit worths known at any exact beliefs."""
        surface = fit(worth(mesh(self.degrees)), self.degrees)
        self.fits.append((worth, surface))
        return surface

    def sure(self, worths: Array) -> Surface:
        """Return an end that depends on no belief."""
        return constant(worths, self.degrees)

    def at_cost(self, worth: Surface, side: int, cost: float) -> Surface:
        """Take a cost off what both types of a side get."""
        paid = np.zeros(HOLDERS)
        paid[[HARD, SOFT] if side == CHALLENGER else [TOUGH, WEAK]] = cost
        return Surface(worth.terms - self.sure(paid).terms)

    def worth(self, stage: int, standing: Standing, beliefs: Beliefs) -> Array:
        """Return the worth at the beginning of a stage: it may fade, else nature takes its turn."""
        days, rate = self.days(stage), self.talks.discount_rate
        goes_on = np.zeros((len(beliefs.tough), HOLDERS))
        for chance, turned in self.nature(standing, days):
            goes_on += chance * self.breaks_in(stage, turned, beliefs)
        fades = chance_within(self.talks.fade_rate, days)
        worth = fades * self.stakes.faded(standing) + (1.0 - fades) * goes_on
        return np.asarray(worth - self.stakes.flows(standing) * (1.0 - exp(-rate * days)) / rate)

    def nature(self, standing: Standing, days: float) -> Iterator[tuple[float, Standing]]:
        """List what a stage's nature may lead to, each kind of event at most once."""
        arrives = chance_within(1.0 / self.talks.raise_days, days) if standing.is_under_way else 0.0
        grows = chance_within(self.talks.growth_rate, days) if standing.step < TOP else 0.0
        turns = self.turns(standing.regime, days)
        for arrived, first in ((standing.arrived(), arrives), (standing, 1.0 - arrives)):
            for grown, second in ((arrived.advanced(), grows), (arrived, 1.0 - grows)):
                for regime, third in turns.items():
                    if first * second * third > 0.0:
                        yield first * second * third, grown.into(regime)

    def turns(self, regime: Regime, days: float) -> dict[Regime, float]:
        """Return what regime a stage's nature leaves, each with its chance."""
        if regime is Regime.STANDSTILL:
            over = chance_within(1.0 / self.talks.standstill_days, days)
            text = over * self.talks.standstill_talks
            return {regime: 1.0 - over, Regime.TEXT_READY: text, Regime.NO_TEXT: over - text}
        turn = {Regime.NO_TEXT: Regime.TEXT_READY, Regime.FAILED: Regime.NO_TEXT}
        if regime not in turn:
            return {regime: 1.0}
        rates = {Regime.NO_TEXT: self.talks.text_rate, Regime.FAILED: self.talks.exit_rate}
        turns = chance_within(rates[regime], days)
        return {turn[regime]: turns, regime: 1.0 - turns}

    def breaks_in(self, stage: int, standing: Standing, beliefs: Beliefs) -> Array:
        """Return the worth of a stage after nature: incidents and the ally, then a move."""
        waits = self.moves(stage, standing, beliefs)
        contact = Contact(self.talks, self.world.incidents, standing, self.days(stage))
        pressed = self.urged(stage, standing)
        onsets = {BY_CHALLENGER, BY_DEFENDER, *pressed.begins}
        force = {onset: self.struck(stage, standing, onset).at(beliefs) for onset in onsets}
        return contact.worth(waits, force, beliefs, pressed)

    def _urged(self, stage: int, standing: Standing) -> Pressed:
        """Return what comes of an ally that presses in a stage, on what is believed at first."""
        if not self.stakes.has_ally():
            return Pressed({}, 0.0)
        onsets = [JOINT, JOINT_CAMPAIGN]
        if self.stakes.has_means():
            onsets += [BY_ALLY, ALLY_CAMPAIGN]
        force = {
            onset: self.struck(stage, standing, onset).at(self.at_first)[0] for onset in onsets
        }
        waits = self.moves(stage, standing, self.at_first)[0]
        return press(self.talks, standing, waits, force).within(self.days(stage))

    def moves(self, stage: int, standing: Standing, beliefs: Beliefs) -> Array:
        """Return the worth of a stage in which one principal moves, or neither."""
        paces = (self.talks.challenger_pace, self.talks.defender_pace)
        moved = chance_within(sum(paces), self.days(stage))
        worth = (1.0 - moved) * self.ahead(stage, standing).at(beliefs)
        talks = self.talks
        sides = (
            (self.challenger_menu, talks.challenger_rate, talks.challenger_price),
            (self.defender_menu, talks.defender_rate, talks.defender_price),
        )
        for side, (menu, rate, price) in enumerate(sides):
            moves = moved * paces[side] / sum(paces)
            unit = self.days(stage) / moves
            listed = [Move(1.0, self.ahead(stage, standing))]
            listed += [
                Move(rate[move] * factor * unit, self.at_cost(result(), side, price[move]))
                for move, factor, result in menu(stage, standing)
                if rate[move]
            ]
            worth += moves * choose(side, beliefs, listed, self.talks.precision)
        return np.asarray(worth)

    def challenger_menu(self, stage: int, standing: Standing) -> Iterator[Option]:
        """List the challenger's moves."""
        regime = standing.regime
        yield from self.offers(stage, standing, CHALLENGER)
        yield ChallengerMove.DROP, 1.0, lambda: self.sure(self.stakes.dropped(standing))
        yield from self.blockade(stage, standing)
        if standing.may_lower(int(self.talks.blockade_force)):
            yield ChallengerMove.LOWER, 1.0, lambda: self.ahead(stage, standing.lowered())
        is_still = regime is Regime.STANDSTILL
        is_bound = standing.is_under_way or standing.is_blockaded
        if standing.force < self.ceiling_after(stage) and not is_bound and not is_still:
            yield ChallengerMove.RAISE, 1.0, lambda: self.ahead(stage, standing.ordered())
        if standing.force >= 1 and regime in (Regime.NO_TEXT, Regime.TEXT_READY):
            yield ChallengerMove.ULTIMATUM, 1.0, lambda: self.pressed(stage, standing)
        if regime is not Regime.FAILED and not is_still:
            failed = standing.into(Regime.FAILED)
            yield ChallengerMove.WALK_OUT, 1.0, lambda: self.ahead(stage, failed)
        if self.may_offer_standstill(regime):
            offered = partial(self.offered_standstill, stage, standing, DEFENDER)
            yield ChallengerMove.STANDSTILL, 1.0, offered
        readily = self.freely(standing) * self.urge()
        breach = self.talks.breach_cost if is_still else 0.0

        def struck(onset: int) -> Surface:
            return self.at_cost(self.struck(stage, standing, onset), CHALLENGER, breach)

        if self.taken is not None and regime is not Regime.ULTIMATUM and not is_still:
            after = self.taken
            yield ChallengerMove.TAKE, 1.0, lambda: self.took(stage, standing, *after)
        yield ChallengerMove.STRIKE, readily, lambda: struck(BY_CHALLENGER)
        if standing.force == TOP:
            yield ChallengerMove.CAMPAIGN, readily, lambda: struck(CAMPAIGN)

    def blockade(self, stage: int, standing: Standing) -> Iterator[Option]:
        """List what the challenger can do about a blockade: impose it, or lift it."""
        talks = self.talks
        changed = standing.blockaded(stands=not standing.is_blockaded)
        move, cost = ChallengerMove.IMPOSE, 0.0
        if standing.is_blockaded:
            move, cost = ChallengerMove.LIFT, talks.lift_cost * talks.publicity
        elif not self.may_impose(standing):
            return
        yield move, 1.0, lambda: self.at_cost(self.ahead(stage, changed), CHALLENGER, cost)

    def may_impose(self, standing: Standing) -> bool:
        """Say whether a blockade may be imposed: its force is there, and nothing stands against."""
        is_free = not standing.is_under_way and standing.regime is not Regime.STANDSTILL
        is_backed = standing.force >= self.talks.blockade_force
        return bool(self.talks.has_blockade and is_free and is_backed)

    def capped(self, stage: int, standing: Standing) -> Standing:
        """Return a standing under the ceiling of the stage that follows."""
        return standing.capped(self.ceiling_after(stage), int(self.talks.blockade_force))

    def took(self, stage: int, standing: Standing, after: "Game", stakes: TakenStakes) -> Surface:
        """Return the worth of a taking: accepted, protested against, or reversed by force at once.

        What is taken counts from the beginning of the stage; the dispute goes on in the next one.
        """
        regime = Regime.FAILED if standing.regime is Regime.FAILED else Regime.NO_TEXT
        in_stage = 1.0 - exp(-self.talks.discount_rate * self.days(stage))
        goes_on = after.ahead(stage, standing.into(regime))
        protested = Surface(goes_on.terms + self.sure(in_stage * stakes.taken).terms)
        answers = [
            Move(1.0, self.sure(stakes.accepted(standing))),
            Move(1.0, self.at_cost(protested, CHALLENGER, self.talks.protest_cost)),
            Move(self.talks.reversal_readiness, after.struck(stage, standing, BY_DEFENDER)),
        ]
        return self.chosen(DEFENDER, answers)

    def defender_menu(self, stage: int, standing: Standing) -> Iterator[Option]:
        """List the defender's moves."""
        yield from self.offers(stage, standing, DEFENDER)
        yield DefenderMove.YIELD, 1.0, lambda: self.sure(self.stakes.yielded(standing))
        is_still = standing.regime is Regime.STANDSTILL
        if self.may_offer_standstill(standing.regime):
            offered = partial(self.offered_standstill, stage, standing, CHALLENGER)
            yield DefenderMove.STANDSTILL, 1.0, offered
        if not standing.has_vowed and not is_still:
            yield DefenderMove.VOW, 1.0, lambda: self.ahead(stage, standing.vowed())
        if standing.step < TOP and not is_still:
            yield DefenderMove.ADVANCE, 1.0, lambda: self.ahead(stage, standing.advanced())
        if standing.regime is not Regime.FAILED and not is_still:
            failed = standing.into(Regime.FAILED)
            yield DefenderMove.WALK_OUT, 1.0, lambda: self.ahead(stage, failed)
        readily = self.freely(standing)
        breach = self.talks.breach_cost if is_still else 0.0
        struck = self.struck(stage, standing, BY_DEFENDER)
        yield DefenderMove.STRIKE, readily, lambda: self.at_cost(struck, DEFENDER, breach)

    def may_offer_standstill(self, regime: Regime) -> bool:
        """Say whether a standstill may be offered: none holds, and no ultimatum runs."""
        is_free = regime not in (Regime.ULTIMATUM, Regime.STANDSTILL)
        return bool(is_free and self.talks.standstill_days > 0.0)

    def offered_standstill(self, stage: int, standing: Standing, side: int) -> Surface:
        """Return the worth of a standstill put to a side; refused, all stays as it was."""
        holds = self.ahead(stage, standing.into(Regime.STANDSTILL))
        return self.asked(side, holds, self.ahead(stage, standing))

    def offers(self, stage: int, standing: Standing, side: int) -> Iterator[Option]:
        """List the packages that a side may put to the other once a draft deal is ready."""
        if standing.regime is Regime.TEXT_READY:
            for package in range(self.talks.packages):
                yield package, 1.0, partial(self.offered, stage, standing, package, 1 - side)

    def readiness(self) -> float:
        """Return how readily a campaign comes to mind next to a strike (MODEL4 2)."""
        rate = self.talks.challenger_rate
        strike = rate[ChallengerMove.STRIKE]
        return float(rate[ChallengerMove.CAMPAIGN] / strike) if strike else 0.0

    def freely(self, standing: Standing) -> float:
        """Return how much more freely a strike comes to mind: more after failed talks."""
        has_failed = standing.regime is Regime.FAILED
        return float(self.talks.failed_strike_factor) if has_failed else 1.0

    def urge(self) -> float:
        """Return the mean over time of what spells of unrest make of a strike's weight."""
        spells = self.talks.unrest_rate * self.talks.unrest_days
        lifted = exp(self.talks.precision * self.talks.justification)
        return float((1.0 + spells * lifted) / (1.0 + spells))

    def _later(self, stage: int, standing: Standing) -> Surface:
        """Return the worth at the beginning of a stage; past the last, flows for ever."""
        if stage == self.calendar.stages:
            return self.sure(self.stakes.for_ever(standing))
        if stage == self.ruled:
            parts = (game.later(stage, standing).times(chance) for chance, game in self.results)
            return Surface(np.sum([part.terms for part in parts], axis=0))
        return self.fitted(lambda beliefs: self.worth(stage, standing, beliefs))

    def _ahead(self, stage: int, standing: Standing) -> Surface:
        """Return the worth of leaving a stage in some standing; an ultimatum may lapse before."""
        onward = self.later(stage + 1, self.capped(stage, standing))
        onward = onward.times(exp(-self.talks.discount_rate * self.days(stage)))
        if standing.regime is not Regime.ULTIMATUM:
            return onward
        lapses = chance_within(1.0 / self.talks.ultimatum_days, self.days(stage))
        return onward.mixed(lapses, self.lapsed(stage, standing))

    def lapsed(self, stage: int, standing: Standing) -> Surface:
        """Return the worth of a lapse: the challenger uses force, or pays and talks fail."""
        fails = self.ahead(stage, standing.into(Regime.FAILED))
        backs_down = self.at_cost(fails, CHALLENGER, self.talks.credibility_cost)
        price = self.talks.challenger_price
        strike = self.struck(stage, standing, BY_CHALLENGER)
        strike = self.at_cost(strike, CHALLENGER, price[ChallengerMove.STRIKE])
        answers = [Move(1.0, strike), Move(1.0, backs_down)]
        if standing.force == TOP and self.readiness():
            campaign = self.struck(stage, standing, CAMPAIGN)
            campaign = self.at_cost(campaign, CHALLENGER, price[ChallengerMove.CAMPAIGN])
            answers.append(Move(self.readiness(), campaign))
        return self.chosen(CHALLENGER, answers)

    def _offered(self, stage: int, standing: Standing, package: int, side: int) -> Surface:
        """Return the worth of a package put to a side; a rejected one is off the table.

        One that is not ratified leaves failed talks, and so does one that breaks.
        """
        deal = self.sure(self.stakes.deal(standing, package))
        failed = self.ahead(stage, standing.into(Regime.FAILED))
        holds = self.talks.ratify_probability * self.stakes.lasting()
        accepts = failed.mixed(holds, deal)
        return self.asked(side, accepts, self.ahead(stage, standing.into(Regime.NO_TEXT)))

    def _pressed(self, stage: int, standing: Standing) -> Surface:
        """Return the worth of setting an ultimatum: the defender yields, or the clock runs."""
        yields = self.sure(self.stakes.yielded(standing))
        return self.asked(DEFENDER, yields, self.ahead(stage, standing.into(Regime.ULTIMATUM)))

    def asked(self, side: int, *answers: Surface) -> Surface:
        """Return the worth of a question whose answers come as readily to mind."""
        return self.chosen(side, [Move(1.0, worth) for worth in answers])

    def chosen(self, side: int, moves: Sequence[Move]) -> Surface:
        """Return the worth of a choice of a side's."""
        return self.fitted(lambda beliefs: choose(side, beliefs, moves, self.talks.precision))

    def struck(self, stage: int, standing: Standing, onset: int) -> Surface:
        """Return the worth of force that begins in one way; an ally may join the challenger's.

        It does by what that is worth to it, on what is believed at first (MODEL4 6).
        """
        begins = standing.as_force_begins()
        alone = self.begun(stage, begins, onset)
        if onset not in (BY_CHALLENGER, CAMPAIGN) or not self.stakes.has_ally():
            return alone
        together = self.begun(stage, begins, TOGETHER[onset])
        gain = (together.at(self.at_first) - alone.at(self.at_first))[0, ALLY]
        return alone.mixed(self.leans(gain), together)

    def leans(self, gain: float) -> float:
        """Return the chance of the better of two choices, by how much more it is worth."""
        return 1.0 / (1.0 + exp(-self.talks.precision * gain))

    def _begun(self, stage: int, standing: Standing, onset: int) -> Surface:
        """Return the worth of force: the side it is begun against replies, and shows its type."""
        side = CHALLENGER if onset == BY_DEFENDER else DEFENDER
        replies = [
            Move(weight, self.replied(stage, standing, onset, reply))
            for reply, weight in enumerate(self.stakes.readiness())
        ]
        return self.chosen(side, replies)

    def replied(self, stage: int, standing: Standing, onset: int, reply: int) -> Surface:
        """Return the worth of force under a reply.

        The challenger weighs joining its ally every few days, by what that is worth to it in the
        public mean over its types, on what is believed at first (MODEL4 6).
        """
        unbound = replace(standing, has_vowed=False)
        worth = self.fought(stage, unbound, onset, reply)
        if onset in (BY_ALLY, ALLY_CAMPAIGN):
            worth = self.joined_later(
                unbound,
                (onset, reply),
                worth,
                together=self.fought(stage, unbound, TOGETHER[onset], reply),
            )
        price = self.stakes.broken_vow(standing, onset, reply)
        return self.at_cost(worth, DEFENDER, price)

    def joined_later(
        self, standing: Standing, begun: tuple[int, int], alone: Surface, together: Surface
    ) -> Surface:
        """Return the worth of an ally's force that the challenger may join while it lasts.

        It joins a strike with a strike, and a campaign with a strike, which is cheaper and serves
        less of its motive, or with all its force there with a campaign.
        """
        ways = [together]
        if begun[0] == ALLY_CAMPAIGN:
            cheaper = Surface(together.terms + self.sure(self.stakes.saved(standing)).terms)
            ways = [cheaper, together] if standing.force == TOP else [cheaper]
        hard = float(probability(self.at_first.hard)[0])
        of_types = np.array([hard, 1.0 - hard])
        gains = [(one.at(self.at_first) - alone.at(self.at_first))[0, :2] for one in ways]
        pulls = np.exp(self.talks.precision * np.array([0.0, *(one @ of_types for one in gains)]))
        chances = pulls / pulls.sum()
        times = self.stakes.least_days(*begun) // WEIGHED_EVERY
        joins = 1.0 - chances[0] ** times
        joined = alone.times(1.0 - joins)
        for chance, way in zip(chances[1:], ways, strict=True):
            share = joins * chance / chances[1:].sum()
            joined = Surface(joined.terms + way.times(share).terms)
        return joined

    def _fought(self, stage: int, standing: Standing, onset: int, reply: int) -> Surface:
        """Return the worth of force while it lasts, and of what follows it."""

        def worth(beliefs: Beliefs) -> Array:
            at_once = self.stakes.force(standing, onset, reply, beliefs)
            return np.asarray(at_once + self.follows(stage, standing, (onset, reply), beliefs))

        return self.fitted(worth)

    def follows(
        self, stage: int, standing: Standing, begun: tuple[int, int], beliefs: Beliefs
    ) -> Array:
        """Return the worth of what follows force, by how it begins and the reply.

        The challenger's plan is seen in how it fights; the dispute goes on in the next stage.
        """
        total = np.zeros((len(beliefs.tough), HOLDERS))
        if self.world.aftermath.ends_dispute:
            return total
        continuation = self.continuations[1 if is_war(*begun) else 0]
        hard = probability(beliefs.hard)[:, None]
        for shown in self.stakes.shown(standing, *begun):
            left = self.capped(stage, standing.after_force(shown.step))
            weight = hard * shown.weight[0] + (1.0 - hard) * shown.weight[1]
            learnt = beliefs._replace(hard=beliefs.hard + shown.shift)
            total += weight * continuation.later(stage + 1, left).at(learnt)
        return total


def dispute(world: World, war: WarTable, degrees: int = 16) -> Game:
    """Return the game of a world, with those that follow a limited strike and a war."""
    first = Game(world, war, degrees)
    struck = Game(after_strike(world, war), war, degrees, level=1)
    fought = Game(after_war(world, war), war, degrees, level=2)
    first.continuations = struck.continuations = (struck, fought)
    if world.talks.may_take:
        stakes, after = TakenStakes(world, war), Game(world, war, degrees)
        after.stakes, after.continuations = stakes, first.continuations
        first.taken = after, stakes
    return first


def until_ruling(before: Game, after: Sequence[tuple[float, Game]], stage: int) -> Game:
    """Return a game that goes on from a stage on as another one, for each result of a ruling.

    `after`: the chance of each result, and its game. So do those that follow force before it.
    """
    for place, game in enumerate((before, *before.continuations)):
        game.ruled = stage
        game.results = [(chance, (one, *one.continuations)[place]) for chance, one in after]
    return before
