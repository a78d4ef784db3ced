"""What an outcome turns on in a run: the numbers and groups that move its share over worlds.

`detente drivers --json` prints one object, `detente/drivers/1`:

- run, option, outcome, method: `given_data` (from the run's own worlds), `design` (from new worlds,
  Sobol's indices) or `shapley` (the calibrated numbers, which depend on each other).
- worlds: how many it rests on. share: the outcome's mean share; spread: the standard deviation of
  its expected share across worlds, without sampling noise.
- numbers.FIELD, groups.NAME: first (with first_low, first_high), total (with low, high): what part
  of the variance over worlds is due to it on its own, and with all it does together with others;
  with the method shapley also `shapley`, and low and high are its ends. Correlated numbers are one
  group and are not listed by themselves. Intervals are 90 %.
- `told`: for each of these, whether its interval is narrow enough to say anything.
- enough: whether all of them are estimable. notes: what a reader should know.
"""

from detente.analysis.drivers.answer import METHODS, Drivers, Method, drivers, plan

__all__ = ["METHODS", "Drivers", "Method", "drivers", "plan"]
