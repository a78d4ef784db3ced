"""Past crises: base rates, the model compared with them, and how good the fit is."""

from collections.abc import Iterable, Iterator

from detente.ensemble.run import Run
from detente.pack.quantity import ALL_YEARS, Period, accepted
from detente.questions.past import BANDS, FIRST_YEAR, LAST_YEAR, Band, BaseRates, Length
from detente.questions.past.definitions import (
    AFTER_WAR,
    BY_STRENGTH,
    COMPUTED,
    CONDITIONAL,
    GROUPS,
    ICB,
    LEVELS,
    QUARTILES,
    RATES,
    STARTED,
    STARTS,
    length_key,
)
from detente.questions.past.played import AgainstHistory, PlayedFigure
from detente.questions.past.reference import Attributes
from detente.questions.wording import interval, number, points, span
from detente.text import between
from detente.views.blocks import (
    Block,
    Column,
    Section,
    Sentence,
    Table,
    Words,
    columns,
    number_columns,
    says,
)
from detente.views.record import doubts, fared, method, not_held

LENGTHS = {
    "quarter": "a quarter last at most",
    "half": "half last at most",
    "three_quarters": "three quarters last at most",
}
"""Words for quartiles of the length of crises."""
VERDICTS = {True: "inside", False: "outside", None: ""}
"""Words for whether a figure is in history's interval."""
YEARS = between(FIRST_YEAR, LAST_YEAR)
"""Years of the crises behind the bands."""
NOTHING = "-"
"""Cell for too few crises."""
HAZARD = "Crises that end per day, in % of those still open"


def section(found: AgainstHistory) -> Section:
    """Return the page that compares runs of the reference packs with history."""
    judged = [one.is_inside for one in found.figures.values() if one.is_inside is not None]
    answer: list[Words] = [
        says(
            "In this model {} of {} figures lie in history's interval.",
            number(sum(judged), 0),
            number(len(judged), 0),
        )
    ]
    if found.hazard_falls is not None:
        how = "fewer end" if found.hazard_falls else "no fewer end"
        answer.append(f"Of crises still open, {how} per day late than early; in history fewer do.")
    kept = {measure.title: f"{found.group}.{rate}" for rate, measure in RATES.items()}
    kept |= {f"days: {title}": f"{found.group}.{name}" for name, title in LENGTHS.items()}
    return Section(
        key="against-history",
        title="Does the model give history's rates?",
        about=(f"{GROUPS[found.group].title}, {YEARS}, outside ongoing wars",),
        answer=tuple(answer),
        blocks=(
            Table(
                "against-history",
                "Share of crises in %, and days that crises last",
                (
                    Column("Rate or length"),
                    *number_columns("Model", "90 % interval"),
                    *number_columns("History", "95 % interval", origin="reported"),
                    Column(""),
                ),
                tuple(
                    (title, *_compared(found.figures[key]))
                    for title, key in kept.items()
                    if key in found.figures
                ),
            ),
            Table(
                "against-history-hazards",
                HAZARD,
                columns("Days", numbers=("Model", "90 % interval")),
                tuple(
                    (
                        f"day {between(one.from_day, one.to_day)}",
                        points(one.a_day, 2),
                        span(one.low, one.high, 2),
                    )
                    for one in found.hazards
                ),
            ),
        ),
        reading=(
            "History's terms mean this in the model: war includes regional war; serious clashes "
            "are any use of force; no violence means not even a clash; an agreement is a deal "
            "that stands at the end, whatever came before. A crisis lasts until it is settled; "
            "one that is open at the horizon lasts longer.",
            f"History: {ICB}, computed; its intervals are of 95 %, Wilson's for shares, and "
            "those of the model are intervals of 90 %. Inside: the model's figure "
            "lies in history's interval.",
        ),
    )


def _compared(figure: PlayedFigure) -> tuple[str, ...]:
    band = figure.band
    if band is None:
        return "0", "by definition", "", "", ""
    scale, decimals = (100.0, 1) if band.unit == "share" else (1.0, 0)
    least = ">= " if figure.is_at_horizon else ""
    return (
        f"{least}{number(scale * figure.value, decimals)}",
        interval(scale * figure.low, scale * figure.high, decimals),
        "" if band.value is None else number(scale * band.value, decimals),
        _ends(band),
        VERDICTS[figure.is_inside],
    )


def _ends(band: Band) -> str:
    """Return the ends of a band in the unit of its table; empty if no source gives them."""
    if band.low is None or band.high is None:
        return ""
    return span(band.low, band.high) if band.unit == "share" else interval(band.low, band.high, 0)


def fitness(run: Run, period: Period = ALL_YEARS) -> Section:
    """Return the page on the fit of the model: its targets, and how close it comes.

    The moments that ship are of all years: a pack with another `period` shows none.
    """
    return Section(
        key="fitness",
        title="How good is such a model?",
        answer=(fared(period), not_held()),
        blocks=tuple(_fit(run) if period == ALL_YEARS else doubts(run)),
        method=method(
            run,
            how="The fit was made once, with two packs that describe no particular crisis, and "
            "comes with the program.",
            left_out="Who fights whom, and why. Only rates of endings and lengths are fitted.",
            would_change="Crises from 1990 on, which were used neither to fit nor to judge: the "
            "back-test forecasts those in your own copy of the table.",
        ),
    )


