import pytest

from verification.evidence import answers
from verification.evidence.answers import Answer, compare, differences

BEFORE = {"share": 0.5, "days": [1, 2], "of": {"war": None}}


@pytest.mark.parametrize(
    ("now", "path"),
    [
        ({"share": 0.25, "days": [1, 2], "of": {"war": None}}, "share"),
        ({"share": 0.5, "days": [1, 2.0], "of": {"war": None}}, "days[1]"),
        ({"share": 0.5, "days": [1], "of": {"war": None}}, "days"),
        ({"share": 0.5, "days": [1, 2], "of": {}}, "of.war"),
        ({"days": [1, 2], "share": 0.5, "of": {"war": None}}, " (order of keys)"),
    ],
)
def test_a_changed_value_kind_length_key_or_order_is_told_with_its_path(now, path):
    assert [one.path for one in differences(BEFORE, now)] == [path]
    assert list(differences(BEFORE, BEFORE)) == []


def test_another_status_differs_and_so_does_a_command_without_an_object(capsys):
    assert compare("show run", Answer(0, BEFORE), Answer(0, BEFORE))
    assert not compare("show run", Answer(0, BEFORE), Answer(1, BEFORE))
    assert not compare("show run", Answer(1, "KeyError"), Answer(1, "KeyError"))
    assert capsys.readouterr().out.splitlines() == [
        "same    show run",
        "DIFFERS show run, status 1",
        "        status: 0 before, 1 now",
        "DIFFERS show run, status 1",
        "        no object: KeyError before, KeyError now",
    ]


def test_a_revision_that_git_does_not_know_is_refused(tmp_path):
    with pytest.raises(SystemExit, match="no-such-revision"):
        answers.export("no-such-revision", tmp_path)
