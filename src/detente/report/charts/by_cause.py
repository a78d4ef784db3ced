"""What is credited with war, and why weapons pass a defence."""

import altair as alt

from detente.analysis import wording
from detente.analysis.causes import Causes
from detente.analysis.causes.attribution import NONE
from detente.analysis.causes.words import NAMES
from detente.analysis.engagement import Defended, Engagement
from detente.analysis.engagement import Figure as Number
from detente.ensemble.shares import Share
from detente.report.charts import house, rows
from detente.report.charts.figure import Drawn, Figure, Table, size_of
from detente.report.charts.rows import Row
from detente.report.cleaning import clean

COLUMNS = ("low", "high", "worlds 5 %", "worlds 95 %")
WHY = {
    "unseen": "not seen in time",
    "no_channel": "seen, but all fire channels were busy",
    "no_round": "seen, but no round was left",
    "missed": "shot at, and missed",
}
"""Why a weapon that works passes a defence, in the order of the defence."""


def causes(found: Causes) -> Figure | None:
    """Draw how much war each mechanism is credited with; None where there is no war.

    Credits are Shapley shares. Bands are 90 % intervals of chance; dots the 5th and 95th percentile
    over worlds, chance removed.
    """
    if found.shares["war",].share == 0.0:
        return None
    credit = {**found.of_each("causes"), NONE: found.shares["causes", NONE]}
    order = sorted(credit, key=lambda key: -credit[key].share)
    names = {**NAMES, NONE: "war with all of these off"}
    drawn = [_row(names[key], credit[key], house.COLOURS["war"]) for key in order]
    title = f"Most credit for war: {NAMES[order[0]]}"
    if order[0] == NONE:
        title = "Most war comes with all six causes off"
    war = wording.of_100(found.shares["war",].share)
    size = f"{found.worlds} of {size_of(found.run)}" if _is_part(found) else size_of(found.run)
    return Figure(
        key="causes",
        title=title,
        subtitle=f"Credit for war, futures of 100, in this model; {size}",
        description=f"War comes in {war} of 100 futures. "
        + " ".join(f"{row.name.capitalize()}: {row.number} of 100." for row in drawn),
        notes=(
            "In this model. Credits are Shapley shares and add up to all war: "
            f"{war} of 100 futures. Left of 0: it prevents more war than it brings.",
            _BANDS,
        ),
        table=Table(
            ("cause", "credit", *COLUMNS),
            tuple((row.name, row.value, row.low, row.high, *row.worlds) for row in drawn),
        ),
        chart=rows.listed(drawn, axis="futures of 100", domain=rows.domain_of(drawn)),
    )


_BANDS = (
    "Bands: 90 % intervals of chance; 10 in 100 fall outside. Dots: 5th and 95th percentile over "
    "worlds, chance removed; the numbers in brackets."
)


def leakage(engagement: Engagement) -> Figure | None:
    """Draw why weapons that work pass each side's defences; None where none are launched.

    A share of the weapons that work, of which each has one cause.
    """
    sides = {key: one for key, one in engagement.sides.items() if one.get("leakage") is not None}
    if not sides:
        return None
    drawn = {key: (one, _leaks(one)) for key, one in sides.items()}
    domain = rows.domain_of([row for _, found in drawn.values() for row in found])
    crisis, terms = engagement.crisis, engagement.terms
    counts = " and ".join(wording.of_100(one.get("leakage") or 0.0) for one in sides.values())
    title = f"Of 100 weapons, {counts} pass the defence"
    return Figure(
        key="leakage",
        title=title,
        subtitle=f"Weapons that work, of 100, in {terms.days} days of raids, in this model; "
        f"{engagement.worlds} worlds x {engagement.campaigns} campaigns, as of {crisis.as_of}",
        description=f"{title}. "
        + " ".join(
            f"{one.party}: " + "; ".join(f"{row.name} {row.number}" for row in found) + "."
            for one, found in drawn.values()
        ),
        notes=(
            "In this model, force against defence alone. Each weapon that passes has one cause; "
            "they add up to all that pass.",
            _BANDS,
        ),
        table=Table(
            ("defence", "why", "of 100 weapons", *COLUMNS),
            tuple(
                (one.party, row.name, row.value, row.low, row.high, *row.worlds)
                for one, found in drawn.values()
                for row in found
            ),
        ),
        chart=alt.vconcat(
            *(_headed(one, found, domain) for one, found in drawn.values()), spacing=16
        ),
    )


def _is_part(found: Causes) -> bool:
    return found.worlds < found.run.record.settings.worlds


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
        _row(words, one.figures[key], house.MARK)
        for key, words in keys.items()
        if key in one.figures
    ]


def _headed(one: Defended, found: list[Row], domain: tuple[float, float]) -> Drawn:
    chart = rows.listed(found, axis="of 100 weapons that work", domain=domain)
    title = alt.TitleParams(f"Defence of {clean(one.party)}", fontSize=house.TEXT, anchor="start")
    headed: Drawn = chart.properties(title=title)
    return headed
