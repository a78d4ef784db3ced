"""History: base rates of past crises, and the bands of history that the model is calibrated to.

`detente lab rates --json` prints one object, `detente/rates/1`: `file`, `sha256`, `source`, `from`,
`to`, `with_wars`, `crises`; `interval`, the level of all intervals; `groups` and `rates`, what they
count, in words; `shares` {GROUP.RATE: {happened, crises, share, low, high}}; `lengths`
{GROUP.QUARTILE: {crises, days, low, high}}; `hazards` [{from_day, to_day, endings, days, rate, low,
high}] and `hazard_falls`, whether the last is below the first; `bands` {KEY: {says, value, low,
high, unit, source}}; `like_for_like`, whether the crises counted are those of the bands; `outside`,
the keys of rates that lie outside their band; `not_in_table`, the keys of bands that the table
cannot speak to; `unlike_dates`, how many crises have a length that is not that between their dates.
What too few crises tell is null.

`detente run --json` and `detente show --json` have the key `history` for a pack that says with
`reference` which past crises it stands for: {KEY: {share or days, low, high, history, history_low,
history_high, inside}} by the keys of bands, `low` and `high` the 90 % interval and
`history_low` and `history_high` that of 95 %; `hazards` [{from_day, to_day, a_day, low, high}] and
`hazard_falls`, as it does in history. A length at the horizon is of that or more, and `inside` is
null where that does not tell. `violent.none` is 0 by definition and has no history.
"""

from detente.analysis.history.definitions import (
    BANDS,
    FIRST_YEAR,
    HISTORY,
    LAST_YEAR,
    Band,
    History,
)
from detente.analysis.history.rates import BaseRates, Selection, base_rates
from detente.analysis.history.table import PastCrises, PastCrisis, TableFaults, read_crises

__all__ = [
    "BANDS",
    "FIRST_YEAR",
    "HISTORY",
    "LAST_YEAR",
    "Band",
    "BaseRates",
    "History",
    "PastCrises",
    "PastCrisis",
    "Selection",
    "TableFaults",
    "base_rates",
    "read_crises",
]
