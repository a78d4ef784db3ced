"""The bargaining game alone: what a deal could be, who offers what, and what deployed force does.

`detente solve --json` prints one object, `detente/solve/1`: `pack`, `name`, `title`, `as_of`,
`digest`, `grid`, `horizon`, `changes`; `events_left_out`, the keys of the calendar's events, of
which the game knows nothing; `worlds` and `seed`, null in the median world; `parties` {role: name}
of the roles that somebody has, `issues` and `mediators` {key: name}; `packages`, the most of any
world; `switches` {field: {chance, taken}} as they stand in the median world, empty over worlds; and
`figures`.

A figure is {value, spread_low, spread_high, worlds}: the number in the median world, where the
spread is null, or its median and its 5th and 95th percentile over the worlds that have it. A yes or
no is {share, worlds}. Worths are in shares of the holder's whole basket, chances run from 0 to 1,
days and packages are named by their number; package 1 concedes least. By name:

- force_at_start: the level deployed, 0 to 2.
- beliefs.{hard, tough}: chances at the start.
- worth.{hard, soft, tough, weak, ally}: of the crisis at its start; the ally's is that just before
  the first move.
- terms.wide_less_narrow.HOLDER if there are two agendas; terms.{agenda, venue}.{
  challenger_concedes, mean_delay} and terms.venue.is_rival where in dispute.
- agendas.{narrow, wide}.played; .packages.NUMBER.{issues.KEY, relief, to_challenger, to_defender};
  .pairs.{hard, soft}.{tough, weak}.{exists, lowest, highest, force_to_challenger,
  force_to_defender, inside.NUMBER}: deals that both prefer to force begun by the challenger.
- moves.SIDE.{no_text, text_ready}.DAY.MOVE.TYPE: chance within 30 days.
- answers.SIDE.{NUMBER, ultimatum}.TYPE.BELIEF: chance of acceptance by belief about the other.
- leverage.fall.STEP; leverage.{margin, is_leverage, is_readier, agrees}.NUMBER.STEP;
  leverage.accepted.NUMBER.FORCE. A STEP is 0_to_1 or 1_to_2. Force is leverage where the margin of
  one stage is above 0, provocation elsewhere; is_readier is what acceptance in the game says, and
  agrees whether the two say the same, left out where acceptance moves by less than 0.05 points.
- mediators.KEY.worth.HOLDER, .report_rate, .bias, .is_believed, .always_tough, .always_weak: what
  it would say of the defender whatever it knew; .if_tough, .if_weak: the belief that the defender
  is resolved after a message that is believed.
- solver.{nodes, evaluations_a_node, folded_share, unsettled_share, worst_residual} and
  solver.exploitability.TYPE: what a type could gain by always answering best.
"""

from detente.analysis.bargaining.solution import (
    AcrossWorlds,
    Bargaining,
    ShareOfWorlds,
    Switch,
    solve,
)

__all__ = ["AcrossWorlds", "Bargaining", "ShareOfWorlds", "Switch", "solve"]
