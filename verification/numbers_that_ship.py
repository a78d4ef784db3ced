"""The numbers of a report that a pack dates, and those of past crises, which ship: worked out anew.

Shares of past crises follow from counts; what the fit gives of all crises follows from what it
gives of both kinds of start. The scores of the back-test are those that ship, their difference
worked out.
"""

from collections.abc import Iterator, Mapping, Sequence
from importlib import resources
from typing import Any, TypeAlias

import tomli
from scipy import stats  # type: ignore[import-untyped]

from detente.analysis.history import BANDS
from verification.intervals import Numbers

Known: TypeAlias = Iterator[tuple[str, str, Numbers]]
QUARTERS = {"quarter": 25.0, "half": 50.0, "three_quarters": 75.0}
RIVALS = {"serious": "trigger", "war": "base"}


def known(pack: Mapping[str, Any]) -> Known:
    """Yield part, row and the numbers that belong there."""
    yield from _dates(pack)
    yield from _past_crises()


def _dates(pack: Mapping[str, Any]) -> Known:
    """Yield the rows of the calendar and of the map that have a date."""
    for key, sign in pack.get("indicators", {}).items():
        yield "calendar", f"{_headed(key)}, {sign['date']}", []
    for key, force in pack.get("forces", {}).items():
        dates = ", ".join(str(force[end]) for end in ("arrives", "leaves") if end in force)
        yield "calendar", f"{force.get('name') or _headed(key)}, {dates}", []
        yield "posture_map", f"{force['area']}, {dates}", []
    for event in pack.get("events", {}).values():
        first, last = event.get("between") or [event["date"]] * 2
        yield "calendar", f"{event['name']}, {first}, {last}", []


def _headed(key: str) -> str:
    return key.replace("_", " ").capitalize()


def shipped(name: str) -> dict[str, Any]:
    """Return a file that ships with packs."""
    return tomli.loads(resources.files("detente.pack").joinpath(name).read_text())


def _past_crises() -> Known:
    """Yield the back-test, history's rates and lengths, and what the fit gives of each, in %."""
    told = shipped("backtest/record.toml")
    for target, rival in RIVALS.items():
        scores, more = told["brier"][target], told["more"][target]
        for part in ("fared, answer", "fitness, answer"):
            yield part, "", [scores["model"]]
            yield part, "", [scores[rival]]
            yield part, "", [scores["model"] - scores[rival], more["low"], more["high"]]
    history, fit = shipped("history.toml"), shipped("accepted.toml")["provenance"]
    for key, counts in history["shares"].items():
        yield "history", BANDS[key].says, [*_rate(counts), *_fitted(key, fit, history)]
    for key, (_, days, *ends) in history["lengths"].items():
        level = QUARTERS[key.partition(".")[2].partition("_if_")[0]]
        yield (
            "history-lengths",
            BANDS[key].says,
            [days, *ends, level, *_fitted(key, fit, history)],
        )
    for key, other in history["others"].items():
        scale = 100 if other["unit"] == "share" else 1
        within = [scale * one for one in other.get("within", ())]
        yield "history", BANDS[key].says, [*within, *_fitted(key, fit, history)]


def _rate(counts: Sequence[int]) -> Numbers:
    """Return a share of past crises with its interval of 95 %, in %."""
    found = stats.binomtest(*counts)
    ends = found.proportion_ci(0.95, method="wilson")
    return [100 * one for one in (found.statistic, ends.low, ends.high)]


def _fitted(key: str, fit: Mapping[str, Any], history: Mapping[str, Any]) -> Numbers:
    """Return what the fit gives and its error, in points; of all from both kinds of start."""
    foretold, counts = fit["foretold"], history["shares"]
    of_all, _, rate = key.partition(".")
    starts = [f"{start}.{rate}" for start in ("non_violent", "violent")]
    given = foretold.get(key)
    if of_all == "all" and all(start in foretold and start in counts for start in starts):
        sizes = [counts[start][1] for start in starts]
        given = sum(foretold[one] * size for one, size in zip(starts, sizes, strict=True))
        given /= sum(sizes)
    return [] if given is None else [100 * given, 100 * fit["errors"][key]]
