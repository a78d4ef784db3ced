"""Definitions of rates and lengths of past crises, and the bands to which the model is calibrated.

A band is computed from crises that began in 1945 to 1989 outside ongoing wars, unless it says
otherwise; crises from 1990 on are reserved for a single test of the model. Keys are those of the
rates and lengths of `detente lab rates`, if its table has them; the figures are in
`pack/history.toml`. `base_rates` computes those of other years from a table.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Annotated, Literal, NamedTuple

from detente.estimate.intervals import interval
from detente.pack.toml import read_shipped
from detente.questions.past.table import (
    AGREEMENTS,
    MEDIATED,
    VIOLENCE,
    VIOLENT_TRIGGERS,
    PastCrisis,
)

QUARTILES = {"quarter": 0.25, "half": 0.5, "three_quarters": 0.75}
NO_VIOLENCE, _, SERIOUS, WAR = VIOLENCE
STRONGER = 2.0
"""Capability ratio from which a side counts as stronger; below its inverse it counts as weaker."""


class Definition(NamedTuple):
    """A yes-or-no question about a past crisis; None if it does not apply or is unknown."""

    title: str
    says: str
    holds: Callable[[PastCrisis], bool | None]


def _among(title: str, says: str, field: str, *words: str) -> Definition:
    """Return the question whether a field of a crisis is one of these words."""

    def holds(crisis: PastCrisis) -> bool | None:
        word = getattr(crisis, field)
        return None if word is None else word in words

    return Definition(title, says, holds)


def _not(question: Definition, title: str, says: str) -> Definition:
    """Return the opposite question."""

    def holds(crisis: PastCrisis) -> bool | None:
        is_so = question.holds(crisis)
        return None if is_so is None else not is_so

    return Definition(title, says, holds)


_WAR = _among("full-scale war", "the gravest violence is full-scale war", "violence", WAR)
_VIOLENT = _among(
    "Violent start",
    "the trigger is a violent act, direct or indirect",
    *("trigger", *VIOLENT_TRIGGERS),
)
_MEDIATED = _among("Mediated", "mediation occurred", "mediation", MEDIATED)
GROUPS: Mapping[str, Definition] = {
    "all": Definition("All crises", "every crisis that is counted", lambda _: True),
    "non_violent": _not(
        _VIOLENT, "Non-violent start", "the trigger is no violent act, direct or indirect"
    ),
    "violent": _VIOLENT,
    "mediated": _MEDIATED,
    "not_mediated": _not(_MEDIATED, "Not mediated", "mediation was at most requested or offered"),
}
"""Groups of crises among which rates are counted."""
STARTED = ("all", "non_violent", "violent")
"""The groups that have conditional rates and lengths as well."""

RATES: Mapping[str, Definition] = {
    "war": _WAR._replace(says="the gravest violence of the crisis is full-scale war"),
    "serious": _among(
        "serious clashes or war",
        "the gravest violence is serious clashes or full-scale war",
        *("violence", SERIOUS, WAR),
    ),
    "none": _among(
        "no violence", "there was none, not even minor clashes", "violence", NO_VIOLENCE
    ),
    "agreement": _among(
        "agreement",
        "the outcome is a formal or semi-formal agreement; tacit and imposed ones do not count",
        *("outcome", *AGREEMENTS),
    ),
    "follows": Definition(
        "follows another",
        "recent_5y is 1: an earlier crisis in the five years before; recurrence looks ahead",
        lambda crisis: crisis.follows_another,
    ),
}
"""Rates that are counted."""


def _war_by_strength(low: float, high: float) -> Callable[[PastCrisis], bool | None]:
    """Return the question whether there was war, among challengers of a relative strength."""

    def holds(crisis: PastCrisis) -> bool | None:
        # Side A of the table, the first crisis actor, is the one that is challenged.
        challenger, defender = crisis.capability_b, crisis.capability_a
        if challenger is None or not defender:
            return None
        return _WAR.holds(crisis) if low <= challenger / defender < high else None

    return holds


BY_STRENGTH: Mapping[str, Definition] = {
    "war_if_weaker": Definition(
        "war if the challenger is weaker",
        "among crises whose challenger has less than half of the defender's capabilities",
        _war_by_strength(0.0, 1.0 / STRONGER),
    ),
    "war_if_similar": Definition(
        "war if the sides are about equal",
        "among crises in which neither side has twice the other's capabilities",
        _war_by_strength(1.0 / STRONGER, STRONGER),
    ),
    "war_if_stronger": Definition(
        "war if the challenger is stronger",
        "among crises whose challenger has twice the defender's capabilities or more",
        _war_by_strength(STRONGER, float("inf")),
    ),
}
"""Rates of war by the challenger's strength."""


