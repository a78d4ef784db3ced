"""The model compared with history: differences, forecasts, what happened, other seeds."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from detente.pack.toml import read_shipped
from detente.questions.past.definitions import ICB
from detente.questions.past.record import (
    MISSES,
    SAME,
    SHIPPED_DIFFERENCES,
    SHIPPED_PLAYS,
    UNCLEAR,
    Difference,
    differences_of,
)
from detente.questions.wording import bracketed, count, interval, number, points, series, share
from detente.text import capitalised
from detente.views.blocks import (
    Block,
    Column,
    Command,
    Picture,
    Section,
    Strong,
    Table,
    Words,
    columns,
    number_columns,
    says,
)
from detente.views.record import fared_in_short, not_held

NEVER = "never"
HEADLINE = ("force", "war", "agreement")
"""Outcomes that are compared across seeds, for each pack."""
CLEARLY_DIFFERENT = {
    "told_apart": "Told apart on seed 1",
    "opposite": "of these opposite on seed 2",
    "clearly_opposite": "clearly opposite",
}
"""Counts of pairs of options that differ clearly, by key."""
GROUPS = {
    "clean": "clean",
    "seen": "clean and seen",
    "soon": "clean, at most 30 days",
    "later": "clean, 31 to 120 days",
    "late": "clean, over 120 days",
}
"""Groups of questions that are scored together, by the crisis' role in the model and by days."""
ASKED = {
    "force": "use of force",
    "invasion": "campaign or war",
    "any_war": "war",
    "deal_ever": "deal at any time",
}
"""Outcomes of the model as which questions of others are asked."""


def section() -> Section:
    """Return the page on the model against history, all of it from figures that ship."""
    known, found = read_shipped(SHIPPED_PLAYS), read_shipped(SHIPPED_DIFFERENCES)
    changes = differences_of(found)
    return Section(
        key="compared",
        title="Is the model right about the past?",
        answer=tuple(_answer(known, changes)),
        blocks=(
            Picture("differences", changes),
            *tables(known, changes),
            Command("All tables again", "python -m verification.model.record"),
        ),
        reading=(
            "Questions are those that others were asked about ten past crises. Whoever wrote the "
            "packs knew how each ended. Seen: the crisis shaped the model; clean: it did not.",
            "Brier and log scores: lower is better. Crises are the sample, so each counts once. "
            f"Differences: {found['history']['crises']} crises of 1945 to 1989 outside ongoing "
            f"wars ({ICB}).",
        ),
    )


def _answer(known: Mapping[str, Any], changes: Sequence[Difference]) -> Iterator[Words]:
    yield fared_in_short()
    yield not_held()
    for row in known["came"]:
        if not any(row["parts"]["all at once"]):
            yield f"{capitalised(row['crisis'])}: no course of events includes all that happened."
    distinct = [one for one in known["scores"] if "less" in one and one["so"] != UNCLEAR]
    if distinct:
        views = dict.fromkeys(f"{one['view']} ({GROUPS[one['group']]})" for one in distinct)
        yield f"Its scores differ from those of {series(list(views))}."
    else:
        yield (
            f"Others were asked {len(known['questions'])} questions about past crises. We cannot "
            "tell yet whether the model answers them better or worse than they did."
        )
    tested = [one for one in changes if one.model and not one.identified]
    by_sign = {sign: [one for one in tested if one.sign == sign] for sign in (*MISSES, SAME)}
    missed = sum(len(by_sign[sign]) for sign in MISSES)
    yield says(
        "Of {} differences that the model has too, history contradicts {} and confirms the sign of "
        "{}; for the others it cannot tell.",
        number(len(tested), 0),
        number(missed, 0),
        number(len(by_sign[SAME]), 0),
    )

    packs = known.get("stability", ())
    if packs:
        gaps = [max(row[one]) - min(row[one]) for row in packs for one in HEADLINE]
        yield says(
            "With another seed, a pack's shares change by up to {} points.", number(max(gaps), 0)
        )
    ordered = known.get("order", ())
    if ordered:
        sums = (sum(row[key] for row in ordered) for key in CLEARLY_DIFFERENT)
        yield says(
            "Of {} pairs of options that one seed tells apart by war, another puts {} in the "
            "opposite order, {} of them clearly.",
            *(number(one, 0) for one in sums),
        )
        same = sum(len(set(row["best"])) == 1 for row in ordered)
        yield says(
            "The option that is best on one seed is best on the other in {} of {} packs: rely on "
            "ranks that options share, not on the first of them.",
            number(same, 0),
            number(len(ordered), 0),
        )


def tables(known: Mapping[str, Any], changes: Sequence[Difference]) -> tuple[Block, ...]:
    """Return all tables, each with the misses first."""
    return (
        differences(changes),
        questions(known),
        scores(known),
        came(known),
        *stability(known),
    )


def differences(changes: Sequence[Difference]) -> Table:
    """Return the table of how many more or fewer of 100 crises have an outcome after one change."""
    return Table(
        "compared-differences",
        "One change: more or fewer of 100 crises (90 %)",
        (
            *columns("Change", "Of", "Sign"),
            *number_columns("History, counted", "adjusted", "1918 to 1989", origin="reported"),
            *number_columns("Model, non-violent", "violent"),
        ),
        tuple(
            (
                one.says,
                one.outcome,
                f"{one.identified} ({one.sign})"
                if one.identified
                else Strong(one.sign)
                if one.sign in MISSES
                else one.sign,
                number(one.counted, 1, signed=True),
                _ends(one.history),
                _ends(one.wider),
                *(_ends(one.model.get(start, ())) for start in ("nonviolent", "violent")),
            )
            for one in changes
        ),
        level="full",
    )


