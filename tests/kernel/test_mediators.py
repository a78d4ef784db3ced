import itertools
from typing import NamedTuple

import numba
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from detente.kernel.arithmetic import log, logistic, logit
from detente.kernel.draws import Draws
from detente.kernel.jit import jit
from detente.kernel.layout import new_record
from detente.kernel.mediators import (
    SILENT,
    TOUGH,
    WEAK,
    Mediators,
    Message,
    Messages,
    Outlook,
    clear_messages,
    gains_by_truth,
    likelihood,
    may_speak,
    message_shift,
    record_message,
    signal,
    slope_in_belief,
    truth_pays,
)

FUTURES = 3_000 if numba.config.DISABLE_JIT else 200_000
VECTORS = list(itertools.product((TOUGH, WEAK), repeat=4))
PAIRS = list(itertools.combinations(range(4), 2))
MARGIN = 1e-6

accuracies = st.floats(0.55, 0.95)
correlations = st.floats(0.0, 0.95)
beliefs = st.floats(0.05, 0.95)
panels = st.lists(accuracies, min_size=4, max_size=4)
words = st.sampled_from((TOUGH, WEAK))
vectors = st.lists(st.sampled_from((SILENT, TOUGH, WEAK)), min_size=4, max_size=4)


def panel(accuracy=(0.7, 0.7, 0.7, 0.7), correlation=0.5):
    mediators = new_record(Mediators)
    mediators.count = len(accuracy)
    mediators.accuracy[: len(accuracy)] = accuracy
    mediators.correlation = correlation
    return mediators


def messages(*says):
    """Return what has been said, all of it believed."""
    record = new_record(Messages)
    clear_messages(record)
    record.believed[: len(says)] = says
    return record


def chance(mediators, vector, defender_type):
    return likelihood(mediators, messages(*vector), Message(0, vector[0]), defender_type)


def chance_by_subsets(accuracy, correlation, vector, defender_type):
    """The same chance, summed over which of the mediators judge by the common draw."""
    share = correlation**0.5
    right = [says == defender_type for says in vector]
    total = 0.0
    for common in itertools.product((False, True), repeat=len(vector)):
        rows = list(zip(accuracy, right, common, strict=True))
        own = [p if is_right else 1.0 - p for p, is_right, is_common in rows if not is_common]
        top = [p for p, is_right, is_common in rows if is_common and is_right]
        bottom = [p for p, is_right, is_common in rows if is_common and not is_right]
        weight = share ** sum(common) * (1.0 - share) ** (len(vector) - sum(common))
        total += weight * np.prod(own) * max(min([1.0, *top]) - max([0.0, *bottom]), 0.0)
    return total


@jit
def draw_signals(mediators: Mediators, defender_type: int, table: np.ndarray) -> None:
    for future in range(table.shape[0]):
        for mediator in range(table.shape[1]):
            source = Draws(11, 3, future, 0, 0)
            table[future, mediator] = signal(mediators, source, mediator, defender_type)


def signals(mediators, defender_type):
    table = np.zeros((FUTURES, 4), dtype=np.int64)
    draw_signals(mediators, defender_type, table)
    return table


def deviations(seen, expected):
    """How far the means of columns lie from what is expected, in standard errors."""
    return np.abs(seen.mean(axis=0) - expected) / (seen.std(axis=0) / len(seen) ** 0.5)


def counts_of_vectors(table):
    return np.bincount(table @ (8, 4, 2, 1), minlength=16)


