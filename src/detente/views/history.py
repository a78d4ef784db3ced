"""Past crises: their base rates, what the model gives against them, and how good its fit is."""

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
    length_key,
)
from detente.questions.past.played import AgainstHistory, PlayedFigure
from detente.questions.wording import interval, number, points, span
from detente.views.blocks import (
    Block,
    Column,
    Section,
    Sentence,
    Table,
    Words,
    number_columns,
    says,
)
from detente.views.record import doubts, fared, method

LENGTHS = {
    "quarter": "a quarter last at most",
    "half": "half last at most",
    "three_quarters": "three quarters last at most",
}
"""What quartiles are called."""
VERDICTS = {True: "inside", False: "outside", None: ""}
"""What is said of a figure, by whether it lies in history's interval."""
NOTHING = "-"
"""What stands where too few crises tell."""
HAZARD = "Crises that end per day, in % of those still open"


def section(found: AgainstHistory) -> Section:
    """Return what runs of the reference packs give against what history gives."""
    judged = [one.is_inside for one in found.figures.values() if one.is_inside is not None]
    return Section(
        key="against-history",
        title="Does the model give history's rates?",
        about=(f"{_group(found)}, {FIRST_YEAR} to {LAST_YEAR}, outside ongoing wars",),
        answer=(
            says(
                "In this model {} of {} figures lie in history's interval.",
                number(sum(judged), 0),
                number(len(judged), 0),
            ),
            *_falls(found),
        ),
        blocks=(_figures(found), _hazards(found)),
        reading=(
            (
                "In this model war is a war or a regional one, serious clashes are any use of "
                "force, no violence is not even a clash, and an agreement is a deal that stands at "
                "the end, whatever came before. A crisis lasts until it is settled; one that is "
                "open at the horizon lasts longer.",
            ),
            (
                f"History: {ICB}, computed; its intervals are of 95 %, Wilson's for shares, and "
                "those of the model are intervals of 90 %. Inside: the model's figure "
                "lies in history's interval.",
            ),
        ),
    )


def _group(found: AgainstHistory) -> str:
    return GROUPS[found.group].title


def _falls(found: AgainstHistory) -> Iterator[Words]:
    if found.hazard_falls is not None:
        how = "fewer end" if found.hazard_falls else "no fewer end"
        yield (f"Of crises still open, {how} per day late than early; in history fewer do.",)


