"""Whether a deal exists that both sides prefer to force: the bargaining game, solved alone."""

import shlex
from collections.abc import Iterator

from detente.ensemble.encode.agenda import AGENDA, agenda_is_open, venue_is_open
from detente.pack.options import targets
from detente.questions import wording
from detente.questions.bargaining import AcrossWorlds, Bargaining
from detente.questions.bargaining.game import CHALLENGER_TYPES, DEFENDER_TYPES, agendas
from detente.questions.wording import number, of_100, points
from detente.text import capitalised
from detente.views import bargaining_game as game
from detente.views import blocks
from detente.views.bargaining_game import RESOLVED, chance, holders, known, listed, resolve, worth
from detente.views.blocks import (
    Block,
    Column,
    Command,
    Listing,
    Section,
    Table,
    Words,
    columns,
    says,
)
from detente.views.engagement import asked
from detente.views.trace import subject

ALL, HALF, NONE = 1.0, 0.5, 0.0
PAIRS = tuple((a, b) for a in CHALLENGER_TYPES for b in DEFENDER_TYPES)
MOST_UNSETTLED = 0.01
"""With a larger share of unsettled decisions a solution is unreliable."""


def section(found: Bargaining) -> Section:
    """Return the page on whether a deal exists, and how both sides bargain over it."""
    alone = "The bargaining alone, solved and not played, in"
    if found.worlds is None:
        where = (
            f"{alone} the median set of assumptions: every number at its median, every switch at "
            "its likelier side"
        )
    else:
        where = (
            f"{alone} {wording.count(found.worlds, 'set')} of assumptions, seed {found.seed}: "
            "medians across assumptions, in brackets the 5th to 95th percentile"
        )
    about = [subject(found.crisis), where]
    events = [event.name for event in found.crisis.dated]
    if events:
        about.append(
            "The crisis as it stands on the as-of date, without the events on its calendar "
            f"({'; '.join(events)}), which detente run plays"
        )
    return Section(
        key="bargaining",
        title="Is there a deal that both would rather have than force?",
        about=tuple(about),
        answer=tuple(_answer(found)),
        blocks=tuple(_blocks(found)),
        reading=tuple(_reading(found)),
        next=tuple(_next(found)),
    )


def _answer(found: Bargaining) -> Iterator[Words]:
    most, every = (
        ("", "") if found.worlds is None else (" under most assumptions", ", under all assumptions")
    )
    for agenda in agendas(found.crisis):
        # By pair of types: the share of worlds in which a deal exists on this agenda.
        shares = {pair: known(found, "agendas", agenda, "pairs", *pair, "exists") for pair in PAIRS}
        words = f"On the {agenda} agenda, in this model, a deal"
        if min(shares.values()) == ALL:
            words += (
                f" that both sides prefer to force exists{every}, whether or not they are resolved."
            )
        elif max(shares.values()) == NONE:
            words += f" that both sides prefer to force never exists{every}, resolved or not."
        else:
            pairs = [
                f"between {resolve(found, a)} and {resolve(found, b)}"
                + ("" if found.worlds is None else f" {_in_worlds(found, share)}")
                for (a, b), share in shares.items()
                if share > NONE
            ]
            words += f" that both sides prefer to force exists {'; '.join(pairs)}."
        of_all, of_none = [], []
        for package in found.below("agendas", agenda, "packages"):
            inside = [
                known(found, "agendas", agenda, "pairs", *pair, "inside", package) > HALF
                for pair in PAIRS
            ]
            if all(inside):
                of_all.append(package)
            if not any(inside):
                of_none.append(package)
        if of_all:
            words += f" Both prefer {listed(of_all)} to force{most}."
        if of_none:
            words += f" One side prefers force to {listed(of_none)}{most}."
        yield words
    yield game.leverage_answer(found)
    unsettled = found.figures["solver", "unsettled_share"]
    largest = unsettled.spread_high if isinstance(unsettled, AcrossWorlds) else None
    if (unsettled[0] if largest is None else largest) > MOST_UNSETTLED:
        yield "Too many decisions are unsettled to rely on this; try --grid fine."


def _in_worlds(found: Bargaining, part: float) -> str:
    """Return a share of worlds as a count of worlds, in words."""
    worlds = found.worlds or 1
    return f"in {number(part * worlds, 0)} of {wording.count(worlds, 'set')} of assumptions"


