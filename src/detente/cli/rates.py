"""`detente lab rates`: base rates of past crises, beside the bands that the model is held to."""
# ruff: noqa: PLC0415  a command loads what it needs when it runs, so that --help is quick

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from detente.cli import parameters, terminal
from detente.errors import DetenteError

if TYPE_CHECKING:
    from detente.analysis.history import Band, BaseRates
    from detente.analysis.history.rates import Hazard, Length, Share

NOTHING = "-"
"""Stands where too few crises tell."""


def rates(
    table: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="Your own copy of the ICB table, one row a crisis."),
    ],
    first: Annotated[
        int, typer.Option("--from", metavar="YEAR", help="First year in which a crisis began.")
    ] = 1945,
    last: Annotated[
        int, typer.Option("--to", metavar="YEAR", help="Last year; 1990 on is for testing.")
    ] = 1989,
    with_wars: Annotated[
        bool, typer.Option("--with-wars", help="Count crises inside ongoing wars as well.")
    ] = False,
    json: parameters.Json = False,
    quiet: parameters.Quiet = False,
) -> int:
    """Compute base rates of past crises.

    How often they came to war or to an agreement and how long they lasted, each with its count, a
    95 % interval and the band that the model is held to. FILE is CSV with the columns crisno,
    trig_date, term_date, dur_days, trigger, violence, intra_war, outcome, mediation and recent_5y,
    from the International Crisis Behavior project (Brecher & Wilkenfeld). It is read, not kept.
    """
    from detente.analysis.history import Choice, base_rates, read_crises

    if first > last:
        raise DetenteError(f"after --to {last}", where=f"--from {first}", hint="swap the two")
    found = base_rates(read_crises(table), Choice(first, last, with_wars))
    if json:
        terminal.show_json(found.as_json())
    else:
        _show(found, quiet=quiet)
    return 0


def _show(found: "BaseRates", *, quiet: bool) -> None:
    _show_heading(found)
    terminal.show_table(list(_share_rows(found)), right=" rr")
    terminal.say()
    terminal.show_table(list(_length_rows(found)), right=" r")
    terminal.say()
    terminal.show_table(list(_hazard_rows(found)), right=" rr")
    terminal.say()
    _compare(found)
    _caution(found)
    if not quiet:
        _explain()
        _list_others(found)


def _show_heading(found: "BaseRates") -> None:
    from detente.analysis.history.bands import ICB

    choice = found.choice
    wars = "with those inside" if choice.with_wars else "outside"
    years = f"{choice.first}-{choice.last}"
    terminal.say(f"{len(found.crises)} crises of {years}, {wars} ongoing wars", style="bold")
    terminal.say(f"{found.table.name}: {ICB}, as you have it.")
    terminal.say()


def _share_rows(found: "BaseRates") -> Iterator[tuple[str, ...]]:
    from detente.analysis.history.definitions import GROUPS, RATES

    yield "Share of crises", "count", "%", "95 %", "band"
    for group, members in GROUPS.items():
        yield members.title, "", "", "", ""
        for rate, measure in RATES.items():
            key = f"{group}.{rate}"
            yield f"  {measure.title}", *_share_cells(found.shares[key]), _band_cell(key)


def _share_cells(share: "Share") -> tuple[str, str, str]:
    count = f"{share.happened} of {share.crises}"
    return count, _percent(share.share), _range(_percent(share.low), _percent(share.high))


def _length_rows(found: "BaseRates") -> Iterator[tuple[str, ...]]:
    from detente.analysis.history.definitions import GROUPS
    from detente.analysis.history.rates import QUARTILES

    yield "Days that crises last", "known", "a quarter at most", "half at most", "three quarters"
    for group, members in GROUPS.items():
        lengths = [found.lengths[f"{group}.{name}"] for name in QUARTILES]
        yield f"  {members.title}", str(lengths[0].crises), *map(_length_cell, lengths)
        bands = [_band_cell(f"{group}.{name}") for name in QUARTILES]
        if any(bands):
            yield "    band", "", *bands