class Demand(NamedTuple):
    """A one-shot demand game over a prize of 1, with a signal that decides what A demands.

    A demands a share, B accepts or fights; war gives A the share p less its cost, B the rest less
    the cost of its type. A resolved B accepts up to p + c_T, another up to p + c_W. So A either
    demands p + c_T, which both accept, or p + c_W, which a tough B fights: boldly where
    (1 - mu) (c_W - c_T) > mu (c_A + c_T), that is below mu* = (c_W - c_T) / (c_W + c_A).
    """

    share: float
    challenger_cost: float
    tough_cost: float
    gap: float
    accuracy: float
    tilt: float
    dread: float

    @property
    def weak_cost(self):
        return self.tough_cost + self.gap

    @property
    def turning_belief(self):
        return self.gap / (self.weak_cost + self.challenger_cost)

    def belief_after(self, way):
        shift = log(self.accuracy / (1.0 - self.accuracy))
        return logistic(logit(self.turning_belief) + (way + self.tilt) * shift)

    def cautious(self):
        defender = 1.0 - self.share - self.tough_cost
        return Outlook(self.share + self.tough_cost, 0.0, defender, defender)

    def bold(self, belief):
        """What the mediator itself loses by war is counted on both sides."""
        with_tough = self.share - self.challenger_cost - self.dread
        with_weak = self.share + self.weak_cost
        return Outlook(
            belief * with_tough + (1.0 - belief) * with_weak,
            with_tough - with_weak,
            1.0 - self.share - self.tough_cost - self.dread,
            1.0 - self.share - self.weak_cost,
        )

    def is_believed(self, bias):
        tough, weak = self.belief_after(1.0), self.belief_after(-1.0)
        return truth_pays(gains_by_truth(self.cautious(), self.bold(weak), bias, tough, weak))

    def threshold(self):
        """Bias from which a mediator is believed, beta*.

        With b its own belief that B is resolved, the bold demand brings A (1 - b) (c_W - c_T) -
        b (c_A + c_T) more than the cautious one, B (1 - b) (c_W - c_T) less, and war with chance b.
        Weighed by (1 + beta) / 2, (1 - beta) / 2 and the mediator's own cost of war m, the gain is
            beta (1 - b) (c_W - c_T) - b ((1 + beta) (c_A + c_T) / 2 + m),
        0 at beta* = b (K / 2 + m) / ((1 - b) (c_W - c_T) - b K / 2), K = c_A + c_T, which rises
        with b. The truth pays after 'weak' above beta*(b_weak), after 'tough' below beta*(b_tough).
        """
        belief = self.belief_after(-1.0)
        half = 0.5 * (self.challenger_cost + self.tough_cost)
        return belief * (half + self.dread) / ((1.0 - belief) * self.gap - belief * half)


demands = st.builds(
    Demand,
    st.floats(0.3, 0.7),
    st.floats(0.05, 0.15),
    st.floats(0.02, 0.1),
    st.floats(0.05, 0.3),
    st.floats(0.6, 0.8),
    st.floats(-0.8, 0.8),
    st.just(0.0),
)
dreads = st.floats(0.0, 0.1)


@given(panels, correlations, st.sampled_from(VECTORS), words)
def test_the_chance_of_messages_is_that_over_who_judges_by_the_common_draw(
    accuracy, correlation, vector, defender_type
):
    found = chance(panel(accuracy, correlation), vector, defender_type)

    assert found == pytest.approx(
        chance_by_subsets(accuracy, correlation, vector, defender_type), rel=1e-12, abs=1e-15
    )


@given(panels, correlations, words)
def test_the_chances_of_all_that_may_be_said_sum_to_one(accuracy, correlation, defender_type):
    mediators = panel(accuracy, correlation)
    total = sum(chance(mediators, vector, defender_type) for vector in VECTORS)

    assert abs(total - 1.0) < 1e-12


@given(panels, correlations, vectors, words)
def test_the_chance_without_a_mediator_is_that_with_either_of_its_messages(
    accuracy, correlation, vector, defender_type
):
    mediators, believed = panel(accuracy, correlation), messages(*vector)
    either = [likelihood(mediators, believed, Message(2, says), defender_type) for says in (0, 1)]
    neither = likelihood(mediators, believed, Message(2, SILENT), defender_type)

    assert abs(sum(either) - neither) < 1e-12


