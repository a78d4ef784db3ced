"""What this version leaves out of a future, and how long a future and a war may be."""

LONGEST_HORIZON = 730
"""No future is followed for longer [days]."""
LONGEST_WAR = 360
"""No war is followed for longer; nearly all stop long before [days]."""

LIMITS = (
    "the challenger's hidden plan sets how hard it raids, and no other kind of operation",
    "a host's consent does not change within a future",
    "both sides look ahead to spells of unrest at their mean only",
    "both sides do not look ahead to what mediators may still say",
    "while agenda or venue are in dispute, both sides act as on the terms that will be agreed",
    "while a ratified deal holds, nothing else happens",
    "both sides look ahead past force to what it settles in the mean, on a coarser grid",
    "force settles its share once: a war after a war costs anew and settles nothing more",
    "of a calendar only those events happen that the pack has",
    "what an ally or another friend loses counts as its side's loss; it does not weigh it itself",
    "of a supporter's forces those of the as-of date count, until an event changes its presence",
)
