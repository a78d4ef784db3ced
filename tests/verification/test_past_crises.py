"""Past crises that ship: each as it was noted, and compared with rates that do not count it."""

import tomllib

from verification.model.past_crises import NOTED, base_rate, changed

CRISES = tomllib.loads(NOTED.read_text(encoding="utf-8"))["crises"]


def test_a_pack_of_a_past_crisis_does_not_change_without_a_note():
    assert changed(CRISES) == []


def test_a_pack_that_changed_is_named():
    other = {"biqa-1981": CRISES["biqa-1981"] | {"digests": ["0" * 64]}}

    assert changed(other) == ["biqa-1981"]


def test_a_base_rate_leaves_the_crisis_itself_out():
    assert base_rate("non_violent.war", True, True) == 11 / 140
    assert base_rate("non_violent.war", True, False) == 12 / 140
    assert base_rate("non_violent.war", False, True) == 12 / 141