def _after_war(title: str, says: str, *outcomes: str) -> Definition:
    """Return the question whether a war ended in one of these outcomes."""
    ended = _among(
        f"{title} after a war", f"among crises with full-scale war, {says}", "outcome", *outcomes
    )
    return ended._replace(holds=lambda crisis: ended.holds(crisis) if _WAR.holds(crisis) else None)


AFTER_WAR: Mapping[str, Definition] = {
    "agreement_after_war": _after_war(
        "agreement", "the outcome is a formal or semi-formal agreement", *AGREEMENTS
    ),
    "unilateral_after_war": _after_war(
        "unilateral act", "one side ended the crisis by itself", "Unilateral act"
    ),
    "imposed_after_war": _after_war("imposed end", "the outcome was imposed", "Imposed agreement"),
    "given_up_after_war": _after_war(
        "unilateral or imposed end",
        "the outcome is a unilateral act or was imposed",
        *("Unilateral act", "Imposed agreement"),
    ),
    "faded_after_war": _after_war("fading", "the crisis faded", "Crisis faded"),
}
"""Rates of settlements of crises with full-scale war."""
GIVEN_FORCE: Mapping[str, Definition] = {
    "war_given_force": Definition(
        "war if force is used",
        "among crises with serious clashes or full-scale war, the gravest violence is the latter",
        lambda crisis: _WAR.holds(crisis) if crisis.violence in {SERIOUS, WAR} else None,
    )
}
"""The rate at which use of force became war."""
CONDITIONAL = {**AFTER_WAR, **BY_STRENGTH, **GIVEN_FORCE}

LEVELS: Mapping[str, Definition] = {
    "none": _among("without violence", "the gravest violence is none", "violence", NO_VIOLENCE),
    "clashes": _among(
        "with serious clashes", "the gravest violence is serious clashes", "violence", SERIOUS
    ),
    "war": _WAR._replace(title="with full-scale war"),
}
"""Levels of violence that have separate lengths."""


def length_key(group: str, quartile: str, level: str | None = None) -> str:
    """Return the key of a quartile of a group's lengths, of all or of one level of violence."""
    return f"{group}.{quartile}" if level is None else f"{group}.{quartile}_if_{level}"


FIRST_YEAR, LAST_YEAR = 1945, 1989
"""First and last year in which the crises of the bands began."""
ICB = "International Crisis Behavior project (Brecher & Wilkenfeld)"
QUANTILE = 1.959963984540054
"""Normal quantile with 2.5 % on each side: bands of history are 95 % intervals."""
TAIL = 0.025


def share_interval(happened: float, crises: int) -> tuple[float, float]:
    """Return the 95 % score interval of a share (Wilson 1927), for at least one crisis."""
    share = happened / crises
    return interval(share, share * (1.0 - share) / crises, crises, QUANTILE)


def hazard_interval(
    endings: float, days: float, normal_quantile: float = QUANTILE
) -> tuple[float, float]:
    """Return the score interval of endings per day, with the count taken as Poisson.

    `n + z^2 / 2 -+ z sqrt(n + z^2 / 4)`, divided by the days that crises were open, which must be
    above 0: the limit of Wilson's interval for small daily chances. `z`, the normal quantile, is
    that of 95 % by default.
    """
    squared = normal_quantile * normal_quantile
    centre = endings + squared / 2.0
    half = normal_quantile * math.sqrt(endings + squared / 4.0)
    return max(0.0, centre - half) / days, (centre + half) / days


