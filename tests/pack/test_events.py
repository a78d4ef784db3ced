from datetime import date

import pytest

from detente.pack import check, load
from detente.pack.events import day_of, happenings
from detente.pack.model import DatedEvent

AS_OF = date(2031, 3, 1)


def event(**when):
    change = {"talks.text_rate": 0.2}
    return DatedEvent(name="A vote", foreseen=True, assumed="a guess", change=change, **when)


@pytest.mark.parametrize(("draws", "day"), [(0.0, 1), (0.34, 2), (0.999, 3), (1.0, 3)])
def test_every_day_of_a_window_is_as_likely(draws, day):
    assert day_of(event(between=(date(2031, 3, 2), date(2031, 3, 4))), AS_OF, draws) == day


CALENDAR = """
[events.late]
name = "Late"
date = 2031-03-09
foreseen = true
assumed = "a guess"
change = { "talks.text_rate" = 0.2 }

[events.soon]
name = "Soon"
between = [2031-03-02, 2031-03-05]
foreseen = false
assumed = "a guess"
change = { "talks.text_rate" = 0.1 }
"""


def test_events_come_in_the_order_of_their_days(minimal):
    crisis = load(minimal({"events.toml": CALENDAR}))
    days = [(one.key, one.day) for one in happenings(crisis.model, {"events.soon.luck": 0.5})]

    assert days == [("soon", 3), ("late", 8)]


def test_an_event_can_be_put_off(minimal):
    later = {"events.late.date": date(2031, 4, 1)}
    crisis = load(minimal({"events.toml": CALENDAR}), changes=later)

    assert happenings(crisis.model, {})[-1].day == 31


def test_an_event_cannot_be_put_before_the_start(minimal):
    (fault,) = check(minimal({"events.toml": CALENDAR}), changes={"events.late.date": AS_OF})

    assert (fault.field, fault.found) == ("events.late.date", "2031-03-01")
