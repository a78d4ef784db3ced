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
    summary = detente.summarise(run)
    deal, force = summary["deal"], summary["force"]
    print(
        f"{name}: deal {deal.share:.1%} ({deal.low:.1%} to {deal.high:.1%}),"
        f" force {force.share:.1%} ({force.low:.1%} to {force.high:.1%})"
    )