def _figures(found: AgainstHistory) -> Table:
    kept = {measure.title: f"{found.group}.{rate}" for rate, measure in RATES.items()}
    kept |= {f"days: {title}": f"{found.group}.{name}" for name, title in LENGTHS.items()}
    return Table(
        "against-history",
        "Share of crises in %, and days that crises last",
        (
            Column("Rate or length"),
            *number_columns("Model", "90 % interval"),
            Column("History", is_number=True, origin="reported"),
            Column("95 % interval", is_number=True, origin="reported"),
            Column(""),
        ),
        tuple(
            (title, *_compared(found.figures[key]))
            for title, key in kept.items()
            if key in found.figures
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
        _ends(band, decimals),
        VERDICTS[figure.is_inside],
    )


def _ends(band: Band, decimals: int) -> str:
    """Return the ends of a band; nothing where no source gives them."""
    if band.low is None or band.high is None:
        return ""
    scale = 100.0 if band.unit == "share" else 1.0
    return interval(scale * band.low, scale * band.high, decimals)


def _hazards(found: AgainstHistory) -> Table:
    return Table(
        "against-history-hazards",
        HAZARD,
        (Column("Days"), *number_columns("Model", "90 % interval")),
        tuple(
            (
                f"day {one.from_day} to {one.to_day}",
                points(one.a_day, 2),
                span(one.low, one.high, 2),
            )
            for one in found.hazards
        ),
    )


def fitness(run: Run, period: Period = ALL_YEARS) -> Section:
    """Return how good such a model is: what it is fitted to, and how well it fits.

    The moments that ship are of all years: a pack that takes from another `period` shows none.
    """
    return Section(
        key="fitness",
        title="How good is such a model?",
        answer=(fared(period),),
        blocks=tuple(_fit(run) if period == ALL_YEARS else doubts(run)),
        method=method(
            run,
            how="The fit is made once, with two packs that stand for no crisis, and ships.",
            left_out="Who fights whom and why: only rates of endings and lengths are fitted.",
            would_change="Crises from 1990 on, which nothing was fitted to or judged by: "
            "detente lab backtest asks it of your own copy of the table.",
        ),
    )


def _fit(run: Run) -> Iterator[Block]:
    foretold = accepted().provenance["foretold"]
    met = {key: band for key, band in BANDS.items() if key in foretold}
    given = number_columns("The fit gives, %", "Its error, points")
    yield Table(
        "history",
        f"Shares of past crises, in %, against what the fit gives ({COMPUTED}; 95 % intervals)",
        (
            Column("Share of crises"),
            Column("History, %", is_number=True, origin="reported"),
            Column("95 % interval", is_number=True, origin="reported"),
            *given,
        ),
        tuple(
            (band.says, _value(band), _ends(band, 1), *_fitted(key))
            for key, band in met.items()
            if band.unit == "share"
        ),
    )
    yield Table(
        "history-lengths",
        f"Days that past crises lasted, and the share that is over by then ({COMPUTED}; 95 % "
        "intervals)",
        (
            Column("Length"),
            Column("History, days", is_number=True, origin="reported"),
            Column("95 % interval, days", is_number=True, origin="reported"),
            Column("Over by then in history, %", is_number=True, origin="reported"),
            *given,
        ),
        tuple(
            (band.says, _value(band), _ends(band, 0), _quartile(key), *_fitted(key))
            for key, band in met.items()
            if band.unit == "days"
        ),
    )
    yield from doubts(run)


def _fitted(key: str) -> tuple[str, str]:
    provenance = accepted().provenance
    return points(provenance["foretold"][key]), points(provenance["errors"][key])


def _quartile(key: str) -> str:
    """Return which share of past crises a length is that of, in %."""
    name = key.partition(".")[2].partition("_if_")[0]
    return points(QUARTILES[name], 0)


def _value(band: Band) -> str:
    """Return what history gives, in the unit of its table; nothing where no source gives it."""
    if band.value is None:
        return ""
    if band.unit == "share":
        return points(band.value)
    return number(band.value, 1 if band.value % 1.0 else 0)


def rates(found: BaseRates) -> Section:
    """Return the base rates of past crises, with the bands that the model is held to."""
    wars = "with those inside" if found.selection.with_wars else "outside"
    years = f"{found.selection.first} to {found.selection.last}"
    return Section(
        key="rates",
        title=f"{len(found.crises)} crises of {years}, {wars} ongoing wars",
        about=(f"{found.table.name}: {ICB}, as you have it.",),
        answer=tuple(_in_bands(found)),
        blocks=(
            _shares(found),
            _lengths(found),
            _lengths_by_violence(found),
            _after_war(found),
            _by_strength(found),
            _ends_a_day(found),
            *(Sentence(words) for words in _caution(found)),
        ),
        reading=tuple(_counted(found)),
    )


def _in_bands(found: BaseRates) -> Iterator[Words]:
    """Say whether the rates lie in their bands."""
    count, outside = len(found.banded), found.outside
    if not found.selection.is_of_bands:
        yield (
            f"The bands are of crises of {FIRST_YEAR} to {LAST_YEAR} outside ongoing wars. Others "
            "are counted here, so that they need not agree.",
        )
    if outside:
        which = "; ".join(BANDS[key].says for key in outside)
        yield (f"Outside their bands, {len(outside)} of {count}: {which}.",)
    else:
        yield (f"All {count} rates that have a band lie in it.",)


def _shares(found: BaseRates) -> Table:
    keys = [(group, rate) for group in GROUPS for rate in RATES]
    return _table_of_shares(found, "rates-shares", "Share of crises, in %", keys)


def _after_war(found: BaseRates) -> Table:
    keys = [("all", rate) for rate in AFTER_WAR]
    title = "How crises with full-scale war were settled, in %"
    return _table_of_shares(found, "rates-after-war", title, keys)


def _by_strength(found: BaseRates) -> Table:
    keys = [(group, rate) for group in STARTED for rate in BY_STRENGTH]
    title = "Full-scale war by the challenger's strength, in %"
    return _table_of_shares(found, "rates-strength", title, keys)


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


def _lengths(found: BaseRates) -> Table:
    keys = [(group, None) for group in GROUPS]
    return _table_of_lengths(found, "rates-lengths", "Days that crises last", keys)


def _lengths_by_violence(found: BaseRates) -> Table:
    keys = [(group, level) for level in LEVELS for group in STARTED]
    title = "Days that crises last, by their gravest violence"
    return _table_of_lengths(found, "rates-lengths-by-violence", title, keys)


def _table_of_lengths(
    found: BaseRates, key: str, title: str, keys: Iterable[tuple[str, str | None]]
) -> Table:
    return Table(
        key,
        f"{title} (95 % interval)",
        (
            Column("Crises"),
            *number_columns("known", "a quarter at most", "half at most", "three quarters"),
        ),
        tuple(row for group, level in keys for row in _rows_of_lengths(found, group, level)),
    )


def _rows_of_lengths(found: BaseRates, group: str, level: str | None) -> Iterator[tuple[str, ...]]:
    """Yield a row of quartiles, and their bands if there are any."""
    title = (
        GROUPS[group].title if level is None else f"{GROUPS[group].title}, {LEVELS[level].title}"
    )
    keys = [length_key(group, name, level) for name in QUARTILES]
    lengths = [found.lengths[key] for key in keys]
    yield title, str(lengths[0].crises), *map(_length, lengths)
    bands = [_band(key) for key in keys]
    if any(bands):
        yield f"{title}: band", "", *bands


def _length(one: Length) -> str:
    if one.days is None:
        return NOTHING
    ends = [NOTHING if end is None else f"{end:g}" for end in (one.low, one.high)]
    return f"{number(one.days, 0)} ({' to '.join(dict.fromkeys(ends))})"


def _ends_a_day(found: BaseRates) -> Table:
    return Table(
        "rates-hazards",
        HAZARD,
        (Column("Days"), *number_columns("endings", "%", "95 % interval")),
        tuple(
            (
                f"day {one.from_day} to {one.to_day}",
                str(one.endings),
                *_known(one.rate, one.low, one.high, 2),
            )
            for one in found.hazards
        ),
    )


def _band(key: str) -> str:
    return _in_words(BANDS[key]) if key in BANDS else ""


def _in_words(band: Band) -> str:
    is_share = band.unit == "share"
    ends = _ends(band, 1 if is_share else 0)
    if band.value is None:
        return ends
    return f"{_value(band)} ({ends})" if ends else _value(band)


def _caution(found: BaseRates) -> Iterator[Words]:
    """Say what the figures must not be taken for."""
    if found.selection.last > LAST_YEAR:
        yield ("Crises from 1990 on are for testing the model once, not for fitting it.",)
    yield (
        "Mediated crises differ from others by selection, as mediators go to the graver ones: the "
        "difference is no effect of mediation.",
    )
    if found.hazard_falls is not None:
        early, late = found.hazards[0].to_day, found.hazards[-1].from_day
        how = "fewer" if found.hazard_falls else "no fewer"
        yield (f"Of crises still open, {how} end per day from day {late} than up to day {early}.",)
    if found.unlike_dates:
        yield (
            f"In {found.unlike_dates} of these crises dur_days is not what lies between the dates, "
            "by more than a week; dur_days is used.",
        )


def _counted(found: BaseRates) -> Iterator[Words]:
    for definition in (*GROUPS.values(), *RATES.values(), *CONDITIONAL.values()):
        yield (f"{definition.title}: {definition.says}.",)
    yield (
        "Band: what the model is calibrated to. Per day: endings divided by the days that crises "
        "were open. Years are those of the trigger. A crisis with a blank cell is left out of the "
        "rates that need it. 95 % intervals: Wilson's for shares, its analogue for endings per "
        "day, order statistics for lengths.",
    )
    for key in found.not_in_table:
        band = BANDS[key]
        unit = "%" if band.unit == "share" else "days"
        words = f"{band.says}: {_in_words(band)} {unit} ({band.source})"
        yield (f"Another band, which needs more than this table: {words}.",)
