import json

import pytest

from tests.cli.asking import answering
from tests.questions.battles import MINIMAL, NEAR

FEW = ("--worlds", "3", "--futures", "12", "--days", "4", "--rest", "3", "--seed", "4")


answer = answering("engage")


def lines(capsys, *arguments):
    status, out, _ = answer(capsys, *arguments, *FEW, "--all")

    assert status == 0
    return out.splitlines()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("oman-2026", "--days", "0"), "days is 0; use a whole number from 1 to 360"),
        (("oman-2026", "--days", "ten"), "'--days': not a whole number"),
        (("oman-2026", "--rest", "91"), "rest is 91; use a whole number from 0 to 90"),
        (("oman-2026", "--force", "3"), "force is 3; use a whole number from 0 to 2"),
        (("oman-2026", "--plan", "siege"), "'display', 'stand_off', 'sustained'"),
        (("oman-2026", "--side", "both"), "'challenger', 'defender'"),
        (("oman-2026", "--by", "iran"), "'challenger', 'defender', 'ally'"),
        ((MINIMAL, "--by", "ally"), "nobody in this crisis is one; use challenger or defender"),
        (("oman-2026", "--futures", "0"), "futures is 0; use a whole number from 1"),
        (("oman-2026", "--worlds", "0"), "worlds is 0; use a whole number from 1"),
        (("oman-2026", "--seed", "-1"), "seed is -1; use a whole number from 0"),
        (("oman-2026", "--set", "nonsense"), "write FIELD=VALUE"),
        (("oman-2026", "--sweep", "nonsense"), "write FIELD=lo:hi:n"),
        (("oman-2026", "--sweep", "defences.iran.integrate=0:1:3"), "did you mean defences.iran"),
        (("oman-2026", "--sweep", "defences.iran.integration=0:2:3"), "use a share, 0 to 1"),
        (("absent",), "these ship: biqa-1981, crimea-2014"),
        ((), "Missing argument 'PACK'"),
    ],
)
def test_a_mistake_is_named_with_what_is_allowed(arguments, words, capsys):
    status, out, err = answer(capsys, *arguments)

    assert (status, out) == (2, "")
    assert words in err


def test_with_json_a_mistake_is_one_object(capsys):
    status, out, _ = answer(capsys, "oman-2026", "--json", "--sweep", "a.b=1:2:3")

    assert status == 2
    assert json.loads(out)["error"]["where"] == "--sweep"


def test_json_is_one_object_with_nothing_but_numbers_that_json_has(capsys):
    sweep = ("--sweep", f"{NEAR}kill_probability=0.2:0.8:2")
    status, out, err = answer(capsys, MINIMAL, "--json", *FEW, *sweep)
    content = json.loads(out, parse_constant=pytest.fail)

    assert (status, err) == (0, "")
    assert content["schema"] == "detente/engage/2"
    assert list(content["sides"]) == ["challenger", "defender"]
    assert [point["value"] for point in content["sweep"]["points"]] == [0.2, 0.8]


@pytest.mark.parametrize("threads", ["1", "3"])
def test_json_is_the_same_to_the_bit_whatever_the_threads(threads, capsys):
    sweep = ("--sweep", f"{NEAR}kill_probability=0.2:0.8:2")
    _, alone, _ = answer(capsys, MINIMAL, "--json", *FEW, *sweep, "--threads", "2")

    assert answer(capsys, MINIMAL, "--json", *FEW, *sweep, "--threads", threads)[1] == alone


def test_quiet_leaves_out_how_to_read_it_and_what_is_next(capsys):
    quiet, whole = lines(capsys, MINIMAL, "-q"), lines(capsys, MINIMAL)

    assert set(quiet) < set(whole)
    assert {"How to read it", "Next"} <= set(whole) - set(quiet)


def test_the_next_commands_repeat_the_settings_as_they_are_read(capsys):
    settings = ("--set", f"{NEAR}kill_probability=0.5")
    out = lines(capsys, MINIMAL, *settings)

    assert any(f"detente run {MINIMAL} {' '.join(settings)}  " in line for line in out)
    assert any("--sweep defences.south.integration=0:1:5" in line for line in out)


def test_without_block_characters_charts_are_drawn_in_plain_ones(monkeypatch, capsys):
    monkeypatch.setattr("detente.cli.terminal.can_draw", lambda _: False)
    out = "\n".join(lines(capsys, MINIMAL))

    assert out.isascii()
    assert "# unseen   = no channel   - no round   : missed   . shot down" in out