@given(panels, correlations, vectors, beliefs)
def test_beliefs_after_a_believed_message_average_to_the_belief_before(
    accuracy, correlation, vector, belief
):
    mediators, believed = panel(accuracy, correlation), messages(*vector)
    prior = likelihood(mediators, believed, Message(1, SILENT), TOUGH) * belief
    joint = prior + likelihood(mediators, believed, Message(1, SILENT), WEAK) * (1.0 - belief)
    before = prior / joint
    shifts = [message_shift(mediators, believed, Message(1, says)) for says in (TOUGH, WEAK)]
    after = [logistic(logit(before) + shift) for shift in shifts]
    chances = [
        (
            belief * likelihood(mediators, believed, Message(1, says), TOUGH)
            + (1.0 - belief) * likelihood(mediators, believed, Message(1, says), WEAK)
        )
        / joint
        for says in (TOUGH, WEAK)
    ]

    assert abs(np.dot(chances, after) - before) < 1e-12


@given(panels, vectors)
def test_independent_signals_add_their_log_likelihood_ratios(accuracy, vector):
    mediators, believed = panel(accuracy, 0.0), messages(*vector)
    alone = log(accuracy[3] / (1.0 - accuracy[3]))

    assert abs(message_shift(mediators, believed, Message(3, TOUGH)) - alone) < 1e-12
    assert abs(message_shift(mediators, believed, Message(3, WEAK)) + alone) < 1e-12


@given(accuracies, words)
def test_a_second_message_is_void_where_all_judge_by_one_draw(accuracy, says):
    mediators = panel([accuracy] * 4, 1.0)

    assert message_shift(mediators, messages(says), Message(1, says)) == 0.0


@given(accuracies, st.floats(0.02, 0.9), st.floats(0.02, 0.08))
def test_a_second_message_of_the_same_says_less_the_more_signals_go_together(
    accuracy, correlation, more
):
    looser = panel([accuracy] * 4, correlation)
    closer = panel([accuracy] * 4, correlation + more)
    second = message_shift(looser, messages(TOUGH), Message(1, TOUGH))

    assert 0.0 < message_shift(closer, messages(TOUGH), Message(1, TOUGH)) < second
    assert second < message_shift(looser, messages(), Message(1, TOUGH))


@given(accuracies, correlations)
def test_two_equals_who_contradict_each_other_leave_belief_where_it_was(accuracy, correlation):
    mediators = panel([accuracy] * 4, correlation)
    first = message_shift(mediators, messages(), Message(0, TOUGH))

    assert abs(first + message_shift(mediators, messages(TOUGH), Message(1, WEAK))) < 1e-12


@given(accuracies, st.floats(0.001, 0.04), correlations)
def test_the_better_a_mediator_judges_the_more_its_word_moves_belief(
    accuracy, better_by, correlation
):
    mediators = panel([accuracy, accuracy + better_by], correlation)
    worse = message_shift(mediators, messages(), Message(0, TOUGH))
    better = message_shift(mediators, messages(), Message(1, TOUGH))

    assert better > worse > 0.0


@given(panels, correlations, st.sampled_from(VECTORS), st.permutations(range(4)))
def test_the_order_of_messages_does_not_matter(accuracy, correlation, vector, order):
    mediators = panel(accuracy, correlation)

    assert (
        abs(shift_by_all(mediators, vector, order) - shift_by_all(mediators, vector, range(4)))
        < 1e-11
    )


def shift_by_all(mediators, vector, order):
    believed, total = messages(), 0.0
    for mediator in order:
        message = Message(mediator, vector[mediator])
        total += message_shift(mediators, believed, message)
        record_message(believed, message, True)
    return total


@given(panels, correlations, vectors)
def test_a_message_that_is_not_believed_leaves_belief(accuracy, correlation, vector):
    mediators = panel(accuracy, correlation)

    assert message_shift(mediators, messages(*vector), Message(1, SILENT)) == 0.0


def test_a_mediator_speaks_once_and_only_with_access():
    mediators, said = panel(), messages()
    mediators.has_access[:] = (1, 0, 1, 1)
    record_message(said, Message(2, TOUGH), True)
    record_message(said, Message(3, WEAK), False)

    assert [may_speak(mediators, said, mediator) for mediator in range(4)] == [1, 0, 0, 0]
    assert list(said.believed) == [SILENT, SILENT, TOUGH, SILENT]


