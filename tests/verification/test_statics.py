import pytest

from detente.estimate.estimate import Estimate
from verification.model import statics
from verification.model.theory import FORCE_UP, GUARDED, Asked, Law, Sign, keep

SMALL = ("reference-violent", "--grid", "tiny", "--worlds", "4", "--futures", "40")
ENOUGH = ("reference-violent", "--grid", "tiny", "--worlds", "10", "--futures", "60")
"""How much is played to see the change of the force: with each of eight seeds it is seen."""


def test_force_worth_more_to_who_begins_is_used_more():
    status = statics.main([*ENOUGH, "--only", "first"])

    assert status == 0


def test_a_law_fails_if_its_change_does_nothing(monkeypatch, capsys):
    monkeypatch.setattr(statics, "LAWS", (Law("idle", "nothing", (FORCE_UP,), keep),))

    status = statics.main(SMALL)

    assert status == 1
    assert "| nothing | force up | +0.0 [+0.0, +0.0] | 0, 0 | **no** |" in capsys.readouterr().out


def test_what_this_version_does_not_reach_is_told_and_fails_nothing(monkeypatch, capsys):
    asked = FORCE_UP._replace(missed="nothing is nothing")
    monkeypatch.setattr(statics, "LAWS", (Law("idle", "nothing", (asked,), keep),))

    status = statics.main(SMALL)

    assert status == 0
    assert "| no: nothing is nothing |" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("sign", "least", "holds"),
    [
        (Sign.UP, 0.0, False),
        (Sign.NOT_UP, 0.0, True),
        (Sign.DOWN, 0.0, True),
        (Sign.DOWN, 3.0, False),
        (Sign.NOT_DOWN, 0.0, False),
    ],
)
def test_a_law_holds_where_the_whole_interval_lies_on_its_side(sign, least, holds):
    fall = Estimate(-2.0, low=-3.5, high=-0.5)

    assert Asked("force", sign, least).holds(fall) is holds


def test_a_friend_that_surely_comes_keeps_force_away():
    status = statics.main([GUARDED, *SMALL[1:3], "--worlds", "16", *SMALL[5:], "--only", "friend"])

    assert status == 0
