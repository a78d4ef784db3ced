"""What is seen after a run's as-of date: what it changes, and what would tell most.

`detente update --json` prints one object, `detente/update/1`. By name:

- run, option, outcome, worlds, futures (of the option), digest (of the run).
- observed.KEY: date, by, source and what was seen: sign and seen, state, or talks_failed.
- effective: futures and worlds of equal weight that would carry as much, `(sum w)^2 / sum w^2`.
- endings.KEY, outcomes.KEY, plans.KEY: before, the share in the run with its intervals; share, that
  of the weighted futures; low, high: 90 % interval of chance, worlds held fixed; wide_low,
  wide_high: 90 % interval of chance and of which worlds were drawn; shift: difference (share less
  before, on the same futures) with the same two intervals.
- next.KEY, a sign that nothing was told of, the one that tells most of the outcome first:
  points_to; seen: chance that it is seen with the next force that arrives; outcome, plan: what it
  tells on average of whether the outcome comes and of the plan [bits]; outcome_part, plan_part:
  of all that is not known of each; if_seen, if_not: share of the outcome after it. Each {value,
  low, high}, a 90 % interval of chance and of which worlds were drawn.
- notes.
"""

from detente.analysis.update.updating import TooFewError, Update, update

__all__ = ["TooFewError", "Update", "update"]
