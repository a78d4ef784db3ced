"""Is there a deal that both sides would rather have than force: the bargaining alone, solved."""

import shlex
from collections.abc import Iterator

from detente.ensemble.encode.agenda import AGENDA, agenda_is_open, venue_is_open
from detente.pack.options import targets
from detente.questions import wording
from detente.questions.bargaining import AcrossWorlds, Bargaining
from detente.questions.bargaining.game import CHALLENGER_TYPES, DEFENDER_TYPES, agendas
from detente.questions.wording import number, of_100, points
from detente.views import bargaining_game as game
from detente.views.bargaining_game import RESOLVED, chance, holders, known, listed, resolve, worth
from detente.views.blocks import (
    Block,
    Column,
    Command,
    Listing,
    Section,
    Table,
    Words,
    number_columns,
    says,
)
from detente.views.engagement import asked
from detente.views.trace import subject

ALL, HALF, NONE = 1.0, 0.5, 0.0
PAIRS = tuple((a, b) for a in CHALLENGER_TYPES for b in DEFENDER_TYPES)
MOST_UNSETTLED = 0.01
"""A game with a larger share of unsettled decisions is not to be relied on."""


def section(found: Bargaining) -> Section:
    """Return whether there is a deal to be had, and how both sides bargain over it."""
    return Section(
        key="bargaining",
        title="Is there a deal that both would rather have than force?",
        about=(subject(found.crisis), _where(found), *_left_out(found)),
        answer=tuple(_answer(found)),
        blocks=tuple(_blocks(found)),
        reading=tuple(_reading(found)),
        next=tuple(_next(found)),
    )


def _where(found: Bargaining) -> str:
    alone = "The bargaining alone, solved and not played, in"
    if found.worlds is None:
        return (
            f"{alone} the median world: every number at its median, every switch at its likelier "
            "side"
        )
    return (
        f"{alone} {found.worlds} world{'s' if found.worlds > 1 else ''}, seed {found.seed}: "
        "medians across worlds, in brackets the 5th to 95th percentile"
    )


def _left_out(found: Bargaining) -> Iterator[str]:
    """Say which events of the calendar the game knows nothing of."""
    names = [event.name for event in found.crisis.events.values()]
    if names:
        yield (
            "The crisis as it stands on the as-of date: the game knows nothing of what its "
            f"calendar holds ({'; '.join(names)}). detente run plays that too"
        )


def _answer(found: Bargaining) -> Iterator[Words]:
    for agenda in agendas(found.crisis):
        yield (f"{_range_words(found, agenda)}{_inside_words(found, agenda)}",)
    yield game.leverage_answer(found)
    if _largest(found, "solver", "unsettled_share") > MOST_UNSETTLED:
        yield ("Too many decisions are unsettled to rely on this; try --grid fine.",)


def _range_words(found: Bargaining, agenda: str) -> str:
    """Say for which types there is a deal on an agenda; over worlds, in how many of them."""
    shares = {pair: known(found, "agendas", agenda, "pairs", *pair, "exists") for pair in PAIRS}
    every = "" if found.worlds is None else ", in every world"
    start = f"On the {agenda} agenda, in this model:"
    if min(shares.values()) == ALL:
        return f"{start} yes{every}, whether the sides are resolved or not."
    if max(shares.values()) == NONE:
        return f"{start} no{every}, whether the sides are resolved or not."
    pairs = [
        f"between {resolve(found, a)} and {resolve(found, b)}{_counted(found, shares[a, b])}"
        for a, b in PAIRS
        if shares[a, b] > NONE
    ]
    return f"{start} yes {'; '.join(pairs)}."


def _counted(found: Bargaining, part: float) -> str:
    return "" if found.worlds is None else f" {_in_worlds(found, part)}"


def _in_worlds(found: Bargaining, part: float) -> str:
    """Return a share of worlds as a count."""
    worlds = found.worlds or 1
    return f"in {number(part * worlds, 0)} of {worlds} world{'s' if worlds > 1 else ''}"


