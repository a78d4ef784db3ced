import numpy as np
import pytest

from detente.analysis.trace import _SENTENCES, _tell
from detente.kernel.endings import EVENT, Event

PARTIES = {"challenger": "Aland", "defender": "Bland", "ally": "Cland"}


def told(kind, first=0, second=0, value=0.0):
    line = np.array([(5, kind, first, second, value)], EVENT)[0]
    return _tell(line, PARTIES).text


def test_every_kind_of_event_has_a_sentence():
    assert set(_SENTENCES) == set(Event)


@pytest.mark.parametrize("kind", list(Event))
def test_no_event_is_told_in_codes(kind):
    text = told(kind, 1, 2, 0.5)

    assert text
    assert "_" not in text


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ((Event.OFFERS, 1, 0), "Bland offers package 1 (1 is softest)"),
        ((Event.YIELDS, 1, 1), "Bland yields to the ultimatum"),
        ((Event.YIELDS, 1, 0), "Bland yields without a text"),
        ((Event.ALLY_STRIKES, 2, 0), "Cland strikes on its own decision"),
        ((Event.ANSWERS, 0, 1, 0.6), "Bland answers with restraint (chance of restraint 60 %)"),
        ((Event.ANSWERS, 1, 0, 0.6), "Aland answers in full (chance of restraint 60 %)"),
        (
            (Event.FORCE_ENDS, 3, 12, 0.25),
            "force ends after 12 days as a war; 25 % of the disputed capabilities are destroyed",
        ),
        (
            (Event.INCIDENT, 1, 0, 1.0),
            "incident at the contact zone, an accident: alarm on the side of Bland",
        ),
    ],
)
def test_an_event_is_told_with_names_and_numbers(line, text):
    assert told(*line) == text
