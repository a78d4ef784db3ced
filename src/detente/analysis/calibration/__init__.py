"""Calibration: the few numbers that past crises can tell, fitted to their moments.

`detente lab calibrate --json` prints one object, `detente/calibrate/1`: `file`, where the accepted
set was written; `provenance`, as it stands there: `history` {first, last, crises, sha256}, what it
was fitted to; `left` {NUMBER: share of the prior's spread that history leaves}; `priors`,
`foretold` and `errors` {MOMENT: what the model gives at the priors, over the accepted rows as
predicted, and how far predictions err}; `rows` {NUMBER: accepted values}, of which those in the
same place go together.
"""

from detente.analysis.calibration.acceptance import Acceptance
from detente.analysis.calibration.calibrate import Calibration, Sizes, calibrate, calibrated
from detente.analysis.calibration.moments import Moment, moments, named

__all__ = [
    "Acceptance",
    "Calibration",
    "Moment",
    "Sizes",
    "calibrate",
    "calibrated",
    "moments",
    "named",
]
