"""Mediators' signals of the defender's resolve, and when a mediator is believed."""

import math
from typing import Annotated, NamedTuple, Protocol

from detente.kernel.arithmetic import log
from detente.kernel.draws import Draws, Purpose, uniform, uniforms
from detente.kernel.jit import jit
from detente.kernel.layout import Array

MEDIATORS = 4
"""Most mediators in a crisis."""
TOUGH, WEAK = 0, 1
"""Contents of a signal or a message: the defender's type, resolved or not."""
SILENT = -1
"""Stands for no message, or for one that is not believed."""


class Mediators(Protocol):
    """The mediators: their access to the parties, their accuracy and their bias; a record."""

    count: Annotated[int, "mediators, at most four"]
    has_access: Annotated[Array, (MEDIATORS,), "1 where the venue lets it speak to both", int]
    accuracy: Annotated[Array, (MEDIATORS,), "chance that the signal is right, inside 0 to 1"]
    bias: Annotated[Array, (MEDIATORS,), "1 shares the challenger's interests, -1 the defender's"]
    report_rate: Annotated[Array, (MEDIATORS,), "rate at which it sends its one message [1/day]"]
    correlation: Annotated[float, "of two signals' being right, 0 or more and below 1"]


class Messages(Protocol):
    """The messages of the mediators so far in one future; a record, reset by `clear_messages`."""

    believed: Annotated[Array, (MEDIATORS,), "TOUGH, WEAK, or SILENT if not believed", int]
    has_spoken: Annotated[Array, (MEDIATORS,), "1 once its one message is sent", int]


class Message(NamedTuple):
    """A mediator's message about the defender."""

    mediator: int
    says: Annotated[int, "TOUGH, WEAK or SILENT"]


class Outlook(NamedTuple):
    """Worth of the crisis once a message has changed the belief about the defender [value]."""

    challenger: Annotated[float, "to the challenger, by that belief, mean over its types"]
    slope: Annotated[float, "rise of that worth with the belief, per unit of probability"]
    tough: Annotated[float, "to the defender if it is resolved"]
    weak: Annotated[float, "to the defender if it is not"]


@jit
def signal(mediators: Mediators, draws: Draws, mediator: int, defender_type: int) -> int:
    """Return a mediator's private signal of the defender's type, constant throughout a future.

    With chance `c = sqrt(correlation)` a mediator judges by a draw common to all, else by its own.
    Its signal is right if the draw is below its accuracy. So the errors of two mediators of equal
    accuracy have the stated correlation. Those of accuracies `p < q` have the correlation
    `c^2 sqrt(p (1 - q) / (q (1 - p)))`.
    """
    # The draws are those of day 0, so that the signal does not depend on the day of the message.
    common = uniform(draws, 0, Purpose.MEDIATOR, 0)
    own = uniforms(draws, 0, Purpose.MEDIATOR, mediator + 1)
    judgement = common if own[0] < math.sqrt(mediators.correlation) else own[1]
    return defender_type if judgement < mediators.accuracy[mediator] else 1 - defender_type


@jit
def clear_messages(messages: Messages) -> None:
    """Reset a future to one in which no mediator has spoken."""
    for mediator in range(MEDIATORS):
        messages.believed[mediator] = SILENT
        messages.has_spoken[mediator] = 0


@jit
def may_speak(mediators: Mediators, messages: Messages, mediator: int) -> bool:
    """Say whether a mediator has access to both sides and has not sent its one message."""
    return mediators.has_access[mediator] == 1 and messages.has_spoken[mediator] == 0


@jit
def record_message(messages: Messages, message: Message, is_believed: bool) -> None:
    """Record that a mediator has spoken, and the content of its message if it is believed."""
    messages.has_spoken[message.mediator] = 1
    if is_believed:
        messages.believed[message.mediator] = message.says


@jit
def likelihood(
    mediators: Mediators, messages: Messages, message: Message, defender_type: int
) -> float:
    """Return the likelihood of a message and of those believed before, given the defender's type.

    Each message is taken to reveal its sender's signal. `message` replaces any earlier message of
    its sender; if it is SILENT, the sender is left out. Given the common draw, signals are
    independent, and each depends only on whether that draw is below the sender's accuracy. The
    likelihood is thus constant between neighbouring accuracies, and a sum over these at most five
    intervals is exact.
    """
    total = 0.0
    low = 0.0
    while low < 1.0:
        high = next_accuracy(mediators, low)
        chance = chance_given_common(mediators, messages, message, defender_type, low)
        total += (high - low) * chance
        low = high
    return total


@jit
def next_accuracy(mediators: Mediators, low: float) -> float:
    """Return the least accuracy of a mediator above `low`, or 1 if there is none."""
    least = 1.0
    for mediator in range(mediators.count):
        if low < mediators.accuracy[mediator] < least:
            least = mediators.accuracy[mediator]
    return least