def quantile_interval(ordered: Sequence[float], level: float) -> tuple[float | None, float | None]:
    """Return a distribution-free interval of the quantile at a level between 0 and 1.

    The number of values below the quantile is binomial. So the ends are order statistics, the
    closest with at most 2.5 % on each side; an end is None if there are too few values.
    """
    count = len(ordered)
    below, chance_below = [], 0.0
    for fewer in range(count + 1):
        ways = math.lgamma(count + 1) - math.lgamma(fewer + 1) - math.lgamma(count - fewer + 1)
        chance_below += math.exp(
            ways + fewer * math.log(level) + (count - fewer) * math.log1p(-level)
        )
        below.append(chance_below)
    low_rank = sum(chance <= TAIL for chance in below)
    high_rank = 1 + sum(chance < 1.0 - TAIL for chance in below)
    low = ordered[low_rank - 1] if low_rank >= 1 else None
    high = ordered[high_rank - 1] if high_rank <= count else None
    return low, high


class Band(NamedTuple):
    """A figure of history with its 95 % interval; None if no source has it."""

    says: str
    value: float | None
    low: float | None
    high: float | None
    unit: Literal["share", "days"]
    source: str
    crises: Annotated[int | None, "crises that it is computed from"] = None


class History(NamedTuple):
    """Past crises of some years: their bands by key, and the number with each start."""

    bands: Mapping[str, Band]
    starts: Mapping[str, int]
    first: Annotated[int, "year in which the first began"]
    last: int
    sha256: Annotated[str, "of the table that they stand in"]


_SHIPPED = read_shipped("history.toml")
STARTS: Mapping[str, int] = MappingProxyType(dict(_SHIPPED["starts"]))
"""Number of crises with each start."""
COMPUTED: str = _SHIPPED["provenance"]["source"]
"""Source of the bands that name no other."""
_BEGUN = {
    "all": "",
    "non_violent": " after a non-violent start",
    "violent": " after a violent start",
}
_BEGAN = {"all": "", "non_violent": " with a non-violent start", "violent": " with a violent start"}
_QUARTERS = {"quarter": "a quarter", "half": "half", "three_quarters": "three quarters"}


def share_band(key: str, happened: int, crises: int) -> Band:
    """Return the band of a share from counts, with Wilson's interval."""
    group, rate = key.split(".")
    if rate in CONDITIONAL:
        started = "" if group == "all" else f" ({GROUPS[group].title.lower()})"
        says = CONDITIONAL[rate].title + started
    else:
        says = RATES[rate].title + _BEGUN[group]
    low, high = share_interval(happened, crises)
    return Band(says, happened / crises, low, high, "share", COMPUTED, crises)


def length_band(key: str, crises: int, days: float, low: float, high: float) -> Band:
    """Return the band of a quartile, with its interval from order statistics."""
    group, length = key.split(".")
    quartile, _, level = length.partition("_if_")
    parts = [part for part in (_BEGAN[group], level and f" {LEVELS[level].title}") if part]
    says = f"{_QUARTERS[quartile]} of crises{' and'.join(parts)} last at most"
    return Band(says, days, low, high, "days", COMPUTED, crises)


BANDS: Mapping[str, Band] = MappingProxyType(
    {key: share_band(key, *counts) for key, counts in _SHIPPED["shares"].items()}
    | {key: length_band(key, *figures) for key, figures in _SHIPPED["lengths"].items()}
    # Bands that the table of past crises has no figures for.
    | {
        key: Band(
            one["says"],
            one.get("value"),
            low=low,
            high=high,
            unit=one["unit"],
            source=one.get("source", COMPUTED),
        )
        for key, one in _SHIPPED["others"].items()
        for low, high in (one.get("within", (None, None)),)
    }
)
HISTORY = History(BANDS, STARTS, FIRST_YEAR, LAST_YEAR, _SHIPPED["provenance"]["sha256"])
"""The history to which all packs are calibrated."""
