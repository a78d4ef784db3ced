"""What caused war in a run: the share of war attributed to each mechanism, with intervals.

`detente causes --json` prints one object, `detente/causes/1`. Every share is of all futures judged
and is {share, low, high, spread_low, spread_high, chance_low, chance_high}: its 90 % interval over
worlds and chance, its 5th and 95th percentile across worlds without sampling noise, and its
sampling interval, worlds held fixed. By name:

- run, option, worlds, futures: what was judged.
- war: futures that end in war.
- causes.KEY: the Shapley share of each mechanism, and of `none`: war with every mechanism off. They
  add up to war; a share below 0 means that the mechanism prevents more war than it brings.
- deliberate: war with first strike and commitment alone, begun by a principal's chosen strike.
- miscalculation: misread_incident and private_information. spoiler: third_party.
- miscalculation_less_others: miscalculation less deliberate and spoiler, and `verdict`: more, less,
  or cannot_tell where the 5th and 95th percentile over worlds lie on both sides of 0.
- but_for.KEY, created.KEY: war that removing a mechanism prevents, and that it creates.
- overdetermined: war that no single removal prevents.
- placebo.{prevented, created}: the same for a removal of nearly nothing, the floor of all these.
- third_party_resolved.{prevented, created}: the same for third parties whose absence is foreseen.
- unsettled: share of visited decisions whose fixed point is off by more than .02.
- digest: SHA-256 of every verdict.

With --future the object is `detente/cause/1`: run, option, world, future, ending, is_war,
prevented_by (sets of mechanisms whose removal prevents the war, the smallest there are), created_by
(mechanisms whose removal brings war), shapley.KEY, without.KEY.{ending, day}, deliberate, and the
events of the future as `detente trace --json` has them.
"""

from detente.analysis.causes.attribution import Causes, attribute
from detente.analysis.causes.story import Story, tell_cause

__all__ = ["Causes", "Story", "attribute", "tell_cause"]