def _fit(run: Run) -> Iterator[Block]:
    fit = accepted().provenance
    given = number_columns("The fit gives, %", "Its error, points")
    shares, lengths = [], []
    for key, band in BANDS.items():
        if key not in fit["foretold"]:
            continue
        fitted = points(fit["foretold"][key]), points(fit["errors"][key])
        if band.unit == "share":
            shares.append((band.says, _value(band), _ends(band), *fitted))
        else:
            # The share of past crises that are over by this length.
            quartile = QUARTILES[key.partition(".")[2].partition("_if_")[0]]
            lengths.append((band.says, _value(band), _ends(band), points(quartile, 0), *fitted))
    yield Table(
        "history",
        f"Shares of past crises, in %, against what the fit gives ({COMPUTED}; 95 % intervals)",
        (
            Column("Share of crises"),
            *number_columns("History, %", "95 % interval", origin="reported"),
            *given,
        ),
        tuple(shares),
    )
    heads = "History, days", "95 % interval, days", "Over by then in history, %"
    yield Table(
        "history-lengths",
        f"Days that past crises lasted, and the share that is over by then ({COMPUTED}; 95 % "
        "intervals)",
        (Column("Length"), *number_columns(*heads, origin="reported"), *given),
        tuple(lengths),
    )
    yield from doubts(run)


def _value(band: Band) -> str:
    """Return history's value in the unit of its table; empty if no source gives it."""
    if band.value is None:
        return ""
    if band.unit == "share":
        return points(band.value)
    return number(band.value, 1 if band.value % 1.0 else 0)


def rates(found: BaseRates) -> Section:
    """Return the page on base rates of past crises, with the bands used to judge the model."""
    wars = "with those inside" if found.selection.with_wars else "outside"
    years = between(found.selection.first, found.selection.last)
    answer: list[Words] = []
    if not found.selection.is_of_bands:
        answer.append(
            f"The bands are of crises of {YEARS} outside ongoing wars. "
            "Here other crises are counted, so that rates may lie outside."
        )
    count, outside = len(found.banded), found.outside
    if outside:
        which = "; ".join(BANDS[key].says for key in outside)
        answer.append(f"Outside their bands, {len(outside)} of {count}: {which}.")
    else:
        answer.append(f"All {count} rates that have a band lie in it.")
    return Section(
        key="rates",
        title=f"{len(found.crises)} crises of {years}, {wars} ongoing wars",
        about=(f"{found.table.name}: {ICB}, as you have it.",),
        answer=tuple(answer),
        blocks=tuple(_rates(found)),
        reading=tuple(_counted(found)),
    )


def attributes(found: Attributes) -> Section:
    """Return the page on attributes of past crises that a pack may state, with fitted weights."""
    known = found.content()
    fitted = known["brier"]
    return Section(
        key="attributes",
        title="What a pack may say of its kind of past crises, in [reference]",
        about=(
            f"Fitted to {known['crises']} crises of {between(known['from'], known['to'])} outside "
            f"ongoing wars ({known['source']}).",
        ),
        answer=(
            says(
                "A pack says how its crisis began: start = {} or {}. Attributes are optional, and "
                "one that is left out moves nothing.",
                *(f'"{start}"' for start in STARTS),
            ),
            says(
                "On crises left out of the fit, forecasts of serious clashes or war have a Brier "
                "score of {} with attributes and of {} by the start alone (lower is better).",
                number(fitted["attributes"], 3),
                number(fitted["start"], 3),
            ),
            "In the one test on years later than those of the fit, attributes gained much less, "
            "and perhaps nothing (docs/history.md).",
        ),
        blocks=(
            Table(
                "attributes-weights",
                "Attributes, and by how much a unit moves the log-odds of serious clashes or war",
                (
                    *columns("Attribute", "Meaning", "Allowed"),
                    *number_columns(*(GROUPS[start].title.lower() for start in STARTS)),
                ),
                tuple(
                    (
                        name,
                        one["says"],
                        one["allowed"],
                        *(number(one["weight"][start], 2, signed=True) for start in STARTS),
                    )
                    for name, one in known["attributes"].items()
                ),
            ),
        ),
        reading=(
            "Each weight is shrunk towards 0, by the amount that best forecasts crises left out "
            "of the fit. Attributes do not help to forecast war among serious clashes, or "
            "agreements, and leave both shares as they are.",
        ),
    )


