"""What caused war in a run, as text: in words, as a table, and how to read it."""

import shlex

from detente.analysis.causes import Causes
from detente.analysis.causes.attribution import KEYS
from detente.analysis.causes.words import MEANINGS, NAMES
from detente.cli import terminal
from detente.ensemble.shares import Share

MOST_UNSETTLED = 0.01
"""With a larger share of unsettled decisions shares are not to be relied on."""
VERDICTS = {
    "more": "Miscalculation brings more war than deliberate action and spoilers together, in 95 of "
    "100 worlds.",
    "less": "Miscalculation brings less war than deliberate action and spoilers together, in 95 of "
    "100 worlds.",
    "cannot_tell": "Whether miscalculation brings more war than deliberate action and spoilers "
    "together cannot be told: worlds differ on it.",
}


def show_causes(found: Causes, *, quiet: bool) -> None:
    """Print what caused war; `quiet` leaves out how to read it and what to do next."""
    _show_heading(found)
    if found.shares["war",].share == 0.0:
        terminal.say("There is no war in these futures, so that there is nothing to explain.")
        terminal.say()
    else:
        _show_words(found)
    _show_credit(found)
    _show_removals(found)
    _show_kinds(found)
    if not quiet:
        _explain(found)
        _show_next(found)


def _show_heading(found: Causes) -> None:
    record = found.run.record
    there = record.settings.worlds
    of_all = "" if found.worlds == there else f" of the run's {there}"
    terminal.say(
        f"{record.title} ({record.name}, as of {record.as_of}): causes of war", style="bold"
    )
    terminal.say(
        f"{found.futures:,} futures in {found.worlds}{of_all} worlds, option {found.option}, each "
        "played again with every subset of six mechanisms, on the same draws"
    )
    terminal.say()


def _show_words(found: Causes) -> None:
    war = found.shares["war",]
    due = {**found.of_each("causes"), "none": found.shares["causes", "none"]}
    order = sorted(due, key=lambda key: -due[key].share)
    parts = [f"{NAMES[key]} {whole(due[key].share / war.share)}" for key in order]
    terminal.say(
        f"In this model war comes in {percent(war.share)} of 100 futures ({ends(war)} over "
        f"worlds). Of 100 wars these are credited with: {', '.join(parts)}. Worlds differ on this "
        "more than chance does: read the intervals."
    )
    terminal.say()


def _show_credit(found: Causes) -> None:
    terminal.say("Credit for war, Shapley shares, in % of all futures", style="bold")
    rows: list[tuple[str, ...]] = [("", "%", "chance", "worlds")]
    rows += [(NAMES[key], *cells(share)) for key, share in found.of_each("causes").items()]
    rows.append(("war with every one of these off", *cells(found.shares["causes", "none"])))
    rows.append(("war", *cells(found.shares["war",])))
    terminal.show_table(rows, right=" rrr")
    terminal.say()


def _show_removals(found: Causes) -> None:
    terminal.say(
        "War that one removal prevents, and that it creates, in % of all futures", style="bold"
    )
    rows: list[tuple[str, ...]] = [("without", "prevents", "worlds", "creates", "worlds")]
    but_for, created = found.of_each("but_for"), found.of_each("created")
    rows += [(NAMES[key], *_brief(but_for[key]), *_brief(created[key])) for key in KEYS.values()]
    for key, name in (
        ("third_party_resolved", "third parties, foreseen"),
        ("placebo", "nearly nothing (the floor)"),
    ):
        pair = (found.shares[key, "prevented"], found.shares[key, "created"])
        rows.append((name, *_brief(pair[0]), *_brief(pair[1])))
    rows.append(("no single one prevents", *_brief(found.shares["overdetermined",]), "", ""))
    terminal.show_table(rows, right=" rrrr")
    terminal.say()


def _show_kinds(found: Causes) -> None:
    terminal.say("Kinds of war, in % of all futures", style="bold")
    rows: list[tuple[str, ...]] = [("", "%", "chance", "worlds")]
    for key, name in (
        ("miscalculation", "miscalculation"),
        ("deliberate", "deliberate"),
        ("spoiler", "spoilers"),
        ("excess", "miscalculation less the other two"),
    ):
        rows.append((name, *cells(found.shares[key,])))
    terminal.show_table(rows, right=" rrr")
    terminal.say(
        "Miscalculation: incidents misread, private information and optimism. Deliberate: a "
        "principal's chosen strike brings war with first strike and commitment alone. Spoilers: "
        "third parties."
    )
    terminal.say(VERDICTS[found.verdict])
    terminal.say()


def _explain(found: Causes) -> None:
    terminal.say("What is switched off", style="bold")
    for key, meaning in MEANINGS.items():
        terminal.say(f"- {NAMES[key]}: {meaning}", indent=2, hang=4)
    terminal.say(
        "chance: 90 % interval from the number of futures, worlds held fixed. worlds: 5th to 95th "
        "percentile over what is not known, chance removed. A credit below 0: a mechanism prevents "
        "more war than it brings. Wars that a removal creates are counted by themselves and not "
        "taken off. Choices 2 % sharper already flip the wars of the floor: what is not well above "
        "it says little. Equally good fits of history leave these shares open, so that no single "
        "number of them is a finding."
    )
    unsettled = f"{found.unsettled:.2%} of visited decisions unsettled"
    warning = "; too many to rely on" if found.unsettled > MOST_UNSETTLED else ""
    terminal.say(f"Over all subsets {unsettled}{warning}. Digest {found.digest[:12]}.")
    terminal.say()


def _show_next(found: Causes) -> None:
    folder = shlex.quote(str(found.run.folder))
    terminal.say("Next:")
    rows = [
        ("", f"detente causes {folder} --future W:I", "why one future had war"),
        ("", f"detente trace {folder} --future W:I", "that future, day by day"),
    ]
    terminal.show_table(rows, has_head=False)


def _brief(share: Share) -> tuple[str, str]:
    return percent(share.share), ends(share)


def cells(share: Share) -> tuple[str, str, str]:
    """Return a share, its interval of chance and its spread over worlds, in percent."""
    return percent(share.share), span(share.low, share.high), ends(share)


def ends(share: Share) -> str:
    """Return a share's spread over worlds in percent."""
    return span(share.spread_low, share.spread_high)


def span(low: float, high: float) -> str:
    """Return an interval in percent."""
    return f"{percent(low)} to {percent(high)}"


def whole(share: float) -> str:
    """Return a share as a count in a hundred, never as minus nothing."""
    return f"{round(100.0 * share)}"


def percent(share: float) -> str:
    """Return a share in percent with one decimal, never as minus nothing."""
    text = f"{100.0 * share:.1f}"
    return text.lstrip("-") if float(text) == 0.0 else text
