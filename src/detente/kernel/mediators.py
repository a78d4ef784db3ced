"""What mediators know of the defender's resolve, and when a mediator is believed."""

import math
from typing import Annotated, NamedTuple, Protocol

from detente.kernel.arithmetic import log
from detente.kernel.draws import Draws, Purpose, uniform, uniforms
from detente.kernel.jit import jit
from detente.kernel.layout import Array

MEDIATORS = 4
"""Most mediators in a crisis."""
TOUGH, WEAK = 0, 1
"""What a signal or a message says of the defender, numbered as its types: resolved or not."""
SILENT = -1
"""In place of a message: none was sent, or none that is believed."""


class Mediators(Protocol):
    """Who may speak, how well each judges and whose side it is on; a record."""

    count: Annotated[int, "mediators, at most four"]
    has_access: Annotated[Array, (MEDIATORS,), "1 where the venue lets it speak to both", int]
    accuracy: Annotated[Array, (MEDIATORS,), "chance that the signal is right, inside 0 to 1"]
    bias: Annotated[Array, (MEDIATORS,), "1 shares the challenger's interests, -1 the defender's"]
    report_rate: Annotated[Array, (MEDIATORS,), "rate at which it sends its one message [1/day]"]
    correlation: Annotated[float, "of two signals' being right, 0 or more and below 1"]


class Heard(Protocol):
    """What the mediators have said in one future; a record, reset by `nothing_heard`."""

    believed: Annotated[Array, (MEDIATORS,), "TOUGH, WEAK, or SILENT if not believed", int]
    has_spoken: Annotated[Array, (MEDIATORS,), "1 once its one message is sent", int]


class Message(NamedTuple):
    """What one mediator says of the defender."""

    mediator: int
    says: Annotated[int, "TOUGH, WEAK or SILENT"]


class Outlook(NamedTuple):
    """Worth of a node once a message has moved the public belief in a resolved defender [value]."""

    challenger: Annotated[float, "to the challenger, by that belief, mean over its types"]
    slope: Annotated[float, "rise of that worth with the belief, per unit of probability"]
    tough: Annotated[float, "to the defender if it is resolved"]
    weak: Annotated[float, "to the defender if it is not"]


@jit
def signal(mediators: Mediators, draws: Draws, mediator: int, defender_type: int) -> int:
    """Return a mediator's private signal of the defender's type, constant throughout a future.

    With chance `c = sqrt(correlation)` it judges by a draw common to all, else by its own, and is
    right where the draw lies below its accuracy. So two signals of one accuracy are right with the
    stated correlation, and of accuracies `p < q` with `c^2 sqrt(p (1 - q) / (q (1 - p)))`.
    """
    # Drawn on day 0, so that the signal is the same whenever it speaks.
    common = uniform(draws, 0, Purpose.MEDIATOR, 0)
    own = uniforms(draws, 0, Purpose.MEDIATOR, mediator + 1)
    judgement = common if own[0] < math.sqrt(mediators.correlation) else own[1]
    return defender_type if judgement < mediators.accuracy[mediator] else 1 - defender_type


@jit
def nothing_heard(heard: Heard) -> None:
    """Reset a future to one in which no mediator has spoken."""
    for mediator in range(MEDIATORS):
        heard.believed[mediator] = SILENT
        heard.has_spoken[mediator] = 0


@jit
def may_speak(mediators: Mediators, heard: Heard, mediator: int) -> bool:
    """Say whether a mediator has access and has not sent its one message."""
    return mediators.has_access[mediator] == 1 and heard.has_spoken[mediator] == 0


@jit
def record_message(heard: Heard, message: Message, is_believed: bool) -> None:
    """Record a message, and its content if it is believed."""
    heard.has_spoken[message.mediator] = 1
    if is_believed:
        heard.believed[message.mediator] = message.says


@jit
def likelihood(mediators: Mediators, heard: Heard, message: Message, defender_type: int) -> float:
    """Return the chance of a message and of those believed before, if they reveal the signals.

    `message` replaces what its sender was heard to say; if it is SILENT, its sender is left out.
    Given the common draw the signals are independent, and they depend on it only through which
    accuracies it lies below, so that a sum over the at most five stretches between the accuracies
    is exact.
    """
    total = 0.0
    low = 0.0
    while low < 1.0:
        high = next_accuracy(mediators, low)
        chance = chance_given_common(mediators, heard, message, defender_type, low)
        total += (high - low) * chance
        low = high
    return total


