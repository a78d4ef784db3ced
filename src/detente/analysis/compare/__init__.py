"""What the options of a run would change, on the same worlds and the same chance.

`detente compare --json` prints one object, `detente/compare/1`. By name:

- run, outcome, better (more or less of it), worlds, futures (of each option), digest (of the run).
- options.NAME, the base among them: title; share of the outcome with its intervals; difference from
  the base with its 90 % interval of chance (low, high; paired on the same draws, worlds held fixed)
  and its 5th and 95th percentile over worlds, chance removed (spread_low, spread_high); same: the
  option changes nothing, so that all is exactly 0.
- options.NAME.regret: by how much the best option of each world is better, on average; the best is
  chosen on other futures than it is judged on, which puts the mean at or below the truth.
  regret_most: chosen and judged on the same, which puts it above. regret_worst: 95th percentile
  over worlds. best_in: share of worlds in which it is the best. null with one future a world.
- options.NAME.measures.KEY: the same differences of deal, settled, force, any_war (shares of
  futures), challenger_loss, defender_loss (normalised) and world_cost (billion dollars);
  gains, costs: which of these are clearly better, and clearly worse.
- options.NAME.reached.GOAL: share of worlds in which a threshold is kept, Wilson's interval over
  worlds.
- options.NAME.works_if: conditions {field, is_above, value, place}, only (helps there and not
  clearly elsewhere), share of worlds, inside and outside {mean, low, high} on held-out worlds;
  `why` if nothing is told.
- ranking, tied (chance alone may keep them from the first place).
- flip: best, second, lead; worlds: the smallest re-weighting of worlds that makes them equal
  {entropy, effective, moved, why}; number: the one number that must go least far, or null.
- inverse.GOAL.options.NAME: the smallest re-weighting under which the goal is kept, under the base
  and the best option.
- notes.
"""

from detente.analysis.compare.comparing import Compared, Comparison, compare

__all__ = ["Compared", "Comparison", "compare"]
