"""What the result leans on, as text: layers that may not be there, kill chances, prices."""

from collections.abc import Sequence

from detente.analysis.engagement import Defended
from detente.analysis.engagement.systems import System
from detente.cli import terminal
from detente.cli.engaging.figures import percent, plain, span


def show_layers(defended: Defended) -> None:
    """Print the layers of a defence, and what is not proven of them."""
    if not defended.systems:
        terminal.say("It has no layers: whatever works passes.")
        terminal.say()
        return
    terminal.say("Its layers, the outer first", style="bold")
    head = ("", "there, %", "one shot kills, %", "which rests on")
    rows = [_layer_row(each) for each in defended.systems]
    terminal.show_table([head, *rows], right=" rr")
    _say_leaning(defended)
    terminal.say()


def _layer_row(system: System) -> tuple[str, ...]:
    return (
        plain(system.key),
        percent(system.there),
        span(system.kill_low, system.kill_high, percent),
        _rests_on(system),
    )


def _rests_on(system: System) -> str:
    if not system.because:
        return "no claim"
    return system.because[0] if len(system.because) == 1 else f"{len(system.because)} claims"


def _say_leaning(defended: Defended) -> None:
    reported = [f"{plain(x.key)} ({percent(x.there)} %)" for x in defended.systems if x.is_reported]
    if reported:
        terminal.say(f"Not known to be there and to work: {listed(reported)}.")
    unproven = [plain(each.key) for each in defended.systems if each.is_unproven]
    if unproven:
        terminal.say(
            f"Leans on unproven systems: {listed(unproven)}, whose kill chances rest on no claim "
            "or are known no better than to 30 points."
        )
    if defended.unproven:
        terminal.say(f"Leans also on {listed(defended.unproven)}, for which there is no claim.")
    unpriced = [plain(each.key) for each in defended.systems if not each.has_price]
    unpriced += [plain(key) for key in defended.unpriced]
    if unpriced:
        terminal.say(f"Prices that no claim gives, so that cost is a guess: {listed(unpriced)}.")


def listed(words: Sequence[str]) -> str:
    """Return words with commas between and an and before the last."""
    *before, last = words
    return f"{', '.join(before)} and {last}" if before else last