@jit
def next_accuracy(mediators: Mediators, low: float) -> float:
    """Return the least accuracy above a draw, 1 if there is none."""
    least = 1.0
    for mediator in range(mediators.count):
        if low < mediators.accuracy[mediator] < least:
            least = mediators.accuracy[mediator]
    return least


@jit
def chance_given_common(
    mediators: Mediators, heard: Heard, message: Message, defender_type: int, common: float
) -> float:
    """Return the chance of the messages given the draw common to all."""
    share = math.sqrt(mediators.correlation)
    chance = 1.0
    for mediator in range(mediators.count):
        says = message.says if mediator == message.mediator else heard.believed[mediator]
        if says == SILENT:
            continue
        is_right = (1.0 - share) * mediators.accuracy[mediator]
        if common < mediators.accuracy[mediator]:
            is_right += share
        chance *= is_right if says == defender_type else 1.0 - is_right
    return chance


@jit
def evidence(mediators: Mediators, heard: Heard, message: Message) -> float:
    """Return the log-odds that these messages together add to a resolved defender."""
    if_tough = likelihood(mediators, heard, message, TOUGH)
    if_weak = likelihood(mediators, heard, message, WEAK)
    return log(if_tough) - log(if_weak)


@jit
def message_shift(mediators: Mediators, heard: Heard, message: Message) -> float:
    """Return the shift in the log-odds of a resolved defender from one more believed message.

    It counts only what the message adds to the earlier ones, so that correlated signals count for
    less than they would alone. A message that is not believed shifts nothing and stays SILENT.
    """
    without = Message(message.mediator, SILENT)
    return evidence(mediators, heard, message) - evidence(mediators, heard, without)


@jit
def slope_in_belief(rise: float, belief: float) -> float:
    """Return a rise per unit of log-odds as a rise per unit of probability."""
    spread = belief * (1.0 - belief)
    return rise / spread if spread > 0.0 else 0.0


@jit
def worth_to_mediator(outlook: Outlook, belief: float, bias: float, own_belief: float) -> float:
    """Return the worth to a mediator of a public belief that differs from its own [value].

    `(1 + bias) / 2` of what it expects the challenger to get, and `(1 - bias) / 2` of the defender.
    A challenger that believes p values its plan V(p), but a mediator that believes q expects of
    that plan `V(p) + (q - p) V'(p)`: exact where the challenger plays a best response and each type
    of the defender acts alike whatever is believed of it (envelope theorem), elsewhere an
    approximation. With V(p) alone, the challenger's false hopes would count as gains, and no
    mediator on its side would ever counsel restraint.
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
    """Return a mediator's gain from the truth over a lie, for a resolved signal and for the other.

    `after_tough` and `after_weak` are what follows if 'resolved' or 'not resolved' is said and
    believed. `belief_if_tough` and `belief_if_weak` are the chances of a resolved defender after
    either signal: the mediator's own and, once it is believed, the public's. Limits: a mediator
    considers neither its later silence nor others' messages.
    """
    truth = worth_to_mediator(after_tough, belief_if_tough, bias, belief_if_tough)
    lie = worth_to_mediator(after_weak, belief_if_weak, bias, belief_if_tough)
    true_weak = worth_to_mediator(after_weak, belief_if_weak, bias, belief_if_weak)
    false_tough = worth_to_mediator(after_tough, belief_if_tough, bias, belief_if_weak)
    return truth - lie, true_weak - false_tough


@jit
def truth_pays(gains: tuple[float, float]) -> bool:
    """Say whether a mediator is believed: it gains from the truth whichever signal it has.

    If the truth does not pay, or makes no difference, its words are babble and move no belief.
    After Kydd 2003: a mediator that would say the same in any case is not believed, one on the side
    of the party that it counsels is. Who merely carries words has no signal to reveal (Fey & Ramsay
    2010).
    """
    return gains[0] > 0.0 and gains[1] > 0.0


@jit
def always_says(gains: tuple[float, float]) -> int:
    """Return the message that a believed mediator would always send: TOUGH, WEAK or SILENT.

    SILENT stands for the truth in both cases, or a lie in both.
    """
    if (gains[0] > 0.0) == (gains[1] > 0.0):
        return SILENT
    return TOUGH if gains[0] > 0.0 else WEAK