@jit
def chance_given_common(
    mediators: Mediators, messages: Messages, message: Message, defender_type: int, common: float
) -> float:
    """Return the likelihood of the messages given the defender's type and the common draw."""
    share = math.sqrt(mediators.correlation)
    chance = 1.0
    for mediator in range(mediators.count):
        says = message.says if mediator == message.mediator else messages.believed[mediator]
        if says == SILENT:
            continue
        is_right = (1.0 - share) * mediators.accuracy[mediator]
        if common < mediators.accuracy[mediator]:
            is_right += share
        chance *= is_right if says == defender_type else 1.0 - is_right
    return chance


@jit
def evidence(mediators: Mediators, messages: Messages, message: Message) -> float:
    """Return the shift in the log-odds of a resolved defender from all these messages together."""
    if_tough = likelihood(mediators, messages, message, TOUGH)
    if_weak = likelihood(mediators, messages, message, WEAK)
    return log(if_tough) - log(if_weak)


@jit
def message_shift(mediators: Mediators, messages: Messages, message: Message) -> float:
    """Return the shift in the log-odds of a resolved defender from one more believed message.

    Only the evidence beyond earlier messages counts, so that a correlated signal counts less than
    it would alone. A message that is not believed shifts nothing and is recorded as SILENT.
    """
    without = Message(message.mediator, SILENT)
    return evidence(mediators, messages, message) - evidence(mediators, messages, without)


@jit
def slope_in_belief(rise: float, belief: float) -> float:
    """Convert a rise per unit of log-odds to one per unit of probability, at a belief."""
    spread = belief * (1.0 - belief)
    return rise / spread if spread > 0.0 else 0.0


@jit
def worth_to_mediator(outlook: Outlook, belief: float, bias: float, own_belief: float) -> float:
    """Return the worth to a mediator of a public belief that differs from its own [value].

    The sum of the challenger's expected worth, weighted by `(1 + bias) / 2`, and the defender's,
    weighted by `(1 - bias) / 2`. A challenger that believes p values its plan at V(p), but a
    mediator that believes q expects `V(p) + (q - p) V'(p)` of that plan. This is exact if the
    challenger plays a best response and neither type of the defender reacts to the belief (envelope
    theorem), and an approximation otherwise. With V(p) alone, the challenger's false hopes would
    count as gains, and no mediator on its side would ever counsel restraint.
    """
    challenger = outlook.challenger + (own_belief - belief) * outlook.slope
    defender = own_belief * outlook.tough + (1.0 - own_belief) * outlook.weak
    return 0.5 * (1.0 + bias) * challenger + 0.5 * (1.0 - bias) * defender


@jit
def gains_by_truth(
    after_tough: Outlook,
    after_weak: Outlook,
    bias: float,
    belief_if_tough: float,
    belief_if_weak: float,
) -> tuple[float, float]:
    """Return a mediator's gains from the truth over a lie, after either signal [value].

    The first is that after the signal 'resolved', the second that after the signal 'not resolved'.
    `after_tough` and `after_weak` are the outlooks if the message 'resolved' or 'not resolved' is
    believed. `belief_if_tough` and `belief_if_weak` are the chances of a resolved defender given
    either signal: the mediator's own belief and, once it is believed, the public's. Limits: a
    mediator considers neither later silence nor the messages of others.
    """
    truth = worth_to_mediator(after_tough, belief_if_tough, bias, belief_if_tough)
    lie = worth_to_mediator(after_weak, belief_if_weak, bias, belief_if_tough)
    true_weak = worth_to_mediator(after_weak, belief_if_weak, bias, belief_if_weak)
    false_tough = worth_to_mediator(after_tough, belief_if_tough, bias, belief_if_weak)
    return truth - lie, true_weak - false_tough


@jit
def truth_pays(gains: tuple[float, float]) -> bool:
    """Say whether a mediator is believed: it gains from the truth whichever signal it has.

    If the truth does not pay, or makes no difference, its message is cheap talk and changes no
    belief. After Kydd 2003: a mediator that would say the same in any case is not believed; one
    that is biased towards the party that it counsels may be. A mediator without private information
    has no signal to reveal (Fey & Ramsay 2010).
    """
    return gains[0] > 0.0 and gains[1] > 0.0


@jit
def always_says(gains: tuple[float, float]) -> int:
    """Return the message that a mediator would send after either signal if it were believed.

    SILENT stands for a mediator whose message depends on its signal.
    """
    if (gains[0] > 0.0) == (gains[1] > 0.0):
        return SILENT
    return TOUGH if gains[0] > 0.0 else WEAK
