"""Tables of a solved bargaining game: moves, answers, leverage of force deployed, mediators."""

from collections.abc import Iterator
from itertools import product

from detente.questions import wording
from detente.questions.bargaining import AcrossWorlds, Bargaining
from detente.questions.bargaining.game import (
    BELIEFS,
    CHALLENGER_TYPES,
    DEFENDER_TYPES,
    STANDSTILL,
    ULTIMATUM,
    WITHIN,
    agendas,
)
from detente.questions.wording import Value, bracketed, interval, number, of_100, points, span
from detente.views.blocks import (
    WORLDS,
    Block,
    Sentence,
    Table,
    Words,
    columns,
    says,
)

TYPES = {"challenger": CHALLENGER_TYPES, "defender": DEFENDER_TYPES}
RESOLVED = {"hard": "resolved", "soft": "unresolved", "tough": "resolved", "weak": "unresolved"}
"""The word for each type."""
BOTH = "resolved/unresolved"
REGIMES = {"no_text": "no draft deal ready", "text_ready": "a draft deal ready"}
LEAST = 0.005
"""Moves with a lower chance on all days are left out of the tables."""
MOVES = {
    "drop": "withdraws its demand",
    "standstill": "offers a standstill",
    "lift": "lifts the blockade",
    "lower": "lowers its force",
    "raise": "raises its force",
    "impose": "imposes a blockade",
    "ultimatum": "sets an ultimatum",
    "walk_out": "walks out",
    "take": "takes a share of an issue without shots",
    "strike": "strikes",
    "yield": "backs down without a deal",
    "vow": "vows to answer force",
    "advance": "advances its programme",
}
ASKED = {
    ULTIMATUM: "to back down under an ultimatum",
    STANDSTILL: "a standstill, with no draft ready",
}
STEPS = {"0_to_1": "0 to 1", "1_to_2": "1 to 2"}
LEVELS = ("0", "1", "2")
HALF = 0.5


def known(found: Bargaining, *key: str) -> float:
    """Return a figure that every game has; raise KeyError if it is missing."""
    value = found.get(*key)
    if value is None:
        raise KeyError(key)
    return value


def ends_of(found: Bargaining, *key: str) -> tuple[float, float] | None:
    """Return the range of a figure across worlds, or None for the median world."""
    figure = found.figures.get(key)
    if not isinstance(figure, AcrossWorlds) or figure.spread_low is None:
        return None
    return figure.spread_low, figure.spread_high or 0.0


def worth(found: Bargaining, *key: str, decimals: int = 2, signed: bool = False) -> Value:
    """Return a worth with its range across worlds, if any; empty if the figure is missing."""
    value, ends = found.get(*key), ends_of(found, *key)
    if value is None:
        return Value("")
    alone = number(value, decimals, signed=signed)
    return alone if ends is None else bracketed(alone, interval(*ends, decimals))


def chance(found: Bargaining, *key: str) -> Value:
    """Return a chance in percent with its range across worlds; empty if the figure is missing."""
    value, ends = found.get(*key), ends_of(found, *key)
    if value is None:
        return Value("")
    return of_100(value) if ends is None else bracketed(of_100(value), span(*ends, 0))


def yes(found: Bargaining, *key: str) -> str:
    """Return "yes" or "no" for one world, or the percentage of worlds with "yes" for several."""
    part = found.get(*key)
    if part is None:
        return ""
    return ("yes" if part else "no") if found.worlds is None else of_100(part)


def resolve(found: Bargaining, kind: str) -> str:
    """Return a type of a side in words, such as `a resolved Iran`."""
    side = "challenger" if kind in CHALLENGER_TYPES else "defender"
    article = "a" if RESOLVED[kind] == "resolved" else "an"
    return f"{article} {RESOLVED[kind]} {found.parties[side]}"


def holders(found: Bargaining) -> dict[str, str]:
    """Return the names of those whose worth is reported, by key: four types, and any ally."""
    named = {kind: resolve(found, kind) for kind in (*CHALLENGER_TYPES, *DEFENDER_TYPES)}
    has_ally = bool(found.crisis.all_of_role("ally"))
    return named | ({"ally": found.called["ally"]} if has_ally else {})


def package_words(found: Bargaining, agenda: str, package: str) -> str:
    """Return the content of a package in words: percentages conceded of each issue, and relief."""
    key = "agendas", agenda, "packages", package
    moved = [
        f"{found.crisis.model.issues[issue].name} {of_100(part)} %"
        for issue in found.below(*key, "issues")
        if round(100 * (part := known(found, *key, "issues", issue)))
    ]
    return (
        f"{', '.join(moved) or 'no issue moves'}; relief {of_100(known(found, *key, 'relief'))} %"
    )


