"""Whether one sign tells more of the challenger's plan than every other sign of the pack."""

import math

import numpy as np

from detente.analysis.hypotheses.verdicts import Asked, Result, judge, undecided
from detente.analysis.watching import information_on_plan
from detente.ensemble.run import Run
from detente.pack.hypotheses import Trial

UNIT = "thousandths of a bit"


def result(trial: Trial, run: Run, worlds: int) -> Result:
    """Return what a sign tells beyond the one that tells most of all others [bits].

    False alarms of each are priced in; which other tells most is told by the mean over worlds.
    """
    name = f"what {trial.sign} tells of the plan beyond any other sign".replace("_", " ")
    asked = Asked(name, UNIT, 1000.0, trial.threshold, trial.expects)
    told = {key: bits[:worlds] for key, bits in information_on_plan(run).items()}
    own = told.pop(str(trial.sign))
    if not told:
        return undecided(asked, "the pack has no other sign to compare it with")
    best = max(told.values(), key=math.fsum)
    # What a sign tells in a world is known without chance: two futures that agree.
    return judge(asked, np.repeat((own - best)[:, None], 2, axis=1))
