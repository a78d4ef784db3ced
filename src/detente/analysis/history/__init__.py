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
"""

from detente.analysis.history.bands import BANDS, FIRST_YEAR, LAST_YEAR, Band
from detente.analysis.history.rates import BaseRates, Choice, base_rates
from detente.analysis.history.table import PastCrisis, Table, TableFaults, read_crises

__all__ = [
    "BANDS",
    "FIRST_YEAR",
    "LAST_YEAR",
    "Band",
    "BaseRates",
    "Choice",
    "PastCrisis",
    "Table",
    "TableFaults",
    "base_rates",
    "read_crises",
]