def _inside_words(found: Bargaining, agenda: str) -> str:
    """Say which packages all pairs of types prefer to force, in most worlds, and which none do."""
    inside = {
        package: [
            known(found, "agendas", agenda, "pairs", *pair, "inside", package) > HALF
            for pair in PAIRS
        ]
        for package in found.below("agendas", agenda, "packages")
    }
    of_all = [package for package, pairs in inside.items() if all(pairs)]
    of_none = [package for package, pairs in inside.items() if not any(pairs)]
    most = "" if found.worlds is None else " in most worlds"
    words = f" Both prefer {listed(of_all)} to force{most}." if of_all else ""
    return words + (f" One side prefers force to {listed(of_none)}{most}." if of_none else "")


def _blocks(found: Bargaining) -> Iterator[Block]:
    yield _packages(found)
    yield _pairs(found)
    yield Listing("Before the talks", tuple(_before(found)), level="full")
    yield from game.blocks(found)
    yield Listing("How well the game is solved", tuple(_solver(found)), level="full")
    yield from _switches(found)


def _packages(found: Bargaining) -> Table:
    parties = found.parties
    heads = (f"worth to {parties['challenger']}", f"worth to {parties['defender']}")
    return Table(
        "packages",
        "Packages, from the least to the most conceded, and the relief for each",
        (Column("Agenda and package"), *number_columns(*heads)),
        tuple(
            (
                f"{agenda} {package}: {game.package_words(found, agenda, package)}",
                worth(found, "agendas", agenda, "packages", package, "to_challenger"),
                worth(found, "agendas", agenda, "packages", package, "to_defender"),
            )
            for agenda in agendas(found.crisis)
            for package in found.below("agendas", agenda, "packages")
        ),
    )


def _pairs(found: Bargaining) -> Table:
    """Return the range of deals of each pair of types, and which packages lie inside."""
    parties, unit = found.parties, "" if found.worlds is None else ", % of worlds"
    packages = [str(package + 1) for package in range(found.packages)]
    heads = (
        f"there is one{unit}",
        "worth from",
        "to",
        *(f"{one} inside{unit}" for one in packages),
    )
    rows = []
    for agenda in agendas(found.crisis):
        for a, b in PAIRS:
            pair = "agendas", agenda, "pairs", a, b
            held = (game.yes(found, *pair, "inside", one) for one in packages)
            ends = (worth(found, *pair, end) for end in ("lowest", "highest"))
            name = f"{agenda}: {RESOLVED[a]}, {RESOLVED[b]}"
            rows.append((name, game.yes(found, *pair, "exists"), *ends, *held))
    return Table(
        "ranges",
        f"Deals that both prefer to force, by agenda and by whether {parties['challenger']} and "
        f"{parties['defender']} are resolved",
        (Column("Agenda and types"), *number_columns(*heads)),
        tuple(rows),
        level="full",
    )


def _before(found: Bargaining) -> Iterator[Words]:
    """Say what is believed and deployed, which terms the talks have, and what they are worth."""
    yield says(
        "Believed at the start: {} {}; {} {}. Force deployed: level {} of 2.",
        resolve(found, "hard"),
        _belief(found, "hard"),
        resolve(found, "tough"),
        _belief(found, "tough"),
        number(known(found, "force_at_start"), 0),
    )
    yield _agenda_words(found)
    yield _venue_words(found)
    if len(agendas(found.crisis)) > 1:
        yield _agenda_stakes(found)


def _belief(found: Bargaining, kind: str) -> str:
    ends = game.ends_of(found, "beliefs", kind)
    spread = "" if ends is None else f" ({wording.span(*ends, 0)})"
    return wording.belief(known(found, "beliefs", kind)) + spread


def _agenda_words(found: Bargaining) -> Words:
    if len(agendas(found.crisis)) == 1:
        return ("The talks are about all issues: none lies beyond the narrow agenda.",)
    wide = known(found, "agendas", "wide", "played")
    if found.worlds is None:
        held = f"on the {'wide' if wide else 'narrow'} agenda"
    else:
        held = f"on the wide agenda {_in_worlds(found, wide)}"
    if agenda_is_open(found.crisis):
        return says("{} Taken here: {}.", _race_words(found, "agenda"), held)
    return (f"The talks are {held}, as the pack has it.",)


