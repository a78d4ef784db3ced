"""Calibration: the few numbers that past crises can tell, fitted to their rates.

`detente lab calibrate --json` prints one object, `detente/calibrate/1`: `file`, where the accepted
set was written; `provenance`, as it stands there; `left` {NUMBER: share of the prior's spread that
the bands leave}; `rows` {NUMBER: accepted values}, of which those in the same place go together.
"""

from detente.analysis.calibration.acceptance import Acceptance, Requirement, name_of, requirements
from detente.analysis.calibration.calibrate import Calibration, Sizes, calibrate, calibrated

__all__ = [
    "Acceptance",
    "Calibration",
    "Requirement",
    "Sizes",
    "calibrate",
    "calibrated",
    "name_of",
    "requirements",
]
