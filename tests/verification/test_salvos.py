"""One generic defence covers what was reported of three salvos."""

from verification.salvos.agreement import GENERIC, judge
from verification.salvos.events import reported_events
from verification.salvos.kernel import Effort


def test_the_generic_defence_passes_on_all_three_salvos():
    judged = judge(reported_events(), GENERIC, Effort(512))

    assert [one.passes() for one in judged] == [True] * 3
