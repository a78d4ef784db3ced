import pytest

from detente.lab.views.backtest import section
from detente.views.blocks import plain
from tests.questions.past import made_up_backtest
from tests.views.reading import must_say


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    return made_up_backtest(tmp_path_factory.mktemp("judged"))


def test_a_back_test_says_what_it_must(found):
    must_say(
        section(found),
        "48 crises of 1970 to 1981 outside ongoing wars",
        "fitted on crises before 1963",
        "below 0 is better",
        "Crises inside ongoing wars: 3.",
        "Intervals of 90 %, by resampling crises",
    )


def test_what_does_not_hold_comes_before_what_holds(found):
    reported = [plain(words) for words in section(found).answer]

    assert reported[0].startswith("Does not hold: for serious clashes or war, a lower Brier score")
    assert reported[1].startswith("Not estimable: ")
    assert reported[4] == "Holds: for full-scale war, no higher Brier score than the base rate."