def package_name(found: Bargaining, package: str) -> str:
    """Return the number of a package, with its content if all worlds have the same agenda."""
    played = [each for each in agendas(found.crisis) if known(found, "agendas", each, "played")]
    if len(played) > 1:
        return f"package {package}"
    return f"package {package}: {package_words(found, played[0], package)}"


def blocks(found: Bargaining) -> Iterator[Block]:
    """Yield tables of moves, answers, leverage, what the defender accepts, and mediators."""
    offers = {
        f"offer_{package}": f"offers {package_name(found, package)}"
        for package in map(str, range(1, found.packages + 1))
    }
    for side, (regime, words) in product(TYPES, REGIMES.items()):
        days = found.below("moves", side, regime)
        moves = [
            (called, *(_pair(found, side, "moves", side, regime, day, move) for day in days))
            for move, called in {**offers, **MOVES}.items()
            if any(
                (found.get("moves", side, regime, day, move, kind) or 0.0) >= LEAST
                for day, kind in product(days, TYPES[side])
            )
        ]
        yield Table(
            f"moves-{side}-{regime}",
            f"{found.parties[side]}, {words}: chance of each move within {WITHIN} days, in %, "
            f"{BOTH}",
            columns("Move", numbers=(f"day {day}" for day in days)),
            tuple(moves) or (("nothing", *("-" for _ in days)),),
            level="full",
        )
    for side, other in (("defender", "challenger"), ("challenger", "defender")):
        rows = []
        for question in found.below("answers", side):
            asked = ASKED.get(question) or package_name(found, question)
            pairs = (_pair(found, side, "answers", side, question, at=(str(x),)) for x in BELIEFS)
            rows.append((asked, *pairs))
        yield Table(
            f"answers-{side}",
            f"Chance that {found.called[side]} accepts on the first day, in %, {BOTH}, by its "
            f"belief that {found.called[other]} is resolved",
            columns("Asked for", numbers=(f"{of_100(each)} %" for each in BELIEFS)),
            tuple(rows),
            level="full",
        )
    is_median = found.worlds is None
    yield Sentence(
        says(
            f"One more level of force lowers the worth of a strike to {found.called['defender']} "
            "by {} from level 0 to 1 and by {} from level 1 to 2.",
            *(worth(found, "leverage", "fall", step, decimals=3) for step in STEPS),
        ),
        level="full",
    )
    heads = [f"level {step}" for step in STEPS.values()]
    margins = []
    for package in found.below("leverage", "margin"):
        cells = []
        for step in STEPS:
            decimals = 3 if is_median else 2
            key = "leverage", "margin", package, step
            cells.append(worth(found, *key, decimals=decimals, signed=True))
            if not is_median:
                cells.append(of_100(known(found, "leverage", "is_leverage", package, step)))
        margins.append((package_name(found, package), *cells))
    yield Table(
        "leverage",
        "Leverage (above 0) or provocation (below 0): what one more level of force adds",
        columns(
            "To accept",
            numbers=heads
            if is_median
            else (head for level in heads for head in (level, "leverage, % of assumptions")),
        ),
        tuple(margins),
        level="full",
    )
    # Levels that the available forces allow; one that only some worlds reach names their number.
    levels = {}
    for level in LEVELS:
        figure = found.figures.get(("leverage", "accepted", "1", level))
        if figure is not None:
            only = (
                ""
                if figure.worlds == (found.worlds or 1)
                else f", {figure.worlds} sets of assumptions"
            )
            levels[level] = f"level {level}{only}"
    accepted = []
    for package in found.below("leverage", "accepted"):
        cells = []
        for level in levels:
            key = "leverage", "accepted", package, level
            value = found.get(*key)
            is_alone = value is not None and is_median
            cells.append(points(value or 0.0) if is_alone else chance(found, *key))
        accepted.append((package_name(found, package), *cells))
    yield Table(
        "accepted",
        f"Chance that {found.called['defender']} accepts on the first day, by force deployed, in %",
        columns("Offered", numbers=levels.values()),
        tuple(accepted),
        level="full",
    )
    yield from _mediators(found)


def reading(defender: str) -> Iterator[Words]:
    """Yield notes on how to read the tables of moves, leverage and mediators."""
    yield (
        "Moves: the chance of at least one within 30 days, if beliefs and force stayed as they are "
        "at the start. It shows how readily a side makes a move; it is not a forecast. Moves "
        "below 0.5 % throughout are left out. Choices are noisy and take time: the better a move, "
        "the more often it is chosen."
    )
    yield (
        f"Leverage: one more level of force lowers the worth of a strike to {defender}, and raises "
        "its price of conceding in public; leverage is the first less the second. In the whole "
        "game, force may follow a refusal late or never. Mediators: the value of access does not "
        "include the information in a message. A message is believed only if telling the truth "
        "pays for this mediator, whatever it knows: if it would say the same in either case, its "
        "message carries no information (Kydd 2003)."
    )


