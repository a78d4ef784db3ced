"""What an outcome turns on in a run: where its variance lies, and which numbers move it, how far.

`detente drivers --json` prints one object, `detente/drivers/2`:

- run, option, outcome, share: the outcome's mean share in the run; spread: the standard deviation
  of its expected share across worlds, without sampling noise; of: worlds and futures of each that
  were played again for the answer.
- variance: which part of the variance of a future's yes or no lies between worlds (`world`), in
  types, nature, incidents, war and acts; null where the outcome always or never comes.
- groups.NAME: total (with low, high), what part of the variance over worlds is left if everything
  but this group is known; those distinguished from none.
- numbers.FIELD: swing (with low, high), by how much the share changes from the number's 10th to its
  90th percentile, on the run's own grid; agree, the share of worlds with that sign; total (with
  total_low, total_high) as of a group; those distinguished from none.
- unlisted: how many numbers are neither listed nor open, and below: none of them moves the share by
  more, as far as was measured; nine_in_ten: nine in ten of them by no more than that.
- open: numbers that may move it by half a point or more and cannot be distinguished from none, the
  largest first, how many were measured, and how many worlds could tell the first; notes.

Intervals are 90 %, over worlds and chance.
"""

from detente.analysis.drivers.answer import Drivers, drivers, plan

__all__ = ["Drivers", "drivers", "plan"]
