"""What the hypotheses of a pack come to, tested by intervention on a run's worlds and draws.

`detente hypotheses --json` prints one object, `detente/hypotheses/1`: run, worlds, and a list
`hypotheses` of {id, says, rejected_if, estimate, low, high, unit, verdict, why, needs, tests,
command}.

- verdict: supported, supported_small (by less than a point), rejected or cannot_tell, in this
  model; `why` says why nothing is estimable.
- estimate, low, high: of the result on which the verdict rests; null where nothing was measured.
- needs: whether all results have to bear it out, or any.
- tests: {kind, says, results}: what was done, in the pack's words, and all that was measured.
- results: name, estimate, low and high (90 % interval of the mean over worlds, which count as
  clusters), spread_low and spread_high (5th and 95th percentile across worlds, without sampling
  noise; null where it is one number for all), unit and scale (what 1 is shown as), threshold and
  expects (which side bears the hypothesis out), holds_in (share of worlds in which it is borne
  out), verdict, why, levels (the measure itself at each step; empty where a test has none).
- command: what reproduces it alone.
"""

from detente.analysis.hypotheses.answer import (
    Hypotheses,
    PlannedTests,
    Tested,
    hypotheses,
    plan,
    played,
)

__all__ = ["Hypotheses", "PlannedTests", "Tested", "hypotheses", "plan", "played"]
