"""Structured analytic techniques, from existing answers: `detente show RUN --view NAME`.

With `--json` a view prints one object, `detente/assumptions/1` or another of these. Shares have the
intervals of all results.

- `detente/assumptions/1`: run, worlds; assumptions, those first that move much on weak ground:
  key, kind (number or claim), title, rests_on (a grade, size assumed, catalogue, calibrated,
  default or words), weakness (1/6 to 1), weight (weakness times the larger shift), moves.OUTCOME
  {swing, low, high, agree, worlds}: how far the outcome moves from one end of the
  assumption to the other; open: numbers that may move an outcome and are not distinguishable from
  none; notes.
- `detente/indicators/1`: run, outcome; indicators: item, what, status (seen, not_seen or
  not_looked_at), points_to, date, by, before (whether the pack has it, from before the as-of date),
  shift (of the outcome by this alone) and if_seen, if_not (share of the outcome), null where they
  do not apply; notes.
- `detente/matrix/1`: run, hypotheses.KEY {title, share}; evidence.KEY: what, status (seen,
  not_seen, or open: nobody has looked), day and date by which it counts, seen (share of futures),
  informs (yes, no, or unclear), ratios.KEY {value, low, high, is_clear}: how many
  times as likely it is with the hypothesis as without; rare: keys of what comes too seldom, or
  nearly always; notes.
- `detente/premortem/1`: run, war (share of futures), ways, the commonest first: by (side),
  first_shot, share (of wars), future (a typical one), war_day and war_date, points [{day, date,
  says, war}]: with the same past up to the end of that day, the share of branches that come to war;
  last and turn: places in points, the last one before the war with war in less than three quarters,
  and the one that made war likelier by most; null if there is none; notes.
- `detente/cone/1`: run, courses, the most frequent first: course, title, percent (rounded so that
  they add up to 100), share, future (a typical one, null if there is none).
"""