def _rates(found: BaseRates) -> Iterator[Block]:
    yield _table_of_shares(
        found,
        "rates-shares",
        "Share of crises, in %",
        [(group, rate) for group in GROUPS for rate in RATES],
    )
    yield _table_of_lengths(
        found, "rates-lengths", "Days that crises last", [(group, None) for group in GROUPS]
    )
    yield _table_of_lengths(
        found,
        "rates-lengths-by-violence",
        "Days that crises last, by their gravest violence",
        [(group, level) for level in LEVELS for group in STARTED],
    )
    yield _table_of_shares(
        found,
        "rates-after-war",
        "How crises with full-scale war were settled, in %",
        [("all", rate) for rate in AFTER_WAR],
    )
    yield _table_of_shares(
        found,
        "rates-strength",
        "Full-scale war by the challenger's strength, in %",
        [(group, rate) for group in STARTED for rate in BY_STRENGTH],
    )
    yield Table(
        "rates-hazards",
        HAZARD,
        columns("Days", numbers=("endings", "%", "95 % interval")),
        tuple(
            (
                f"day {between(one.from_day, one.to_day)}",
                str(one.endings),
                *_known(one.rate, one.low, one.high, 2),
            )
            for one in found.hazards
        ),
    )
    for words in _caution(found):
        yield Sentence(words)


def _table_of_shares(
    found: BaseRates, key: str, title: str, keys: Iterable[tuple[str, str]]
) -> Table:
    titles = {rate: measure.title for rate, measure in {**RATES, **CONDITIONAL}.items()}
    return Table(
        key,
        title,
        (
            Column("Crises and what is counted"),
            Column("count", is_number=True),
            *number_columns("%", "95 % interval", "band"),
        ),
        tuple(
            (
                f"{GROUPS[group].title}: {titles[rate]}",
                f"{share.happened} of {share.crises}",
                *_known(share.share, share.low, share.high),
                _band(f"{group}.{rate}"),
            )
            for group, rate in keys
            for share in (found.shares[f"{group}.{rate}"],)
        ),
    )


def _known(
    share: float | None, low: float | None, high: float | None, decimals: int = 1
) -> tuple[str, str]:
    if share is None or low is None or high is None:
        return NOTHING, NOTHING
    return points(share, decimals), span(low, high, decimals)


def _table_of_lengths(
    found: BaseRates, key: str, title: str, groups: Iterable[tuple[str, str | None]]
) -> Table:
    """Return the table of quartiles of length: a row for each group, and one for any bands."""
    rows: list[tuple[str, ...]] = []
    for group, level in groups:
        about = GROUPS[group].title
        if level is not None:
            about = f"{about}, {LEVELS[level].title}"
        keys = [length_key(group, name, level) for name in QUARTILES]
        lengths = [found.lengths[one] for one in keys]
        rows.append((about, str(lengths[0].crises), *map(_length, lengths)))
        bands = [_band(one) for one in keys]
        if any(bands):
            rows.append((f"{about}: band", "", *bands))
    return Table(
        key,
        f"{title} (95 % interval)",
        columns("Crises", numbers=("known", "a quarter at most", "half at most", "three quarters")),
        tuple(rows),
    )


def _length(one: Length) -> str:
    if one.days is None:
        return NOTHING
    low, high = (NOTHING if end is None else f"{end:g}" for end in (one.low, one.high))
    return f"{number(one.days, 0)} ({between(low, high)})"


def _band(key: str) -> str:
    return _in_words(BANDS[key]) if key in BANDS else ""


def _in_words(band: Band) -> str:
    ends = _ends(band)
    if band.value is None:
        return ends
    return f"{_value(band)} ({ends})" if ends else _value(band)


def _caution(found: BaseRates) -> Iterator[Words]:
    """Yield warnings against misreading the figures."""
    if found.selection.last > LAST_YEAR:
        yield "Crises from 1990 on are for testing the model once, not for fitting it."
    yield (
        "Mediated crises differ from others by selection, as mediators go to the graver ones: "
        "the difference is not the effect of mediation."
    )
    if found.hazard_falls is not None:
        early, late = found.hazards[0].to_day, found.hazards[-1].from_day
        how = "fewer" if found.hazard_falls else "no fewer"
        yield f"Of crises still open, {how} end per day from day {late} than up to day {early}."
    if found.unlike_dates:
        yield (
            f"In {found.unlike_dates} of these crises dur_days differs by more than a week from "
            "the days between the dates; dur_days is used."
        )


def _counted(found: BaseRates) -> Iterator[Words]:
    for definition in (*GROUPS.values(), *RATES.values(), *CONDITIONAL.values()):
        yield f"{definition.title}: {definition.says}."
    yield (
        "Band: what the model is calibrated to. Per day: endings divided by the days that crises "
        "were open. Years are those of the trigger. A crisis with a blank cell is left out of the "
        "rates that need it. 95 % intervals: Wilson's for shares, its analogue for endings per "
        "day, order statistics for lengths."
    )
    for key in found.not_in_table:
        band = BANDS[key]
        unit = "%" if band.unit == "share" else "days"
        words = f"{band.says}: {_in_words(band)} {unit} ({band.source})"
        yield f"A band that needs more than this table: {words}."
