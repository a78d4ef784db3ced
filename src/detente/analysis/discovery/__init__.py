"""Under which few assumptions an outcome is likely: boxes of worlds, with rules in words.

`detente discover --json` prints one object, `detente/discover/1`:

- run, option, outcome, worlds; share: the outcome's mean share over all worlds.
- boxes: at most three, each {rules, density, coverage, worlds, chance, held_out}. A rule is {field,
  low, high (null where it has no such end), unit, meaning, is_switch, worlds (share of all in which
  it holds), quasi_p}. density: the outcome's share where all rules hold; coverage: of all futures
  with the outcome, the share that lies there; chance: how often a search among shares dealt out at
  random finds a box that stands out as much; held_out: {mean, low, high}, the density in
  worlds that a search among seven eighths did not see, with its 90 % interval; null if too few.
- enough: whether there is a box. notes: what a reader should know.
"""

from detente.analysis.discovery.answer import Discovery, discover

__all__ = ["Discovery", "discover"]
