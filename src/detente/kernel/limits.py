"""The limits of the model: omissions, the longest future and war, and the most third parties."""

LONGEST_HORIZON = 730
"""The longest horizon of a future [days]."""
LONGEST_WAR = 360
"""The longest war that is followed; nearly all end long before [days]."""
PARTIES = 6
"""Most third parties."""

LIMITS = (
    "the challenger's plan decides only how hard it strikes and whether it raids on the ground",
    "both sides plan for an ally's acts by the beliefs of the first day",
    "both sides value a war that the challenger joins late as if it had fought from the first day",
    "both sides plan as if hosts keep the consent of the first day, though they may withdraw it",
    "a host that refuses at the start consents later only by an event of the pack's calendar",
    "both sides plan for the average effect of spells of unrest only",
    "neither side plans for reports that mediators may still make",
    "while agenda or venue is in dispute, both sides plan on the terms that will be agreed",
    "while a ratified deal holds, no other event occurs",
    "both sides plan beyond force by its average gain, on a coarser grid of beliefs",
    "force settles its share of the stakes once: a second war costs more and settles no more",
    "no dated event occurs unless the pack's calendar lists it",
    "losses of allies and friends count as their side's; they do not weigh these themselves",
    "both sides plan for friends' forces as scheduled, though a friend may send all it has",
)
