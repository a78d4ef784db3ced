"""What this version leaves out of a future, of which the list only shrinks, and how long one is."""

LONGEST_HORIZON = 730
"""No future is followed for longer [days]."""
LONGEST_WAR = 360
"""No war is followed for longer; nearly all stop long before [days]."""

LIMITS = (
    "the challenger's hidden plan sets how hard it raids, and no other kind of operation",
    "a host's consent does not change within a future",
    "both sides look ahead to spells of unrest at their mean only",
    "both sides do not look ahead to what mediators may still say",
    "a dispute about agenda or venue is settled before the first day and takes no time",
    "while a ratified deal holds, nothing else happens",
    "the first ordered force ends a future once the fighting stops; what follows is not played",
    "an ally that strikes first does so with the challenger's stocks, and its losses count there",
)
