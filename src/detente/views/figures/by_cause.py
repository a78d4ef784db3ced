"""What is credited with war, and why weapons pass a defence."""

import altair as alt

from detente.analysis import wording
from detente.analysis.causes import Causes
from detente.analysis.causes.attribution import NONE
from detente.analysis.engagement import Defended, Engagement
from detente.analysis.engagement import Figure as Number
from detente.ensemble.shares import Share
from detente.text import clean
from detente.views.figures import rows, style
from detente.views.figures.figure import Drawn, Figure, Numbers, size_of
from detente.views.figures.rows import Row

COLUMNS = ("low", "high", "worlds 5 %", "worlds 95 %")
ANYWAY = "war with all of these off"
WHY = {
    "unseen": "not seen in time",
    "no_channel": "seen, but all fire channels were busy",
    "no_round": "seen, but no round was left",
    "missed": "shot at, and missed",
}
"""Why a weapon that works passes a defence, in the order of the defence."""


BANDS = (
    "Bands: 90 % intervals of chance; 10 in 100 fall outside. Dots: 5th and 95th percentile over "
    "worlds, chance removed; the numbers in brackets."
)


def causes(found: Causes) -> Figure | None:
    """Draw how much war each mechanism is credited with; None where there is no war.

    Credits are Shapley shares. Bands are 90 % intervals of chance; dots the 5th and 95th percentile
    over worlds, chance removed.
    """
    if found.shares["war",].share == 0.0:
        return None
    drawn = _credits(found)
    war = wording.of_100(found.shares["war",].share)
    size = size_of(found.run, found.option)
    part = f"{found.worlds} of " if found.worlds < found.run.record.settings.worlds else ""
    return Figure(
        key="causes",
        title=_most(drawn[0].name),
        subtitle=f"Credit for war, futures of 100, in this model; {part}{size}",
        description=f"War comes in {war} of 100 futures. "
        + " ".join(f"{row.name.capitalize()}: {row.number} of 100." for row in drawn),
        notes=(
            "In this model. Credits are Shapley shares and add up to all war: "
            f"{war} of 100 futures. Left of 0: it prevents more war than it brings.",
            BANDS,
        ),
        table=Numbers(("cause", "credit", *COLUMNS), tuple(map(_cells, drawn))),
        chart=rows.listed(drawn, axis="futures of 100", domain=rows.domain_of(drawn)),
    )


def _credits(found: Causes) -> list[Row]:
    """Return what each mechanism is credited with, and war without any, the most on top."""
    credit = {wording.CAUSES[key]: share for key, share in found.of_each("causes").items()}
    credit[ANYWAY] = found.shares["causes", NONE]
    order = sorted(credit, key=lambda name: -credit[name].share)
    return [_row(name, credit[name], style.COLOURS["war"]) for name in order]


def _most(name: str) -> str:
    if name == ANYWAY:
        return "Most war comes with all six causes off"
    return f"Most credit for war: {name}"


def leakage(engagement: Engagement) -> Figure | None:
    """Draw why weapons that work pass each side's defences; None where none are launched.

    A share of the weapons that work, of which each has one cause.
    """
    sides = [one for one in engagement.sides.values() if one.get("leakage") is not None]
    if not sides:
        return None
    drawn = [(one, _leaks(one)) for one in sides]
    crisis, terms = engagement.crisis, engagement.terms
    counts = " and ".join(wording.of_100(one.get("leakage") or 0.0) for one in sides)
    title = f"Of 100 weapons, {counts} pass the defence"
    return Figure(
        key="leakage",
        title=title,
        subtitle=f"Weapons that work, of 100, in {terms.days} days of raids, in this model; "
        f"{engagement.worlds} worlds x {engagement.campaigns} campaigns, as of {crisis.as_of}",
        description=f"{title}. " + " ".join(_told(one, found) for one, found in drawn),
        notes=(
            "In this model, force against defence alone. Each weapon that passes has one cause; "
            "they add up to all that pass.",
            BANDS,
        ),
        table=Numbers(
            ("defence", "why", "of 100 weapons", *COLUMNS),
            tuple((one.party, *_cells(row)) for one, found in drawn for row in found),
        ),
        chart=_beneath(drawn),
    )


def _told(one: Defended, found: list[Row]) -> str:
    return f"{one.party}: " + "; ".join(f"{row.name} {row.number}" for row in found) + "."


def _cells(row: Row) -> tuple[str | float, ...]:
    return (row.name, row.value, row.low, row.high, *row.worlds)


def _row(name: str, share: Share | Number, colour: str) -> Row:
    """Return a row of futures, or weapons, of 100; what chance makes of a ratio is not known."""
    value, low, high, *ends = (100.0 * (share[0] if end is None else end) for end in share[:5])
    text = f"{_short(value)} ({_short(ends[0])} to {_short(ends[1])})"
    return Row(name, value, low, high, tuple(ends), text, colour)


def _short(value: float) -> str:
    text = f"{value:.1f}"
    return "0.0" if float(text) == 0.0 else text.replace("-", "\N{MINUS SIGN}")


def _leaks(one: Defended) -> list[Row]:
    keys = {("cause", why): words for why, words in WHY.items()} | {("leakage",): "all that pass"}
    return [
        _row(words, one.figures[key], style.MARK)
        for key, words in keys.items()
        if key in one.figures
    ]


def _beneath(drawn: list[tuple[Defended, list[Row]]]) -> Drawn:
    """Return one list a defence, each beneath its name, on one scale."""
    domain = rows.domain_of([row for _, found in drawn for row in found])
    parts = []
    for one, found in drawn:
        name = clean(f"Defence of {one.party}")
        head = alt.TitleParams(name, fontSize=style.TEXT, anchor="start")
        part = rows.listed(found, axis="of 100 weapons that work", domain=domain)
        parts.append(part.properties(title=head))
    return alt.vconcat(*parts, spacing=16)