def _pair(found: Bargaining, side: str, *key: str, at: tuple[str, ...] = ()) -> str:
    """Return the chances of both types of a side in percent, as `resolved/unresolved`."""
    chances = (found.get(*key, kind, *at) for kind in TYPES[side])
    return "/".join("" if value is None else of_100(value) for value in chances)


def leverage_answer(found: Bargaining) -> Words:
    """Return a sentence on where more force makes the defender readier to agree, by both games."""
    most = "" if found.worlds is None else " under most assumptions"
    # Packages by the sign of the margin at each step of force.
    signs: dict[tuple[str, ...], list[str]] = {}
    for package in found.below("leverage", "margin"):
        shares = (known(found, "leverage", "is_leverage", package, step) for step in STEPS)
        of_package = tuple("leverage" if share > HALF else "provocation" for share in shares)
        signs.setdefault(of_package, []).append(package)
    (first, last), *others = signs
    if first == last and not others:
        how = f" {first} throughout{most}"
    else:
        parts = []
        for (first, last), packages in signs.items():
            words = first if first == last else f"{first} up to level 1 and {last} above it"
            parts.append(f"{words} for {listed(packages)}")
        how = f"{most} {'; '.join(parts)}"
    # Packages and steps for which the whole game contradicts the limit.
    otherwise = []
    for step, words in STEPS.items():
        agreeing = {
            package: found.get("leverage", "agrees", package, step)
            for package in found.below("leverage", "agrees")
        }
        packages = [one for one, share in agreeing.items() if share is not None and share < HALF]
        if packages:
            otherwise.append(f"for {listed(packages)} from level {words}")
    same = "the same answer throughout"
    gives = f"the opposite answer {', '.join(otherwise)}" if otherwise else same
    whole = f"{'The' if found.worlds is None else 'Under most assumptions the'} whole game"
    return f"If a refusal brings force at once, more force deployed is{how}. {whole} gives {gives}."


def listed(packages: list[str]) -> str:
    """Return the numbers of at least one package in words."""
    return f"package{'s' if len(packages) > 1 else ''} {wording.series(packages)}"


def _mediators(found: Bargaining) -> Iterator[Block]:
    names = {key: found.crisis.model.actors[key].name for key in found.below("mediators")}
    if not names:
        yield Sentence("No mediator has access to both sides.", level="full")
        return
    challenger, defender = found.called["challenger"], found.called["defender"]
    over = () if found.worlds is None else (WORLDS,)
    worths, messages, credences = [], [], []
    for key, name in names.items():
        for holder, words in holders(found).items():
            path = "mediators", key, "worth", holder
            ends, value = ends_of(found, *path), number(known(found, *path), 3, signed=True)
            spread = () if ends is None else (interval(*ends, 3),)
            worths.append((f"{name}, to {words}", value, *spread))
        if known(found, "mediators", key, "report_rate") == 0.0:
            messages.append((name, "sends none", "", ""))
            continue
        messages.append(
            (
                name,
                yes(found, "mediators", key, "is_believed"),
                chance(found, "mediators", key, "if_tough"),
                chance(found, "mediators", key, "if_weak"),
            )
        )
        # Whether it would be believed, and the message it would always send if not.
        verdicts = {
            "it would be believed": "is_believed",
            f"it would call {defender} unresolved whatever it knew": "always_weak",
            f"it would call {defender} resolved whatever it knew": "always_tough",
        }
        shares = {each: known(found, "mediators", key, way) for each, way in verdicts.items()}
        verdict: Words = next((one for one, so in shares.items() if so), "a lie would pay it best")
        if found.worlds is not None:
            parts = (says(f"{each} in {{}}", of_100(share)) for each, share in shares.items())
            verdict = says("in % of assumptions, {}, {}, {}", *parts)
        credences.append(
            says(
                f"{name}, with a bias of {{}} from -1 ({defender}) to 1 ({challenger}), on the "
                "first day: {}.",
                worth(found, "mediators", key, "bias", signed=True),
                verdict,
            )
        )
    yield Table(
        "mediators",
        "Value that each mediator's access adds at the start of the crisis",
        columns("To", numbers=("worth", *over)),
        tuple(worths),
        level="full",
    )
    yield Table(
        "messages",
        f"Belief that {defender} is resolved, after one mediator's message on day 1, in %",
        columns(
            "Mediator", numbers=("is believed", "if it says resolved", "if it says unresolved")
        ),
        tuple(messages),
        level="full",
    )
    yield from map(Sentence, credences)
