"""What caused war in a run: the share of war attributed to each mechanism, with intervals.

`detente causes --json` prints one object, `detente/causes/2`. Every share is {share, low, high,
spread_low, spread_high, chance_low, chance_high}: its 90 % interval over worlds and chance, its 5th
and 95th percentile across worlds without sampling noise, and its sampling interval, worlds held
fixed. By name:

- run, option; of: {worlds, futures}, how many were judged, on a coarse grid of beliefs. All shares
  but `first_shot` are of these futures.
- first_shot.KEY, first_shot_of_wars.KEY: how the first shot came, of the run's futures with use of
  force and of those with war.
- war: futures that end in war.
- causes.KEY: the share owed to each mechanism (Owen's value), with `prevents` and `creates`: war
  that removing it alone prevents, and that it brings. `none` is war with every mechanism off. They
  add up to war; a share below 0 means that the mechanism keeps more war away than it brings.
- deliberate: war with first strike, shifting power and broken deals alone, begun by a principal's
  chosen strike. miscalculation: misreading, types, optimism and self_knowledge. spoiler:
  third_party.
- but_for.KEY, created.KEY: `prevents` and `creates` with their intervals.
- overdetermined: war that no single removal prevents.
- placebo.{prevented, created}: the same for a removal of nearly nothing, the floor of all these.
- unsettled: share of visited decisions whose fixed point is off by more than .02.
- digest: SHA-256 of every verdict.

With --future the object is `detente/cause/2`: run, option, world, future, ending, is_war,
prevented_by (sets of mechanisms whose removal prevents the war: single ones, else the fewest kinds
of mechanism), created_by (mechanisms whose removal brings war), shares.KEY, none,
without.KEY.{ending, day}, deliberate, and the events of the future as `detente trace --json` has
them.
"""

from detente.analysis.causes.attribution import Causes, causes
from detente.analysis.causes.story import Story, tell_cause

__all__ = ["Causes", "Story", "causes", "tell_cause"]