def _venue_words(found: Bargaining) -> Words:
    model = found.crisis.model
    if not venue_is_open(found.crisis) or model.rival_venue is None:
        return (f"They are held in {model.venue.place}, as the pack has it.",)
    rival = known(found, "terms", "venue", "is_rival")
    if found.worlds is None:
        held = f"in {model.rival_venue.place if rival else model.venue.place}"
    else:
        held = f"in {model.rival_venue.place} {_in_worlds(found, rival)}, else in "
        held += model.venue.place
    return says("{} Taken here: {}.", _race_words(found, "venue"), held)


def _race_words(found: Bargaining, what: str) -> Words:
    return says(
        f"The {what} is in dispute. {found.parties['challenger']} concedes it first in {{}} of 100 "
        "cases; one of the two does after {} days on average.",
        chance(found, "terms", what, "challenger_concedes"),
        worth(found, "terms", what, "mean_delay", decimals=0),
    )


def _agenda_stakes(found: Bargaining) -> Words:
    parts = [
        says(f"{{}} to {name}", worth(found, "terms", "wide_less_narrow", holder, signed=True))
        for holder, name in holders(found).items()
    ]
    joint = ", ".join(["{}"] * len(parts))
    return says(f"The wide agenda in place of the narrow one would be worth {joint}.", *parts)


def _solver(found: Bargaining) -> Iterator[Words]:
    a_world = "" if found.worlds is None else " a world"
    nodes = number(known(found, "solver", "nodes"), 0)
    residual = worth(found, "solver", "worst_residual", decimals=4)
    yield says(
        f"{{}} decisions{a_world}, {{}} evaluations each; several equilibria in {{}} % of rows; "
        "{} % of decisions unsettled (at most 1 % may be); largest residual {} in log-odds.",
        nodes,
        number(known(found, "solver", "evaluations_a_node")),
        points(known(found, "solver", "folded_share")),
        points(known(found, "solver", "unsettled_share")),
        residual,
    )
    gains = [
        says(f"{{}} to {resolve(found, kind)}", worth(found, "solver", "exploitability", kind))
        for kind in (*CHALLENGER_TYPES, *DEFENDER_TYPES)
    ]
    joint = ", ".join(["{}"] * len(gains))
    yield says(f"What always choosing best would add: {joint}.", *gains)


def _largest(found: Bargaining, *key: str) -> float:
    """Return a number, over worlds its 95th percentile."""
    figure = found.figures[key]
    high = figure.spread_high if isinstance(figure, AcrossWorlds) else None
    return figure[0] if high is None else high


def _switches(found: Bargaining) -> Iterator[Table]:
    """Yield which side of each open yes or no the median world takes."""
    measures = targets(found.crisis.model).numbers
    rows = [
        (
            f"{measures[path][1].says} ({path})",
            "on" if switch.taken else "off",
            of_100(switch.chance),
        )
        for path, switch in found.switches.items()
        if 0.0 < switch.chance < 1.0 and not (path == AGENDA and agenda_is_open(found.crisis))
    ]
    if rows:
        yield Table(
            "switches",
            "Switches, which the median world sets to their likelier side",
            (Column("Switch"), Column("taken"), Column("on with, %", is_number=True)),
            tuple(rows),
            level="full",
        )


def _reading(found: Bargaining) -> Iterator[Words]:
    challenger, defender = found.parties["challenger"], found.parties["defender"]
    yield (
        "Each side is resolved or not, which the other does not know: a war hurts a resolved side "
        "less (hard, soft, tough and weak in --json). Worths are in shares of what all issues "
        "together are worth to that side; relief is in percent of all that is withheld.",
    )
    yield (
        f"Range of deals, as worth to {challenger}: from what its own strike with the force "
        "deployed is worth, or the deal that concedes least if that is worth more, to where "
        f"{defender} is indifferent to being struck so, or the deal that concedes most. Inside: "
        "whether a package lies in the range.",
    )
    if found.worlds is not None:
        yield ("Below these two tables, packages are those of each world's own agenda.",)
    yield from game.reading(defender)


def _next(found: Bargaining) -> Iterator[Command]:
    yield Command("play it: how it may end", asked("run", found.crisis))
    if found.worlds is None:
        yield Command("the range across worlds", f"{asked('solve', found.crisis)} --worlds 64")
    name = shlex.quote(found.crisis.text.name)
    yield Command("what the numbers rest on", f"detente evidence {name}")