@given(panels, correlations, vectors)
def test_tough_and_weak_are_mirror_images(accuracy, correlation, vector):
    mediators, believed = panel(accuracy, correlation), messages(*vector)
    mirrored = messages(*(says if says == SILENT else 1 - says for says in vector))
    shift = message_shift(mediators, believed, Message(0, TOUGH))

    assert message_shift(mediators, mirrored, Message(0, WEAK)) == -shift


def test_a_judgement_that_never_errs_is_the_truth():
    table = signals(panel([1.0] * 4), WEAK)

    assert np.all(table == WEAK)


@pytest.mark.parametrize("defender_type", [TOUGH, WEAK])
def test_signals_are_right_as_often_and_as_jointly_as_stated(defender_type):
    is_right = signals(panel(), defender_type) == defender_type
    standard = (is_right - 0.7) / (0.7 * 0.3) ** 0.5
    products = np.stack([standard[:, one] * standard[:, other] for one, other in PAIRS], axis=1)

    assert np.all(deviations(is_right, 0.7) < 4.0)
    assert np.all(deviations(products, 0.5) < 4.0)


@pytest.mark.parametrize("defender_type", [TOUGH, WEAK])
def test_signals_of_unlike_mediators_are_drawn_as_their_chances_say(defender_type):
    mediators = panel([0.8, 0.6, 0.7, 0.7], 0.4)
    expected = [chance(mediators, vector, defender_type) * FUTURES for vector in VECTORS]
    table = signals(mediators, defender_type)

    assert stats.chisquare(counts_of_vectors(table), expected).pvalue > 1e-3


def test_a_signal_does_not_change_with_the_other_mediators():
    alone = signals(panel([0.65, 0.6, 0.9, 0.9]), TOUGH)
    next_to = signals(panel([0.65, 0.9, 0.6, 0.7]), TOUGH)

    assert np.array_equal(alone[:, 0], next_to[:, 0])


@given(demands, dreads)
def test_credibility_begins_at_the_threshold_of_the_one_shot_demand_game(demand, dread):
    game = demand._replace(dread=dread)

    assert not game.is_believed(game.threshold() - MARGIN)
    assert game.is_believed(game.threshold() + MARGIN)


@given(demands, dreads, st.floats(-1.0, 0.0))
def test_who_only_wants_peace_or_favours_the_defender_is_not_believed(demand, dread, bias):
    assert not demand._replace(dread=dread).is_believed(0.0)
    assert not demand._replace(dread=dread).is_believed(bias)


@given(demands)
def test_who_wants_what_the_challenger_wants_is_believed(demand):
    assert 0.0 < demand.threshold() < 1.0
    assert demand.is_believed(1.0)


@given(demands, dreads)
def test_who_dreads_war_itself_needs_more_bias_to_be_believed(demand, dread):
    assert demand._replace(dread=dread + 0.001).threshold() > demand.threshold()


@given(demands)
def test_who_took_the_challengers_hopes_for_gains_would_not_be_believed(demand):
    tough, weak = demand.belief_after(1.0), demand.belief_after(-1.0)
    hopes = demand.bold(weak)._replace(slope=0.0)

    assert not truth_pays(gains_by_truth(demand.cautious(), hopes, 1.0, tough, weak))


@given(demands, st.floats(-1.0, 1.0))
def test_words_that_change_nothing_are_babble(demand, bias):
    tough, weak = demand.belief_after(1.0), demand.belief_after(-1.0)

    assert not truth_pays(gains_by_truth(demand.cautious(), demand.cautious(), bias, tough, weak))


@given(beliefs, st.floats(-2.0, 2.0))
def test_a_slope_in_log_odds_becomes_one_in_probability(belief, slope):
    step = 1e-4
    ends = [slope * logistic(logit(belief) + way * step) for way in (-0.5, 0.5)]

    assert slope_in_belief((ends[1] - ends[0]) / step, belief) == pytest.approx(slope, abs=1e-7)


def test_shifts_are_the_same_to_the_last_bit_with_and_without_the_compiler():
    mediators = panel([0.62, 0.71, 0.71, 0.8], 0.5)
    believed = messages(TOUGH, WEAK)
    shifts = [message_shift(mediators, believed, Message(3, says)) for says in (TOUGH, WEAK)]

    assert shifts == [1.3131006792154951, -1.0421862249503255]