def _ends(ends: Sequence[float], decimals: int = 1) -> str:
    """Return a difference and its interval in words; empty if there is none."""
    if not ends:
        return ""
    value, low, high = ends
    return bracketed(number(value, decimals, signed=True), interval(low, high, decimals))


def questions(known: Mapping[str, Any]) -> Table:
    """Return the table of the model's chance for each question, by seed, with what missed."""
    seeds = known["made"]["seeds"]
    possible = {row["crisis"]: row["parts"]["all at once"] for row in known["came"]}
    heads = (
        *columns("Question", "Asked of the model as", "Day", "By", "Came"),
        *number_columns(*(f"Model, seed {seed}" for seed in seeds)),
        *number_columns("Past crises", "Brier"),
        *columns("Mechanism that missed"),
        *number_columns("Courses with all that happened, by seed"),
        *columns("Near miss", "Line"),
    )

    def begins(one: Mapping[str, Any], asked: str) -> tuple[str, ...]:
        """Return the cells that a question has whether the model can be asked it or not."""
        came = "yes" if one["came"] else "no"
        return one["question"], asked, *map(str, (one["day"], one["by"])), came

    answered = [
        (
            *begins(one, " begun by the ".join((ASKED[one["outcome"]], *one.get("began", ())))),
            *(share(value, low, high, 0) for value, low, high in one["model"]),
            points(one["past"], 0) if "past" in one else "",
            number(one["brier"], 3),
            one.get("missed", ""),
            _often(possible[one["crisis"]]),
            one.get("near", ""),
            one["line"],
        )
        for one in known["questions"]
    ]
    unasked = [begins(one, f"cannot be asked: {one['why']}") for one in known["unasked"]]
    return Table(
        "compared-questions",
        "The model's answer to each question, in %, misses first",
        heads,
        (*answered, *(row + ("",) * (len(heads) - len(row)) for row in unasked)),
        level="full",
    )


def scores(known: Mapping[str, Any]) -> Table:
    """Return the table of scores of each view, and of how much higher the model's are."""
    seeds = known["made"]["seeds"]
    return Table(
        "compared-scores",
        "Scores (90 % intervals over crises)",
        (
            *columns("Questions", "View"),
            *number_columns("Questions", "Crises", f"Brier, seed {seeds[0]}", "log"),
            *number_columns(*(f"Model's Brier less this, seed {seed}" for seed in seeds)),
            Column("So"),
        ),
        tuple(
            (
                GROUPS[one["group"]],
                one["view"],
                str(one["questions"]),
                str(one["crises"]),
                _score(one["brier"]),
                _score(one["log"]),
                *(_ends(ends, 3) for ends in one.get("less", ((),) * len(seeds))),
                one.get("so", ""),
            )
            for one in known["scores"]
        ),
        level="full",
    )


def _score(ends: Sequence[float]) -> str:
    value, low, high = ends
    return bracketed(number(value, 3), interval(low, high, 3))


def came(known: Mapping[str, Any]) -> Table:
    """Return the table of the share of futures with what happened, by seed; never is emphasised."""
    parts = list(dict.fromkeys(part for row in known["came"] for part in row["parts"]))
    parts.append(parts.pop(parts.index("all at once")))
    return Table(
        "compared-came",
        "Courses of events with what happened, by kind of event and by seed, in %",
        (Column("Crisis"), *number_columns(*parts)),
        tuple(
            (capitalised(row["crisis"]), *(_often(row["parts"].get(part, ())) for part in parts))
            for row in known["came"]
        ),
    )


def _often(shares: Sequence[float]) -> str:
    if not shares:
        return ""
    if not any(shares):
        return Strong(NEVER)
    return "; ".join(f"{one:.2g}" if one else NEVER for one in shares)


def stability(known: Mapping[str, Any]) -> Iterator[Table]:
    """Yield, for each shipped pack, results on other seeds and how options rank on two seeds."""
    rows, made = known.get("stability", ()), known["made"].get("stability", {})
    if rows:
        yield Table(
            "compared-seeds",
            f"Each pack on seeds {series([*map(str, made['seeds'])])}, %: {made['says']}",
            (Column("Pack"), *number_columns(*HEADLINE, "Largest gap, points")),
            tuple(
                (
                    row["pack"],
                    *(", ".join(number(one, 0) for one in row[title]) for title in HEADLINE),
                    number(max(max(row[title]) - min(row[title]) for title in HEADLINE), 1),
                )
                for row in rows
            ),
        )
    if "order" in known:
        yield Table(
            "compared-options",
            f"Pairs of options of each pack, by war, on two seeds: {known['made']['order']}",
            (
                Column("Pack"),
                *number_columns("Pairs", *CLEARLY_DIFFERENT.values()),
                *columns("Best on seed 1", "Best on seed 2"),
            ),
            tuple(
                (
                    row["pack"],
                    *(str(row[key]) for key in ("pairs", *CLEARLY_DIFFERENT)),
                    *map(_best, row["best"], row["tied"]),
                )
                for row in known["order"]
            ),
        )


def _best(title: str, tied: int) -> str:
    """Return the best option and the number of others that cannot be distinguished from it."""
    return f"{title} and {count(tied, 'other')}" if tied else title
