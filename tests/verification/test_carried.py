from functools import partial

import numpy as np
import pytest

from detente.ensemble.design import drawn_worlds
from detente.ensemble.encode.war import encode_war
from detente.kernel.layout import new_record
from detente.kernel.theatre import Warfare
from detente.lab import reference
from verification.model.carried import as_strong, in_detail, worth_of_one

ROUNDING = 0.06
"""Weapons are whole: of some tens of missiles a half is more than one in a hundred."""


def worths(crisis, values):
    """Return the damage that the weapons of each side would do."""
    war = new_record(Warfare)
    encode_war(crisis, values, war)
    theatre = war.theatre
    of_one = partial(worth_of_one, days=theatre.campaign_days)
    sides = theatre.challenger_arsenal, theatre.defender_arsenal
    return [float((of_one(side) * side.stock).sum()) for side in sides]


def test_forces_in_detail_would_do_as_much_damage_as_the_lump(tmp_path):
    lump = reference.written(tmp_path / "lump", reference.files_of("violent"))
    detailed = in_detail("violent", tmp_path)
    for values, others in zip(drawn_worlds(lump, 4, 1), drawn_worlds(detailed, 4, 1), strict=True):
        assert worths(detailed, as_strong(detailed, others)) == pytest.approx(
            worths(lump, values), rel=ROUNDING
        )
        assert np.all(np.array(worths(lump, values)) > 0.0)
