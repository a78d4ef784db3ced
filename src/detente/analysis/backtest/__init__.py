"""Back-test: past crises forecast by reference packs, judged against what needs no model.

`detente lab backtest TABLE --json` prints one object, `detente/backtest/1`: `file`, `sha256`,
`from`, `to`, the years of the crises judged; `fitted_before`, the year up to which rows were fitted
to; `crises`, `left_out` {in_war, unknown} and `blanks`, crises with an input that is not known;
`combinations`, how many were played; `targets` {serious, war: {NAME: {brier, log, slope, auc
{non_violent, violent}}}} with NAME in model, base, trigger, logistic and unmapped; `happened`
{TARGET: crises}; `differences` {TARGET: {NAME: {brier, log: {value, low, high}}}}, the model's
scores less those of NAME; `intervals` {TARGET: {slope, auc {START}: {value, low, high}}} of the
model; `curve` {TARGET: [{forecast, happened, crises, share, low, high}]} of the model; `holds`
{CRITERION: whether it does}, null where too few crises tell; `file_of_record`, where the scores
were written. Intervals are of 90 %, by resampling crises; those of the curve of 95 %.

With `--fit` it prints `detente/backtest-fit/1`: `file`, where the mapping was written with what
was fitted; `levels` {START: {LEVER}}, `unmapped`, the same with no move, `elasticities`
{INPUT.LEVER}, `baselines` {rates, logistic}, `crossed` {TARGET: {NAME: Brier score of folds of the
rows left out}}, `provenance`.
"""

from detente.analysis.backtest.backtest import Backtest, ModelRecord, backtest, record_shipped
from detente.analysis.backtest.fitting import MappingFit, fit_mapping
from detente.analysis.backtest.mapping import TARGETS, RowMapping, as_written, read_mapping, shipped
from detente.analysis.backtest.plays import PlaySettings

__all__ = [
    "TARGETS",
    "Backtest",
    "MappingFit",
    "ModelRecord",
    "PlaySettings",
    "RowMapping",
    "as_written",
    "backtest",
    "fit_mapping",
    "read_mapping",
    "record_shipped",
    "shipped",
]