def _length_cell(length: "Length") -> str:
    if length.days is None:
        return NOTHING
    return f"{length.days:.0f} [{_range(_days(length.low), _days(length.high))}]"


def _hazard_rows(found: "BaseRates") -> Iterator[tuple[str, ...]]:
    yield "Ends among 100 open crises, a day", "endings", "a day", "95 %"
    for hazard in found.hazards:
        title = f"  from day {hazard.from_day} to {hazard.to_day}"
        yield title, str(hazard.endings), *_hazard_cells(hazard)


def _hazard_cells(hazard: "Hazard") -> tuple[str, str]:
    rate, low, high = (_percent(value, 2) for value in (hazard.rate, hazard.low, hazard.high))
    return rate, _range(low, high)


def _band_cell(key: str) -> str:
    from detente.analysis.history import BANDS

    return _band_words(BANDS[key]) if key in BANDS else ""


def _band_words(band: "Band") -> str:
    form = _percent if band.unit == "share" else _days
    ends = "" if band.low is None else _range(form(band.low), form(band.high))
    if band.value is None:
        return ends
    return f"{form(band.value)} [{ends}]" if ends else form(band.value)


def _percent(share: float | None, decimals: int = 1) -> str:
    return NOTHING if share is None else f"{100.0 * share:.{decimals}f}"


def _days(days: float | None) -> str:
    return NOTHING if days is None else f"{round(days, 1):g}"


def _range(low: str, high: str) -> str:
    return NOTHING if low == high == NOTHING else f"{low}-{high}"


def _compare(found: "BaseRates") -> None:
    """Say whether the rates lie in their bands."""
    from detente.analysis.history import BANDS

    count, outside = len(found.banded), found.outside
    if not found.choice.is_of_bands:
        terminal.say(
            "The bands are of crises of 1945-1989 outside ongoing wars. Others are counted here, "
            "so that they need not agree."
        )
    if outside:
        told = "; ".join(BANDS[key].says for key in outside)
        terminal.say(f"Outside their bands, {len(outside)} of {count}: {told}.")
    else:
        terminal.say(f"All {count} rates that have a band lie in it.")


def _caution(found: "BaseRates") -> None:
    """Say what the figures must not be taken for."""
    from detente.analysis.history import LAST_YEAR

    if found.choice.last > LAST_YEAR:
        terminal.say("Crises from 1990 on are for testing the model once, not for fitting it.")
    terminal.say(
        "Mediated crises differ from others by selection, as mediators go to the graver ones: the "
        "difference is no effect of mediation."
    )
    if found.hazard_falls is not None:
        early, late = found.hazards[0].to_day, found.hazards[-1].from_day
        how = "fewer" if found.hazard_falls else "no fewer"
        terminal.say(
            f"Of crises still open, {how} end a day from day {late} than up to day {early}."
        )
    if found.unlike_dates:
        terminal.say(
            f"In {found.unlike_dates} of these crises dur_days is not what lies between the dates, "
            "by more than a week; dur_days is used."
        )


def _explain() -> None:
    from detente.analysis.history.definitions import GROUPS, RATES

    terminal.say()
    terminal.say("What is counted", style="bold")
    for definition in (*GROUPS.values(), *RATES.values()):
        terminal.say(f"{definition.title}: {definition.says}", indent=2, hang=4)
    terminal.say("band: what the model is to be calibrated to", indent=2, hang=4)
    terminal.say("a day: endings over the days that open crises lived", indent=2, hang=4)
    terminal.say(
        "Years are those of the trigger. What a cell leaves blank is left out of the rates that "
        "need it. 95 %: Wilson's interval for shares, its like for endings a day, values in their "
        "order for lengths."
    )


def _list_others(found: "BaseRates") -> None:
    from detente.analysis.history import BANDS

    terminal.say()
    terminal.say("Other bands, which need more than this table", style="bold")
    for key in found.not_in_table:
        band = BANDS[key]
        unit = "%" if band.unit == "share" else "days"
        terminal.say(f"{band.says}: {_band_words(band)} {unit} ({band.source})", indent=2, hang=4)
