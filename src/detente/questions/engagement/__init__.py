"""Force against layered defence alone: what leaks and why, what it costs, and what comes back.

`detente engage --json` prints one object, `detente/engage/2`: `pack`, `name`, `title`, `as_of`,
`digest`, `changes`; the terms `force` (0 to 2), `plan`, `by` (who begins), `days` of raids and
days of `rest` after them; `worlds`, `futures` (campaigns, in all worlds), `seed`; `sides` and
`sweep`, null unless asked for.

A side is the one whose defence is raided: `challenger`, `defender`, or the one asked for. It has
`direction`, `raid` on the defender or `retaliation` on the challenger, whoever began; names:
`party`, `attacker`, `with_attacker`, those who fire with it if they join, and `hit_too`, those on
whom a part of what passes falls; `layers`, the outer first: {key, system, there, against,
has_price}, those of friends last, each with the key OWNER.KEY, as with classes of weapons, where
`against` has, for each kind of weapons that comes, {kind, fires, kill_low, kill_high, gives,
because, assumed}; `classes`, the attacker's weapons; `unproven`, numbers of the whole
defence without open values that no claim gives; `unpriced`, weapons whose price no claim gives;
`figures` and `days`.

A figure is {value, low, high, spread_low, spread_high, campaign_low, campaign_high, worlds}: the
mean over all campaigns, worlds weighing the same; its 90 % interval over worlds and chance;
5th and 95th percentile across the worlds' means, sampling noise removed; those of single campaigns,
over worlds and chance both; and how many worlds have it. A share of campaigns is {share, low, high,
spread_low, spread_high}. What no campaign has is left out. By name, over the days of raids:

- leakage: share of the weapons that worked and passed every layer; cause.{unseen, no_channel,
  no_round, missed}, which add up to it; class.KEY, that of one class of weapons.
- launched, reliable (weapons that worked), engagements (over all layers), leaked, shot_down.
- aircraft.{first, down, down_share}: of weapons that fly again, those in reach and those lost,
  those of friends who may join included.
- broken.{military, programme, economy} on the last evening; loss, where all of the military is 1,
  own aircraft included.
- shots; rounds.{first, left, left_share}, ready and in store.
- magazine.is_low: share of campaigns in which less than 10 % of the first rounds is left on some
  evening; magazine.days: the first such day where there is one.
- batteries.{first, last, lowest, alive}: alive is the share of the first on the last evening;
  batteries of a friend count from the day on which it joins.
- recovery.is_back: share of campaigns in which batteries and command are at 90 % of the first
  within the days of rest; recovery.days: after how many where they are, 0 if they never were below.
- cost.{rounds, shot_down, spent} in million dollars: rounds fired, weapons shot down, and all that
  the attacker is left without; cost.{exchange, to_spent}: the first over the second and the third,
  of all campaigns together, with its range across worlds alone.

A day is {day, is_raid} and figures without single campaigns: launched, engagements, leakage and
its causes, shot_down, shots, cost_rounds and cost_shot_down of that day; loss and attacker_loss, of
both sides up to that evening; batteries, alive, rounds, reserve, left_share, command, sensors then.

A sweep is {field, says, unit, is_read, has_effect, points}; a point {value, sides}, and of each
side leakage, aircraft.down_share, loss, cost.exchange and leakage_change, by which leakage differs
from the first value's, campaign by campaign on the same draws.
"""

from detente.questions.engagement.campaigns import CampaignMean
from detente.questions.engagement.engagement import Defended, Engagement, engage
from detente.questions.engagement.fighting import RaidTerms, Sweep, parse_sweep

__all__ = ["CampaignMean", "Defended", "Engagement", "RaidTerms", "Sweep", "engage", "parse_sweep"]
