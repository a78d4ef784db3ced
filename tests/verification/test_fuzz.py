"""Damaged packs and observations end in faults or are read."""

from hypothesis import given, settings

from verification.engine.fuzz import inputs, judge

PATIENCE = 60.0
"""Processor time for an input, in place of what the command allows on a quiet machine [s]."""


@settings(max_examples=40)
@given(inputs())
def test_a_damaged_text_ends_in_faults_or_is_read(one):
    assert judge(one, PATIENCE) in {"faultless", "faulty", "unreadable", "refused"}
