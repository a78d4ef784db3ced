"""What the tests of hypotheses found, as text: verdicts, numbers, and how to read them."""

import shlex
from collections.abc import Iterator

from detente.analysis.hypotheses import Hypotheses, Tested
from detente.analysis.hypotheses.verdicts import FEWEST_WORLDS, Result
from detente.analysis.hypotheses.words import VERDICTS, measured, number
from detente.cli import terminal
from detente.ensemble.versions import command_to_grow


def show_hypotheses(found: Hypotheses, *, quiet: bool) -> None:
    """Print what was found; `quiet` leaves out how to read it and what to do next."""
    _show_heading(found)
    _show_verdicts(found)
    for one in found.tested:
        _show_one(one)
    if not quiet:
        _explain()
        _show_next(found)


def _show_heading(found: Hypotheses) -> None:
    record = found.run.record
    there = record.settings.worlds
    of_all = "" if found.worlds == there else f" of the run's {there}"
    title = f"{record.title} ({record.name}, as of {record.as_of})"
    terminal.say(f"{title}: hypotheses, in this model", style="bold")
    terminal.say(
        f"{found.worlds}{of_all} worlds, played again with what each test changes, on the same "
        "draws"
    )
    if found.worlds < FEWEST_WORLDS:
        terminal.say(f"Note: {FEWEST_WORLDS} worlds are the fewest for a verdict.")
    terminal.say()


def _show_verdicts(found: Hypotheses) -> None:
    counts = {
        word: sum(one.verdict == key for one in found.tested) for key, word in VERDICTS.items()
    }
    said = ", ".join(f"{count} {word}" for word, count in counts.items() if count)
    terminal.say(f"In this model, of {len(found.tested)}: {said}", style="bold")
    rows = [(one.id, VERDICTS[one.verdict], _brief(one)) for one in found.tested]
    terminal.show_table(rows, has_head=False)
    terminal.say()


def _brief(one: Tested) -> str:
    on = one.rests_on
    return "" if on is None else measured(on)


def _show_one(one: Tested) -> None:
    terminal.say(f"{one.id}: {VERDICTS[one.verdict]}", style="bold")
    terminal.say(f"{one.hypothesis.says}.", indent=2, hang=2)
    terminal.say(f"Rejected if: {one.hypothesis.rejected_if}.", indent=2, hang=2)
    for trial, results in zip(one.hypothesis.tests, one.by_test, strict=True):
        terminal.say(f"Test: {trial.says}.", indent=2, hang=2)
        for result in results:
            terminal.say(f"- {_told(result)}", indent=4, hang=6)
    if one.why:
        terminal.say(f"Cannot be told: {one.why}.", indent=2, hang=2)
    terminal.show_table([("", one.command)], has_head=False)
    terminal.say()


def _told(result: Result) -> str:
    limit = number(result.scale * result.threshold)
    wanted = f"supported by {result.expects} than {limit}"
    parts = [measured(result), *_levels(result), *_spread(result), wanted]
    return f"{result.name}: {'; '.join(parts)}: {VERDICTS[result.verdict]}"


def _levels(result: Result) -> Iterator[str]:
    if len(result.levels) > 1:
        yield "it goes " + ", ".join(number(result.scale * level) for level in result.levels)


def _spread(result: Result) -> Iterator[str]:
    low, high = result.estimate.spread_low, result.estimate.spread_high
    if low is not None and high is not None and result.holds_in is not None:
        ends = f"{number(result.scale * low)} to {number(result.scale * high)}"
        yield f"worlds {ends}, holds in {100.0 * result.holds_in:.0f} of 100"


def _explain() -> None:
    terminal.say(
        "In brackets the 90 % interval of the mean over worlds, worlds and chance together; "
        "worlds: 5th to 95th percentile over what is not known, chance removed. Supported, or "
        "rejected: the interval and these percentiles both lie on that side. Cannot tell: the "
        "interval leaves both open, or it holds in some worlds and not in others. Tests "
        "intervene: they change fields and play again; nothing is read from what merely goes "
        "together. A verdict is on this model and on the pack's ranges."
    )
    terminal.say()


def _show_next(found: Hypotheses) -> None:
    run = found.run
    folder = shlex.quote(str(run.folder))
    terminal.say("Next:")
    rows = [
        ("", command_to_grow(run.folder, run.record, worlds=2 * run.record.settings.worlds)),
        ("", f"detente evidence {folder}"),
    ]
    says = ("more worlds tell more", "who holds what, and on what grounds")
    terminal.show_table(
        [(*row, said) for row, said in zip(rows, says, strict=True)], has_head=False
    )