def _blocks(found: Bargaining) -> Iterator[Block]:
    challenger, defender = found.parties["challenger"], found.parties["defender"]
    packages: list[tuple[str, ...]] = []
    pairs: list[tuple[str, ...]] = []
    numbers = [str(package + 1) for package in range(found.packages)]
    for agenda in agendas(found.crisis):
        for package in found.below("agendas", agenda, "packages"):
            key = "agendas", agenda, "packages", package
            packages.append(
                (
                    f"{agenda} {package}: {game.package_words(found, agenda, package)}",
                    worth(found, *key, "to_challenger"),
                    worth(found, *key, "to_defender"),
                )
            )
        for a, b in PAIRS:
            pair = "agendas", agenda, "pairs", a, b
            pairs.append(
                (
                    f"{agenda}: {RESOLVED[a]}, {RESOLVED[b]}",
                    game.yes(found, *pair, "exists"),
                    worth(found, *pair, "lowest"),
                    worth(found, *pair, "highest"),
                    *(game.yes(found, *pair, "inside", one) for one in numbers),
                )
            )
    yield Table(
        "packages",
        "Packages, from the least to the most conceded, and the relief for each",
        columns("Agenda and package", numbers=(f"worth to {challenger}", f"worth to {defender}")),
        tuple(packages),
    )
    unit = "" if found.worlds is None else ", % of assumptions"
    inside = (f"{one} inside{unit}" for one in numbers)
    yield Table(
        "ranges",
        f"Deals that both prefer to force, by agenda and by whether {challenger} and "
        f"{defender} are resolved",
        columns("Agenda and types", numbers=(f"there is one{unit}", "worth from", "to", *inside)),
        tuple(pairs),
        level="full",
    )
    yield Listing("Before the talks", tuple(_before(found)), level="full")
    yield from game.blocks(found)
    a_world = "" if found.worlds is None else " a set of assumptions"
    solved = says(
        f"{{}} decisions{a_world}, {{}} evaluations each; several equilibria in {{}} % of rows; "
        "{} % of decisions unsettled (at most 1 % may be); largest residual {} in log-odds.",
        number(known(found, "solver", "nodes"), 0),
        number(known(found, "solver", "evaluations_a_node")),
        points(known(found, "solver", "folded_share")),
        points(known(found, "solver", "unsettled_share")),
        worth(found, "solver", "worst_residual", decimals=4),
    )
    gains = (
        says(f"{{}} to {resolve(found, kind)}", worth(found, "solver", "exploitability", kind))
        for kind in (*CHALLENGER_TYPES, *DEFENDER_TYPES)
    )
    added = says("Always choosing best would add: {}.", blocks.listed(gains))
    yield Listing("How well the game is solved", (solved, added), level="full")
    measures = targets(found.crisis.model).numbers
    switches = [
        (
            f"{measures[path][1].says} ({path})",
            "on" if switch.taken else "off",
            of_100(switch.chance),
        )
        for path, switch in found.switches.items()
        if 0.0 < switch.chance < 1.0 and not (path == AGENDA and agenda_is_open(found.crisis))
    ]
    if switches:
        yield Table(
            "switches",
            "Switches, which the median set of assumptions sets to their likelier side",
            (Column("Switch"), Column("taken"), Column("on with, %", is_number=True)),
            tuple(switches),
            level="full",
        )


def _before(found: Bargaining) -> Iterator[Words]:
    """Yield sentences on beliefs and force deployed at the start, and on the terms of the talks."""
    beliefs = []
    for kind in ("hard", "tough"):
        ends = game.ends_of(found, "beliefs", kind)
        spread = "" if ends is None else f" ({wording.span(*ends, 0)})"
        beliefs += [resolve(found, kind), wording.belief(known(found, "beliefs", kind)) + spread]
    yield says(
        "Believed at the start: {} {}; {} {}. Force deployed: level {} of 2.",
        *beliefs,
        number(known(found, "force_at_start"), 0),
    )
    has_wide = len(agendas(found.crisis)) > 1
    if has_wide:
        wide = known(found, "agendas", "wide", "played")
        if found.worlds is None:
            held = f"on the {'wide' if wide else 'narrow'} agenda"
        else:
            held = f"on the wide agenda {_in_worlds(found, wide)}"
        if agenda_is_open(found.crisis):
            yield says(
                "{} This page assumes that the talks are held {}.",
                _race_words(found, "agenda"),
                held,
            )
        else:
            yield f"The talks are {held}, as the pack has it."
    else:
        yield "The talks are about all issues: none lies beyond the narrow agenda."
    model = found.crisis.model
    if venue_is_open(found.crisis) and model.rival_venue is not None:
        rival = known(found, "terms", "venue", "is_rival")
        if found.worlds is None:
            held = f"in {model.rival_venue.place if rival else model.venue.place}"
        else:
            held = f"in {model.rival_venue.place} {_in_worlds(found, rival)}, else in "
            held += model.venue.place
        yield says(
            "{} This page assumes that the talks are held {}.", _race_words(found, "venue"), held
        )
    else:
        yield f"The talks are held in {model.venue.place}, as the pack has it."
    if has_wide:
        stakes = (
            says(f"{{}} to {name}", worth(found, "terms", "wide_less_narrow", holder, signed=True))
            for holder, name in holders(found).items()
        )
        yield says(
            "The wide agenda in place of the narrow one would be worth {}.", blocks.listed(stakes)
        )


def _race_words(found: Bargaining, what: str) -> Words:
    return says(
        f"The {what} is in dispute. {capitalised(found.called['challenger'])} gives way first "
        "in {} % of cases; a side gives way after {} days on average.",
        chance(found, "terms", what, "challenger_concedes"),
        worth(found, "terms", what, "mean_delay", decimals=0),
    )


def _reading(found: Bargaining) -> Iterator[Words]:
    challenger, defender = found.called["challenger"], found.called["defender"]
    yield (
        "War costs a resolved side less, and neither side knows whether the other is resolved "
        "(hard, soft, tough and weak in --json). Worths are shares of what all issues together "
        "are worth to that side; relief is in percent of all that is withheld."
    )
    yield (
        f"Range of deals, by their worth to {challenger}. Its lower end is the worth of a strike "
        "with the force deployed, or of the deal that concedes least if that is worth more. At "
        f"its upper end {defender} no longer prefers the deal to being struck, or has nothing "
        "left to concede. The last columns show whether a package lies in the range."
    )
    if found.worlds is not None:
        yield "After these two tables, each set of assumptions has the packages of its own agenda."
    yield from game.reading(defender)


def _next(found: Bargaining) -> Iterator[Command]:
    yield Command("play it: how it may end", asked("run", found.crisis))
    if found.worlds is None:
        yield Command("the range across assumptions", f"{asked('solve', found.crisis)} --worlds 64")
    name = shlex.quote(found.crisis.text.name)
    yield Command("what the numbers rest on", f"detente evidence {name}")
