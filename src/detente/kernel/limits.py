"""The limits of the model: omissions, the longest future and war, and the most third parties."""

LONGEST_HORIZON = 730
"""The longest horizon of a future [days]."""
LONGEST_WAR = 360
"""The longest war that is followed; nearly all end long before [days]."""
PARTIES = 6
"""Most third parties."""

LIMITS = (
    "the challenger's plan sets how hard it raids and whether forces go in, and no more",
    "both sides look ahead to what an ally does by what is believed at the start",
    "a challenger that joins its ally later is valued as if it had fought from the first day",
    "both sides look ahead to a host's consent as it is at the start, though it may withdraw it",
    "a host that withholds its consent at the start gives it by an event of the calendar only",
    "both sides look ahead to spells of unrest at their mean only",
    "both sides do not look ahead to what mediators may still say",
    "while agenda or venue are in dispute, both sides act as on the terms that will be agreed",
    "while a ratified deal holds, nothing else happens",
    "both sides look ahead past force to what it settles in the mean, on a coarser grid",
    "force settles its share once: a war after a war costs again and settles nothing more",
    "of a calendar only those events happen that the pack has",
    "what an ally or another friend loses counts as its side's loss; it does not weigh it itself",
    "both sides look ahead to what friends have there by date, though these may send all they have",
)
