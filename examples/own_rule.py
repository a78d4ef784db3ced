"""A rule of your own: a defender that accepts every package it is offered."""

import detente
from detente import Asked

OFFER = int(Asked.OFFER)


@detente.rule
def agreeable(sight, chances):
    """Accept whatever is offered; decide all else as the solved policy would."""
    if sight.asked == OFFER:
        chances[0] = 1.0  # the first answer is to accept
        chances[1] = 0.0


SIZE = {"worlds": 4, "futures": 200, "grid": "tiny", "horizon": 180}

crisis = detente.load("oman-2026")
usual = detente.simulate(crisis, **SIZE, out="usual")
ruled = detente.simulate(crisis, **SIZE, out="ruled", rules={"defender": agreeable})

for name, run in (("as solved", usual), ("agreeable", ruled)):
    outcomes = detente.summarise(run).base.outcomes
    deal, force = outcomes["deal"], outcomes["force"]
    print(
        f"{name}: deal {100 * deal.share:4.1f} ({100 * deal.low:.1f} to {100 * deal.high:.1f}),"
        f" force {100 * force.share:4.1f} ({100 * force.low:.1f} to {100 * force.high:.1f})"
    )
