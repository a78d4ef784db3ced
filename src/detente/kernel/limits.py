"""What this version leaves out of a future; the list only shrinks."""

LIMITS = (
    "the challenger's hidden plan changes no operation; indicators move beliefs",
    "a raise of force takes effect at once, without the days that ships and aircraft need",
    "a host's consent and an overstretched challenger lower no force ceiling yet",
    "no domestic shocks",
    "the ally strikes at a rate, not by its own values, and is not restrained",
    "mediators raise the rate at which a text becomes ready; their signals are left out",
    "agenda and venue are settled before the talks",
    "a ratified deal ends the future; its later breaking counts in its worth only",
    "no public vows as commitments, save the price of absorbing a strike",
    "no optimism about the war table and no lessons of the last round in the values",
    "war ends by will, exhaustion or mediators; belief about battle is not learned in it",
    "an ally that strikes first does so with the challenger's stocks, and its losses count there",
    "no chokepoint, suppliers or reload in war",
    "causes of war are told by who began and how, not yet by counterfactual",
)
