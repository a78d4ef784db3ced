"""Packs of another format are refused with advice."""

import pytest

from detente import pack
from detente.pack.writing import resolved_text
from tests.faulty import MINIMAL

WHO = (MINIMAL / "who.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("other", "found", "hint"),
    [
        (3, "format 3, which is newer than this detente", "install a newer detente"),
        (1, "format 1, which this detente does not read", "write it; check names what it lacks"),
    ],
)
def test_another_format_is_refused_with_advice(minimal, other, found, hint):
    who = WHO.replace("format = 2", f"format = {other}") + "\n[nothing]\nknown = 1\n"
    (fault,) = pack.check(minimal({"who.toml": who}))

    assert (fault.field, fault.allowed) == ("format", "format = 2")
    assert (fault.found, fault.hint) == (found, hint)


def test_a_resolved_pack_is_of_todays_format():
    assert "\nformat = 2\n" in resolved_text(pack.load(MINIMAL))
